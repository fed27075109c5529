import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { blobId } from "../../../src/io/git/blobs.ts";
import { readCommit } from "../../../src/io/git/commit-files.ts";
import { readWorkspace } from "../../../src/io/workspace/read-workspace.ts";
import { commitAll, git } from "../../support/git.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "rollcall-git-")));
  git(root, "init", "--quiet");
  write("rollcall.yaml", "organization: Acme\n");
  write("identities/people/b.yaml", "name: B\n");
  write("identities/people/a.yaml", "name: Ä\n");
  write("policies/limits.yaml", "kind: limits\n");
  write("src/other.ts", "not ours");
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}
const problems = async (revision = "HEAD"): Promise<string[]> =>
  (await readCommit(root, revision)).diagnostics.map((d) => `${d.code} ${d.where[0]!.file}`);

describe("the files of a commit", () => {
  test("are what a checkout of it would hold, whatever the working tree holds meanwhile", async () => {
    const commit = commitAll(root);
    const there = readWorkspace(root);
    write("identities/people/a.yaml", "name: changed\n");
    rmSync(join(root, "policies"), { recursive: true });
    expect(await readCommit(root, "HEAD")).toEqual({ commit, ...there });
    expect(there.files.map((f) => f.path)).toEqual([
      "identities/people/a.yaml",
      "identities/people/b.yaml",
      "policies/limits.yaml",
      "rollcall.yaml",
    ]);
  });

  test("are read by id, branch, tag and distance, from any folder of the repository that has them", async () => {
    const first = commitAll(root);
    write("identities/people/c.yaml", "name: C\n");
    commitAll(root);
    git(root, "tag", "v1", first);
    for (const revision of [first, first.slice(0, 8), "v1", "main~1"]) {
      const { commit, files } = await readCommit(root, revision);
      expect([commit, files.length], revision).toEqual([first, 4]);
    }
    const deep = join(root, "org/two");
    write("org/two/rollcall.yaml", "organization: Two\n");
    write("org/two/identities/people/z.yaml", "name: Z\n");
    commitAll(root);
    expect((await readCommit(deep, "HEAD")).files).toEqual([
      { path: "identities/people/z.yaml", text: "name: Z\n" },
      { path: "rollcall.yaml", text: "organization: Two\n" },
    ]);
  });

  test("do not include the schemas that rollcall writes for editors, whatever their size", async () => {
    write("identities/.schema/person.json", Buffer.alloc(1_048_577, " "));
    const commit = commitAll(root);
    expect(await readCommit(root, "HEAD")).toEqual({ commit, ...readWorkspace(root) });
  });

  test("that are at hand by their content are not read again", async () => {
    commitAll(root);
    const text = "name: B\n";
    const planted = new Map([[blobId(text, "sha1"), "this was at hand"]]);
    const { files } = await readCommit(root, "HEAD", () => planted);
    expect(files.map((f) => f.text)).toEqual(["name: Ä\n", "this was at hand", "kind: limits\n", "organization: Acme\n"]);
    expect(blobId(text, "sha1")).toBe(git(root, "rev-parse", "HEAD:identities/people/b.yaml"));
  });

  test("may be many, equal, empty, and end without a line feed", async () => {
    for (let i = 0; i < 900; i++) write(`identities/people/p${i}.yaml`, i % 3 === 0 ? "" : i % 3 === 1 ? "name: same" : `name: P${i}\n`);
    commitAll(root);
    const { files, diagnostics } = await readCommit(root, "HEAD");
    expect(diagnostics).toEqual([]);
    expect({ files, diagnostics }).toEqual(readWorkspace(root));
  });

  test("in a repository with SHA-256 ids are the same", async () => {
    rmSync(join(root, ".git"), { recursive: true });
    git(root, "init", "--quiet", "--object-format=sha256");
    const commit = commitAll(root);
    expect(commit).toHaveLength(64);
    expect(await readCommit(root, "HEAD")).toEqual({ commit, ...readWorkspace(root) });
  });
});

