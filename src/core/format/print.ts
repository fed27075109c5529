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

/** A layout as text: two spaces for each level, one space before a comment, at most one blank line, one line end at the end. */
export function print(layout: Layout): string {
  const out = new Page();
  out.comments(layout.header, 0);
  if (layout.marked) out.line(0, "---");
  if (layout.root) {
    if (isBlock(layout.root)) printBlock(out, layout.root, 0);
    else out.line(0, ...inline(layout.root, 0, layout.trailing));
  }
  out.comments(layout.footer, 0);
  return out.toString();
}

/** Lines, with blank ones only between others. */
class Page {
  private readonly lines: string[] = [];
  /** The last line is of a text that keeps the blank lines below it (`|+`): another would become part of it. */
  private closed = false;

  /** One logical line: the first at the indentation, the others as they are. */
  line(indent: number, first: string, ...rest: string[]): void {
    this.lines.push(`${" ".repeat(indent)}${first}`.trimEnd(), ...rest);
    this.closed = false;
  }

  close(): void {
    this.closed = true;
  }

  comments(comments: readonly string[], indent: number): void {
    for (const comment of comments) {
      if (comment !== "") this.line(indent, comment);
      else if (!this.closed && this.lines.length > 0 && this.lines.at(-1) !== "") this.lines.push("");
    }
  }

  get length(): number {
    return this.lines.length;
  }

  /** Puts a dash in front of a line that was printed. */
  dash(at: number, indent: number): void {
    const line = this.lines[at]!;
    this.lines[at] = `${" ".repeat(indent)}- ${line.slice(indent + 2)}`;
  }

  toString(): string {
    while (!this.closed && this.lines.at(-1) === "") this.lines.pop();
    return this.lines.length === 0 ? "" : `${this.lines.join("\n")}\n`;
  }
}

function printBlock(out: Page, { entries, after }: Block, indent: number): void {
  entries.forEach((entry, i) => {
    out.comments(i === 0 ? withoutLeadingBlanks(entry.above) : entry.above, indent);
    printEntry(out, entry, indent);
  });
  out.comments(entries.length === 0 ? withoutLeadingBlanks(after) : after, indent);
}

function printEntry(out: Page, entry: Entry, indent: number): void {
  printLines(out, entry, indent);
  if (entry.value?.kind === "block-scalar" && entry.value.header.includes("+")) out.close();
}

function printLines(out: Page, entry: Entry, indent: number): void {
  const { key, value, beside, between, trailing, below } = entry;
  const head = key === null ? "-" : `${key}:`;
  if (value === null) {
    out.line(indent, head + remarks(trailing));
  } else if (isBlock(value)) {
    if (key === null && beside.length === 0 && between.length === 0 && startsWithEntry(value)) {
      const at = out.length;
      printBlock(out, value, indent + 2);
      out.dash(at, indent);
      return;
    }
    out.line(indent, head + remarks(beside));
    out.comments(withoutLeadingBlanks(between), indent + 2);
    printBlock(out, value, indent + 2);
  } else if (value.kind === "block-scalar" && between.length === 0) {
    out.line(
      indent,
      `${head} ${value.header}${remarks([...beside, ...(value.comment === null ? [] : [value.comment])])}`,
      ...bodyOf(value, indent),
    );
  } else if (beside.length > 0 || between.length > 0 || (below && isBroken(value))) {
    out.line(indent, head + remarks(beside));
    out.comments(withoutLeadingBlanks(between), indent + 2);
    out.line(indent + 2, ...inline(value, indent + 2, trailing));
  } else {
    const [first, ...rest] = inline(value, indent + 2, trailing);
    out.line(indent, `${head} ${first}`, ...rest);
  }
}

/** A dash can stand on the line of the block's first entry. */
const startsWithEntry = (block: Block): boolean => block.entries.length > 0 && block.entries[0]!.above.every((line) => line === "");

const isBroken = (node: Node): boolean => (node.kind === "flow-map" || node.kind === "flow-list") && isSpread(node);

const remarks = (comments: readonly string[]): string => comments.map((c) => ` ${c}`).join("");

/** A value that begins on a line that something else may have begun; lines after the first carry their own indentation. */
function inline(node: Exclude<Node, Block>, indent: number, trailing: readonly string[]): [string, ...string[]] {
  const [first, ...rest] = written(node, indent);
  const lines: [string, ...string[]] = [first, ...rest];
  lines[lines.length - 1] += remarks(trailing);
  return lines;
}

function written(node: Exclude<Node, Block>, indent: number): [string, ...string[]] {
  switch (node.kind) {
    case "scalar":
      return scalarLines(node, indent);
    case "block-scalar":
      return [node.header + remarks(node.comment === null ? [] : [node.comment]), ...bodyOf(node, indent - 2)];
    case "flow-map":
    case "flow-list":
      return flowLines(node, indent);
  }
}

function scalarLines({ lines }: Scalar, indent: number): [string, ...string[]] {
  const [first = "", ...rest] = lines;
  return [first, ...rest.map((line) => (line === "" ? "" : " ".repeat(indent) + line))];
}

const bodyOf = ({ lines }: BlockScalar, indent: number): string[] =>
  lines.map((line) => (line === "" ? "" : " ".repeat(indent + 2) + line));

/** A comment ends its line: brackets with one inside have to be spread. */
const isSpread = (flow: Flow): boolean =>
  (flow.broken && flow.entries.length > 0) ||
  flow.after.some((c) => c !== "") ||
  flow.entries.some(
    ({ above, trailing, value }) => above.some((c) => c !== "") || trailing.length > 0 || (value !== null && isBroken(value)),
  );

function flowLines(flow: Flow, indent: number): [string, ...string[]] {
  const isMap = flow.kind === "flow-map";
  const [open, close, pad] = isMap ? ["{", "}", " "] : ["[", "]", ""];
  if (!isSpread(flow)) {
    if (flow.entries.length === 0) return [open + close];
    const parts = flow.entries.map((entry) => flowEntry(entry, indent, isMap));
    return joined(parts, open + pad, pad + close);
  }
  const within = new Page();
  flow.entries.forEach((entry, i) => {
    within.comments(i === 0 ? withoutLeadingBlanks(entry.above) : entry.above, indent + 2);
    const [first, ...rest] = flowEntry(entry, indent + 2, isMap);
    const lines: [string, ...string[]] = [first, ...rest];
    lines[lines.length - 1] += `,${remarks(entry.trailing)}`;
    within.line(indent + 2, ...lines);
  });
  within.comments(flow.after, indent + 2);
  const body = within.toString().replace(/\n$/, "").split("\n");
  return [open, ...body, `${" ".repeat(indent)}${close}`];
}

/** Entries one behind the other; one that holds a text of several lines goes on where its last line ends. */
function joined(parts: readonly (readonly string[])[], open: string, close: string): [string, ...string[]] {
  const lines: [string, ...string[]] = [open];
  parts.forEach((part, i) => {
    const [first = "", ...rest] = part;
    lines[lines.length - 1] += `${i === 0 ? "" : ", "}${first}`;
    lines.push(...rest);
  });
  lines[lines.length - 1] += close;
  return lines;
}

/** `isLone`: in a map a key without a value stands alone, as prettier writes it; in a list its colon makes it a map. */
function flowEntry({ key, value }: Entry, indent: number, isLone: boolean): [string, ...string[]] {
  if (value === null) return [key === null ? "" : isLone ? key : `${key}:`];
  if (isBlock(value)) throw new TypeError("a block inside brackets");
  const [first, ...rest] = written(value, indent);
  return [key === null ? first : `${key}: ${first}`, ...rest];
}
