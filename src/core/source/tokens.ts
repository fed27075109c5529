import { CST, Lexer, Parser } from "yaml";
import type { Diagnostic } from "../diagnostic.ts";
import type { LineIndex } from "./line-index.ts";
import { limits } from "./prescan.ts";

/** Constructs of YAML that rollcall's files do without, by the parser's own token types. */
const forbidden: Partial<Record<string, readonly [code: string, summary: string, fix: string]>> = {
  anchor: ["YAML_ANCHOR", "Anchors are not allowed.", "Write the value out; text that begins with & needs quotes."],
  alias: ["YAML_ALIAS", "Aliases are not allowed.", "Write the value out; text that begins with * needs quotes."],
  tag: ["YAML_TAG", "Tags are not allowed.", "Remove it; text that begins with ! needs quotes."],
  "directive-line": ["YAML_DIRECTIVE", "Directives are not allowed.", "Remove the line; text that begins with % needs quotes."],
  "explicit-key-ind": ["YAML_EXPLICIT_KEY", "Explicit keys (`? key`) are not allowed.", "Write `key: value`; a lone ? needs quotes."],
  "doc-end": ["YAML_DOCUMENTS", "A file holds one document.", "Remove the line `...`."],
  "byte-order-mark": ["TEXT_CONTROL", "The file contains a byte order mark.", "Save it as UTF-8 without one."],
};

const collections: ReadonlySet<string> = new Set(["block-map", "block-seq", "flow-collection"]);

/**
 * The concrete syntax of one document, or what forbids it. The token stream comes from the very lexer the composer relies on, and the open
 * collections are counted after every token: nothing deeper than the limit is ever built, whatever quotes, comments or positions were used to
 * disguise it, so that no later stage can recurse further than that.
 */
export function readTokens(text: string, lines: LineIndex): { tokens: CST.Token[]; diagnostics: Diagnostic[] } {
  const lexer = new Lexer();
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  const diagnostics = new Map<string, Diagnostic>();
  const report = (code: string, start: number, end: number, summary: string, fix: string): void => {
    if (!diagnostics.has(code)) diagnostics.set(code, { code, severity: "error", summary, fix, where: [lines.place(start, end)] });
  };
  let scalarFollows = false;
  let documents = 0;
  let offset = 0;
  let count = 0;
  let errors = 0;
  for (const lexeme of lexer.lex(text)) {
    const type: string | null = scalarFollows ? "scalar-text" : CST.tokenType(lexeme);
    const virtual = type === "scalar" || type === "doc-mode" || type === "flow-error-end";
    const end = virtual ? offset : offset + lexeme.length;
    scalarFollows = type === "scalar";
    const rule = type === null ? undefined : forbidden[type];
    if (rule) {
      report(rule[0], offset, end, rule[1], rule[2]);
      // Nothing may be read of a file with these; the rest of it is still looked at for others of their kind.
    }
    if (type === "doc-start" && (++documents > 1 || !isBare(text, offset))) {
      report("YAML_DOCUMENTS", offset, end, "A file holds one document.", "Split the file at `---`.");
    }
    if (++count > limits.tokens) {
      report("FILE_TOO_COMPLEX", offset, end, "The file has too many entries.", "Split it: one person, role or app to a file.");
      break;
    }
    if (diagnostics.size === 0) {
      for (const token of parser.next(lexeme)) {
        tokens.push(token);
        if (token.type === "error" && ++errors > limits.errors) break;
      }
      if (errors > limits.errors) break; // reported by the composer; more of the same would only cost time
      if (parser.stack.length > limits.depth && depth(parser.stack) > limits.depth) {
        report(
          "YAML_DEPTH",
          offset,
          end,
          `The file nests more than ${limits.depth} levels deep.`,
          "Nothing in rollcall needs that: flatten it.",
        );
        break;
      }
    }
    offset = end;
  }
  if (diagnostics.size === 0 && errors <= limits.errors) for (const token of parser.end()) tokens.push(token);
  return { tokens, diagnostics: [...diagnostics.values()] };
}

const depth = (stack: readonly CST.Token[]): number => stack.reduce((n, token) => n + (collections.has(token.type) ? 1 : 0), 0);

/** Only comments and blank lines stand before the first `---`. */
const isBare = (text: string, offset: number): boolean =>
  text
    .slice(0, offset)
    .split("\n")
    .every((line) => line.trim() === "" || line.startsWith("#"));
