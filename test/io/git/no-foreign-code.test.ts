import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { changedPaths } from "../../../src/io/git/changed-paths.ts";
import { readCommit } from "../../../src/io/git/commit-files.ts";
import { firstParents } from "../../../src/io/git/first-parents.ts";
import { isMergeOf, mergedTree } from "../../../src/io/git/merged-tree.ts";
import { openGit } from "../../../src/io/git/open-git.ts";
import { commitOf, isAncestor, mergeBase, treeOf } from "../../../src/io/git/revision.ts";
import { readTree } from "../../../src/io/git/tree-files.ts";
import { cloneOf, type GitFolder, openGitFolder } from "../../support/git-folder.ts";

let repo: GitFolder;
let [base, head]: [string, string] = ["", ""];

beforeEach(() => {
  repo = openGitFolder();
  const start = repo.commit({ "rollcall.yaml": "organization: Acme\n", "identities/people/ada.yaml": "a: 1\nb: 1\nc: 1\nd: 1\ne: 1\n" });
  head = repo.branch("pull", start, {
    "identities/people/ada.yaml": "a: 2\nb: 1\nc: 1\nd: 1\ne: 1\n",
    ".gitattributes": "* diff=evil merge=evil filter=evil text\n",
    ".lfsconfig": "[lfs]\n\turl = http://127.0.0.1:1/\n",
  });
  base = repo.commit({
    "identities/people/ada.yaml": "a: 1\nb: 1\nc: 1\nd: 1\ne: 2\n",
    ".gitattributes": "* diff=evil merge=evil filter=evil text\n",
  });
});
afterEach(() => {
  vi.unstubAllEnvs();
  repo.close();
});

/** A program that leaves a trace, under every name by which a repository can name one to Git. */
function plant(): { ran: () => string } {
  const trace = join(repo.root, ".git/ran");
  const program = join(repo.root, ".git/evil");
  writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> '${trace}'\ncat > /dev/null\nexit 1\n`);
  chmodSync(program, 0o755);
  const hooks = join(repo.root, ".git/hooks");
  mkdirSync(hooks, { recursive: true });
  for (const hook of [
    "reference-transaction",
    "pre-push",
    "post-checkout",
    "post-index-change",
    "post-merge",
    "fsmonitor-watchman",
    "pre-auto-gc",
  ]) {
    writeFileSync(join(hooks, hook), readFileSync(program));
    chmodSync(join(hooks, hook), 0o755);
  }
  for (const key of [
    "core.fsmonitor",
    "core.sshCommand",
    "core.askPass",
    "core.editor",
    "core.pager",
    "core.gitProxy",
    "core.alternateRefsCommand",

    "diff.external",
    "diff.evil.command",
    "diff.evil.textconv",
    "merge.evil.driver",
    "merge.default",
    "gpg.program",
    "credential.helper",

    "filter.evil.clean",
    "filter.evil.smudge",
    "filter.evil.process",
    "pager.log",
    "pager.diff-tree",
    "pager.rev-list",
    "alias.rev-list",
    "remote.origin.uploadpack",
    "remote.origin.receivepack",
    "uploadpack.packObjectsHook",
  ]) {
    repo.git("config", key, program);
  }
  repo.git("config", "core.hooksPath", hooks);
  repo.git("config", "log.showSignature", "true");
  repo.git("config", "core.attributesFile", join(repo.root, ".gitattributes"));
  repo.write(".git/info/attributes", "* diff=evil merge=evil filter=evil\n");
  return { ran: () => (existsSync(trace) ? readFileSync(trace, "utf8") : "") };
}

describe("nothing that a repository names is run", () => {
  test("and what is planted here would be, if Git were called without care", () => {
    const { ran } = plant();
    expect(() => repo.git("merge", "--quiet", "--no-edit", "pull")).toThrow();
    expect(ran()).toMatch(/reference-transaction|evil/);
    rmSync(join(repo.root, ".git/ran"));
    expect(() => repo.git("merge-tree", "--write-tree", base, head)).toThrow();
    expect(ran()).toContain("evil");
  });

  test("by reading", async () => {
    const { ran } = plant();
    const { tree } = (await mergedTree(repo.root, base, head)) as { tree: string };
    expect((await readTree(repo.root, tree)).files[0]!.text).toBe("a: 2\nb: 1\nc: 1\nd: 1\ne: 2\n");
    await readCommit(repo.root, "pull");
    await commitOf(repo.root, "pull");
    await treeOf(repo.root, "pull");
    await mergeBase(repo.root, base, head);
    await isAncestor(repo.root, base, head);
    await firstParents(repo.root, null, "pull", 9);
    await changedPaths(repo.root, base, head);
    await isMergeOf(repo.root, { before: base, head, after: base });
    expect(ran()).toBe("");
  });

  test("nor by reading in a partial clone: what it lacks is not fetched behind one's back", async () => {
    repo.git("config", "uploadpack.allowFilter", "true");
    const clone = cloneOf(repo.root, "--filter=blob:none", "--no-checkout");
    try {
      const trace = join(clone.root, ".git/ran");
      clone.git("config", "remote.origin.uploadpack", `touch '${trace}'; git-upload-pack`);
      clone.git("config", "protocol.allow", "always");
      clone.git("config", "protocol.file.allow", "always");
      await expect(readCommit(clone.root, "HEAD")).rejects.toMatchObject({
        name: "GitFailure",
        message: expect.stringContaining("partial clone"),
      });
      expect(existsSync(trace)).toBe(false);
      // Older versions of Git look at the protocols alone.
      await expect(openGit(clone.root).bytes(["ls-remote", "--", `file://${repo.root}`])).rejects.toMatchObject({
        message: expect.stringContaining("not allowed"),
      });
      // What is planted would have worked.
      clone.git("cat-file", "blob", "HEAD:rollcall.yaml");
      expect(existsSync(trace)).toBe(true);
    } finally {
      clone.close();
    }
  });
});

