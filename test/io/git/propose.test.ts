import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fetchPull } from "../../../src/io/git/fetch.ts";
import { type Proposal, proposeFiles } from "../../../src/io/git/propose.ts";
import { pushCompareAndSwap } from "../../../src/io/git/push.ts";
import { commitFolder } from "../../../src/io/git/write-commit.ts";
import { git } from "../../support/git.ts";
import { cloneOf, type GitFolder, openGitFolder } from "../../support/git-folder.ts";

let bare: string;
let repo: GitFolder;
let base: string;
const people = "org/identities/people";
const bot = { name: "rollcall", email: "rollcall@acme.example" };
const at = new Date("2026-11-25T10:00:00.900Z");

beforeEach(() => {
  const first = openGitFolder();
  first.write("run.sh", "echo\n");
  chmodSync(join(first.root, "run.sh"), 0o755);
  symlinkSync("run.sh", join(first.root, "link"));
  base = first.commit({
    "org/rollcall.yaml": "organization: Acme\n",
    [`${people}/ada.yaml`]: "name: Ada\n",
    [`${people}/bob.yaml`]: "name: Bob\n",
  });
  bare = mkdtempSync(join(tmpdir(), "rollcall-bare-"));
  git(bare, "clone", "--quiet", "--bare", first.root, bare);
  first.close();
  repo = cloneOf(bare);
});
afterEach(() => {
  vi.unstubAllEnvs();
  repo.close();
  rmSync(bare, { recursive: true });
});

const propose = (files: Record<string, string | null>, more: Partial<Proposal> = {}, dir = join(repo.root, "org")) =>
  proposeFiles(dir, {
    remote: "origin",
    base: "HEAD",
    branch: "rollcall/onboard-eve",
    message: "Onboard Eve",
    author: bot,
    at,
    ...more,
    files: new Map(Object.entries(files)),
  });
const tip = (branch = "rollcall/onboard-eve"): string => git(bare, "rev-parse", `refs/heads/${branch}`);
const content = (path: string, of = tip()): string => git(bare, "cat-file", "blob", `${of}:${path}`);
const world = (): string[] => [
  repo.git("status", "--porcelain=v2", "--branch"),
  repo.git("for-each-ref"),
  readFileSync(join(repo.root, ".git/index"), "hex"),
  readFileSync(join(repo.root, ".git/config"), "utf8"),
  ...readdirSync(join(repo.root, ".git")),
];
const eve = { "identities/people/eve.yaml": "name: Eve\n" };

