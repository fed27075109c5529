import { constants, type Dirent } from "node:fs";
import { lstat, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { compareText, type Diagnostic, tidyDiagnostics } from "../../core/diagnostic.ts";
import { schemaFolder } from "../../core/schema/modeline.ts";
import { isSchema } from "../../core/source/file-kind.ts";

/** A file as text, by its path below the root, with forward slashes. */
export interface WorkspaceFile {
  readonly path: string;
  readonly text: string;
}

export interface Workspace {
  /** In order of path. */
  readonly files: readonly WorkspaceFile[];
  /** What could not be taken: links, oversized files, text that is not UTF-8. Loading must not go on over an error among them. */
  readonly diagnostics: readonly Diagnostic[];
}

const maxBytes = 1_048_576;
const maxFiles = 50_000;
const maxDepth = 8;
const parallel = 64;

/**
 * Reads rollcall.yaml, identities/ and policies/ below `root`, once. No link is followed, nothing outside the root is opened, and no content
 * makes it fail: what is odd comes back as a diagnostic. Throws only where `root` itself cannot be read.
 */
export async function readWorkspace(root: string): Promise<Workspace> {
  const diagnostics: Diagnostic[] = [];
  const paths: string[] = [];
  const top = await readdir(root, { withFileTypes: true });
  const wanted = top.filter((e) => e.name === "rollcall.yaml" || e.name === "identities" || e.name === "policies");
  let level: { path: string; entry: Dirent }[] = wanted.map((entry) => ({ path: entry.name, entry }));
  for (let depth = 0; level.length > 0; depth++) {
    const below: typeof level = [];
    for (const { path, entry } of level.sort((a, b) => compareText(a.path, b.path))) {
      const isRootFile = path === "rollcall.yaml";
      if (entry.isSymbolicLink()) diagnostics.push(symlink(path));
      else if (entry.isFile() && (isRootFile || depth > 0)) paths.push(path);
      else if (entry.isDirectory() && !isRootFile) {
        if (path === schemaFolder) below.push(...(await unexpectedIn(root, path)));
        else if (depth >= maxDepth)
          diagnostics.push(
            problem("FOLDER_DEPTH", path, "Folders are nested too deeply.", "Folders are not nested here: move the files up."),
          );
        else
          for (const child of await readdir(join(root, path), { withFileTypes: true }))
            below.push({ path: `${path}/${child.name}`, entry: child });
      } else diagnostics.push(problem("FILE_KIND", path, "This is not an ordinary file where one is expected.", "Remove it."));
    }
    if (paths.length + below.length > maxFiles) {
      diagnostics.push(problem("TOO_MANY_FILES", "identities", "There are more than 50,000 files.", "Remove what does not belong here."));
      return { files: [], diagnostics: tidyDiagnostics(diagnostics) };
    }
    level = below;
  }
  const files: WorkspaceFile[] = [];
  paths.sort(compareText);
  for (let i = 0; i < paths.length; i += parallel) {
    const read = await Promise.all(paths.slice(i, i + parallel).map(async (path) => ({ path, result: await readText(root, path) })));
    for (const { path, result } of read) {
      if ("text" in result) files.push({ path, text: result.text });
      else diagnostics.push(result.diagnostic);
    }
  }
  return { files, diagnostics: tidyDiagnostics(diagnostics) };
}

/** The schemas that rollcall itself writes may be larger than what people write, and are not read; nothing else belongs in their folder. */
async function unexpectedIn(root: string, path: string): Promise<{ path: string; entry: Dirent }[]> {
  const entries = await readdir(join(root, path), { withFileTypes: true });
  return entries.map((entry) => ({ path: `${path}/${entry.name}`, entry })).filter((e) => !(e.entry.isFile() && isSchema(e.path)));
}

async function readText(root: string, path: string): Promise<{ text: string } | { diagnostic: Diagnostic }> {
  const full = join(root, path);
  let handle;
  try {
    // Not following a link here too closes the gap between listing the folder and opening the file; not blocking, a pipe in its place.
    handle = await open(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const info = await handle.stat();
    if (!info.isFile())
      return { diagnostic: problem("FILE_KIND", path, "This is not an ordinary file where one is expected.", "Remove it.") };
    if (info.size > maxBytes)
      return {
        diagnostic: problem("FILE_TOO_LARGE", path, "The file is larger than 1 MiB.", "Split it: one person, role or app to a file."),
      };
    const buffer = Buffer.alloc(info.size + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    if (length > info.size) return { diagnostic: problem("FILE_CHANGED", path, "The file grew while it was read.", "Run rollcall again.") };
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(buffer.subarray(0, length)) };
  } catch (error) {
    if (error instanceof TypeError)
      return { diagnostic: problem("TEXT_ENCODING", path, "The file is not valid UTF-8.", "Save it as UTF-8.") };
    const code = (error as NodeJS.ErrnoException).code ?? "unknown";
    if (code === "ELOOP") return { diagnostic: symlink(path) };
    const gone =
      code === "ENOENT" &&
      !(await lstat(full).then(
        () => true,
        () => false,
      ));
    const summary = gone ? "The file vanished while the folder was read." : `The file cannot be read (${code}).`;
    return { diagnostic: problem("FILE_UNREADABLE", path, summary, gone ? "Run rollcall again." : "Check its permissions.") };
  } finally {
    await handle?.close();
  }
}

const symlink = (path: string): Diagnostic =>
  problem("SYMLINK", path, "Links are not followed.", "Put a copy of the file here: what is reviewed must be what is read.");

const problem = (code: string, path: string, summary: string, fix: string): Diagnostic => ({
  code,
  severity: "error",
  summary,
  fix,
  where: [{ file: path, line: 1, column: 1 }],
});
