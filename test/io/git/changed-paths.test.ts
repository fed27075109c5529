import { chmodSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { changedPaths, prefixOf } from "../../../src/io/git/changed-paths.ts";
import { type GitFolder, openGitFolder } from "../../support/git-folder.ts";

let repo: GitFolder;
beforeEach(() => {
  repo = openGitFolder();
});
afterEach(() => repo.close());

const changes = async (from: string, to: string, dir = repo.root) =>
  (await changedPaths(dir, from, to)).map(({ path, change, kind }) => `${change} ${kind} ${JSON.stringify(path)}`);

test("every path of the repository that differs, with what it is, also seen from a folder below", async () => {
  repo.commit({ "org/a.yaml": "1", "org/gone.yaml": "1", "org/same.yaml": "1", ".github/workflows/x.yml": "1", tool: "1" });
  repo.write("org/a.yaml", "2");
  repo.remove("org/gone.yaml");
  repo.write(".github/workflows/x.yml", "2");
  chmodSync(join(repo.root, "tool"), 0o755);
  symlinkSync("org/a.yaml", join(repo.root, "link"));
  repo.git("add", "--all");
  repo.git("update-index", "--add", "--cacheinfo", `160000,${repo.git("rev-parse", "HEAD")},vendor`);
  repo.git("commit", "--quiet", "--message", "2");
  const expected = [
    'changed file ".github/workflows/x.yml"',
    'added link "link"',
    'changed file "org/a.yaml"',
    'removed file "org/gone.yaml"',
    'changed executable "tool"',
    'added submodule "vendor"',
  ];
  expect(await changes("HEAD~1", "HEAD")).toEqual(expected);
  expect(await changes("HEAD~1^{tree}", repo.git("rev-parse", "HEAD^{tree}"), join(repo.root, "org"))).toEqual(expected);
  expect(await changes("HEAD", "HEAD~1")).toContain('removed submodule "vendor"');
  expect(await prefixOf(join(repo.root, "org"))).toBe("org/");
  expect(await prefixOf(repo.root)).toBe("");
});

test("a file that becomes a link, a folder or a submodule is seen as what it becomes", async () => {
  repo.commit({ a: "1", b: "1", c: "1" });
  repo.remove("a");
  symlinkSync("c", join(repo.root, "a"));
  repo.remove("b");
  repo.write("b/inside", "1");
  repo.git("add", "--all");
  repo.git("update-index", "--cacheinfo", `160000,${repo.git("rev-parse", "HEAD")},c`);
  repo.git("commit", "--quiet", "--message", "2");
  expect(await changes("HEAD~1", "HEAD")).toEqual([
    'changed link "a"',
    'removed file "b"',
    'added file "b/inside"',
    'changed submodule "c"',
  ]);
});

test("names are told as they are: blanks, quotes, line feeds, dashes, other scripts; a rename is both its ends", async () => {
  const names = ["-dash", "a b", "q\"u'o", "line\nfeed", "tab\there", "Ärger/名前", ":(glob)*", "\\back", "a", "a.b", "a/b"].filter(
    (n) => n !== "a",
  );
  const first = repo.commit({ kept: "1", old: "long enough to be seen as renamed\n".repeat(9) });
  repo.git("mv", "old", "new");
  const second = repo.commit(Object.fromEntries(names.map((n) => [n, "1"])));
  const paths = (await changedPaths(repo.root, first, second)).map((c) => c.path);
  expect(paths).toEqual([...names, "new", "old"].sort());
});

test("a repository cannot ask for its changes to be hidden", async () => {
  const first = repo.commit({ a: "1" });
  repo.commit({ ".gitmodules": '[submodule "vendor"]\n\tpath = vendor\n\turl = ./x\n\tignore = all\n' });
  repo.git("update-index", "--add", "--cacheinfo", `160000,${first},vendor`);
  repo.git("commit", "--quiet", "--message", "added");
  repo.git("update-index", "--add", "--cacheinfo", `160000,${repo.git("rev-parse", "HEAD")},vendor`);
  repo.git("commit", "--quiet", "--message", "moved");
  repo.git("config", "diff.ignoreSubmodules", "all");
  repo.git("config", "diff.relative", "true");
  repo.git("config", "diff.orderFile", "nowhere");
  repo.write(".git/info/attributes", "* -diff\n");
  expect(repo.git("diff-tree", "-r", "HEAD~1", "HEAD")).toBe("");
  expect(await changes("HEAD~1", "HEAD")).toEqual(['changed submodule "vendor"']);
});

test("what names no tree is an error in one line", async () => {
  repo.commit({ a: "1" });
  for (const revision of ["nowhere", "--stat", "HEAD:a", "e".repeat(40), repo.git("rev-parse", "HEAD:a")]) {
    await expect(changedPaths(repo.root, "HEAD", revision), revision).rejects.toMatchObject({ name: "GitFailure", kind: "revision" });
  }
});
