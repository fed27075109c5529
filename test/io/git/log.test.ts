import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fileAt, textsBelow } from "../../../src/io/git/file-at.ts";
import { logOf } from "../../../src/io/git/log.ts";
import { gitVersion } from "../../../src/io/git/version.ts";
import { commitDated } from "../../support/git.ts";
import { cloneOf, type GitFolder, openGitFolder } from "../../support/git-folder.ts";

let repo: GitFolder;
beforeEach(() => {
  repo = openGitFolder();
});
afterEach(() => repo.close());

const log = async (paths: string[] | undefined, limit = 50, dir = repo.root) => {
  const { commits, complete } = await logOf(dir, "main", { ...(paths ? { paths } : {}), limit });
  return { complete, commits: commits.map((c) => [c.subject, ...c.paths.map((p) => `${p.change} ${p.path}`)]) };
};

describe("the commits that changed some files", () => {
  beforeEach(() => {
    const one = repo.commit({ "org/people/ada.yaml": "1", "org/people/bob.yaml": "1", readme: "1" }, "first");
    repo.branch("side", one, { "org/people/ada.yaml": "2", "org/roles/sre.yaml": "1" });
    repo.commit({ readme: "2" }, "not ours");
    repo.git("merge", "--quiet", "--no-ff", "--message", "merge side", "side");
    repo.remove("org/people/bob.yaml");
    repo.commit({ "org/people/-x *.yaml": "1" }, "bob left");
  });

  test("newest first, along first parents, with what each changed of them", async () => {
    expect(await log(["org/people"])).toEqual({
      complete: true,
      commits: [
        ["bob left", "added org/people/-x *.yaml", "removed org/people/bob.yaml"],
        ["merge side", "changed org/people/ada.yaml"],
        ["first", "added org/people/ada.yaml", "added org/people/bob.yaml"],
      ],
    });
    expect((await log(["org/roles/sre.yaml", "readme"])).commits.map(([subject]) => subject)).toEqual(["merge side", "not ours", "first"]);
  });

  test("also where the default branch had not moved, so that the merge equals its second parent", async () => {
    repo.branch("plain", "main", { "org/people/ada.yaml": "3" });
    repo.git("merge", "--quiet", "--no-ff", "--message", "merge plain", "plain");
    expect((await log(["org/people/ada.yaml"], 1)).commits).toEqual([["merge plain", "changed org/people/ada.yaml"]]);
  });

  test("from a folder below: anything in it, told from there; names are no patterns", async () => {
    const below = join(repo.root, "org");
    expect((await log(undefined, 50, below)).commits.map(([subject]) => subject)).toEqual(["bob left", "merge side", "first"]);
    expect((await log(["people/-x *.yaml"], 50, below)).commits).toEqual([["bob left", "added people/-x *.yaml"]]);
    expect((await log(["people/*.yaml"], 50, below)).commits).toEqual([]);
    expect(await log([], 50, below)).toEqual({ complete: true, commits: [] });
  });

  test("say where there are more than were asked for", async () => {
    expect(await log(["org"], 2)).toMatchObject({
      complete: false,
      commits: [["bob left"], ["merge side"]].map((c) => expect.arrayContaining(c)),
    });
    expect((await log(["org"], 3)).complete).toBe(true);
  });

  test("say where a shallow clone ends, instead of taking its last commit for the origin of everything", async () => {
    const clone = cloneOf(repo.root, "--depth", "2");
    try {
      expect(await log(["org/people"], 50, clone.root)).toEqual({
        complete: false,
        commits: [["bob left", "added org/people/-x *.yaml", "removed org/people/bob.yaml"]],
      });
    } finally {
      clone.close();
    }
  });

  test("since an instant, wherever on the line they are", async () => {
    const instant = Math.round(Date.now() / 1000) + 1000;
    commitDated(repo.root, instant);
    commitDated(repo.root, 1000);
    const found = await logOf(repo.root, "main", { since: new Date(instant * 1000), limit: 5 });
    // Empty commits touch nothing.
    expect(found).toEqual({ commits: [], complete: true });
    const all = await logOf(repo.root, "main", { since: new Date(0), limit: 2 });
    expect([all.commits.length, all.complete]).toEqual([2, false]);
    expect((await logOf(repo.root, "main", { since: new Date(Date.now() + 500_000), limit: 2 })).commits).toEqual([]);
  });
});

describe("one file of a commit", () => {
  test("is read from the root of the repository, whatever folder is asked from", async () => {
    repo.commit({ ".github/CODEOWNERS": "* @acme/infra\n", "org/rollcall.yaml": "organization: Acme\n" });
    repo.write(".github/CODEOWNERS", "* @mallory\n");
    const below = join(repo.root, "org");
    expect(await fileAt(below, "HEAD", ".github/CODEOWNERS")).toEqual({ text: "* @acme/infra\n" });
    for (const path of [".github", "CODEOWNERS", "org/../.github/CODEOWNERS", ".github/*", "-x"]) {
      expect(await fileAt(below, "HEAD", path).catch(() => null), path).toBeNull();
    }
  });

  test("so are all below a folder: no link, and null for what is too large or no text", async () => {
    repo.commit({ ".github/a.yml": "a\n", ".github/workflows/b.yml": "b\n", ".githubx/c.yml": "c\n" });
    repo.write(".github/big", Buffer.alloc(1_048_577, "a"));
    repo.write(".github/latin", Buffer.from([0x6e, 0xe9]));
    repo.write(".github/same", "a\n");
    repo.git("add", "--all");
    repo.git("update-index", "--add", "--cacheinfo", `120000,${repo.git("hash-object", "-w", ".github/a.yml")},.github/link`);
    repo.git("commit", "--quiet", "--message", "odd");
    expect(await textsBelow(repo.root, "HEAD", ".github/")).toEqual([
      { path: ".github/a.yml", text: "a\n" },
      { path: ".github/big", text: null },
      { path: ".github/latin", text: null },
      { path: ".github/same", text: "a\n" },
      { path: ".github/workflows/b.yml", text: "b\n" },
    ]);
    expect(await textsBelow(repo.root, "HEAD", "none/")).toEqual([]);
    expect(await gitVersion(repo.root)).toMatch(/^2\.\d+/);
  });

  test("is no link, nothing over 1 MiB, and text", async () => {
    repo.git("config", "core.symlinks", "true");
    repo.write("real", "1");
    repo.git("add", "--all");
    repo.git("update-index", "--add", "--cacheinfo", `120000,${repo.git("hash-object", "-w", "real")},link`);
    repo.write("big", Buffer.alloc(1_048_577, "a"));
    repo.write("latin", Buffer.from([0x6e, 0xe9]));
    repo.git("add", "big", "latin");
    repo.git("commit", "--quiet", "--message", "odd");
    expect(await fileAt(repo.root, "HEAD", "link")).toBeNull();
    await expect(fileAt(repo.root, "HEAD", "big")).rejects.toMatchObject({ kind: "limit", message: '"big" is larger than 1 MiB' });
    await expect(fileAt(repo.root, "HEAD", "latin")).rejects.toMatchObject({ message: '"latin" is not UTF-8 text' });
  });
});
