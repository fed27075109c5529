import type { Diagnostic } from "../diagnostic.ts";

/** A file as text, by its path below the root, with forward slashes. */
export interface WorkspaceFile {
  readonly path: string;
  readonly text: string;
}

/** The files of one organisation, wherever they were read: from disk, or from a commit. */
export interface Workspace {
  /** In order of path. */
  readonly files: readonly WorkspaceFile[];
  /** What could not be taken: links, oversized files, text that is not UTF-8. Loading must not go on over an error among them. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Bounds of what is read at all. */
export const workspaceLimits = { bytes: 1_048_576, files: 50_000, depth: 8 } as const;

/** What is read of a repository: its settings, and everything in two folders. */
export const workspaceRoots = ["rollcall.yaml", "identities", "policies"] as const;

/** Bytes as UTF-8 text, a byte order mark included; null where they are not. */
export function decodeText(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Problems that are the same for every place from which files are read. */
export const workspaceProblems = {
  symlink: (path: string): Diagnostic =>
    workspaceProblem("SYMLINK", path, "Links are not followed.", "Put a copy of the file here: what is reviewed must be what is read."),
  kind: (path: string): Diagnostic =>
    workspaceProblem("FILE_KIND", path, "This is not an ordinary file where one is expected.", "Remove it."),
  depth: (path: string): Diagnostic =>
    workspaceProblem("FOLDER_DEPTH", path, "Folders are nested too deeply.", "Folders are not nested here: move the files up."),
  tooMany: (): Diagnostic =>
    workspaceProblem("TOO_MANY_FILES", "identities", "There are more than 50,000 files.", "Remove what does not belong here."),
  tooLarge: (path: string): Diagnostic =>
    workspaceProblem("FILE_TOO_LARGE", path, "The file is larger than 1 MiB.", "Split it: one person, role or app to a file."),
  encoding: (path: string): Diagnostic => workspaceProblem("TEXT_ENCODING", path, "The file is not valid UTF-8.", "Save it as UTF-8."),
} as const;

/** A problem with a file as a whole. */
export const workspaceProblem = (code: string, path: string, summary: string, fix: string): Diagnostic => ({
  code,
  severity: "error",
  summary,
  fix,
  where: [{ file: path, line: 1, column: 1 }],
});
