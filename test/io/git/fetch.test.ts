import { execFileSync } from "node:child_process";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fileAt } from "../../../src/io/git/file-at.ts";
import { fetchBranch, fetchCommit, fetchPull } from "../../../src/io/git/fetch.ts";
import { firstParents } from "../../../src/io/git/first-parents.ts";
import { mergedTree } from "../../../src/io/git/merged-tree.ts";
import { headBranch, remoteUrl } from "../../../src/io/git/remote.ts";
import { openStateBranch } from "../../../src/io/git/state-branch.ts";
import { mergeBase } from "../../../src/io/git/revision.ts";
import { cloneOf, type GitFolder, openGitFolder } from "../../support/git-folder.ts";

let origin: GitFolder;
let [start, base, head]: [string, string, string] = ["", "", ""];
const open: { close: () => unknown }[] = [];

beforeEach(() => {
  origin = openGitFolder();
  open.push(origin);
  start = origin.commit({ a: "1" });
  head = origin.branch("pull", start, { b: "1" });
  origin.git("update-ref", "refs/pull/7/head", head);
  origin.git("branch", "--quiet", "-D", "pull");
  base = origin.commit({ a: "2" });
  origin.git("tag", "v1");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const one of open.splice(0)) await one.close();
});

const clone = (...options: string[]): GitFolder => {
  const made = cloneOf(origin.root, ...options);
  open.push(made);
  return made;
};
const refs = (repo: GitFolder): string[] => repo.git("for-each-ref", "--format=%(refname)").split("\n");

describe("the head of a pull request", () => {
  test("comes in under a name of its own, and nothing else does", async () => {
    const repo = clone("--no-tags");
    const before = refs(repo);
    repo.git("config", "--add", "remote.origin.fetch", "+refs/heads/*:refs/mirror/*");
    repo.git("config", "fetch.prune", "true");
    repo.git("config", "remote.origin.tagOpt", "--tags");
    const status = repo.git("status", "--porcelain=v2", "--branch");
    expect(await fetchPull(repo.root, { remote: "origin", number: 7 })).toBe(head);
    expect(refs(repo)).toEqual([...before, "refs/rollcall/pull/7"].sort());
    expect(repo.git("status", "--porcelain=v2", "--branch")).toBe(status);
    expect(() => readFileSync(join(repo.root, ".git/FETCH_HEAD"))).toThrow("ENOENT");
  });

  test("comes in again after it was pushed to, by force too, and by the address as well as by the name", async () => {
    const repo = clone();
    await fetchPull(repo.root, { remote: "origin", number: 7 });
    origin.git("update-ref", "refs/pull/7/head", base);
    expect(await fetchPull(repo.root, { remote: `file://${origin.root}`, number: 7 })).toBe(base);
    expect(await fetchPull(repo.root, { remote: origin.root, number: 7, into: "refs/rollcall/here" })).toBe(base);
  });

  test("makes a shallow clone deep enough to merge it, and no deeper than it must be", async () => {
    const repo = clone("--depth", "1");
    expect(await fetchPull(repo.root, { remote: "origin", number: 7 })).toBe(head);
    expect(await mergeBase(repo.root, "HEAD", head)).toBe(start);
    expect(await mergedTree(repo.root, base, head)).toEqual(await mergedTree(origin.root, base, "refs/pull/7/head"));
    // A pull request that stands on the tip needs nothing below it.
    const onTip = origin.branch("on-tip", base, { c: "1" });
    origin.git("update-ref", "refs/pull/8/head", onTip);
    const shallow = clone("--depth", "1");
    await fetchPull(shallow.root, { remote: "origin", number: 8 });
    expect(shallow.git("rev-parse", "--is-shallow-repository")).toBe("true");
    expect(await mergeBase(shallow.root, base, onTip)).toBe(base);
  });

  test("is an error in one line where there is none", async () => {
    const repo = clone();
    for (const number of [99, 0, -1, 1.5, Number.NaN]) {
      await expect(fetchPull(repo.root, { remote: "origin", number })).rejects.toMatchObject({ name: "GitFailure", kind: "revision" });
    }
    await expect(fetchPull(repo.root, { remote: "upstream", number: 7 })).rejects.toMatchObject({
      message: 'This repository has no remote "upstream"',
    });
    await expect(fetchPull(repo.root, { remote: "--upload-pack=x", number: 7 })).rejects.toMatchObject({ name: "GitFailure" });
    await expect(fetchPull(repo.root, { remote: "origin", number: 7, into: "refs/heads/main" })).rejects.toMatchObject({
      name: "GitFailure",
    });
    await expect(fetchPull(repo.root, { remote: join(origin.root, "gone"), number: 7 })).rejects.toMatchObject({ kind: "git" });
  });

  test("is refused where its objects are not as Git makes them", async () => {
    const who = "Ada <ada@acme.example> 1 +0000";
    const tree = join(origin.root, ".git/tree");
    const entry = Buffer.concat([Buffer.from("100644 a\0"), Buffer.from(origin.git("rev-parse", "HEAD:a"), "hex")]);
    writeFileSync(tree, Buffer.concat([entry, entry]));
    const twice = origin.git("hash-object", "-t", "tree", "-w", "--literally", tree);
    origin.write(".git/commit", `tree ${twice}\nparent ${base}\nauthor ${who}\ncommitter ${who}\n\nodd\n`);
    origin.git("update-ref", "refs/pull/9/head", origin.git("hash-object", "-t", "commit", "-w", ".git/commit"));
    await expect(fetchPull(clone().root, { remote: "origin", number: 9 })).rejects.toMatchObject({
      message: expect.stringContaining("duplicateEntries"),
    });
  });
});