describe("what is odd is said and not followed, as in a folder", () => {
  test("links: a file, a folder, the settings", async () => {
    symlinkSync("../../src/other.ts", join(root, "identities/people/c.yaml"));
    symlinkSync("../src", join(root, "identities/roles"));
    rmSync(join(root, "rollcall.yaml"));
    symlinkSync("src/other.ts", join(root, "rollcall.yaml"));
    commitAll(root);
    expect(await problems()).toEqual(["SYMLINK identities/people/c.yaml", "SYMLINK identities/roles", "SYMLINK rollcall.yaml"]);
    expect(await problems()).toEqual(readWorkspace(root).diagnostics.map((d) => `${d.code} ${d.where[0]!.file}`));
    expect(JSON.stringify(await readCommit(root, "HEAD"))).not.toContain("not ours");
  });

  test("a submodule", async () => {
    const commit = commitAll(root);
    git(root, "update-index", "--add", "--cacheinfo", `160000,${commit},identities/people/sub`);
    git(root, "commit", "--quiet", "--message", "a submodule");
    expect(await problems()).toEqual(["SUBMODULE identities/people/sub"]);
  });

  test("files that are too large, and text that is not UTF-8", async () => {
    write("identities/people/big.yaml", Buffer.alloc(1_048_577, "a"));
    write("identities/people/latin.yaml", Buffer.from([0x6e, 0xe9, 0x0a]));
    commitAll(root);
    expect(await problems()).toEqual(["FILE_TOO_LARGE identities/people/big.yaml", "TEXT_ENCODING identities/people/latin.yaml"]);
  });

  test("a file where a folder belongs, a folder where the settings belong, folders without end", async () => {
    rmSync(join(root, "policies"), { recursive: true });
    write("policies", "a file");
    rmSync(join(root, "rollcall.yaml"));
    write("rollcall.yaml/x", "a folder");
    write(`identities/${"x/".repeat(12)}y.yaml`, "name: Y\n");
    commitAll(root);
    expect(await problems()).toEqual([
      "FOLDER_DEPTH identities/x/x/x/x/x/x/x/x/x/x/x/x",
      "FILE_KIND policies",
      "FILE_KIND rollcall.yaml/x",
    ]);
  });
});

describe("what cannot be read is one line", () => {
  test("a revision that names no commit, or is meant as an option", async () => {
    commitAll(root);
    for (const revision of ["nowhere", "HEAD:rollcall.yaml", "--output=/etc/passwd", "", "HEAD^9"]) {
      await expect(readCommit(root, revision), revision).rejects.toMatchObject({ name: "GitFailure", kind: "revision" });
    }
  });

  test("a folder outside any repository, and one that is not there", async () => {
    const outside = mkdtempSync(join(tmpdir(), "rollcall-no-git-"));
    try {
      await expect(readCommit(outside, "HEAD")).rejects.toMatchObject({
        kind: "repository",
        message: `${outside} is not in a Git repository`,
      });
      await expect(readCommit(join(outside, "gone"), "HEAD")).rejects.toMatchObject({ name: "GitFailure" });
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  test("are none where there are more than anybody has", async () => {
    commitAll(root);
    const blob = git(root, "rev-parse", "HEAD:rollcall.yaml");
    const tree = (rows: string): string => execFileSync("git", ["mktree"], { cwd: root, encoding: "utf8", input: rows }).trim();
    const many = tree(Array.from({ length: 50_001 }, (_, n) => `100644 blob ${blob}\tp${n}.yaml\n`).join(""));
    const all = tree(`040000 tree ${tree(`040000 tree ${many}\tpeople\n`)}\tidentities\n`);
    const commit = git(root, "commit-tree", "-m", "crowd", all);
    expect([await problems(commit), (await readCommit(root, commit)).files]).toEqual([["TOO_MANY_FILES identities"], []]);
  });
});
