import { believedTimes } from "./believed-times.ts";
import { listCommits } from "./commit-record.ts";
import { openGit } from "./open-git.ts";
import { commitIdOf } from "./revision.ts";
import { cutCommits, placesOf, tooShallow } from "./shallow.ts";

/**
 * The commit that a branch was at, at an instant: the newest of its first-parent line that had been made by then; null before the first. `at` is when
 * it counts as made (believed-times.ts: one odd date does not matter). Throws GitFailure where a shallow clone ends above it. One process, two where the answer is null or the oldest.
 */
export async function commitAt(
  dir: string,
  branch: string,
  instant: Date,
  now: Date = new Date(),
): Promise<{ readonly id: string; readonly at: string } | null> {
  const git = openGit(dir);
  const newestFirst = await listCommits(git, ["--first-parent", await commitIdOf(git, branch)]);
  const dated = believedTimes(
    newestFirst.map((c) => Date.parse(c.at)),
    now.getTime(),
  );
  const index = dated.findIndex((time) => time <= instant.getTime());
  const oldest = newestFirst.length - 1;
  if ((index === -1 || index === oldest) && (await cutCommits(await placesOf(git))).has(newestFirst[oldest]!.id)) throw tooShallow();
  const found = newestFirst[index];
  return found ? { id: found.id, at: new Date(dated[index]!).toISOString() } : null;
}
