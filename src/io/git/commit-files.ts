import type { Workspace } from "../../core/source/workspace.ts";
import { prefixOf } from "./changed-paths.ts";
import { openGit } from "./open-git.ts";
import { resolveCommit } from "./revision.ts";
import { readFiles, type TextsAtHand } from "./tree-files.ts";

/** The files of one commit. */
export interface CommitFiles extends Workspace {
  /** Full id. */
  readonly commit: string;
}

/**
 * Reads rollcall.yaml, identities/ and policies/ of a commit, below `dir` as it lies in its repository: out of Git's objects, without a
 * checkout. The same rules as for a folder: no link is followed, no submodule entered, nothing over 1 MiB read. Throws GitFailure. Four processes,
 * and one more for each further 64 MiB.
 */
export async function readCommit(dir: string, revision: string, atHand?: TextsAtHand): Promise<CommitFiles> {
  const git = openGit(dir);
  const [commit, prefix] = await Promise.all([resolveCommit(git, revision), prefixOf(dir)]);
  return { commit, ...(await readFiles(git, commit, prefix, atHand)) };
}
