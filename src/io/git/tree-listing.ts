import { compareText } from "../../core/diagnostic.ts";
import { GitFailure } from "./git-error.ts";
import type { Git } from "./open-git.ts";

export interface TreeEntry {
  readonly mode: string;
  readonly id: string;
  /** -1 where Git gives none: a submodule. */
  readonly size: number;
  /** Below the folder that was asked about. */
  readonly path: string;
}

/**
 * Bytes of a listing: some 500,000 files. A tree of a few objects can name itself over and over, and unfold to more paths than there are atoms
 * ("git bomb"); `ls-tree` writes as it goes, and is stopped there.
 */
const most = 64 * 1_048_576;

/** Refuses a commit or tree that unfolds to too many paths, before something else walks through it. One process. */
export async function refuseEndlessTree(git: Git, treeish: string): Promise<void> {
  await git.bytes(["ls-tree", "-r", "-z", "--full-tree", treeish], { most });
}

/**
 * What lies at `paths` (or is below them) in a commit or tree, in order of path; `prefix` leads from the root of the repository to the folder that
 * paths are told from. One process.
 */
export async function listTree(git: Git, treeish: string, prefix: string, paths: readonly string[]): Promise<TreeEntry[]> {
  const full = paths.map((path) => `${prefix}${path}`);
  const entries = parseListing(await git.text(["ls-tree", "-r", "-z", "-l", "--full-tree", treeish, "--", ...full], { most }), prefix);
  // Git itself never writes such a tree. Whoever made this one wants two readers to see two different files.
  const twice = entries.find((e, i) => e.path === entries[i - 1]?.path);
  if (twice) throw new GitFailure("git", `${JSON.stringify(twice.path)} is twice in the same tree`);
  return entries;
}

/** `<mode> <type> <id> <size>\t<path>\0`, size padded with blanks, `-` for submodules (git-ls-tree, 2026-11). */
function parseListing(listing: string, prefix: string): TreeEntry[] {
  return listing
    .split("\0")
    .filter((row) => row !== "")
    .map((row): TreeEntry => {
      const tab = row.indexOf("\t");
      const [mode = "", , id = "", size = ""] = row.slice(0, tab).split(/ +/);
      return { mode, id, size: size === "-" ? -1 : Number(size), path: row.slice(tab + 1 + prefix.length) };
    })
    .sort((a, b) => compareText(a.path, b.path));
}