describe("a proposal", () => {
  test("is one commit upon the base, pushed as a branch; nothing here is touched", async () => {
    repo.write(`${people}/mine.yaml`, "uncommitted");
    repo.git("add", "--all");
    repo.write(`${people}/ada.yaml`, "name: changed\n");
    const before = world();
    const temporary = join(repo.root, ".git/tmp");
    mkdirSync(temporary);
    vi.stubEnv("TMPDIR", temporary);
    const { commit, outcome } = await propose({
      ...eve,
      "identities/people/ada.yaml": "name: Ada Lovelace\n",
      "identities/people/bob.yaml": null,
    });
    vi.unstubAllEnvs();
    expect(readdirSync(temporary)).toEqual([]);
    repo.remove(".git/tmp");
    expect(world()).toEqual(before);
    expect([outcome, commit]).toEqual(["made", tip()]);
    expect(git(bare, "diff-tree", "-r", "--no-commit-id", "--name-status", commit).split("\n")).toEqual([
      `M\t${people}/ada.yaml`,
      `D\t${people}/bob.yaml`,
      `A\t${people}/eve.yaml`,
    ]);
    expect(content(`${people}/eve.yaml`)).toBe("name: Eve");
    expect(git(bare, "show", "--no-patch", "--format=%P|%an|%ae|%aI|%cn|%ce|%cI|%B", commit)).toBe(
      `${base}|rollcall|rollcall@acme.example|2026-11-25T10:00:00+00:00|rollcall|rollcall@acme.example|2026-11-25T10:00:00+00:00|Onboard Eve`,
    );
  });

  test("of the same at the same time is the same commit", async () => {
    const one = await propose(eve);
    const two = await propose(eve, { branch: "other" });
    expect(two).toEqual({ commit: one.commit, outcome: "made" });
  });

  test("keeps the modes of what exists, takes every name and content as it is, and applies no filter", async () => {
    repo.write(".git/info/attributes", "* filter=evil text eol=crlf\n");
    repo.git("config", "filter.evil.clean", "touch ran");
    repo.git("config", "core.autocrlf", "true");
    const odd = ["-dash.yaml", "a b.yaml", "q\"u'o.yaml", "line\nfeed.yaml", "tab\t.yaml", "名前.yaml", ":(glob)*.yaml"];
    const text = "name: Ä\r\nempty:\r\n";
    await propose({ "run.sh": "echo 2\n", "empty.yaml": "", ...Object.fromEntries(odd.map((name) => [name, text])) }, {}, repo.root);
    expect(git(bare, "ls-tree", tip(), "run.sh")).toMatch(/^100755 /);
    expect(git(bare, "cat-file", "-s", `${tip()}:empty.yaml`)).toBe("0");
    for (const name of odd) expect(git(bare, "cat-file", "-s", `${tip()}:${name}`), name).toBe(String(Buffer.byteLength(text)));
    expect(readdirSync(repo.root)).not.toContain("ran");
  });

  test("that changes nothing is said and not pushed", async () => {
    const same = { "identities/people/ada.yaml": "name: Ada\n", "identities/people/gone.yaml": null };
    expect(await propose(same)).toEqual({ commit: base, outcome: "nothing" });
    expect(await propose({})).toEqual({ commit: base, outcome: "nothing" });
    expect(git(bare, "for-each-ref", "--format=%(refname)")).toBe("refs/heads/main");
  });

  test("that is there already is left as it is, also when it is made later", async () => {
    const { commit } = await propose(eve);
    expect(await propose(eve, { at: new Date("2026-12-01T00:00:00Z") })).toEqual({ commit, outcome: "same" });
    expect(tip()).toBe(commit);
  });

  test("replaces an earlier one of its own, also upon a base that has moved", async () => {
    await propose(eve);
    const moved = repo.commit({ other: "1" });
    repo.git("push", "--quiet", "origin", "main");
    const { commit, outcome } = await propose({ "identities/people/eve.yaml": "name: Eve II\n" });
    expect([outcome, tip()]).toEqual(["moved", commit]);
    expect(git(bare, "rev-parse", `${commit}^`)).toBe(moved);
    expect(content(`${people}/eve.yaml`)).toBe("name: Eve II");
  });

  test("does not replace what somebody else pushed to its branch", async () => {
    const { commit } = await propose(eve);
    repo.git("fetch", "--quiet", "origin", "rollcall/onboard-eve");
    repo.git("checkout", "--quiet", "FETCH_HEAD");
    const theirs = repo.commit({ [`${people}/eve.yaml`]: "name: Eve, by hand\n" });
    repo.git("push", "--quiet", "origin", "HEAD:refs/heads/rollcall/onboard-eve");
    await expect(propose({ "identities/people/eve.yaml": "name: Eve II\n" }, { base })).rejects.toMatchObject({
      kind: "moved",
      message: expect.stringContaining(`${theirs.slice(0, 12)} of "Ada Lovelace <ada@acme.example>"`),
    });
    expect([tip(), commit === theirs]).toEqual([theirs, false]);
  });

  test("of two at once, one is made and the other says that it was overtaken", async () => {
    const other = cloneOf(bare);
    try {
      for (let round = 0; round < 3; round++) {
        const branch = `race-${round}`;
        const settled = await Promise.allSettled([
          propose({ "identities/people/eve.yaml": "name: Eve 1\n" }, { branch }),
          propose(
            { "identities/people/eve.yaml": "name: Eve 2\n" },
            { branch, author: { ...bot, email: "other@acme.example" } },
            join(other.root, "org"),
          ),
        ]);
        const won = settled.flatMap((s) => (s.status === "fulfilled" ? [s.value.commit] : []));
        expect(won, JSON.stringify(settled)).toEqual([tip(branch)]);
        expect(settled.find((s) => s.status === "rejected")).toMatchObject({ reason: { name: "GitFailure", kind: "moved" } });
      }
    } finally {
      other.close();
    }
  });

  test("goes nowhere under a name that is none, or to a path that is none", async () => {
    for (const branch of ["", "-x", "a..b", "a b", "x:refs/heads/main", "+main", "a\nb", "@{-1}", "x.lock", "/x", "a//b"]) {
      const outcome = await propose(eve, { branch }).catch((e: unknown) => e);
      if (branch === "-x" || branch === "+main") expect(outcome, branch).toMatchObject({ outcome: "made" });
      else expect(outcome, branch).toMatchObject({ name: "GitFailure", message: expect.stringContaining("no name for a branch") });
    }
    for (const path of ["", "../x.yaml", "/etc/x", "a/../../x", "a//b", "./x", ".git/config", ".GIT/config", "a/.git/hooks/x", "git~1/x"]) {
      await expect(propose({ [path]: "x" }, { branch: "paths" }), path).rejects.toMatchObject({ name: "GitFailure" });
    }
    expect(git(bare, "for-each-ref", "--format=%(refname)").split("\n")).toEqual(["refs/heads/+main", "refs/heads/-x", "refs/heads/main"]);
  });

  test("does not write through a link, nor over a folder, nor into a file", async () => {
    for (const [path, message] of [
      ["link", '"link" is a link or a submodule'],
      ["org", '"org" is a folder'],
      ["run.sh/x", '"run.sh" is no folder: "run.sh/x" cannot lie in it'],
      ["link/x", '"link" is no folder: "link/x" cannot lie in it'],
    ] as const) {
      await expect(propose({ [path]: "x" }, {}, repo.root), path).rejects.toMatchObject({ message });
    }
    await expect(propose({ new: "x", "new/x": "x" }, {}, repo.root)).rejects.toMatchObject({ name: "GitFailure" });
    // A file may take the place of a folder that goes, and the other way round.
    const { outcome } = await propose(
      { "run.sh": null, "run.sh/x": "1", "org/rollcall.yaml": null, [`${people}/ada.yaml`]: null, [`${people}/bob.yaml`]: null, org: "1" },
      {},
      repo.root,
    );
    expect([outcome, git(bare, "ls-tree", "-r", "--name-only", tip()).split("\n")]).toEqual(["made", ["link", "org", "run.sh/x"]]);
  });

  test("that the remote refuses is an error with its reason", async () => {
    writeFileSync(join(bare, "hooks/pre-receive"), "#!/bin/sh\necho protected >&2\nexit 1\n", { mode: 0o755 });
    await expect(propose(eve)).rejects.toMatchObject({
      kind: "git",
      message: "The remote refuses refs/heads/rollcall/onboard-eve: [remote rejected] (pre-receive hook declined)",
    });
  });

  test("runs nothing that the repository names", async () => {
    const trace = join(repo.root, ".git/ran");
    const program = join(repo.root, ".git/evil");
    writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> '${trace}'\nexit 1\n`, { mode: 0o755 });
    for (const hook of ["pre-push", "reference-transaction", "post-index-change", "commit-msg", "pre-commit"]) {
      mkdirSync(join(repo.root, ".git/hooks"), { recursive: true });
      writeFileSync(join(repo.root, ".git/hooks", hook), readFileSync(program), { mode: 0o755 });
    }
    for (const key of ["remote.origin.receivepack", "remote.origin.uploadpack", "gpg.program", "core.fsmonitor", "core.sshCommand"])
      repo.git("config", key, program);
    for (const key of ["commit.gpgSign", "push.gpgSign"]) repo.git("config", key, "true");
    repo.git("config", "push.recurseSubmodules", "on-demand");
    repo.git("config", "push.followTags", "true");
    await propose(eve);
    await propose({ "identities/people/eve.yaml": "name: Eve II\n" });
    expect(content(`${people}/eve.yaml`)).toBe("name: Eve II");
    expect(() => readFileSync(trace)).toThrow("ENOENT");
  });

  test("from a shallow clone goes through", async () => {
    const shallow = cloneOf(bare, "--depth", "1");
    try {
      expect((await propose(eve, {}, join(shallow.root, "org"))).outcome).toBe("made");
      git(bare, "update-ref", "refs/pull/1/head", tip());
      expect(await fetchPull(repo.root, { remote: "origin", number: 1 })).toBe(tip());
    } finally {
      shallow.close();
    }
  });
});

describe("a ref that several move", () => {
  const ref = "refs/heads/rollcall-state";
  const files = (text: string) =>
    new Map<string, string | Uint8Array>([
      ["state/a.json", text],
      ["bytes", Buffer.from([0, 255])],
    ]);
  const commit = (text: string, parent: string | null): Promise<string> =>
    commitFolder(repo.root, {
      files: files(text),
      parent,
      message: "state",
      author: bot,
      at,
    });
  const swap = (expected: string | null, to: string, dir = repo.root) =>
    pushCompareAndSwap(dir, { remote: "origin", ref, expected, commit: to });

  test("moves from where it is expected to be, and from nowhere else", async () => {
    const one = await commit("1", null);
    expect(await swap(null, one)).toBe("moved");
    const two = await commit("2", one);
    expect(await swap(null, two)).toBe("lost");
    expect(await swap(base, two)).toBe("lost");
    expect(tip("rollcall-state")).toBe(one);
    expect(await swap(one, two)).toBe("moved");
    expect(await swap(one, await commit("3", one))).toBe("lost");
    // What was done already is done.
    expect(await swap(one, two)).toBe("moved");
    expect(git(bare, "ls-tree", "-r", "--name-only", two).split("\n")).toEqual(["bytes", "state/a.json"]);
    expect(git(bare, "cat-file", "-s", `${two}:bytes`)).toBe("2");
    expect(git(bare, "rev-list", two).split("\n")).toEqual([two, one]);
  });

  test("goes to one of many that try at once", async () => {
    const first = await commit("0", null);
    await swap(null, first);
    const many = await Promise.all(Array.from({ length: 6 }, (_, i) => commit(`try ${i}`, first)));
    const outcomes = await Promise.all(many.map((id) => swap(first, id)));
    expect(outcomes.filter((o) => o === "moved")).toHaveLength(1);
    expect(tip("rollcall-state")).toBe(many[outcomes.indexOf("moved")]);
  });

  test("whose answer was lost on the way is looked up", async () => {
    const one = await commit("1", null);
    const bin = join(repo.root, ".git/bin");
    mkdirSync(bin);
    const real = process.env["PATH"] ?? "";
    writeFileSync(
      join(bin, "git"),
      `#!/bin/sh\nPATH='${real}' git "$@"; code=$?\ncase "$*" in *' push '*) echo 'fatal: the remote end hung up' >&2; exit 128;; esac\nexit $code\n`,
      { mode: 0o755 },
    );
    vi.stubEnv("PATH", `${bin}:${real}`);
    expect(await swap(null, one)).toBe("moved");
    vi.unstubAllEnvs();
    expect(tip("rollcall-state")).toBe(one);
  });

  test("is an error where the remote cannot be reached or the ref is none", async () => {
    const one = await commit("1", null);
    await expect(pushCompareAndSwap(repo.root, { remote: join(bare, "gone"), ref, expected: null, commit: one })).rejects.toMatchObject({
      kind: "git",
    });
    for (const bad of ["main", "refs/heads/a:b", "refs/heads/*", ""]) {
      await expect(pushCompareAndSwap(repo.root, { remote: "origin", ref: bad, expected: null, commit: one }), bad).rejects.toMatchObject({
        name: "GitFailure",
      });
    }
  });
});
