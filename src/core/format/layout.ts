/**
 * A file as people laid it out: entries with the comments that belong to them. Between the tokens of the parser and the text that is printed;
 * everything that carries meaning is in it, spaces and line ends are not.
 */
export interface Layout {
  /** Comments at the top that belong to the file: up to the last blank line before the first entry. "" is a blank line. */
  readonly header: readonly string[];
  /** The file has a `---`. */
  readonly marked: boolean;
  readonly root: Node | null;
  /** Comments on the line where the root ends, where it is no map or list. */
  readonly trailing: readonly string[];
  /** Comments after everything. */
  readonly footer: readonly string[];
}

export type Node = Scalar | BlockScalar | Block | Flow;

/** Text as it was written, quotes included; lines after the first without their indentation. */
export interface Scalar {
  readonly kind: "scalar";
  readonly lines: readonly string[];
  /** Where it begins in the text. */
  readonly offset: number;
}

/** `|` or `>`: the header as it was written, the lines of the body without their indentation. */
export interface BlockScalar {
  readonly kind: "block-scalar";
  readonly header: string;
  readonly comment: string | null;
  readonly lines: readonly string[];
}

/** A map or list of lines. */
export interface Block {
  readonly kind: "map" | "list";
  readonly entries: readonly Entry[];
  /** Comments after the last entry, at the entries' indentation. */
  readonly after: readonly string[];
}

/** A map or list in brackets. */
export interface Flow {
  readonly kind: "flow-map" | "flow-list";
  readonly entries: readonly Entry[];
  readonly after: readonly string[];
  /** It was written over several lines. */
  readonly broken: boolean;
}

export interface Entry {
  /** Comments on lines of their own above it, and "" for a blank line. */
  readonly above: readonly string[];
  /** As it was written; null in a list. */
  readonly key: string | null;
  /** What the key says, quotes resolved. */
  readonly name: string | null;
  /** Comment on the line of the key or dash, where the value begins below. */
  readonly beside: readonly string[];
  /** Comments on lines of their own between the key or dash and the value. */
  readonly between: readonly string[];
  /** The value began on a line below its key; only told where it may stay there. */
  readonly below: boolean;
  readonly value: Node | null;
  /** Comment on the line where the value ends. */
  readonly trailing: readonly string[];
}

export const isBlock = (node: Node | null): node is Block => node?.kind === "map" || node?.kind === "list";

/** Comments from the first one on. */
export const withoutLeadingBlanks = (comments: readonly string[]): readonly string[] => {
  const first = comments.findIndex((c) => c !== "");
  return first === -1 ? [] : comments.slice(first);
};
