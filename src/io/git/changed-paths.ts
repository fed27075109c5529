import { compareText } from "../../core/diagnostic.ts";
import type { ChangedPath } from "../../core/review/segment.ts";
import { openGit } from "./open-git.ts";
import { isId, noSuch } from "./revision.ts";

/** The way from the root of the repository to `dir`: "" or ending with a slash. One process. */
export async function prefixOf(dir: string): Promise<string> {
  return (await openGit(dir).text(["rev-parse", "--show-prefix"])).replace(/\n$/, "");
}

/**
 * How `git diff-tree` is asked, so that nothing is hidden and no program runs: a repository's own .gitmodules can name submodules the changes of
 * which are not to be shown; a rename is a removal and an addition.
 */
export const rawDiff = [
  "-r",
  "-z",
  "--raw",
  "--no-abbrev",
  "--no-renames",
  "--ignore-submodules=none",
  "--no-ext-diff",
  "--no-textconv",
  "--no-relative",
] as const;

/** Every path of the whole repository that differs between two commits or trees, from the repository's root, in order of path. One process for full ids. */
export async function changedPaths(dir: string, from: string, to: string): Promise<ChangedPath[]> {
  const git = openGit(dir);
  const ids: string[] = [];
  for (const revision of [from, to]) {
    if (isId(revision)) ids.push(revision);
    else {
      const end = await git.ended(["rev-parse", "--verify", "--end-of-options", `${revision}^{tree}`]);
      if (end.code !== 0) throw noSuch(revision, "tree");
      ids.push(end.out.toString().trim());
    }
  }
  return parseRawDiff((await git.text(["diff-tree", ...rawDiff, ...ids])).split("\0"));
}

/** `:<mode> <mode> <id> <id> <status>` and a path, in turn (git-diff-tree, raw output format, 2026-11). */
export function parseRawDiff(parts: readonly string[]): ChangedPath[] {
  const changed: ChangedPath[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const [before = "", after = "", , , status = ""] = parts[i]!.slice(1).split(" ");
    const change = status === "A" ? "added" : status === "D" ? "removed" : "changed";
    changed.push({ path: parts[i + 1]!, change, kind: kindOf(change === "removed" ? before : after) });
  }
  return changed.sort((a, b) => compareText(a.path, b.path));
}

const kindOf = (mode: string): ChangedPath["kind"] =>
  mode === "120000" ? "link" : mode === "160000" ? "submodule" : mode === "100755" ? "executable" : "file";
