/** Git over a bare repository, as the server that hosts it. Synchronous: a request is answered before the next one is looked at. */
import { spawnSync } from "node:child_process";

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly at: Date;
}

export interface Commit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly tree: string;
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
}

interface Run {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are answers. */
  readonly okay?: readonly number[];
}

/** Nothing of the user's own configuration; no shell. Throws for every other exit code. */
export function run(dir: string, args: readonly string[], { input = "", env = {}, okay = [0] }: Run = {}): { code: number; out: string } {
  const done = spawnSync("git", ["--git-dir", dir, ...args], {
    input,
    encoding: "utf8",
    maxBuffer: 512 * 1024 * 1024,
    env: { PATH: process.env["PATH"] ?? "", HOME: dir, LC_ALL: "C", GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", ...env },
  });
  if (done.error) throw done.error;
  if (done.status === null || !okay.includes(done.status)) throw new Error(`git ${args[0]} in ${dir}: ${done.stderr.trim()}`);
  return { code: done.status, out: done.stdout };
}

export interface Ref {
  readonly sha: string;
  readonly parents: readonly string[];
}

/** Branches and heads of pull requests by full name. */
export function refsOf(dir: string | null): Map<string, Ref> {
  if (dir === null) return new Map();
  const { out } = run(dir, ["for-each-ref", "--format=%(refname)%00%(objectname)%00%(parent)", "refs/heads", "refs/pull"]);
  return new Map(
    out
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [name = "", sha = "", parents = ""] = line.split("\0");
        return [name, { sha, parents: parents.split(" ").filter((p) => p !== "") }] as const;
      }),
  );
}

/** The commit that a name stands for (branch, tag, full or short id), or null. The name comes from outside: it is data on standard input. */
export function resolveCommit(dir: string | null, name: string): string | null {
  if (dir === null || name === "" || /[\0-\x20~^:?*[\\]/.test(name)) return null;
  const { out } = run(dir, ["cat-file", "--batch-check"], { input: `${name}^{commit}\n` });
  return /^([0-9a-f]{40}) commit /.exec(out)?.[1] ?? null;
}

export const isAncestor = (dir: string, old: string, young: string): boolean =>
  run(dir, ["merge-base", "--is-ancestor", "--end-of-options", old, young], { okay: [0, 1] }).code === 0;

/** The tree of a three-way merge, or null where it conflicts. */
export function mergeTree(dir: string, ours: string, theirs: string): string | null {
  const { code, out } = run(dir, ["merge-tree", "--write-tree", "--allow-unrelated-histories", ours, theirs], { okay: [0, 1] });
  return code === 0 ? out.trim() : null;
}

export function writeCommit(dir: string, commit: Omit<Commit, "sha">): string {
  const date = (p: Person): string => `${Math.floor(p.at.getTime() / 1000)} +0000`;
  const env = {
    GIT_AUTHOR_NAME: commit.author.name,
    GIT_AUTHOR_EMAIL: commit.author.email,
    GIT_AUTHOR_DATE: date(commit.author),
    GIT_COMMITTER_NAME: commit.committer.name,
    GIT_COMMITTER_EMAIL: commit.committer.email,
    GIT_COMMITTER_DATE: date(commit.committer),
  };
  const parents = commit.parents.flatMap((p) => ["-p", p]);
  return run(dir, ["commit-tree", "-F", "-", ...parents, "--end-of-options", commit.tree], { input: commit.message, env }).out.trim();
}

const none = "0".repeat(40);

/** Moves a ref from `old` (null: it must not exist) to `to` (null: deletes it). Throws where it stands elsewhere. */
export function moveRef(dir: string, ref: string, to: string | null, old: string | null): void {
  const command = to === null ? `delete ${ref}\0${old ?? ""}\0` : `update ${ref}\0${to}\0${old ?? none}\0`;
  run(dir, ["update-ref", "--stdin", "-z"], { input: command });
}

/** Copies a branch of another repository to a ref of this one, with its objects. */
export function fetchRef(dir: string, from: string, branch: string, to: string): void {
  run(dir, ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--end-of-options", from, `+${branch}:${to}`]);
}

/** Refs below `refs/pull` whose commits are all part of `tip`. */
export function mergedInto(dir: string, tip: string): Set<string> {
  return new Set(run(dir, ["for-each-ref", `--merged=${tip}`, "--format=%(refname)", "refs/pull"]).out.split("\n"));
}

/** Commits of a range (`A..B`, or one commit with `-1` among the options), newest first unless told otherwise. */
export function log(dir: string, range: string, ...options: readonly string[]): Commit[] {
  const format = "%H%x00%P%x00%T%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B%x00";
  const parts = run(dir, ["log", `--format=${format}`, ...options, "--end-of-options", range]).out.split("\0");
  const found: Commit[] = [];
  for (let n = 0; n + 9 < parts.length; n += 10) {
    const at = (k: number): string => parts[n + k]!;
    const person = (k: number): Person => ({ name: at(k), email: at(k + 1), at: new Date(Number(at(k + 2)) * 1000) });
    found.push({
      sha: at(0).trim(),
      parents: at(1)
        .split(" ")
        .filter((p) => p !== ""),
      tree: at(2),
      author: person(3),
      committer: person(6),
      message: at(9).replace(/\n$/, ""),
    });
  }
  return found;
}

export const readCommit = (dir: string, sha: string): Commit => log(dir, sha, "-1")[0]!;

export const mergeBase = (dir: string, a: string, b: string): string | null => {
  const { code, out } = run(dir, ["merge-base", "--end-of-options", a, b], { okay: [0, 1] });
  return code === 0 ? out.trim() : null;
};

const ranges = new Map<string, ReadonlySet<string>>();

/** Commits that `head` has and `base` has not. Kept: a range of commit ids never changes. */
export function rangeOf(dir: string, base: string, head: string): ReadonlySet<string> {
  const key = `${dir} ${base}..${head}`;
  const known = ranges.get(key);
  if (known) return known;
  const lines = run(dir, ["rev-list", "--end-of-options", `${base}..${head}`]).out.split("\n");
  const found = new Set(lines.filter((line) => line !== ""));
  if (ranges.size > 5000) ranges.clear();
  ranges.set(key, found);
  return found;
}
