import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { firstParents } from "../../../src/io/git/first-parents.ts";
import { commitOf, isAncestor, mergeBase, treeOf } from "../../../src/io/git/revision.ts";
import { cloneOf, type GitFolder, openGitFolder } from "../../support/git-folder.ts";

let repo: GitFolder;
beforeEach(() => {
  repo = openGitFolder();
});
afterEach(() => repo.close());

const line = async (after: string | null, to = "HEAD", limit = 100) => {
  const { forced, commits } = await firstParents(repo.root, after, to, limit);
  return { forced, ids: commits.map((c) => c.id) };
};
const merge = (branch: string): string => {
  repo.git("merge", "--quiet", "--no-ff", "--message", `merge ${branch}`, branch);
  return repo.git("rev-parse", "HEAD");
};

describe("the steps of a branch", () => {
  test("are its commits along first parents, oldest first, those after the one that is known", async () => {
    const one = repo.commit({ a: "1" });
    const two = repo.commit({ a: "2" });
    repo.branch("side", two, { b: "1" });
    const three = merge("side");
    const four = repo.commit({ a: "4" });
    expect(await line(null)).toEqual({ forced: false, ids: [one, two, three, four] });
    expect(await line(two)).toEqual({ forced: false, ids: [three, four] });
    expect(await line("main~1", "main")).toEqual({ forced: false, ids: [four] });
    expect(await line(four)).toEqual({ forced: false, ids: [] });
  });

  test("say what each commit says of itself, whatever people wrote into it", async () => {
    const one = repo.commit({ a: "1" }, 'first\n\nBody\twith \u{1f600}, "quotes" and\n\nRollcall-Request: #12');
    repo.git("checkout", "--quiet", "-b", "side");
    repo.git(
      "-c",
      "user.name=Gräce 'x' $(id)",
      "-c",
      "user.email=a b@x",
      "commit",
      "--quiet",
      "--allow-empty",
      "--message",
      "s",
      "--date",
      "2001-02-03T04:05:06+09:00",
    );
    repo.git("checkout", "--quiet", "main");
    const two = merge("side");
    const { commits } = await firstParents(repo.root, null, "side", 9);
    expect(commits[0]).toMatchObject({
      id: one,
      parents: [],
      tree: repo.git("rev-parse", `${one}^{tree}`),
      author: { name: "Ada Lovelace", email: "ada@acme.example" },
      subject: "first",
      message: 'first\n\nBody\twith \u{1f600}, "quotes" and\n\nRollcall-Request: #12\n',
    });
    expect(commits[1]).toMatchObject({ author: { name: "Gräce 'x' $(id)", email: "a b@x" }, committer: { name: "Gräce 'x' $(id)" } });
    // The committer's clock, not the author's date.
    expect(commits[1]!.at).toBe(new Date(Number(repo.git("show", "--no-patch", "--format=%ct", "side")) * 1000).toISOString());
    expect((await firstParents(repo.root, one, two, 9)).commits[0]!.parents).toEqual([one, repo.git("rev-parse", "side")]);
  });

  test("may be dated as no calendar has it: the nearest date that can be written", async () => {
    const one = repo.commit({ a: "1" });
    let tip = one;
    for (const date of ["99999999999999", "-5", "none"]) {
      const who = `Ada <ada@acme.example> ${date} +0000`;
      repo.write(".git/commit", `tree ${repo.git("rev-parse", "HEAD^{tree}")}\nparent ${tip}\nauthor ${who}\ncommitter ${who}\n\nodd\n`);
      tip = repo.git("hash-object", "-t", "commit", "-w", "--literally", ".git/commit");
    }
    const { commits } = await firstParents(repo.root, one, tip, 9);
    expect(commits.map((c) => [c.subject, c.at])).toEqual([
      ["odd", "9999-12-31T23:59:59.000Z"],
      ["odd", "1970-01-01T00:00:00.000Z"],
      ["odd", "1970-01-01T00:00:00.000Z"],
    ]);
  });

  test("are forced where the known commit came in by a second parent: it was never the tip", async () => {
    const one = repo.commit({ a: "1" });
    const side = repo.branch("side", one, { b: "1" });
    const two = repo.commit({ a: "2" });
    const three = merge("side");
    // `side` is an ancestor of the tip, and `git rev-list side..main` alone would not show the difference.
    expect(await isAncestor(repo.root, side, three)).toBe(true);
    expect(await line(side)).toEqual({ forced: true, ids: [two, three] });
  });

  test("are forced where history was rewritten, moved back, or has nothing in common", async () => {
    const one = repo.commit({ a: "1" });
    const lost = repo.commit({ a: "2" });
    repo.git("reset", "--quiet", "--hard", one);
    const other = repo.commit({ a: "3" });
    expect(await line(lost)).toEqual({ forced: true, ids: [other] });
    expect(await line(lost, one)).toEqual({ forced: true, ids: [] });
    repo.git("checkout", "--quiet", "--orphan", "new");
    const fresh = repo.commit({ c: "1" });
    expect(await line(one, fresh)).toEqual({ forced: true, ids: [fresh] });
  });

  test("are never cut: more than the caller can take is an error", async () => {
    const one = repo.commit({ a: "1" });
    for (const a of ["2", "3", "4"]) repo.commit({ a });
    expect((await line(one, "HEAD", 3)).ids).toHaveLength(3);
    await expect(line(one, "HEAD", 2)).rejects.toMatchObject({ kind: "limit", message: expect.stringContaining("more than 2 commits") });
  });

  test("cannot be told past the end of a shallow clone, which is not taken for the beginning of history", async () => {
    const one = repo.commit({ a: "1" });
    const ids = ["2", "3", "4"].map((a) => repo.commit({ a }));
    const clone = cloneOf(repo.root, "--depth", "2");
    try {
      await expect(firstParents(clone.root, null, "HEAD", 9)).rejects.toMatchObject({
        kind: "revision",
        message: expect.stringContaining("shallow"),
      });
      await expect(firstParents(clone.root, one, "HEAD", 9)).rejects.toMatchObject({ kind: "revision" });
      expect((await firstParents(clone.root, ids[1]!, "HEAD", 9)).commits.map((c) => c.id)).toEqual([ids[2]]);
      await expect(mergeBase(clone.root, ids[2]!, ids[1]!)).resolves.toBe(ids[1]);
    } finally {
      clone.close();
    }
  });

  test("show the objects that ids name, not those that somebody put in their place", async () => {
    const one = repo.commit({ a: "1" });
    const two = repo.commit({ a: "2" });
    const three = repo.commit({ a: "3" });
    repo.git("replace", three, one);
    repo.write(".git/info/grafts", `${three} ${one}\n`);
    expect(await line(one, three)).toEqual({ forced: false, ids: [two, three] });
  });
});

