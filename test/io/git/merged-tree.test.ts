import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { readCommit } from "../../../src/io/git/commit-files.ts";
import { isMergeOf, mergedTree } from "../../../src/io/git/merged-tree.ts";
import { readTree } from "../../../src/io/git/tree-files.ts";
import { cloneOf, type GitFolder, openGitFolder } from "../../support/git-folder.ts";

let repo: GitFolder;
/** Where the pull request branched off, what the default branch came to, what the pull request has. */
let [start, base, head]: [string, string, string] = ["", "", ""];
const people = "identities/people";
const lines = (...changed: [number, string][]): string => {
  const all = Array.from({ length: 20 }, (_, i) => `field-${i}: 0`);
  for (const [i, text] of changed) all[i] = text;
  return `${all.join("\n")}\n`;
};

beforeEach(() => {
  repo = openGitFolder();
  start = repo.commit({ "rollcall.yaml": "organization: Acme\n", [`${people}/ada.yaml`]: lines(), [`${people}/bob.yaml`]: "name: Bob\n" });
  head = repo.branch("pull", start, { [`${people}/ada.yaml`]: lines([19, "head: 1"]), [`${people}/eve.yaml`]: "name: Eve\n" });
  base = repo.commit({ [`${people}/ada.yaml`]: lines([0, "base: 1"]), [`${people}/cy.yaml`]: "name: Cy\n" });
});
afterEach(() => repo.close());

const tree = (revision: string): string => repo.git("rev-parse", `${revision}^{tree}`);

describe("the tree that a merge would leave", () => {
  test("is the one that Git's own merge leaves; its files are read as those of a commit", async () => {
    const merged = await mergedTree(repo.root, base, head);
    repo.git("merge", "--quiet", "--no-ff", "--message", "merge", "pull");
    expect(merged).toEqual({ kind: "tree", tree: tree("HEAD") });
    const { commit, ...files } = await readCommit(repo.root, "HEAD");
    expect(commit).toBe(repo.git("rev-parse", "HEAD"));
    expect(await readTree(repo.root, tree("HEAD"))).toEqual(files);
    expect(files.files.map((f) => f.path)).toContain(`${people}/eve.yaml`);
    expect(files.files[0]!.text).toBe(lines([0, "base: 1"], [19, "head: 1"]));
  });

  test("is found without touching the working tree, the index, the branches or FETCH_HEAD", async () => {
    repo.write("uncommitted.txt", "mine");
    repo.write("staged.txt", "mine");
    repo.git("add", "staged.txt");
    repo.write(".git/FETCH_HEAD", "mine");
    const world = (): string[] => [
      repo.git("status", "--porcelain=v2", "--branch"),
      repo.git("for-each-ref"),
      ...readdirSync(join(repo.root, ".git")),
    ];
    const before = world();
    const temporary = join(repo.root, ".git/tmp");
    mkdirSync(temporary);
    vi.stubEnv("TMPDIR", temporary);
    await mergedTree(repo.root, "main", "pull").finally(() => vi.unstubAllEnvs());
    expect(readdirSync(temporary)).toEqual([]);
    repo.remove(".git/tmp");
    expect(world()).toEqual(before);
  });

  test("is the head's where the base has not moved, and the base's where it has the head already", async () => {
    expect(await mergedTree(repo.root, start, head)).toEqual({ kind: "tree", tree: tree(head) });
    expect(await mergedTree(repo.root, base, start)).toEqual({ kind: "tree", tree: tree(base) });
  });

  test("does not exist where both changed the same: those paths are named", async () => {
    const other = repo.branch("other", start, {
      [`${people}/ada.yaml`]: lines([0, "other: 1"]),
      [`${people}/cy.yaml`]: "name: Other\n",
      'x "y\n': "free",
    });
    expect(await mergedTree(repo.root, base, other)).toEqual({ kind: "conflicts", paths: [`${people}/ada.yaml`, `${people}/cy.yaml`] });
    expect(await isMergeOf(repo.root, { before: base, head: other, after: base })).toBe(false);
  });

  test("does not exist between histories that have nothing in common", async () => {
    repo.git("checkout", "--quiet", "--orphan", "fresh");
    const fresh = repo.commit({ "rollcall.yaml": "organization: Other\n" });
    expect(await mergedTree(repo.root, base, fresh)).toEqual({ kind: "unrelated" });
  });

  test("is the same from a folder of the repository, whose part of it is read", async () => {
    const deep = repo.branch("deep", base, {
      "org/two/rollcall.yaml": "organization: Two\n",
      "org/two/identities/people/z.yaml": "name: Z\n",
    });
    repo.git("checkout", "--quiet", "deep");
    const merged = await mergedTree(join(repo.root, "org/two"), deep, head);
    expect(merged).toEqual(await mergedTree(repo.root, deep, head));
    const { files } = await readTree(join(repo.root, "org/two"), merged.kind === "tree" ? merged.tree : "");
    expect(files.map((f) => f.path)).toEqual(["identities/people/z.yaml", "rollcall.yaml"]);
  });

  test("is the same whatever the user, the repository or the files say about merging", async () => {
    const renamed = repo.branch("renamed", start, {});
    repo.git("checkout", "--quiet", "renamed");
    repo.git("mv", `${people}/ada.yaml`, `${people}/ada-lovelace.yaml`);
    const moved = repo.commit({ ".gitattributes": "* merge=union -text\n*.yaml merge=ours\n" }, "renamed");
    repo.git("checkout", "--quiet", "main");
    expect(renamed).not.toBe(moved);
    const merged = await mergedTree(repo.root, base, moved);
    repo.git("config", "merge.renames", "false");
    repo.git("config", "merge.directoryRenames", "true");
    repo.git("config", "merge.renormalize", "true");
    repo.git("config", "core.autocrlf", "true");
    repo.write(".git/info/attributes", "* -merge\n");
    repo.write(".gitattributes", "* -merge\n");
    expect(merged.kind).toBe("tree");
    expect(await mergedTree(repo.root, base, moved)).toEqual(merged);
    // The rename was followed: what the default branch changed has come along.
    const { files } = await readTree(repo.root, merged.kind === "tree" ? merged.tree : "");
    expect(files[0]).toEqual({ path: `${people}/ada-lovelace.yaml`, text: lines([0, "base: 1"]) });
  });

  test("in a repository with SHA-256 ids is one of them", async () => {
    const other = openGitFolder("--object-format=sha256");
    try {
      const one = other.commit({ "rollcall.yaml": "organization: Acme\n" });
      const side = other.branch("side", one, { "policies/a.yaml": "kind: limits\n" });
      other.commit({ "policies/b.yaml": "kind: limits\n" });
      const merged = await mergedTree(other.root, "main", side);
      expect(merged.kind === "tree" && merged.tree).toHaveLength(64);
      expect((await readTree(other.root, merged.kind === "tree" ? merged.tree : "")).files).toHaveLength(3);
    } finally {
      other.close();
    }
  });

  test("is not guessed at in a shallow clone that lacks the common ancestor", async () => {
    const clone = cloneOf(repo.root, "--depth", "1", "--no-single-branch");
    try {
      await expect(mergedTree(clone.root, base, head)).rejects.toMatchObject({
        kind: "revision",
        message: expect.stringContaining("too shallow"),
      });
      clone.git("fetch", "--quiet", "--deepen", "1");
      expect(await mergedTree(clone.root, base, head)).toEqual(await mergedTree(repo.root, base, head));
    } finally {
      clone.close();
    }
  });

  test("of what is not here is an error in one line", async () => {
    for (const revision of ["nowhere", "-h", "f".repeat(40)]) {
      await expect(mergedTree(repo.root, base, revision), revision).rejects.toMatchObject({ name: "GitFailure" });
    }
    await expect(readTree(repo.root, "f".repeat(40))).rejects.toMatchObject({ kind: "revision" });
  });
});

