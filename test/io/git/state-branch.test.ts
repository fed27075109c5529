import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readBoundedTree, treeLimits } from "../../../src/io/git/bounded-tree.ts";
import { authorizationFor } from "../../../src/io/git/github-token.ts";
import { openGit } from "../../../src/io/git/open-git.ts";
import { openStateBranch, type StateBranch } from "../../../src/io/git/state-branch.ts";
import { cloneOf, type GitFolder, openGitFolder } from "../../support/git-folder.ts";

let remote: GitFolder;
let here: GitFolder;
const opened: GitFolder[] = [];
const keep = (folder: GitFolder): GitFolder => (opened.push(folder), folder);

beforeEach(() => {
  const origin = keep(openGitFolder("--initial-branch=main"));
  origin.commit({ "rollcall.yaml": "organization: Acme\n" });
  remote = keep(openGitFolder("--bare"));
  origin.git("push", "--quiet", remote.root, "main");
  here = keep(cloneOf(remote.root));
});
afterEach(() => opened.splice(0).forEach((f) => f.close()));

const branchIn = (folder: GitFolder): Promise<StateBranch> => openStateBranch(folder.root, { branch: "state", env: {} });
const file = (path: string, text: string) => ({ path, bytes: Buffer.from(text) });
const draft = (parent: string | null, text: string, run = "r") => ({
  parent,
  changed: [file("journal/forge.jsonl", text)],
  removed: [],
  message: `says ${text}`,
  at: new Date("2026-06-10T12:00:00Z"),
  run,
});

async function push(folder: GitFolder, text: string): Promise<string> {
  const branch = await branchIn(folder);
  const parent = await branch.head();
  const commit = await branch.commit(draft(parent, text));
  expect(await branch.push(parent, commit)).toBe("pushed");
  return commit;
}

