import { type CommitRecord, listCommits } from "./commit-record.ts";
import { GitFailure } from "./git-error.ts";
import { openGit } from "./open-git.ts";
import { commitIdOf } from "./revision.ts";
import { cutCommits, placesOf, tooShallow } from "./shallow.ts";

export interface FirstParents {
  /**
   * `after` is no commit of the first-parent line of `to`: history was rewritten, or `after` came in by a second parent. The commits are then those
   * of the line that `after` does not contain; there may be none, where the branch was moved back.
   */
  readonly forced: boolean;
  /** Oldest first. */
  readonly commits: readonly CommitRecord[];
}

/**
 * The steps of a branch: commits along first parents up to `to`, those after `after`, or all. Throws GitFailure: kind limit where there are more
 * than `limit`; kind revision where `after` is not here (after a forced push a fresh clone lacks it: fetchCommit), or a shallow clone ends too early.
 * One process for full ids, two where the line's end has to be looked at.
 */
export async function firstParents(dir: string, after: string | null, to: string, limit: number): Promise<FirstParents> {
  const git = openGit(dir);
  const tip = await commitIdOf(git, to);
  const start = after === null ? null : await commitIdOf(git, after);
  // `^start` takes away all that it contains, by whatever parents: what is left of the line lies above the place where the line meets that.
  const exclude = start === null ? [] : [`^${start}`];
  const newestFirst = await listCommits(git, ["--first-parent", `--max-count=${limit + 1}`, tip, ...exclude]);
  if (newestFirst.length > limit) {
    throw new GitFailure(
      "limit",
      `There are more than ${limit} commits up to ${tip.slice(0, 12)}${start ? ` after ${start.slice(0, 12)}` : ""}`,
    );
  }
  const oldest = newestFirst.at(-1);
  const below = oldest ? (oldest.parents[0] ?? null) : tip;
  // The line ends. Whether history begins here or the clone just lacks the rest is not to be seen from the commit.
  if (oldest && below === null && (await cutCommits(await placesOf(git))).has(oldest.id)) throw tooShallow();
  return { forced: start !== null && below !== start, commits: newestFirst.toReversed() };
}
