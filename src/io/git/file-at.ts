import { decodeText, workspaceLimits } from "../../core/source/workspace.ts";
import { readBlobs } from "./blobs.ts";
import { GitFailure } from "./git-error.ts";
import { openGit } from "./open-git.ts";
import { treeOf } from "./revision.ts";
import { listTree } from "./tree-listing.ts";

/**
 * Every ordinary file below a folder (its path from the root of the repository, ending with a slash) of a commit or tree, in order of path; `text` is
 * null over 1 MiB and for what is not UTF-8. Three processes.
 */
export async function textsBelow(
  dir: string,
  treeish: string,
  folder: string,
): Promise<{ readonly path: string; readonly text: string | null }[]> {
  const git = openGit(dir);
  const entries = (await listTree(git, await treeOf(dir, treeish), "", [folder])).filter((e) => e.mode.startsWith("100"));
  const small = entries.filter((e) => e.size <= workspaceLimits.bytes);
  const texts = new Map<string, string | null>();
  if (small.length > 0) await readBlobs(git, small, (id, content) => void texts.set(id, decodeText(content)));
  return entries.map(({ path, id }) => ({ path, text: texts.get(id) ?? null }));
}

/**
 * One file of a commit or tree, by its path from the root of the repository; null where no ordinary file lies there (links are not followed). Throws
 * GitFailure over 1 MiB and for what is not UTF-8 text. Three processes.
 */
export async function fileAt(dir: string, treeish: string, path: string): Promise<{ readonly text: string } | null> {
  const bytes = await bytesAt(dir, treeish, path, workspaceLimits.bytes);
  if (bytes === null) return null;
  const text = decodeText(bytes);
  if (text === null) throw new GitFailure("git", `${JSON.stringify(path)} is not UTF-8 text`);
  return { text };
}

/** The same as bytes, up to `most` of them. */
export async function bytesAt(dir: string, treeish: string, path: string, most: number): Promise<Buffer | null> {
  const git = openGit(dir);
  const entry = (await listTree(git, await treeOf(dir, treeish), "", [path])).find((e) => e.path === path && e.mode.startsWith("100"));
  if (!entry) return null;
  if (entry.size > most) throw new GitFailure("limit", `${JSON.stringify(path)} is larger than ${most / 1024 / 1024} MiB`);
  let bytes: Buffer | null = null;
  await readBlobs(git, [entry], (_, content) => (bytes = content));
  return bytes;
}