describe("a branch of data", () => {
  test("does not exist at first, holds what was pushed, and keeps what a commit does not name", async () => {
    const branch = await branchIn(here);
    expect(await branch.head()).toBeNull();
    const first = await branch.commit({ ...draft(null, "one"), changed: [file("a/b.json", "\0\u00ff\n"), file("c.txt", "")] });
    expect(await branch.push(null, first)).toBe("pushed");
    const second = await branch.commit({ ...draft(first, "two"), removed: ["c.txt"] });
    expect(await branch.push(first, second)).toBe("pushed");
    const other = await branchIn(keep(cloneOf(remote.root)));
    expect(await other.head()).toBe(second);
    const files = (await other.files(second)).map((f) => [f.path, f.bytes.toString()]);
    expect(files).toEqual([
      ["a/b.json", "\0\u00ff\n"],
      ["journal/forge.jsonl", "two"],
    ]);
  });

  test("takes a push only from where it is, whether it went on, was removed, or is there already", async () => {
    const branch = await branchIn(here);
    const [one, rival] = [await branch.commit(draft(null, "one")), await branch.commit(draft(null, "rival"))];
    expect(await branch.push(null, one)).toBe("pushed");
    expect(await branch.push(null, rival)).toBe("moved");
    expect(await branch.push(rival, await branch.commit(draft(rival, "two")))).toBe("moved");
    remote.git("update-ref", "-d", "refs/heads/state");
    expect(await branch.push(one, await branch.commit(draft(one, "three")))).toBe("moved");
  });

  test("that the server is just busy with is tried again, and lost by nobody", async () => {
    const one = await push(here, "one");
    const branch = await branchIn(here);
    const two = await branch.commit(draft(one, "two"));
    const lock = join(remote.root, "refs/heads/state.lock");
    writeFileSync(lock, "");
    await expect(branch.push(one, two)).rejects.toMatchObject({ kind: "remote" });
    setTimeout(() => rmSync(lock), 200);
    writeFileSync(lock, "");
    expect(await branch.push(one, two)).toBe("pushed");
  });

  test("counts a push as done whose answer was lost", async () => {
    const branch = await branchIn(here);
    const one = await branch.commit(draft(null, "one"));
    // The server takes it, and the connection breaks before it says so.
    const hook = join(remote.root, "hooks", "post-update");
    writeFileSync(hook, "#!/bin/sh\nkill -9 $PPID\n");
    chmodSync(hook, 0o755);
    expect(await branch.push(null, one)).toBe("pushed");
    expect(remote.git("rev-parse", "state")).toBe(one);
  });

  test("says in the server's words why it takes nothing, and is where it was", async () => {
    const one = await push(here, "one");
    const hook = join(remote.root, "hooks", "pre-receive");
    writeFileSync(hook, "#!/bin/sh\necho 'error: GH006: Protected branch update failed' >&2\nexit 1\n");
    chmodSync(hook, 0o755);
    const branch = await branchIn(here);
    await expect(branch.push(one, await branch.commit(draft(one, "two")))).rejects.toMatchObject({
      kind: "remote",
      message: expect.stringMatching(/origin did not take the state \(branch state\): .*pre-receive hook declined/) as string,
    });
    expect(remote.git("rev-parse", "state")).toBe(one);
  });

  test("is left alone by hooks and filters of the checkout, and leaves the checkout alone", async () => {
    const marker = join(here.root, "..", `${here.root.split("/").at(-1)}-ran`);
    for (const name of ["pre-push", "reference-transaction", "post-checkout"]) {
      writeFileSync(join(here.root, ".git/hooks", name), `#!/bin/sh\ntouch ${marker}\nexit 1\n`);
      chmodSync(join(here.root, ".git/hooks", name), 0o755);
    }
    here.write(".gitattributes", "* filter=evil\n");
    here.git("config", "filter.evil.clean", `touch ${marker}`);
    const before = here.git("status", "--porcelain");
    expect(existsSync(marker), "Git itself falls for it").toBe(true);
    rmSync(marker);
    await push(here, "one\r\n");
    expect(existsSync(marker)).toBe(false);
    expect(here.git("status", "--porcelain")).toBe(before);
    expect(execFileSync("git", ["show", "state:journal/forge.jsonl"], { cwd: remote.root }).toString()).toBe("one\r\n");
  });

  test("whose history was rewritten is refused until somebody accepts it", async () => {
    const one = await push(here, "one");
    await push(here, "two");
    const rewriter = await branchIn(keep(cloneOf(remote.root)));
    await rewriter.head();
    const forged = await rewriter.commit(draft(one, "forged"));
    remote.git("fetch", "--quiet", opened.at(-1)!.root, forged);
    remote.git("update-ref", "refs/heads/state", forged);
    const branch = await branchIn(here);
    await expect(branch.head()).rejects.toMatchObject({ kind: "rewritten", message: expect.stringContaining("state accept") as string });
    await expect(branch.head()).rejects.toMatchObject({ kind: "rewritten" });
    expect(await branch.accept()).toBe(forged);
    expect(await branch.head()).toBe(forged);
  });

  test("that went back to an earlier commit, or went away, is refused as well", async () => {
    const one = await push(here, "one");
    await push(here, "two");
    remote.git("update-ref", "refs/heads/state", one);
    await expect((await branchIn(here)).head()).rejects.toMatchObject({ kind: "rewritten" });
    remote.git("update-ref", "-d", "refs/heads/state");
    await expect((await branchIn(here)).head()).rejects.toMatchObject({
      kind: "rewritten",
      message: expect.stringContaining("gone") as string,
    });
    expect(await (await branchIn(here)).accept()).toBeNull();
    expect(await (await branchIn(here)).head()).toBeNull();
  });

  test("is none that people work on: not one that is checked out, not one that holds the files", async () => {
    await expect(openStateBranch(here.root, { branch: "main", env: {} })).rejects.toMatchObject({ kind: "tree" });
    here.git("push", "--quiet", "origin", "main:work");
    const work = await openStateBranch(here.root, { branch: "work", env: {} });
    const head = await work.head();
    await expect(work.files(head!)).rejects.toMatchObject({ message: expect.stringContaining("holds rollcall.yaml") as string });
  });

  test("lies on the remote that the environment names", async () => {
    const second = keep(openGitFolder("--bare"));
    here.git("remote", "add", "vault", second.root);
    const branch = await openStateBranch(here.root, { branch: "state", env: { ROLLCALL_STATE_REMOTE: "vault" } });
    const one = await branch.commit(draft(null, "one"));
    expect(await branch.push(null, one)).toBe("pushed");
    expect(second.git("rev-parse", "state")).toBe(one);
    expect(remote.git("branch", "--list", "state")).toBe("");
  });
});