test("a pull request of a few objects that unfolds to endless paths is refused", async () => {
  let tree = origin.git("rev-parse", "HEAD^{tree}");
  for (let depth = 0; depth < 12; depth++) {
    const rows = Array.from({ length: 12 }, (_, i) => `040000 tree ${tree}\t${i}`);
    origin.write(".git/rows", `${rows.join("\n")}\n`);
    tree = execFileSync("git", ["mktree"], {
      cwd: origin.root,
      input: readFileSync(join(origin.root, ".git/rows")),
      encoding: "utf8",
    }).trim();
  }
  origin.git("update-ref", "refs/pull/66/head", origin.git("commit-tree", "-m", "bomb", "-p", base, tree));
  const repo = clone();
  await expect(fetchPull(repo.root, { remote: "origin", number: 66 })).rejects.toMatchObject({
    kind: "limit",
    message: expect.stringContaining("too large"),
  });
  await expect(fileAt(repo.root, "refs/rollcall/pull/66", "1")).rejects.toMatchObject({ kind: "limit" });
});

describe("a branch, and a commit that nothing leads to any more", () => {
  test("come in under names of their own", async () => {
    const repo = clone("--single-branch");
    origin.git("checkout", "--quiet", "--orphan", "rollcall-state");
    const state = origin.commit({ state: "1" });
    expect(await fetchBranch(repo.root, { remote: "origin", branch: "rollcall-state" })).toBe(state);
    expect(await fetchBranch(repo.root, { remote: "origin", branch: "none" })).toBeNull();
    for (const branch of ["", "a..b", "a b", "-x:y", "x*", "../heads/main", "a\nb", "@{-1}"]) {
      await expect(fetchBranch(repo.root, { remote: "origin", branch }), branch).rejects.toMatchObject({
        message: expect.stringContaining("no name for a branch"),
      });
    }
  });

  test("let a forced push be seen in a clone that was made after it", async () => {
    origin.git("reset", "--quiet", "--hard", start);
    origin.git("tag", "--delete", "v1");
    const other = origin.commit({ a: "3" });
    const repo = clone();
    await expect(firstParents(repo.root, base, "HEAD", 9)).rejects.toMatchObject({ kind: "revision" });
    expect(await fetchCommit(repo.root, { remote: "origin", id: "f".repeat(40) })).toBe(false);
    expect(await fetchCommit(repo.root, { remote: "origin", id: base })).toBe(true);
    const { forced, commits } = await firstParents(repo.root, base, "HEAD", 9);
    expect([forced, commits.map((c) => c.id)]).toEqual([true, [other]]);
    await expect(fetchCommit(repo.root, { remote: "origin", id: "HEAD" })).rejects.toMatchObject({ kind: "revision" });
  });
});

describe("where the repository stands", () => {
  test("its branch, and its remote without what is secret in the address", async () => {
    const repo = clone();
    expect(await headBranch(repo.root)).toBe("main");
    repo.git("checkout", "--quiet", "--detach");
    expect(await headBranch(repo.root)).toBeNull();
    expect(await remoteUrl(repo.root, "origin")).toBe(`file://${origin.root}`);
    expect(await remoteUrl(repo.root, "upstream")).toBeNull();
    repo.git("remote", "set-url", "origin", "https://ada:secret@git.acme.example/acme/identity.git");
    expect(await remoteUrl(repo.root, "origin")).toBe("https://git.acme.example/acme/identity.git");
    repo.git("config", "url.https://git.acme.example/.insteadOf", "acme:");
    repo.git("remote", "set-url", "origin", "acme:acme/identity");
    expect(await remoteUrl(repo.root, "origin")).toBe("https://git.acme.example/acme/identity");
    await expect(remoteUrl(tmpdir(), "origin")).rejects.toMatchObject({ kind: "repository" });
    repo.git("remote", "set-url", "origin", "git@git.acme.example:acme/identity.git");
    expect(await remoteUrl(repo.root, "origin")).toBe("git@git.acme.example:acme/identity.git");
  });
});