describe("Git does not see", () => {
  test("our environment: neither tokens nor what points it elsewhere", async () => {
    vi.stubEnv("GITHUB_TOKEN", "token-of-the-run");
    vi.stubEnv("GIT_DIR", "/nowhere");
    vi.stubEnv("GIT_EXTERNAL_DIFF", "/bin/false");
    vi.stubEnv("EDITOR", "/bin/false");
    expect(await commitOf(repo.root, "HEAD")).toBe(base);
    fakeGit("env");
    const seen = await openGit(repo.root).text(["anything"]);
    expect(seen).toContain("GIT_TERMINAL_PROMPT=0");
    expect(seen).not.toMatch(/token-of-the-run|GIT_DIR|GIT_EXTERNAL_DIFF|EDITOR/);
  });
});

/** A program in the place of Git. */
function fakeGit(script: string): void {
  const bin = join(repo.root, ".git/bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, "git"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, "git"), 0o755);
  vi.stubEnv("PATH", `${bin}:${process.env["PATH"] ?? ""}`);
}

describe("an end that is not a good one is a failure", () => {
  test("where Git is not on the PATH", async () => {
    vi.stubEnv("PATH", join(repo.root, "nowhere"));
    await expect(commitOf(repo.root, "HEAD")).rejects.toMatchObject({ message: "Git is not installed, or not on the PATH" });
  });

  test("where it is killed, or fails without a word", async () => {
    for (const [script, message] of [
      ["kill -9 $$", "Git failed: it was stopped"],
      ["exit 3", "Git failed: no reason given"],
      [
        "echo 'warning: x' >&2; echo 'fatal: https://ada:secret@host/x is not there' >&2; exit 128",
        "Git failed: fatal: https://host/x is not there",
      ],
    ] as const) {
      fakeGit(`echo half-an-answer\n${script}`);
      await expect(openGit(repo.root).bytes(["rev-parse", "HEAD"]), script).rejects.toMatchObject({ message });
    }
  });

  test("and the end of a process is not the end of what it says", async () => {
    fakeGit("(sleep 0.3; echo rest) & echo half");
    expect(await openGit(repo.root).text(["anything"])).toBe("half\nrest\n");
  });

  test("where Git is too old to merge without a checkout", async () => {
    const usage = "echo 'usage: git merge-tree <base-tree> <branch1> <branch2>' >&2; exit 129";
    fakeGit(`case "$*" in *merge-tree*) ${usage};; esac\nPATH='${process.env["PATH"] ?? ""}' exec git "$@"`);
    await expect(mergedTree(repo.root, base, head)).rejects.toMatchObject({
      message: "Git 2.38 or newer is needed to merge without a checkout",
    });
  });
});
