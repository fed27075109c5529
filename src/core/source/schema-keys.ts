import { z } from "zod";
import type { KnownKeys } from "./decode.ts";

const cache = new WeakMap<z.ZodType, KnownKeys>();

/** Keys of every map a schema describes, by path; read off its JSON Schema so that they cannot disagree. */
export function schemaKeys(schema: z.ZodType): KnownKeys {
  let keys = cache.get(schema);
  if (!keys) {
    const found: Record<string, string[]> = {};
    collect(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Node, [], found);
    cache.set(schema, (keys = found));
  }
  return keys;
}

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
}

function collect(node: Node, path: readonly string[], found: Record<string, string[]>): void {
  if (node.properties) {
    const at = path.join("/");
    found[at] = [...new Set([...(found[at] ?? []), ...Object.keys(node.properties)])];
    for (const [name, child] of Object.entries(node.properties)) collect(child, [...path, name], found);
  }
  if (typeof node.additionalProperties === "object") collect(node.additionalProperties, [...path, "*"], found);
  if (node.items) collect(node.items, [...path, "*"], found);
  for (const branch of [...(node.anyOf ?? []), ...(node.oneOf ?? [])]) collect(branch, path, found);
}