describe("nothing that a repository names is run", () => {
  test("on the way to a remote", async () => {
    const repo = clone();
    const trace = join(repo.root, ".git/ran");
    const program = join(repo.root, ".git/evil");
    writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> '${trace}'\nexit 1\n`);
    chmodSync(program, 0o755);
    mkdirSync(join(repo.root, ".git/hooks"), { recursive: true });
    writeFileSync(join(repo.root, ".git/hooks/reference-transaction"), readFileSync(program), { mode: 0o755 });
    for (const section of ["origin", `file://${origin.root}`]) {
      repo.git("config", `remote.${section}.uploadpack`, program);
      repo.git("config", `remote.${section}.receivepack`, program);
    }
    repo.git("config", `remote.file:///elsewhere.vcs`, "evil");
    repo.git("config", "core.sshCommand", program);
    repo.git("config", "credential.helper", program);
    repo.git("config", "protocol.ext.allow", "always");
    repo.git("config", "protocol.evil.allow", "always");
    vi.stubEnv("GIT_SSH_COMMAND", "false");
    expect(await fetchPull(repo.root, { remote: "origin", number: 7 })).toBe(head);
    for (const remote of [`ext::${program}`, "evil::x", "file:///elsewhere", "git@127.0.0.1:x", "git://127.0.0.1:1/x"]) {
      await expect(fetchPull(repo.root, { remote, number: 7 }), remote).rejects.toMatchObject({ name: "GitFailure" });
    }
    const state = await openStateBranch(repo.root, { branch: "rollcall-state", env: {} });
    expect(await state.head()).toBeNull();
    const commit = await state.commit({ parent: null, changed: [], removed: [], message: "m", at: new Date(0), run: "r" });
    expect(await state.push(null, commit)).toBe("pushed");
    repo.remove(".git/refs/rollcall/seen/rollcall-state");
    expect(await state.head()).toBe(commit);
    repo.git("remote", "set-url", "origin", "git@127.0.0.1:x");
    await expect((await openStateBranch(repo.root, { branch: "rollcall-state", env: { GIT_SSH: "false" } })).head()).rejects.toMatchObject({
      kind: "remote",
    });
    await expect((await openStateBranch(repo.root, { branch: "rollcall-state", env: {} })).head()).rejects.toMatchObject({
      kind: "remote",
    });
    expect(() => readFileSync(trace)).toThrow("ENOENT");
  });
});

test("ssh is the user's, as the environment or their own settings name it, and never the repository's", async () => {
  const repo = clone();
  const home = join(repo.root, ".git/home");
  mkdirSync(home);
  const trace = join(home, "ran");
  const program = (name: string): string => {
    writeFileSync(join(home, name), `#!/bin/sh\necho ${name} >> '${trace}'\nexit 1\n`, { mode: 0o755 });
    return join(home, name);
  };
  repo.git("config", "core.sshCommand", program("evil"));
  program("ssh");
  vi.stubEnv("HOME", home);
  vi.stubEnv("PATH", `${home}:${process.env["PATH"] ?? ""}`);
  const reach = (): Promise<unknown> =>
    expect(fetchPull(repo.root, { remote: "git@git.acme.example:x", number: 7 })).rejects.toThrow("Git failed");
  await reach();
  repo.git("config", "--file", join(home, ".gitconfig"), "core.sshCommand", program("of-the-user"));
  await reach();
  vi.stubEnv("GIT_SSH_COMMAND", program("of-the-run"));
  await reach();
  expect([...new Set(readFileSync(trace, "utf8").trim().split("\n"))]).toEqual(["ssh", "of-the-user", "of-the-run"]);
});

