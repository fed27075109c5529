import type { Diagnostic } from "../diagnostic.ts";
import { indexLines } from "./line-index.ts";

/** Limits of one file. They keep a hostile file from costing more than a large honest one. */
export const limits = { bytes: 1_048_576, lines: 20_000, lineLength: 10_000, depth: 16, tokens: 200_000, errors: 20 } as const;

const newline = 10;
const space = 32;
const tab = 9;

/**
 * Looks at a text before any parser does: size, encoding, control characters, line lengths, tabs and nesting. One pass, no recursion, time
 * linear in the text. Its reading of brackets and indentation is approximate and for good messages; what makes deep nesting harmless in every
 * lexical position is the stack limit of `tokens.ts`. Reports each kind of problem once per file.
 */
export function prescan(file: string, text: string): Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  const lines = indexLines(file, text);
  const report = (code: string, at: number, summary: string, fix: string): void => {
    if (!found.has(code)) found.set(code, { code, severity: "error", summary, fix, where: [lines.place(at)] });
  };
  if (text.length > limits.bytes || byteLength(text) > limits.bytes) {
    report("FILE_TOO_LARGE", 0, "The file is larger than 1 MiB.", "Split it: one person, role or app to a file.");
    return [...found.values()].map((d) => ({ ...d, sensitive: true as const })); // not searched for secrets either
  }
  if (!text.isWellFormed()) {
    report("TEXT_ENCODING", firstLoneSurrogate(text), "The file is not valid Unicode text.", "Save it as UTF-8.");
  }

  const nesting = newNesting();
  let lineCount = 0;
  for (let start = 0; start < text.length;) {
    let end = text.indexOf("\n", start);
    if (end === -1) end = text.length;
    lineCount++;
    if (lineCount === limits.lines + 1) report("YAML_LINES", start, "The file has more than 20,000 lines.", "Split it.");
    if (end - start > limits.lineLength) {
      report("YAML_LINE_LENGTH", start, "The line is longer than 10,000 characters.", "Break it into several entries.");
    }
    scanCharacters(text, start, end, report);
    const indent = indentOf(text, start, end);
    if (text.charCodeAt(indent) === tab && indent < end) {
      report("YAML_TAB", indent, "A tab is used as indentation.", "Indent with spaces.");
    }
    const deep = nesting.line(text, start, indent, end);
    if (deep !== -1) {
      report("YAML_DEPTH", deep, `The file nests more than ${limits.depth} levels deep.`, "Nothing in rollcall needs that: flatten it.");
    }
    start = end + 1;
  }
  return [...found.values()];
}

function byteLength(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c >= 0x80) bytes += c >= 0x800 && (c < 0xd800 || c > 0xdfff) ? 2 : 1;
  }
  return bytes;
}

function firstLoneSurrogate(text: string): number {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0xd800 || c > 0xdfff) continue;
    const next = text.charCodeAt(i + 1);
    if (c <= 0xdbff && next >= 0xdc00 && next <= 0xdfff) i++;
    else return i;
  }
  return 0;
}

function indentOf(text: string, start: number, end: number): number {
  let i = start;
  while (i < end && text.charCodeAt(i) === space) i++;
  return i;
}

/** Invisible characters change what a reviewer sees without changing what a parser reads, or the other way round. */
function scanCharacters(
  text: string,
  start: number,
  end: number,
  report: (code: string, at: number, summary: string, fix: string) => void,
): void {
  for (let i = start; i < end; i++) {
    const c = text.charCodeAt(i);
    if (c >= space && c < 0x7f) continue;
    if (c === tab || (c === 13 && i === end - 1 && end < text.length)) continue;
    if (isForbidden(c)) {
      const name = `U+${c.toString(16).toUpperCase().padStart(4, "0")}`;
      report(
        "TEXT_CONTROL",
        i,
        `The file contains the invisible character ${name}.`,
        "Delete it; the file must be plain UTF-8 without a byte order mark.",
      );
    }
  }
}

/** Control characters, byte order mark, line separators, and the marks that reorder or hide text in a review. */
const isForbidden = (c: number): boolean =>
  c < 0x20 ||
  (c >= 0x7f && c <= 0x9f) ||
  c === 0xfeff ||
  (c >= 0x200b && c <= 0x200f && c !== 0x200c && c !== 0x200d) ||
  (c >= 0x2028 && c <= 0x202e) ||
  (c >= 0x2060 && c <= 0x2069) ||
  c === 0xfffe ||
  c === 0xffff;

interface Nesting {
  /** Takes in one line; the offset at which nesting first went too deep, or -1. */
  line(text: string, start: number, indent: number, end: number): number;
}

function newNesting(): Nesting {
  const columns: number[] = []; // of open block levels
  let flow = 0;
  let blockText = -1; // indentation of the line that opened a block scalar
  const open = (column: number): boolean => {
    while (columns.length > 0 && columns.at(-1)! > column) columns.pop();
    if (columns.at(-1) !== column) columns.push(column);
    return columns.length > limits.depth;
  };
  return {
    line(text, start, indent, end) {
      if (indent >= end || text.charCodeAt(indent) === 13) return -1;
      if (blockText !== -1) {
        if (indent - start > blockText) return -1;
        blockText = -1;
      }
      let at = indent;
      if (flow === 0 && text[at] !== "#") {
        if (open(at - start)) return at;
        while (isIndicator(text, at, end)) {
          at++;
          while (at < end && text.charCodeAt(at) === space) at++;
          if (at < end && open(at - start)) return at;
        }
      }
      const result = scanBrackets(text, at, end, flow);
      flow = result.flow;
      if (flow === 0 && result.header) blockText = indent - start;
      return result.deep;
    },
  };
}

/** `- `, `? ` or `: ` at the beginning of a line: another level on the same line. */
function isIndicator(text: string, at: number, end: number): boolean {
  const c = text[at];
  return (c === "-" || c === "?" || c === ":") && (at + 1 >= end || text[at + 1] === " ");
}

function scanBrackets(text: string, from: number, end: number, flowBefore: number): { flow: number; deep: number; header: boolean } {
  let flow = flowBefore;
  let deep = -1;
  let fresh = true; // a new value may begin here
  let quote = "";
  let header = false;
  for (let i = from; i < end && text.charCodeAt(i) !== newline; i++) {
    const c = text[i]!;
    if (quote !== "") {
      if (c === "\\" && quote === '"') i++;
      else if (c === quote) quote = "";
      continue;
    }
    if (c === " " || c === "\r") continue;
    const afterSpace = i === from || text[i - 1] === " ";
    if (c === "#" && afterSpace) break;
    if ((c === '"' || c === "'") && fresh) quote = c;
    else if ((c === "[" || c === "{") && (flow > 0 || fresh)) {
      flow++;
      if (flow > limits.depth && deep === -1) deep = i;
      continue; // still fresh
    } else if ((c === "]" || c === "}") && flow > 0) flow--;
    else if ((c === "|" || c === ">") && fresh && flow === 0) header = true;
    fresh = (c === ":" || c === "," || c === "-" || c === "?") && (flow > 0 || i + 1 >= end || text[i + 1] === " ");
  }
  return { flow, deep, header };
}
