import type { ChangedPath } from "../../core/review/segment.ts";
import { parseRawDiff, prefixOf, rawDiff } from "./changed-paths.ts";
import { type CommitRecord, listCommits } from "./commit-record.ts";
import { openGit } from "./open-git.ts";
import { commitIdOf } from "./revision.ts";
import { cutCommits, placesOf } from "./shallow.ts";

export interface LoggedCommit extends CommitRecord {
  /** Against the first parent; below the rollcall root, and told from there; of the paths that were asked about only. */
  readonly paths: readonly ChangedPath[];
}

export interface Log {
  /** Newest first, as they lie on the line. */
  readonly commits: readonly LoggedCommit[];
  /** false: there are more than `limit`, or the clone is shallow and lacks what lies below. */
  readonly complete: boolean;
}

/**
 * First-parent commits up to `to` that changed one of `paths` (files or folders, from the rollcall root, taken literally; absent: anything below it)
 * and were committed at `since` or later. Four processes, however many commits.
 */
export async function logOf(
  dir: string,
  to: string,
  wanted: { readonly paths?: readonly string[]; readonly since?: Date; readonly limit: number },
): Promise<Log> {
  const git = openGit(dir);
  const [tip, prefix, places] = await Promise.all([commitIdOf(git, to), prefixOf(dir), placesOf(git)]);
  const cut = await cutCommits(places);
  // Paths count from the folder that Git is called in: from `dir`.
  const paths = wanted.paths ?? ["."];
  if (paths.length === 0) return { commits: [], complete: true };
  const since = wanted.since?.getTime() ?? Number.NEGATIVE_INFINITY;
  // Where dates go back and forth, Git's own --since stops too early; and its count would be of commits that are then left out.
  const counted = wanted.since === undefined ? [`--max-count=${wanted.limit + 2}`] : [];
  const found = (await listCommits(git, ["--first-parent", ...counted, tip, "--", ...paths])).filter((c) => Date.parse(c.at) >= since);
  // The last commit of a shallow clone seems to have made everything that it holds.
  const real = found.filter((c) => !cut.has(c.id));
  const some = real.slice(0, wanted.limit);
  const changes = await changesOf(dir, some, paths, prefix);
  return {
    commits: some.map((c) => Object.assign({}, c, { paths: changes.get(c.id) ?? [] })),
    complete: real.length === found.length && some.length === real.length,
  };
}

/** Changed paths by commit. */
async function changesOf(
  dir: string,
  commits: readonly CommitRecord[],
  paths: readonly string[],
  prefix: string,
): Promise<Map<string, ChangedPath[]>> {
  const changes = new Map<string, ChangedPath[]>();
  if (commits.length === 0) return changes;
  // A commit and what to take for its parents: the first alone, or none.
  const input = commits.map((c) => `${[c.id, ...c.parents.slice(0, 1)].join(" ")}\n`).join("");
  const text = await openGit(dir).text(["diff-tree", "--stdin", "--root", "-m", ...rawDiff, "--", ...paths], { input });
  let entries: string[] = [];
  const parts = text.split("\0");
  const close = (id: string | undefined, rows: readonly string[]): void => {
    if (id === undefined) return;
    changes.set(
      id,
      parseRawDiff(rows).map((c) => Object.assign({}, c, { path: c.path.slice(prefix.length) })),
    );
  };
  let current: string | undefined;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    if (part.startsWith(":")) {
      entries.push(part, parts[i + 1] ?? "");
      i++;
    } else if (part !== "") {
      close(current, entries);
      [current, entries] = [part.trim(), []];
    }
  }
  close(current, entries);
  return changes;
}