describe("a credential", () => {
  const token = "Bearer token-of-the-run";

  async function server(answer: RequestListener): Promise<{ url: string; seen: IncomingMessage[] }> {
    const seen: IncomingMessage[] = [];
    const listening: Server = createServer((request, response) => {
      seen.push(request);
      answer(request, response);
    });
    await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
    open.push({ close: () => new Promise((resolve) => listening.close(resolve)) });
    return { url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`, seen };
  }
  const sent = (request: IncomingMessage): string[] =>
    request.rawHeaders.filter((_, i, all) => all[i - 1]?.toLowerCase() === "authorization");

  test("goes once, to the address it is for; what the checkout had set up is not sent beside it", async () => {
    const { url, seen } = await server((_, response) => response.writeHead(404).end());
    const repo = clone();
    repo.git("config", `http.${url}/.extraHeader`, "Authorization: basic of-the-checkout");
    repo.git("remote", "set-url", "origin", `${url}/acme/identity.git`);
    await expect(fetchPull(repo.root, { remote: "origin", number: 7, authorization: token })).rejects.toMatchObject({ name: "GitFailure" });
    expect(seen.map((r) => [r.url?.split("?")[0], ...sent(r)])).toEqual([["/acme/identity.git/info/refs", token]]);
    await expect(fetchPull(repo.root, { remote: "origin", number: 7 })).rejects.toMatchObject({ name: "GitFailure" });
    expect(sent(seen.at(-1)!)).toEqual(["basic of-the-checkout"]);
  });

  test("does not follow where a redirect or a rewritten address leads", async () => {
    const other = await server((_, response) => response.writeHead(404).end());
    const { url, seen } = await server((request, response) => response.writeHead(301, { location: `${other.url}${request.url}` }).end());
    const repo = clone();
    await expect(fetchPull(repo.root, { remote: `${url}/x.git`, number: 7, authorization: token })).rejects.toMatchObject({
      name: "GitFailure",
    });
    expect([seen.length, other.seen.length]).toEqual([1, 0]);
    repo.git("config", `url.${other.url}/.insteadOf`, `${url}/`);
    await expect(fetchPull(repo.root, { remote: `${url}/x.git`, number: 7, authorization: token })).rejects.toMatchObject({
      name: "GitFailure",
    });
    expect(other.seen.map(sent)).toEqual([[]]);
  });

  test("is in no argument, no file of the repository and no error", async () => {
    const { url } = await server((_, response) => response.writeHead(403).end("no"));
    const repo = clone();
    const argv = join(repo.root, ".git/arguments");
    mkdirSync(join(repo.root, ".git/bin"));
    writeFileSync(
      join(repo.root, ".git/bin/git"),
      `#!/bin/sh\necho "$*" >> '${argv}'\nPATH='${process.env["PATH"] ?? ""}' exec git "$@"\n`,
      { mode: 0o755 },
    );
    vi.stubEnv("PATH", `${join(repo.root, ".git/bin")}:${process.env["PATH"] ?? ""}`);
    const error = await fetchPull(repo.root, { remote: `${url}/x.git`, number: 7, authorization: token }).catch((e: unknown) => e as Error);
    expect(`${(error as Error).message} ${String((error as Error).cause)}`).not.toContain("token-of-the-run");
    expect(readFileSync(argv, "utf8")).toContain("refs/pull/7/head");
    expect(readFileSync(argv, "utf8")).not.toContain("token-of-the-run");
    expect(readFileSync(join(repo.root, ".git/config"), "utf8")).not.toContain("token");
  });

  test("is refused where it could be seen or could say more than it should", async () => {
    const repo = clone();
    const fetch = (remote: string, authorization: string): Promise<unknown> => fetchPull(repo.root, { remote, number: 7, authorization });
    await expect(fetch("http://git.acme.example/x.git", token)).rejects.toMatchObject({
      message: expect.stringContaining("not encrypted"),
    });
    await expect(fetch("https://git.acme.example/x.git", `${token}\r\nX: y`)).rejects.toMatchObject({
      message: expect.stringContaining("no header"),
    });
    vi.stubEnv("DEBUG", "simple-git*");
    await expect(fetch("https://git.acme.example/x.git", token)).rejects.toMatchObject({ message: expect.stringContaining("DEBUG") });
    vi.unstubAllEnvs();
    // A remote on this disk asks for none.
    expect(await fetch("origin", token)).toBe(head);
  });

  test("that the user has set up for all repositories is used; what the repository names is not", async () => {
    const { url, seen } = await server((request, response) =>
      request.headers.authorization === undefined
        ? response.writeHead(401, { "www-authenticate": "Basic realm=x" }).end()
        : response.writeHead(404).end(),
    );
    const repo = clone();
    const home = join(repo.root, ".git/home");
    mkdirSync(home);
    const helper = (user: string): string => `!f() { echo username=${user}; echo password=x; }; f`;
    repo.git("config", "credential.helper", helper("evil"));
    vi.stubEnv("HOME", home);
    vi.stubEnv("XDG_CONFIG_HOME", home);
    await expect(fetchPull(repo.root, { remote: `${url}/x.git`, number: 7 })).rejects.toMatchObject({
      message: expect.stringContaining("could not read Username"),
    });
    expect(seen.flatMap(sent)).toEqual([]);
    repo.git("config", "--file", join(home, ".gitconfig"), "credential.helper", helper("ada"));
    await expect(fetchPull(repo.root, { remote: `${url}/x.git`, number: 7 })).rejects.toMatchObject({ name: "GitFailure" });
    expect(sent(seen.at(-1)!)).toEqual([`Basic ${Buffer.from("ada:x").toString("base64")}`]);
  });
});