describe("what was reviewed is what the merge left", () => {
  const is = (after: string, before = base): Promise<boolean> => isMergeOf(repo.root, { before, head, after });

  test("by a merge commit", async () => {
    repo.git("merge", "--quiet", "--no-ff", "--message", "merge", "pull");
    expect(await is("main")).toBe(true);
  });

  test("by a squash", async () => {
    repo.git("merge", "--quiet", "--squash", "pull");
    expect(await is(repo.commit({}))).toBe(true);
  });

  test("by a rebase", async () => {
    repo.git("checkout", "--quiet", "pull");
    repo.commit({ [`${people}/zed.yaml`]: "name: Zed\n" });
    head = repo.git("rev-parse", "HEAD");
    repo.git("rebase", "--quiet", "main");
    expect(repo.git("rev-list", "--count", "main..pull")).toBe("2");
    expect(await is("pull")).toBe(true);
    // One of the two alone is not what was reviewed.
    expect(await is("pull~1")).toBe(false);
  });

  test("by a fast-forward", async () => {
    expect(await is(head, start)).toBe(true);
  });

  test("by a queue, behind another pull request", async () => {
    const other = repo.branch("other", base, { [`${people}/oth.yaml`]: "name: Oth\n" });
    repo.git("merge", "--quiet", "--no-ff", "--message", "queued", "other");
    const between = repo.git("rev-parse", "main");
    repo.git("merge", "--quiet", "--no-ff", "--message", "queued too", "pull");
    expect(await is("main", between)).toBe(true);
    expect(await isMergeOf(repo.root, { before: base, head: other, after: between })).toBe(true);
    // Measured from before both, the second brought something that is not in its pull request.
    expect(await is("main", base)).toBe(false);
  });

  test("and not, where the merge commit brought something of its own", async () => {
    repo.git("merge", "--quiet", "--no-ff", "--no-commit", "pull");
    expect(await is(repo.commit({ [`${people}/mallory.yaml`]: "name: Mallory\n" }, "merge"))).toBe(false);
  });

  test("and not, where the merge left something out, or changed only a mode", async () => {
    repo.git("merge", "--quiet", "--no-ff", "--no-commit", "pull");
    repo.remove(`${people}/eve.yaml`);
    expect(await is(repo.commit({}, "merge"))).toBe(false);
    repo.git("reset", "--quiet", "--hard", base);
    repo.git("merge", "--quiet", "--no-ff", "--no-commit", "pull");
    repo.git("update-index", "--chmod=+x", `${people}/eve.yaml`);
    repo.git("commit", "--quiet", "--message", "merge");
    expect(await is("main")).toBe(false);
  });

  test("and not, where the head moved after it was reviewed", async () => {
    repo.branch("pull", head, { [`${people}/late.yaml`]: "name: Late\n" });
    repo.git("merge", "--quiet", "--no-ff", "--message", "merge", "pull");
    expect(await is("main")).toBe(false);
  });
});
