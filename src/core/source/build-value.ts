import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, Scalar } from "yaml";
import type { Diagnostic } from "../diagnostic.ts";
import { poisonous } from "../model/key.ts";
import type { LineIndex } from "./line-index.ts";
import { quoted } from "./secret.ts";

/** What a file may hold. Maps are plain objects without inherited names among their keys. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/**
 * A composed node as plain data. Duplicate, non-text and poisonous keys, and numbers that would not come out as they were written, are
 * reported; such entries are left out of the value. Recursion is bounded by the nesting limit, which the caller has enforced.
 */
export function buildValue(node: unknown, lines: LineIndex, diagnostics: Diagnostic[]): Value {
  const report = (code: string, range: Node["range"], summary: string, fix: string, also: Node["range"] = null): void => {
    const where = [range, also].flatMap((r) => (r ? [lines.place(r[0], r[1])] : []));
    diagnostics.push({ code, severity: "error", summary, fix, where });
  };

  const build = (current: unknown): Value => {
    if (isMap(current)) return buildMap(current.items);
    if (isSeq(current)) return current.items.map(build);
    if (isScalar(current)) return buildScalar(current);
    if (isAlias(current)) report("YAML_ALIAS", current.range ?? null, "Aliases are not allowed.", "Write the value out.");
    return null;
  };

  const buildMap = (pairs: readonly Pair[]): Value => {
    const result: Record<string, Value> = {};
    const seen = new Map<string, Node["range"]>();
    for (const { key, value } of pairs) {
      if (!isScalar(key) || typeof key.value !== "string") {
        const range = (key as Node | null)?.range ?? (value as Node | null)?.range ?? null;
        report("KEY_TYPE", range, "A key must be a single word of text.", "Write `key: value`.");
        continue;
      }
      const name = key.value;
      const range = key.range ?? null;
      if (poisonous.has(name) || name === "<<") {
        report("KEY_FORBIDDEN", range, `The key ${quoted(name)} is not allowed anywhere.`, "Remove it or choose another name.");
      } else if (seen.has(name)) {
        report("KEY_DUPLICATE", range, `The key ${quoted(name)} is given twice.`, "Keep one of the two.", seen.get(name));
      } else {
        seen.set(name, range);
        result[name] = value === null ? null : build(value);
      }
    }
    return result;
  };

  const buildScalar = (scalar: Scalar): Value => {
    const value = scalar.value;
    if (typeof value === "number" || typeof value === "bigint") {
      const text = scalar.source ?? "";
      if (typeof value === "bigint" || String(value) !== text || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
        report(
          "NUMBER_CHANGES",
          scalar.range ?? null,
          "Read as a number, this would not keep its digits.",
          `Quote it: "${quoted(text, "")}".`,
        );
        return text; // so that it is not reported a second time for its type
      }
      return value;
    }
    return typeof value === "string" || typeof value === "boolean" ? value : null;
  };

  return build(node);
}
