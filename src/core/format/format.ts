import { CST, Lexer } from "yaml";
import type { Diagnostic } from "../diagnostic.ts";
import type { Day } from "../model/person.ts";
import { modelineOf, withoutModeline } from "../schema/modeline.ts";
import type { Value } from "../source/build-value.ts";
import { indexLines, type LineIndex } from "../source/line-index.ts";
import { parse } from "../source/parse.ts";
import { readTokens } from "../source/tokens.ts";
import { inOrder, schemaOfFile } from "./key-order.ts";
import type { Layout, Node } from "./layout.ts";
import { print } from "./print.ts";
import { isPastFile, prunedLayout, withoutPast } from "./prune.ts";
import { readLayout } from "./read-layout.ts";

export type Formatted =
  /** `text` may be what it was. */
  | { readonly kind: "formatted"; readonly text: string }
  /** The whole file has ended (only where pruning was asked for). */
  | { readonly kind: "past" }
  /** It cannot be read as it is, so it is left alone. */
  | { readonly kind: "invalid"; readonly diagnostics: readonly Diagnostic[] };

export interface FormatOptions {
  /** Removes what ended before this day. */
  readonly pruneBefore?: Day;
}

/**
 * A file in the house's spelling: keys in the order of its kind, two spaces for each level, comments where they belong, the modeline on top.
 * What the file says stays the same, and so does every comment, or it is an error; pure, and the same text a second time.
 */
export function format(path: string, text: string, { pruneBefore }: FormatOptions = {}): Formatted {
  const plain = text.replace(/^\ufeff/, "").replace(/\r\n/g, "\n");
  const { source, diagnostics } = parse(path, plain);
  const faults = diagnostics.filter((d) => d.code !== "NUMBER_CHANGES");
  if (source.value === undefined || faults.length > 0) return { kind: "invalid", diagnostics: faults };
  if (pruneBefore !== undefined && isPastFile(source.value, pruneBefore)) return { kind: "past" };

  const { rest, modeline, gap } = withoutModeline(path, plain);
  const lines = indexLines(path, rest);
  const layout = readLayout(rest, readTokens(rest, lines).tokens);
  const schema = schemaOfFile(path, source.value);
  const quoted = quoteNumbers(layout, lines, parse(path, rest).diagnostics);
  const pruned = pruneBefore === undefined ? quoted.root : prunedLayout(quoted.root, source.value, pruneBefore);
  const body = print({ ...quoted, root: schema ? inOrder(pruned, schema) : pruned });
  const head = modeline ?? modelineOf(path);
  const result = head === null ? body : `${head}\n${gap && body !== "" ? "\n" : ""}${body}`;

  const expected = pruneBefore === undefined ? source.value : withoutPast(source.value, pruneBefore);
  const again = parse(path, result);
  const kept = pruneBefore !== undefined || sameComments(rest, body);
  if (again.diagnostics.length > 0 || !kept || canonical(again.source.value) !== canonical(expected)) {
    return { kind: "invalid", diagnostics: [unformattable(path)] };
  }
  return { kind: "formatted", text: result };
}

const unformattable = (path: string): Diagnostic => ({
  code: "FORMAT_REFUSED",
  severity: "error",
  summary: "The file cannot be formatted without changing what it says; it is left as it is.",
  fix: "Write the unusual part of it in a plainer way, and please report it.",
  where: [{ file: path, line: 1, column: 1 }],
});

/** Numbers that would not come out as they were written, in quotes: `012` is not twelve. */
function quoteNumbers(layout: Layout, lines: LineIndex, diagnostics: readonly Diagnostic[]): Layout {
  const places = new Set(diagnostics.filter((d) => d.code === "NUMBER_CHANGES").map((d) => `${d.where[0]!.line}:${d.where[0]!.column}`));
  if (places.size === 0) return layout;
  const visit = (node: Node | null): Node | null => {
    if (node === null) return null;
    if (node.kind === "scalar") {
      const { line, column } = lines.place(node.offset);
      return places.has(`${line}:${column}`) ? { ...node, lines: [`"${node.lines[0]}"`] } : node;
    }
    return "entries" in node ? { ...node, entries: node.entries.map((e) => ({ ...e, value: visit(e.value) })) } : node;
  };
  return { ...layout, root: visit(layout.root) };
}

/** Every comment of one text is in the other, as often. */
function sameComments(a: string, b: string): boolean {
  return commentsOf(a).join("\n") === commentsOf(b).join("\n");
}

/** The comments of a text, sorted; by the lexer, so that what looks like one inside a text is none. */
export function commentsOf(text: string): string[] {
  const found: string[] = [];
  let scalarFollows = false;
  for (const lexeme of new Lexer().lex(text)) {
    const type: string | null = scalarFollows ? "scalar" : CST.tokenType(lexeme);
    if (!scalarFollows && type === "comment") found.push(lexeme.trimEnd());
    scalarFollows = !scalarFollows && type === "scalar";
  }
  return found.sort();
}

/** A value as text, whatever the order of its keys. */
function canonical(value: Value | undefined): string {
  const order = (v: Value): Value =>
    Array.isArray(v)
      ? v.map(order)
      : typeof v === "object" && v !== null
        ? Object.fromEntries(
            Object.entries(v)
              .sort(([x], [y]) => (x < y ? -1 : 1))
              .map(([k, c]): [string, Value] => [k, order(c)]),
          )
        : v;
  return JSON.stringify(value === undefined ? null : order(value));
}
