import { closeSync, constants, type Dirent, fstatSync, lstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { compareText, type Diagnostic, tidyDiagnostics } from "../../core/diagnostic.ts";
import { schemaFolder } from "../../core/schema/modeline.ts";
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

/**
 * Reads rollcall.yaml, identities/ and policies/ below `root`, once. No link is followed, nothing outside the root is opened, and no content
 * makes it fail: what is odd comes back as a diagnostic. Throws only where `root` itself cannot be read.
 *
 * One file after another and without promises: nothing else is to be done meanwhile, and for ten thousand small files the way through the
 * thread pool costs six times the reading.
 */
export function readWorkspace(root: string): Workspace {
  const diagnostics: Diagnostic[] = [];
  const paths: string[] = [];
  const wanted = readdirSync(root, { withFileTypes: true }).filter((e) => workspaceRoots.some((name) => name === e.name));
  let level: { path: string; entry: Dirent }[] = wanted.map((entry) => ({ path: entry.name, entry }));
  for (let depth = 0; level.length > 0; depth++) {
    const below: typeof level = [];
    for (const { path, entry } of level.sort((a, b) => compareText(a.path, b.path))) {
      const isRootFile = path === "rollcall.yaml";
      if (entry.isSymbolicLink()) diagnostics.push(workspaceProblems.symlink(path));
      else if (entry.isFile() && (isRootFile || depth > 0)) paths.push(path);
      else if (entry.isDirectory() && !isRootFile) {
        if (path === schemaFolder) below.push(...unexpectedIn(root, path));
        else if (depth >= workspaceLimits.depth) diagnostics.push(workspaceProblems.depth(path));
        else
          for (const child of readdirSync(join(root, path), { withFileTypes: true }))
            below.push({ path: `${path}/${child.name}`, entry: child });
      } else diagnostics.push(workspaceProblems.kind(path));
    }
    if (paths.length + below.length > workspaceLimits.files) {
      diagnostics.push(workspaceProblems.tooMany());
      return { files: [], diagnostics: tidyDiagnostics(diagnostics) };
    }
    level = below;
  }
  const files: WorkspaceFile[] = [];
  for (const path of paths.sort(compareText)) {
    const result = readText(root, path);
    if ("text" in result) files.push({ path, text: result.text });
    else diagnostics.push(result.diagnostic);
  }
  return { files, diagnostics: tidyDiagnostics(diagnostics) };
}

/** The schemas that rollcall itself writes may be larger than what people write, and are not read; nothing else belongs in their folder. */
function unexpectedIn(root: string, path: string): { path: string; entry: Dirent }[] {
  const entries = readdirSync(join(root, path), { withFileTypes: true });
  return entries.map((entry) => ({ path: `${path}/${entry.name}`, entry })).filter((e) => !(e.entry.isFile() && isSchema(e.path)));
}

function readText(root: string, path: string): { text: string } | { diagnostic: Diagnostic } {
  const full = join(root, path);
  let handle: number | undefined;
  try {
    // Not following a link here too closes the gap between listing the folder and opening the file; not blocking, a pipe in its place.
    handle = openSync(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const info = fstatSync(handle);
    if (!info.isFile()) return { diagnostic: workspaceProblems.kind(path) };
    if (info.size > workspaceLimits.bytes) return { diagnostic: workspaceProblems.tooLarge(path) };
    const buffer = Buffer.allocUnsafe(info.size + 1);
    let length = 0;
    while (length < buffer.length) {
      const bytesRead = readSync(handle, buffer, length, buffer.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    if (length > info.size)
      return { diagnostic: workspaceProblem("FILE_CHANGED", path, "The file grew while it was read.", "Run rollcall again.") };
    const text = decodeText(buffer.subarray(0, length));
    return text === null ? { diagnostic: workspaceProblems.encoding(path) } : { text };
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    if (code === "ELOOP") return { diagnostic: workspaceProblems.symlink(path) };
    const gone = code === "ENOENT" && lstatSync(full, { throwIfNoEntry: false }) === undefined;
    const summary = gone ? "The file vanished while the folder was read." : `The file cannot be read (${code}).`;
    return { diagnostic: workspaceProblem("FILE_UNREADABLE", path, summary, gone ? "Run rollcall again." : "Check its permissions.") };
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
