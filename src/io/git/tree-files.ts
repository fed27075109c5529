import { type Diagnostic, tidyDiagnostics } from "../../core/diagnostic.ts";
import { isSchema } from "../../core/source/file-kind.ts";
import {
  decodeText,
  type Workspace,
  type WorkspaceFile,
  workspaceLimits,
  workspaceProblem,
  workspaceProblems,
  workspaceRoots,
} from "../../core/source/workspace.ts";
import { algorithmOf, type BlobHash, readBlobs } from "./blobs.ts";
import { prefixOf } from "./changed-paths.ts";
import { type Git, openGit } from "./open-git.ts";
import { treeOf } from "./revision.ts";
import { listTree, type TreeEntry } from "./tree-listing.ts";

/** Texts that are at hand already, by the id Git gives to their bytes: what a tree shares with them is not read again. */
export type TextsAtHand = (algorithm: BlobHash) => ReadonlyMap<string, string>;

/**
 * Reads rollcall.yaml, identities/ and policies/ of a tree, such as a merge leaves that nobody has committed: in the shape and by the rules of
 * `readCommit`. `treeish` is of the whole repository; read is what lies below `dir` in it. Throws GitFailure. Four processes.
 */
export async function readTree(dir: string, treeish: string, atHand?: TextsAtHand): Promise<Workspace> {
  const [tree, prefix] = await Promise.all([treeOf(dir, treeish), prefixOf(dir)]);
  return await readFiles(openGit(dir), tree, prefix, atHand);
}

/** The files of a commit or a tree, by full id. No link is followed, no submodule entered, nothing over 1 MiB read. */
export async function readFiles(git: Git, id: string, prefix: string, atHand?: TextsAtHand): Promise<Workspace> {
  const diagnostics: Diagnostic[] = [];
  const wanted = select(await listTree(git, id, prefix, workspaceRoots), diagnostics);
  if (wanted === null) return { files: [], diagnostics: tidyDiagnostics(diagnostics) };
  const known = atHand?.(algorithmOf(id)) ?? new Map<string, string>();
  const texts = new Map<string, string | null>();
  const unknown = wanted.filter((e) => !known.has(e.id));
  await readBlobs(git, unknown, (blob, content) => texts.set(blob, decodeText(content)));
  const files: WorkspaceFile[] = [];
  for (const { path, id: blob } of wanted) {
    const text = known.get(blob) ?? texts.get(blob) ?? null;
    if (text === null) diagnostics.push(workspaceProblems.encoding(path));
    else files.push({ path, text });
  }
  return { files, diagnostics: tidyDiagnostics(diagnostics) };
}

/** Ordinary files within the bounds; everything else is a problem. null where there are too many. */
function select(entries: readonly TreeEntry[], diagnostics: Diagnostic[]): TreeEntry[] | null {
  if (entries.length > workspaceLimits.files) {
    diagnostics.push(workspaceProblems.tooMany());
    return null;
  }
  return entries.filter(({ mode, size, path }) => {
    // What rollcall itself writes for editors may be larger than what people write, and is not read.
    if (isSchema(path) && mode.startsWith("100")) return false;
    const parts = path.split("/");
    // Where a folder is expected, a file of its name is as odd as the other way round.
    const misplaced = (parts.length === 1) !== (parts[0] === "rollcall.yaml");
    const problem =
      mode === "120000"
        ? workspaceProblems.symlink(path)
        : mode === "160000"
          ? workspaceProblem(
              "SUBMODULE",
              path,
              "Submodules are not entered.",
              "Put the files themselves here: what is reviewed must be what is read.",
            )
          : misplaced
            ? workspaceProblems.kind(path)
            : parts.length - 2 >= workspaceLimits.depth
              ? workspaceProblems.depth(parts.slice(0, -1).join("/"))
              : size > workspaceLimits.bytes
                ? workspaceProblems.tooLarge(path)
                : null;
    if (problem) diagnostics.push(problem);
    return problem === null;
  });
}
