import { believedTimes } from "./believed-times.ts";
import { openGit } from "./open-git.ts";
import { isId, resolveCommit } from "./revision.ts";
import { cutCommits, placesOf } from "./shallow.ts";

/** A branch as its commits along first parents. */
export interface Line {
  /** Newest first. `at`: when it counts as made (commit-at.ts), RFC 3339 in UTC; never later than the one above it. */
  readonly commits: readonly { readonly id: string; readonly at: string }[];
  /** Older commits are not in this clone. */
  readonly cut: boolean;
}

/** The whole line up to `to`. Three processes. */
export async function lineOf(dir: string, to: string, now: Date): Promise<Line> {
  const git = openGit(dir);
  const tip = await resolveCommit(git, to);
  // `<id> <seconds since 1970>` (git-rev-list, --format, 2026-11).
  const rows = (await git.text(["rev-list", "--first-parent", "--no-commit-header", "--format=%H %ct", tip])).trim().split("\n");
  const times = believedTimes(
    rows.map((row) => Number(row.split(" ")[1]) * 1000),
    now.getTime(),
  );
  const commits = rows.map((row, i) => ({ id: row.split(" ")[0]!, at: new Date(times[i]!).toISOString() }));
  return { commits, cut: (await cutCommits(await placesOf(git))).has(commits.at(-1)!.id) };
}

/** Which of these full ids are commits that are here. One process. */
export async function commitsHere(dir: string, ids: readonly string[]): Promise<Set<string>> {
  const asked = [...new Set(ids)].filter(isId);
  if (asked.length === 0) return new Set();
  const answer = await openGit(dir).text(["cat-file", "--batch-check"], { input: asked.map((id) => `${id}\n`).join("") });
  // `<id> <type> <size>`, or `<id> missing` (git-cat-file, 2026-11).
  return new Set(
    answer
      .split("\n")
      .filter((line) => line.split(" ")[1] === "commit")
      .map((line) => line.split(" ")[0]!),
  );
}
