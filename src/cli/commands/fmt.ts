import { rm, writeFile } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { buffer as readAll } from "node:stream/consumers";
import { dayIn } from "../../core/compile/day.ts";
import { type Diagnostic, tidyDiagnostics } from "../../core/diagnostic.ts";
import { format, type FormatOptions } from "../../core/format/format.ts";
import { renderDiagnostics } from "../../core/report/diagnostics.ts";
import { modelineOf } from "../../core/schema/modeline.ts";
import { parse } from "../../core/source/parse.ts";
import { hideSecrets } from "../../core/source/pasted-secrets.ts";
import { decodeText, type WorkspaceFile } from "../../core/source/workspace.ts";
import { readWorkspace } from "../../io/workspace/read-workspace.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { worst } from "../exit-code.ts";
import { paintFor } from "../palette.ts";

interface FmtOptions {
  readonly check?: true;
  readonly prune?: true;
  /** Path that the text on standard input shall be formatted as. */
  readonly stdin?: string;
}

/**
 * `rollcall fmt [paths...]`: the files in the house's spelling. A file that cannot be read is left as it is and shown, exit 3; the others are
 * formatted. With --check nothing is written: exit 2, "changes", where something would be, so that a pipeline can tell it from files that are
 * invalid.
 */
export async function fmt(context: Context, paths: readonly string[], options: FmtOptions): Promise<CommandResult> {
  // What is pruned has ended everywhere on earth, whatever time zone its person is in.
  const formatting: FormatOptions = options.prune ? { pruneBefore: dayIn(context.now(), "Etc/GMT+12") } : {};
  if (options.stdin !== undefined) {
    if (options.check || paths.length > 0)
      throw new UsageError("--stdin formats one text: it goes with neither --check nor other paths", 1);
    return fmtInput(context, options.stdin, formatting);
  }
  const workspace = readWorkspace(context.dir);
  const { files, unread } = chosen(context, workspace, paths);
  const changed: WorkspaceFile[] = [];
  const removed: string[] = [];
  const problems: Diagnostic[] = [...unread];
  for (const { path, text } of files) {
    const result = format(path, text, formatting);
    if (result.kind === "invalid") problems.push(...result.diagnostics);
    else if (result.kind === "past") removed.push(path);
    else if (result.text !== text) changed.push({ path, text: result.text });
  }
  if (!options.check) {
    for (const { path, text } of changed) await writeFile(join(context.dir, path), text);
    for (const path of removed) await rm(join(context.dir, path));
  }
  report(context, problems, files);
  if (context.json)
    context.out(`${JSON.stringify({ version: 1, changed: changed.map((f) => f.path), removed, written: !options.check }, null, 2)}\n`);
  else {
    for (const { path } of changed) context.out(options.check ? `${path}\n` : `formatted  ${path}\n`);
    for (const path of removed) context.out(options.check ? `${path}\n` : `removed    ${path}\n`);
  }
  const touched = changed.length + removed.length;
  if (options.check && touched > 0)
    context.err(
      `${touched} ${touched === 1 ? "file is" : "files are"} not formatted; run: rollcall fmt${options.prune ? " --prune" : ""}\n`,
    );
  return worst([problems.length > 0 ? 3 : 0, options.check && touched > 0 ? 2 : 0]);
}

/** Files of ours at or below the given paths, and what of them cannot be read; all where none is given. */
function chosen(
  context: Context,
  { files, diagnostics }: ReturnType<typeof readWorkspace>,
  paths: readonly string[],
): { files: readonly WorkspaceFile[]; unread: readonly Diagnostic[] } {
  const ours = files.filter((f) => modelineOf(f.path) !== null);
  if (paths.length === 0) return { files: ours, unread: diagnostics };
  const wanted = paths.map((path) => relative(context.dir, resolve(context.dir, path)).split(sep).join("/"));
  const under = (path: string, at: string): boolean => at === "" || path === at || path.startsWith(`${at}/`);
  const fileOf = (d: Diagnostic): string => d.where[0]?.file ?? "";
  wanted.forEach((at, i) => {
    if (!ours.some((f) => under(f.path, at)) && !diagnostics.some((d) => under(fileOf(d), at)))
      throw new UsageError(`${paths[i]} is no file of rollcall's, and no folder with one`, 3);
  });
  const isWanted = (path: string): boolean => wanted.some((at) => under(path, at));
  return { files: ours.filter((f) => isWanted(f.path)), unread: diagnostics.filter((d) => isWanted(fileOf(d))) };
}

/** For editors: the text on standard input as the file at `path` would be; nothing is written. */
async function fmtInput(context: Context, path: string, formatting: FormatOptions): Promise<CommandResult> {
  const at = relative(context.dir, resolve(context.dir, path)).split(sep).join("/");
  if (modelineOf(at) === null) throw new UsageError(`${path} is no file of rollcall's`, 3);
  const text = decodeText(await readAll(process.stdin));
  if (text === null) {
    // Half of it would come back as marks of replacement, and the editor would save them.
    report(context, [notUtf8(at)], []);
    return 3;
  }
  const result = format(at, text, formatting);
  if (result.kind === "formatted") context.out(result.text);
  else if (result.kind === "invalid") {
    report(context, result.diagnostics, [{ path: at, text }]);
    return 3;
  }
  return 0;
}

const notUtf8 = (file: string): Diagnostic => ({
  code: "TEXT_ENCODING",
  severity: "error",
  summary: "The text is not valid UTF-8.",
  fix: "Save it as UTF-8.",
  where: [{ file, line: 1, column: 1 }],
});

function report(context: Context, problems: readonly Diagnostic[], files: readonly WorkspaceFile[]): void {
  const texts = new Map(files.map((f) => [f.path, f.text]));
  const touched = new Set(problems.map((d) => d.where[0]?.file));
  const sources = new Map(files.filter((f) => touched.has(f.path)).map((f) => [f.path, parse(f.path, f.text).source]));
  context.err(renderDiagnostics(tidyDiagnostics(hideSecrets(problems, sources)), (file) => texts.get(file), paintFor(context.colour.err)));
}
