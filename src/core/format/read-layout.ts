import { CST } from "yaml";
import {
  type Block,
  type BlockScalar,
  type Entry,
  type Flow,
  isBlock,
  type Layout,
  type Node,
  type Scalar,
  withoutLeadingBlanks,
} from "./layout.ts";

type Tokens = readonly CST.SourceToken[];
type Item = CST.BlockMap["items"][number] | CST.BlockSequence["items"][number] | CST.FlowCollection["items"][number];

/** Tokens of one document (as `readTokens` gives them) → its layout. Recursion is bounded by the nesting limit, which the tokens have passed. */
export function readLayout(text: string, tokens: readonly CST.Token[]): Layout {
  const lines = new Lines(text);
  const outside = tokens.filter((t): t is CST.SourceToken => t.type === "comment");
  const document = tokens.find((t): t is CST.Document => t.type === "document");
  const start = document?.start ?? [];
  const mark = start.find((t) => t.type === "doc-start");
  const above = [...outside.filter((t) => !document || t.offset < document.offset), ...comments(start)];
  const behind = [...comments(document?.end ?? []), ...outside.filter((t) => document && t.offset >= document.offset)];
  const marked = mark !== undefined;
  if (!document?.value) return { header: lines.stack(above), marked, root: null, trailing: [], footer: lines.stack(behind) };

  const { node, ends } = readNode(document.value, lines);
  // Above a `---` everything is about the file; else what stands right above the first entry is about the entry.
  const early = mark ? above.filter((t) => t.offset < mark.offset) : [];
  const rest = lines.stack(mark ? above.filter((t) => t.offset > mark.offset) : above);
  const blank = lines.blankAbove(document.value.offset);
  const isRows = node.kind === "map" || node.kind === "list";
  const split = mark || !isRows ? 0 : blank ? rest.length : rest.lastIndexOf("") + 1;
  const about = rest.slice(0, split);
  const root = isRows ? withAbove(node, rest.slice(split)) : node;
  const header = [...lines.stack(early), ...(isRows ? about : rest)];
  const gap = !marked && header.length > 0 && header.at(-1) !== "" && (blank || isRows);
  const footer = lines.stack([...ends.filter((t) => lines.isAlone(t)), ...behind]);
  const trailing = ends.filter((t) => !lines.isAlone(t)).map((t) => t.source);
  return { header: gap ? [...header, ""] : header, marked, root, trailing, footer };
}

const withAbove = (block: Block, own: readonly string[]): Block => ({
  ...block,
  entries: block.entries.map((entry, i) => (i === 0 ? { ...entry, above: withoutLeadingBlanks([...own, ...entry.above]) } : entry)),
});

const comments = (tokens: Tokens): CST.SourceToken[] => tokens.filter((t) => t.type === "comment");

/** What stands alone on its line, and where lines are blank. */
class Lines {
  private readonly text: string;
  constructor(text: string) {
    this.text = text;
  }

  isAlone({ offset }: { readonly offset: number }): boolean {
    return this.text.slice(this.startOf(offset), offset).trim() === "";
  }

  columnOf({ offset }: { readonly offset: number }): number {
    return offset - this.startOf(offset);
  }

  blankAbove(offset: number): boolean {
    const start = this.startOf(offset);
    return start > 0 && this.text.slice(this.startOf(start - 1), start - 1).trim() === "";
  }

  isBroken(from: number, to: number): boolean {
    return this.text.slice(from, to).includes("\n");
  }

  /** Comments as lines, "" where a blank line stands above one. */
  stack(tokens: Tokens): string[] {
    return tokens.flatMap((t) => (this.isAlone(t) && this.blankAbove(t.offset) ? ["", t.source] : [t.source]));
  }

  private startOf(offset: number): number {
    return offset === 0 ? 0 : this.text.lastIndexOf("\n", offset - 1) + 1;
  }
}

/** A node, and the comments after it that its tokens hold: on its last line, or below and deeper than what follows. */
interface Read {
  readonly node: Node;
  readonly ends: Tokens;
}

function readNode(token: CST.Token, lines: Lines): Read {
  switch (token.type) {
    case "block-map":
    case "block-seq":
      return readBlock(token, lines);
    case "flow-collection":
      return { node: readFlow(token, lines), ends: comments(token.end) };
    case "block-scalar":
      return { node: readBlockScalar(token), ends: [] };
    case "scalar":
    case "single-quoted-scalar":
    case "double-quoted-scalar":
      return { node: readScalar(token), ends: comments(token.end ?? []) };
    default:
      throw new TypeError(`a ${token.type} where a value is expected`);
  }
}

const readScalar = (token: CST.FlowScalar): Scalar => ({
  kind: "scalar",
  lines: token.source.split("\n").map((line, i, all) => (i === 0 ? line : i === all.length - 1 ? line.trimStart() : line.trim())),
  offset: token.offset,
});

