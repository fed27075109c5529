import { type Diagnostic, type Place, tidyDiagnostics } from "../diagnostic.ts";

/** How parts of a message are coloured; plain text where absent. */
export interface Paint {
  error(text: string): string;
  warning(text: string): string;
  /** File names and line numbers. */
  place(text: string): string;
  fix(text: string): string;
  strong(text: string): string;
}

const plain: Paint = { error: same, warning: same, place: same, fix: same, strong: same };

function same(text: string): string {
  return text;
}

/** The widest piece of a source line that is shown, in UTF-16 units. */
const frameWidth = 120;

/**
 * Every problem with its code frame, in order of place, and a last line that counts them. `textOf` gives a file's text, or undefined where
 * it is not known. The text of a line that may hold a secret is not shown. Ends with a newline; "" for no problems.
 */
export function renderDiagnostics(all: readonly Diagnostic[], textOf: (file: string) => string | undefined, paint: Paint = plain): string {
  if (all.length === 0) return "";
  const tidy = tidyDiagnostics(all);
  const linesOf = newLineReader(textOf);
  const blocks = tidy.map((d) => renderOne(d, linesOf, paint));
  const errors = tidy.filter((d) => d.severity === "error").length;
  const warnings = tidy.length - errors;
  const counted = [...(errors > 0 ? [count(errors, "error")] : []), ...(warnings > 0 ? [count(warnings, "warning")] : [])].join(", ");
  return `${blocks.join("\n")}\n${paint.strong(counted)}\n`;
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;

function renderOne(d: Diagnostic, lineOf: (place: Place) => string | undefined, paint: Paint): string {
  const colour = d.severity === "error" ? paint.error : paint.warning;
  const rows = [`${colour(`${d.severity}[${d.code}]`)}: ${paint.strong(visible(d.summary))}`];
  const gutter = " ".repeat(Math.max(0, ...d.where.map((p) => String(p.line).length)));
  for (const [i, place] of d.where.entries()) {
    rows.push(`${gutter}${paint.place(i === 0 ? "-->" : ":::")} ${visible(place.file)}:${place.line}:${place.column}`);
    const line = d.sensitive ? undefined : lineOf(place);
    if (d.sensitive) rows.push(`${gutter} ${paint.place("|")} (line not shown: it may hold a secret)`);
    else if (line !== undefined && line.trim() !== "") rows.push(...frame(line, place, gutter, i === 0 ? colour : paint.place, paint));
  }
  if (d.detail !== undefined) rows.push(`${gutter} ${paint.place("=")} ${visible(d.detail)}`);
  if (d.fix !== undefined) rows.push(`${gutter} ${paint.place("=")} ${paint.fix(`fix: ${visible(d.fix)}`)}`);
  return `${rows.join("\n")}\n`;
}

/** The frame of a problem's first place alone, line by line; none where the line is not known or may hold a secret. */
export function codeFrame(d: Diagnostic, textOf: (file: string) => string | undefined): string[] {
  const [place] = d.where;
  if (place === undefined || d.sensitive) return [];
  const line = newLineReader(textOf)(place);
  return line === undefined || line.trim() === "" ? [] : frame(line, place, " ".repeat(String(place.line).length), same, plain).slice(1);
}

/** The line with its number and a caret row; of a long line, the piece around the place. */
function frame(line: string, place: Place, gutter: string, colour: (text: string) => string, paint: Paint): string[] {
  const from = line.length <= frameWidth ? 0 : Math.max(0, Math.min(place.column - 1 - 40, line.length - frameWidth));
  const piece = visible(line.slice(from, from + frameWidth));
  const start = Math.min(place.column - 1 - from, frameWidth);
  const length = place.endColumn === undefined ? wordLength(line, place.column - 1) : place.endColumn - place.column;
  const width = Math.max(1, Math.min(length, piece.length - start));
  return [
    `${gutter} ${paint.place("|")}`,
    `${paint.place(String(place.line).padStart(gutter.length))} ${paint.place("|")} ${piece}`,
    `${gutter} ${paint.place("|")} ${" ".repeat(Math.max(0, start))}${colour("^".repeat(width))}`,
  ];
}

/** Length of the word at an offset, for places that do not say where they end. */
function wordLength(line: string, offset: number): number {
  let end = offset;
  while (end < line.length && !" ,]}".includes(line[end]!)) end++;
  return end - offset;
}

/** One line, without characters that would move the cursor, hide text or turn its direction. Keeps the length, so that carets stay put. */
const visible = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, " ").toWellFormed();

/** Splits each file once, on the first question about it. */
function newLineReader(textOf: (file: string) => string | undefined): (place: Place) => string | undefined {
  const split = new Map<string, readonly string[]>();
  return ({ file, line }) => {
    let lines = split.get(file);
    if (!lines) split.set(file, (lines = textOf(file)?.split(/\r?\n/) ?? []));
    return lines[line - 1];
  };
}

/** The JSON form, version 1: `{ version, errors, warnings, diagnostics }`, keys in a fixed order, the diagnostics as values without frames. */
export function diagnosticsToJson(all: readonly Diagnostic[]): string {
  const diagnostics = tidyDiagnostics(all).map((d) => ({
    code: d.code,
    severity: d.severity,
    summary: d.summary,
    ...(d.detail === undefined ? {} : { detail: d.detail }),
    ...(d.fix === undefined ? {} : { fix: d.fix }),
    where: d.where.map((p) => ({
      file: p.file,
      line: p.line,
      column: p.column,
      ...(p.endColumn === undefined ? {} : { endColumn: p.endColumn }),
    })),
    ...(d.sensitive ? { sensitive: true } : {}),
  }));
  const errors = diagnostics.filter((d) => d.severity === "error").length;
  return `${JSON.stringify({ version: 1, errors, warnings: diagnostics.length - errors, diagnostics }, null, 2)}\n`;
}
