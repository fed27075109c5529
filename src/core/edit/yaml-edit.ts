import { type Document, isMap, isNode, isScalar, isSeq, parseDocument, type Scalar, visit as visitNodes, YAMLMap, YAMLSeq } from "yaml";

/** Wide lines are kept, so that an edit touches only what it is about. */
const layout = { lineWidth: 0, flowCollectionPadding: true } as const;

/** How files are written: `[a]` and `{ a: 1 }`, as formatters of YAML have it. The library pads both or neither. */
function written(document: Document): string {
  visitNodes(document, {
    Seq: (_, seq) => void (seq.toString = (context, ...rest) => YAMLSeq.prototype.toString.call(seq, padded(context, ""), ...rest)),
    Map: (_, map) => void (map.toString = (context, ...rest) => YAMLMap.prototype.toString.call(map, padded(context, " "), ...rest)),
  });
  return document.toString(layout);
}

const padded = <C extends { flowCollectionPadding: string }>(context: C | undefined, flowCollectionPadding: string): C | undefined =>
  context && { ...context, flowCollectionPadding };

/** Changes a checked file of the repository, keeping comments, order and spelling of everything else. */
export class YamlEdit {
  private readonly document: Document.Parsed;

  constructor(text: string) {
    this.document = parseDocument(text, { keepSourceTokens: false, uniqueKeys: false });
    const [error] = this.document.errors;
    if (error) throw new Error(`cannot edit: ${error.message}`);
  }

  /** The value at a path as plain data; undefined where there is none. */
  plain(path: readonly (string | number)[]): unknown {
    const node = this.document.getIn(path, true);
    return isNode(node) ? node.toJS(this.document) : node;
  }

  set(path: readonly (string | number)[], value: unknown): this {
    const before = this.document.getIn(path, true);
    const node = this.document.createNode(value);
    // A remark at the end of the line is the old node's.
    if (isScalar(before) && isScalar(node) && typeof before.comment === "string") node.comment = before.comment;
    this.document.setIn(path, node);
    return this;
  }

  /** Adds a map in brackets on one line to a list, making a list of lines where there is none. */
  addInline(path: readonly (string | number)[], value: object): this {
    const node = this.document.createNode(value, { flow: true });
    const list = this.document.getIn(path);
    if (isSeq(list) && list.items.length > 0) list.add(node);
    else {
      const made = new YAMLSeq();
      made.add(node);
      this.document.setIn(path, made);
    }
    return this;
  }

  remove(path: readonly (string | number)[]): this {
    this.document.deleteIn(path);
    return this;
  }

  /** Adds to a list, making it where it is missing; a value that is there already is left alone. */
  add(path: readonly (string | number)[], value: unknown): this {
    const list = this.document.getIn(path);
    if (!isSeq(list)) return this.set(path, [value]);
    const text = JSON.stringify(value);
    if (!list.items.some((item) => JSON.stringify(isScalar(item) ? item.value : item) === text)) list.add(this.document.createNode(value));
    return this;
  }

  /** Replaces scalars anywhere below `path` (the root where empty): `change` answers the new text, or null to leave it. */
  mapScalars(change: (text: string, path: readonly (string | number)[]) => string | null): boolean {
    let changed = false;
    const visit = (node: unknown, path: readonly (string | number)[]): void => {
      if (isMap(node)) for (const pair of (node as YAMLMap<Scalar, unknown>).items) visit(pair.value, [...path, String(pair.key.value)]);
      else if (isSeq(node)) node.items.forEach((item, i) => visit(item, [...path, i]));
      else if (isScalar(node) && typeof node.value === "string") {
        const next = change(node.value, path);
        if (next !== null && next !== node.value) {
          node.value = next;
          changed = true;
        }
      }
    };
    visit(this.document.contents, []);
    return changed;
  }

  /** Renames a key of a map, keeping its place. */
  renameKey(path: readonly (string | number)[], from: string, to: string): boolean {
    const map = path.length === 0 ? this.document.contents : this.document.getIn(path);
    if (!isMap(map)) return false;
    const pair = map.items.find((p) => isScalar(p.key) && p.key.value === from);
    if (!pair) return false;
    (pair.key as Scalar).value = to;
    return true;
  }

  toString(): string {
    return written(this.document);
  }
}

/** A new file of plain data, in the house's spelling. */
export function writeYaml(value: unknown): string {
  const document = parseDocument("");
  document.contents = document.createNode(value) as never;
  return written(document);
}