function readBlockScalar({ props, source, indent }: CST.BlockScalar): BlockScalar {
  const heads = props as Tokens;
  const header = heads.find((t) => t.type === "block-scalar-header")!.source;
  const given = /[1-9]/.exec(header)?.[0];
  const lines = source === "" ? [] : source.replace(/\n$/, "").split("\n");
  const first = lines.find((line) => line.trim() !== "") ?? "";
  const depth = given === undefined ? first.length - first.trimStart().length : Math.max(0, indent) + Number(given);
  const body = lines.map((line) => (line.slice(0, depth).trim() === "" ? line.slice(depth) : line));
  // Blank lines at the end are part of the text only where the header says so.
  while (!header.includes("+") && body.length > 0 && body.at(-1)!.trim() === "") body.pop();
  return { kind: "block-scalar", header: header.replace(/[1-9]/, "2"), comment: comments(heads)[0]?.source ?? null, lines: body };
}

function readBlock(token: CST.BlockMap | CST.BlockSequence, lines: Lines): Read {
  const entries: Entry[] = [];
  let pending: Tokens = [];
  for (const item of token.items) {
    const { entry, left } = readItem(item, lines, pending);
    if (entry) entries.push(entry);
    pending = left;
  }
  // Comments that end a block, but stand further left than its entries, are about what follows.
  const out = pending.findIndex((t) => lines.columnOf(t) < token.indent);
  const after = lines.stack(out === -1 ? pending : pending.slice(0, out));
  return { node: { kind: token.type === "block-map" ? "map" : "list", entries, after }, ends: out === -1 ? [] : pending.slice(out) };
}

/** One line of a block with what belongs to it; `left` are comments that belong to what follows. */
function readItem(item: Item, lines: Lines, pending: Tokens): { entry: Entry | null; left: Tokens } {
  const mark = item.start.findIndex((t) => t.type === "seq-item-ind");
  const before = mark === -1 ? item.start : item.start.slice(0, mark);
  const early = [...pending, ...comments(before)];
  const above = lines.stack(early);
  const keyed = "key" in item && item.key !== undefined && item.key !== null;
  if (mark === -1 && !keyed) return { entry: null, left: early };
  const begin = mark === -1 ? (item.key as CST.Token).offset : item.start[mark]!.offset;
  if (lines.blankAbove(begin) && lines.isAlone({ offset: begin })) above.push("");
  const inner = comments([...(mark === -1 ? [] : item.start.slice(mark + 1)), ...(item.sep ?? [])]);
  const value = item.value ? readNode(item.value, lines) : null;
  const key = keyed ? (item.key as CST.FlowScalar) : null;
  const alone = inner.filter((t) => lines.isAlone(t));
  const ends = value?.ends ?? [];
  const beside = inner.filter((t) => !lines.isAlone(t)).map((t) => t.source);
  const valueless = !item.value;
  const between = lines.stack(alone);
  // Comments between a key and its first line below are about that line.
  const rows = value !== null && isBlock(value.node) ? value.node : null;
  return {
    entry: {
      above,
      key: key?.source ?? null,
      name: key ? (CST.resolveAsScalar(key)?.value ?? null) : null,
      beside: valueless ? [] : beside,
      // Comments below a key without a value belong to what follows.
      between: valueless || rows ? [] : between,
      below: item.value ? lines.isBroken(begin, item.value.offset) : false,
      value: rows ? withAbove(rows, between) : (value?.node ?? null),
      trailing: valueless ? beside : ends.filter((t) => !lines.isAlone(t)).map((t) => t.source),
    },
    left: valueless ? alone : ends.filter((t) => lines.isAlone(t)),
  };
}

function readFlow(token: CST.FlowCollection, lines: Lines): Flow {
  const entries: Entry[] = [];
  let above: string[] = [];
  const take = (tokens: Tokens): void => {
    for (const t of comments(tokens)) {
      const last = entries.at(-1);
      if (lines.isAlone(t) || !last || above.length > 0) above.push(...lines.stack([t]));
      else entries[entries.length - 1] = { ...last, trailing: [...last.trailing, t.source] };
    }
  };
  for (const item of token.items) {
    take(item.start);
    const paired = (item.sep ?? []).some((t) => t.type === "map-value-ind");
    const lone = paired ? null : (item.value ?? item.key ?? null);
    if (!paired && !lone) continue;
    const key = paired && item.key ? (item.key as CST.FlowScalar) : null;
    const given = paired ? (item.value ?? null) : lone;
    // Where a comma follows the colon at once, the parser gives an empty text; that is no value.
    const value = given?.type === "scalar" && given.source === "" && !given.end?.length ? null : given;
    const read = value ? readNode(value, lines) : null;
    const isMapKey = !paired && token.start.source === "{" && lone !== null;
    const offset = (key ?? value)?.offset;
    if (offset !== undefined && lines.isAlone({ offset }) && lines.blankAbove(offset) && entries.length > 0) above.push("");
    entries.push({
      above,
      key: isMapKey ? (lone as CST.FlowScalar).source : (key?.source ?? (paired ? "" : null)),
      name: isMapKey || key ? (CST.resolveAsScalar((key ?? lone) as CST.FlowScalar)?.value ?? null) : null,
      beside: [],
      between: [],
      below: false,
      value: isMapKey ? null : (read?.node ?? null),
      trailing: [],
    });
    above = [];
    take([...(item.sep ?? []), ...(read?.ends ?? [])]);
  }
  const close = token.end[0];
  return {
    kind: token.start.source === "{" ? "flow-map" : "flow-list",
    entries,
    after: above,
    broken: close !== undefined && lines.isBroken(token.offset, close.offset),
  };
}
