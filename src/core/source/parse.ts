import { Composer, isCollection, isMap, isPair, isScalar, isSeq, type Node, type ParsedNode } from "yaml";
import type { Diagnostic, Place } from "../diagnostic.ts";
import { buildValue, type Value } from "./build-value.ts";
import { indexLines } from "./line-index.ts";
import { prescan } from "./prescan.ts";
import { describeSyntaxError } from "./syntax-error.ts";
import { readTokens } from "./tokens.ts";
import { findUnclosed, type Unclosed } from "./unclosed.ts";

/** One file: its text, and where each part of its value stands. */
export interface Source {
  readonly file: string;
  readonly text: string;
  /** undefined where the file could not be read as YAML; what was wrong is in the diagnostics. */
  readonly value: Value | undefined;
  /**
   * The place of the value at `path`, or of its key. A path that does not exist gives the nearest part that does. `within` narrows a text
   * value to a range of its characters where it was written plainly on one line.
   */
  locate(path: readonly (string | number)[], options?: LocateOptions): Place;
}

export interface LocateOptions {
  readonly key?: boolean;
  readonly within?: { readonly start: number; readonly end: number };
}

/**
 * Restricted YAML 1.2 (core schema): one document, no anchors, aliases, tags, merge keys or directives, unique text keys, bounded size and
 * depth. Every problem comes back as a diagnostic; nothing is thrown, and no message repeats a value of the file.
 */
export function parse(file: string, text: string): { source: Source; diagnostics: Diagnostic[] } {
  const lines = indexLines(file, text);
  const top = lines.place(0);
  const without = (diagnostics: Diagnostic[]): { source: Source; diagnostics: Diagnostic[] } => ({
    source: { file, text, value: undefined, locate: () => top },
    diagnostics,
  });

  const refused = prescan(file, text);
  if (refused.length > 0) return without(refused);
  const { tokens, diagnostics } = readTokens(text, lines);
  if (diagnostics.length > 0) return without(diagnostics);

  const composer = new Composer({
    version: "1.2",
    schema: "core",
    merge: false,
    uniqueKeys: false,
    stringKeys: true,
    prettyErrors: false,
    logLevel: "error",
  });
  const [document] = composer.compose(tokens, true, text.length);
  if (!document) return without([syntaxProblem(top)]);
  if (document.errors.length > 0) {
    const unclosed = findUnclosed(tokens);
    const told = document.errors.filter((e) => unclosed === null || e.pos[0] < unclosed.offset).slice(0, 20);
    return without([
      ...told.map((e) => ({ ...syntaxProblem(lines.place(e.pos[0], e.pos[1])), ...describeSyntaxError(e.code) })),
      ...(unclosed ? [unclosedProblem(unclosed, lines.place(unclosed.offset, unclosed.offset + 1))] : []),
    ]);
  }
  const problems: Diagnostic[] = [];
  const root: unknown = document.contents;
  const value = buildValue(root, lines, problems);
  const locate = (path: readonly (string | number)[], options: LocateOptions = {}): Place => {
    const range = findRange(root as ParsedNode | null, path, options.key === true);
    if (!range) return top;
    const inside = options.within && plainOffset(text, range, valueAt(value, path));
    if (options.within && inside !== undefined && inside !== null) {
      return lines.place(
        inside + options.within.start,
        Math.min(inside + Math.max(options.within.end, options.within.start + 1), range[1]),
      );
    }
    return lines.place(range[0], range[1]);
  };
  return { source: { file, text, value, locate }, diagnostics: problems };
}

/**
 * A file whose value and places are worked out when somebody asks for them, which happens only where there is a problem to be told: thousands
 * of files without one need not be held in memory in their parsed form.
 */
export function sourceOnDemand(file: string, text: string): Source {
  let parsed: Source | null = null;
  const source = (): Source => (parsed ??= parse(file, text).source);
  return {
    file,
    text,
    get value() {
      return source().value;
    },
    locate: (path, options) => source().locate(path, options),
  };
}

const syntaxProblem = (place: Place): Diagnostic => ({
  code: "YAML_SYNTAX",
  severity: "error",
  summary: "The file is not valid YAML here.",
  fix: "Check indentation, quotes and brackets on this line and the one before it.",
  where: [place],
});

const unclosedProblem = ({ what }: Unclosed, place: Place): Diagnostic => ({
  code: "YAML_SYNTAX",
  severity: "error",
  summary: `This ${what} is never closed.`,
  fix: what === "quote" ? "Close it on the same line." : "Close it, or write the list or map as indented lines.",
  where: [place],
});

type Range = readonly [number, number, number];

function findRange(root: Node | null, path: readonly (string | number)[], key: boolean): Range | null {
  let node: unknown = root;
  let range: Range | null = root?.range ?? null;
  for (const [i, step] of path.entries()) {
    if (!isCollection(node)) return range;
    const last = i === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find((p) => isScalar(p.key) && p.key.value === String(step));
      if (!pair || !isPair(pair)) return range;
      const keyRange = (pair.key as Node).range ?? null;
      const value = pair.value as Node | null;
      if (last && key) return keyRange;
      range = value?.range && value.range[1] > value.range[0] ? value.range : keyRange;
      node = value;
    } else if (isSeq(node)) {
      const item = node.items[Number(step)] as Node | undefined;
      if (!item) return range;
      range = item.range ?? range;
      node = item;
    }
  }
  return range;
}

function valueAt(value: Value, path: readonly (string | number)[]): Value | undefined {
  let current: Value | undefined = value;
  for (const step of path) {
    if (typeof current !== "object" || current === null) return undefined;
    current = (current as Record<string | number, Value>)[step];
  }
  return current;
}

/** Where a text value begins in the file, if it stands there letter by letter. */
function plainOffset(text: string, range: Range, value: Value | undefined): number | null {
  if (typeof value !== "string") return null;
  const quote = text[range[0]] === '"' || text[range[0]] === "'" ? 1 : 0;
  return text.startsWith(value, range[0] + quote) ? range[0] + quote : null;
}
