import { type CommitRecord, listCommits } from "./commit-record.ts";
import { GitFailure } from "./git-error.ts";
import { openGit } from "./open-git.ts";
import { commitIdOf } from "./revision.ts";

/** What one commit says of itself. Throws GitFailure, kind revision, where it is not here. */
export async function oneCommit(dir: string, revision: string): Promise<CommitRecord> {
  const git = openGit(dir);
  const [commit] = await listCommits(git, ["--max-count=1", await commitIdOf(git, revision)]);
  if (!commit) throw new GitFailure("revision", `There is no commit ${revision}`);
  return commit;
}
