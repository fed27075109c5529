import { decodeText, workspaceLimits } from "../../core/source/workspace.ts";
import { readBlobs } from "./blobs.ts";
import { GitFailure } from "./git-error.ts";
import { openGit } from "./open-git.ts";
import { treeOf } from "./revision.ts";
import { listTree } from "./tree-listing.ts";

/**
 * One file of a commit or tree, by its path from the root of the repository; null where no ordinary file lies there (links are not followed). Throws
 * GitFailure over 1 MiB and for what is not UTF-8 text. Three processes.
 */
export async function fileAt(dir: string, treeish: string, path: string): Promise<{ readonly text: string } | null> {
  const git = openGit(dir);
  const entry = (await listTree(git, await treeOf(dir, treeish), "", [path])).find((e) => e.path === path && e.mode.startsWith("100"));
  if (!entry) return null;
  if (entry.size > workspaceLimits.bytes) throw new GitFailure("limit", `${JSON.stringify(path)} is larger than 1 MiB`);
  let text: string | null = null;
  await readBlobs(git, [entry], (_, content) => (text = decodeText(content)));
  if (text === null) throw new GitFailure("git", `${JSON.stringify(path)} is not UTF-8 text`);
  return { text };
}