describe("commits and how they are related", () => {
  test("a revision names a commit and its tree, or is an error in one line", async () => {
    const one = repo.commit({ a: "1" });
    repo.git("tag", "--annotate", "--message", "t", "v1");
    for (const revision of ["HEAD", "main", "v1", one.slice(0, 9)]) expect(await commitOf(repo.root, revision)).toBe(one);
    expect(await treeOf(repo.root, "v1")).toBe(repo.git("rev-parse", "HEAD^{tree}"));
    for (const revision of ["nowhere", "--all", "", "HEAD:a", "f".repeat(40)]) {
      await expect(commitOf(repo.root, revision), revision).rejects.toMatchObject({ name: "GitFailure", kind: "revision" });
      await expect(mergeBase(repo.root, revision, "HEAD"), revision).rejects.toMatchObject({ kind: "revision" });
    }
  });

  test("the common ancestor, and who contains whom", async () => {
    const one = repo.commit({ a: "1" });
    const side = repo.branch("side", one, { b: "1" });
    const two = repo.commit({ a: "2" });
    expect(await mergeBase(repo.root, side, two)).toBe(one);
    expect(await isAncestor(repo.root, one, two)).toBe(true);
    expect(await isAncestor(repo.root, two, two)).toBe(true);
    expect(await isAncestor(repo.root, two, one)).toBe(false);
    expect(await isAncestor(repo.root, side, two)).toBe(false);
    repo.git("checkout", "--quiet", "--orphan", "new");
    const fresh = repo.commit({ c: "1" });
    expect(await mergeBase(repo.root, fresh, two)).toBeNull();
  });

  test("are not guessed at in a shallow clone", async () => {
    const one = repo.commit({ a: "1" });
    repo.branch("side", one, { b: "1" });
    const two = repo.commit({ a: "2" });
    repo.commit({ a: "3" });
    const clone = cloneOf(repo.root, "--depth", "1", "--no-single-branch");
    try {
      await expect(mergeBase(clone.root, "HEAD", "origin/side")).rejects.toMatchObject({ message: expect.stringContaining("too shallow") });
      await expect(isAncestor(clone.root, "origin/side", "HEAD")).rejects.toMatchObject({
        message: expect.stringContaining("too shallow"),
      });
      await expect(isAncestor(clone.root, two, "HEAD")).rejects.toMatchObject({ kind: "revision" });
    } finally {
      clone.close();
    }
  });
});
