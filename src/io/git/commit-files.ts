import { createHash } from "node:crypto";
import type { SimpleGit } from "simple-git";
import { compareText, type Diagnostic, tidyDiagnostics } from "../../core/diagnostic.ts";
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
import { GitFailure } from "./git-error.ts";
import { openGit, told } from "./open-git.ts";

/** The files of one commit. */
export interface CommitFiles extends Workspace {
  /** Full id. */
  readonly commit: string;
}

/** Texts that are at hand already, by the id Git gives to their bytes: what a commit shares with them is not read again. */
export type TextsAtHand = (algorithm: BlobHash) => ReadonlyMap<string, string>;
export type BlobHash = "sha1" | "sha256";

/** Blobs asked for in one call: their ids have to fit into a command line. */
const chunk = 400;

/**
 * Reads rollcall.yaml, identities/ and policies/ of a commit, below `dir` as it lies in its repository: out of Git's objects, without a
 * checkout. The same rules as for a folder: no link is followed, no submodule entered, nothing over 1 MiB read. Throws GitFailure.
 */
export async function readCommit(dir: string, revision: string, atHand?: TextsAtHand): Promise<CommitFiles> {
  const { git, prefix } = await openGit(dir);
  const commit = await resolveCommit(git, revision);
  const paths = workspaceRoots.map((name) => `${prefix}${name}`);
  const listing = await told(git.raw(["ls-tree", "-r", "-z", "-l", "--full-tree", commit, "--", ...paths]));
  const diagnostics: Diagnostic[] = [];
  const wanted = select(parseListing(listing, prefix), diagnostics);
  if (wanted === null) return { commit, files: [], diagnostics: tidyDiagnostics(diagnostics) };
  const known = atHand?.(commit.length === 64 ? "sha256" : "sha1") ?? new Map<string, string>();
  const texts = await readBlobs(
    git,
    wanted.filter((e) => !known.has(e.id)),
  );
  const files: WorkspaceFile[] = [];
  for (const { path, id } of wanted) {
    const text = known.get(id) ?? texts.get(id) ?? null;
    if (text === null) diagnostics.push(workspaceProblems.encoding(path));
    else files.push({ path, text });
  }
  return { commit, files, diagnostics: tidyDiagnostics(diagnostics) };
}

/** The id Git gives to a text as a file's content. */
export function blobId(text: string, algorithm: BlobHash): string {
  const bytes = Buffer.from(text);
  return createHash(algorithm).update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

async function resolveCommit(git: SimpleGit, revision: string): Promise<string> {
  let cause: unknown;
  try {
    // Whatever stands behind --end-of-options is a revision, also with a dash in front.
    const id = (await git.raw(["rev-parse", "--verify", "--end-of-options", `${revision}^{commit}`])).trim();
    if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(id)) return id;
  } catch (error) {
    cause = error;
  }
  const hint = "a shallow clone lacks older ones (git fetch --unshallow)";
  throw new GitFailure("revision", `${JSON.stringify(revision)} names no commit here; ${hint}`, { cause });
}

interface Entry {
  readonly mode: string;
  readonly id: string;
  /** -1 where Git gives none: a submodule. */
  readonly size: number;
  /** Below the folder that was asked about. */
  readonly path: string;
}

/** `<mode> <type> <id> <size>\t<path>\0`, size padded with blanks, `-` for submodules (git-ls-tree, 2026-11). */
function parseListing(listing: string, prefix: string): Entry[] {
  return listing
    .split("\0")
    .filter((row) => row !== "")
    .map((row): Entry => {
      const tab = row.indexOf("\t");
      const [mode = "", , id = "", size = ""] = row.slice(0, tab).split(/ +/);
      return { mode, id, size: size === "-" ? -1 : Number(size), path: row.slice(tab + 1 + prefix.length) };
    })
    .sort((a, b) => compareText(a.path, b.path));
}

/** Ordinary files within the bounds; everything else is a problem. null where there are too many. */
function select(entries: readonly Entry[], diagnostics: Diagnostic[]): Entry[] | null {
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

/** Texts by id; null where the bytes are not UTF-8. Every content is checked against its id. */
async function readBlobs(git: SimpleGit, entries: readonly Entry[]): Promise<Map<string, string | null>> {
  const unique = [...new Map(entries.map((e) => [e.id, e])).values()];
  const texts = new Map<string, string | null>();
  for (let i = 0; i < unique.length; i += chunk) {
    const some = unique.slice(i, i + chunk);
    // Of blobs `show` gives nothing but the bytes, one after another; how many belong to each, the listing said.
    const bytes = await told(git.showBuffer(["--no-textconv", "--no-ext-diff", ...some.map((e) => e.id)]));
    let at = 0;
    for (const { id, size, path } of some) {
      const content = bytes.subarray(at, at + size);
      at += size;
      const found = createHash(id.length === 64 ? "sha256" : "sha1")
        .update(`blob ${content.length}\0`)
        .update(content)
        .digest("hex");
      if (found !== id) throw new GitFailure("git", `Git gave another content for ${path} than its id says`);
      texts.set(id, decodeText(content));
    }
  }
  return texts;
}