describe("two writers at once", () => {
  test("exactly one wins, in twenty rounds", async () => {
    const children = ["left", "right"].map((name) => {
      const child = spawn(process.execPath, [
        fileURLToPath(new URL("./push-rounds.ts", import.meta.url)),
        keep(cloneOf(remote.root)).root,
        name,
      ]);
      return { child, answers: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
    });
    try {
      const all = async (): Promise<string[]> => {
        for (const { child } of children) child.stdin.write("\n");
        return Promise.all(children.map(async (c) => (await c.answers.next()).value as string));
      };
      let before = 0;
      for (let round = 1; round <= 20; round++) {
        expect(await all()).toEqual(["ready", "ready"]);
        const said = await all();
        const won = said.filter((s) => s.startsWith("pushed "));
        expect(won, said.join()).toHaveLength(1);
        expect(said.filter((s) => s.startsWith("moved "))).toHaveLength(1);
        expect(remote.git("rev-parse", "state")).toBe(won[0]!.split(" ")[1]);
        expect(Number(remote.git("rev-list", "--count", "state"))).toBe(++before);
      }
    } finally {
      for (const { child } of children as { child: ChildProcessWithoutNullStreams }[]) child.kill();
    }
  }, 90_000);
});

describe("a hostile tree", () => {
  const blob = (text: string): string => write(["hash-object", "-w", "--stdin"], text);
  const tree = (...entries: string[]): string => write(["mktree", "--missing", "-z"], entries.map((e) => `${e}\0`).join(""));
  const write = (args: string[], input: string): string =>
    execFileSync("git", args, { cwd: here.root, input, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] }).trim();
  const commit = (id: string): string => here.git("commit-tree", id, "-m", "hostile");
  const reading = (id: string, limits = treeLimits) => readBoundedTree(openGit(here.root), commit(id), limits);
  const refusal = (path: string) => ({ kind: "tree", message: expect.stringContaining(JSON.stringify(path)) as string });

  test("is refused as a whole: a link, a submodule, a name that leads out", async () => {
    const good = `100644 blob ${blob("good")}\tgood.txt`;
    await expect(reading(tree(good))).resolves.toHaveLength(1);
    await expect(reading(tree(good, `120000 blob ${blob("/etc/passwd")}\tjournal`))).rejects.toMatchObject(refusal("journal"));
    await expect(reading(tree(good, `160000 commit ${"1".repeat(40)}\tsub`))).rejects.toMatchObject(refusal("sub"));
    const inner = tree(`100644 blob ${blob("x")}\tx`);
    for (const name of ["..", ".git", ".GIT", "a\\b", "with space", "new\nline", "\u202e"]) {
      await expect(reading(tree(good, `040000 tree ${inner}\t${name}`)), name).rejects.toMatchObject({ kind: "tree" });
    }
  });

  test("is refused before its contents are read: too large, too many, too deep, or folded so that it unfolds without end", async () => {
    const big = `100644 blob ${blob("x".repeat(1000))}\tbig`;
    await expect(reading(tree(big), { ...treeLimits, file: 999 })).rejects.toMatchObject(refusal("big"));
    await expect(reading(tree(big, big.replace("big", "two")), { ...treeLimits, total: 1500 })).rejects.toMatchObject(refusal("two"));
    await expect(reading(tree(big, big.replace("big", "two")), { ...treeLimits, files: 1 })).rejects.toMatchObject(refusal("two"));
    let bomb = tree(big);
    for (let level = 0; level < 7; level++) bomb = tree(...Array.from({ length: 10 }, (_, i) => `040000 tree ${bomb}\td${i}`));
    await expect(reading(bomb)).rejects.toMatchObject({ kind: "tree", message: expect.stringContaining("too deep") as string });
  });
});

describe("signing in", () => {
  test("the token goes to the server of the environment, by https, and nowhere else", () => {
    const GITHUB_TOKEN = "ghs_notARealToken";
    const basic = `Basic ${Buffer.from(`x-access-token:${GITHUB_TOKEN}`).toString("base64")}`;
    expect(authorizationFor("https://github.com/acme/identities.git", { GITHUB_TOKEN })).toBe(basic);
    for (const url of [
      "https://github.example/acme/x.git",
      "http://github.com/acme/x.git",
      "https://github.com.evil.example/x.git",
      "https://github.com:8443/x.git",
      "https://github.com@evil.example/x.git",
      "git@github.com:acme/x.git",
      remote.root,
    ])
      expect(authorizationFor(url, { GITHUB_TOKEN }), url).toBeUndefined();
    const enterprise = { GITHUB_TOKEN, GITHUB_SERVER_URL: "https://github.acme.example" };
    expect(authorizationFor("https://github.com/acme/x.git", enterprise)).toBeUndefined();
    expect(authorizationFor("https://github.acme.example/acme/x.git", enterprise)).toBe(basic);
    expect(authorizationFor("https://github.com/acme/x.git", {})).toBeUndefined();
  });

  test("an address with a password is not shown where the remote is not reached", async () => {
    here.git("remote", "set-url", "origin", "http://ada:hunter2@127.0.0.1:1/acme.git");
    const branch = await branchIn(here);
    await expect(branch.head()).rejects.toMatchObject({ kind: "remote", message: expect.not.stringContaining("hunter2") as string });
    const named = await openStateBranch(here.root, {
      branch: "state",
      env: { ROLLCALL_STATE_REMOTE: "http://ada:hunter2@127.0.0.1:1/acme.git" },
    });
    await expect(named.head()).rejects.toMatchObject({ message: expect.not.stringContaining("hunter2") as string });
  });
});
