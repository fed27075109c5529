import { appFile } from "../model/app.schema.ts";
import { settingsFile } from "../model/organization.schema.ts";
import { personFile, serviceFile } from "../model/person.schema.ts";
import { policyKinds } from "../model/policy.schema.ts";
import { registerFile } from "../model/register.schema.ts";
import { roleFile } from "../model/role.schema.ts";
import type { Value } from "../source/build-value.ts";
import { fileKind } from "../source/file-kind.ts";
import { schemaKeys } from "../source/schema-keys.ts";
import type { Entry, Node } from "./layout.ts";

const files = {
  settings: settingsFile,
  people: personFile,
  services: serviceFile,
  roles: roleFile,
  apps: appFile,
  registers: registerFile,
} as const;

/** A schema of one kind of file. */
type FileSchema = Parameters<typeof schemaKeys>[0];

/** The schema whose order of keys a file follows; null where the file is of no kind of ours. */
export function schemaOfFile(path: string, value: Value): FileSchema | null {
  const { kind } = fileKind(path);
  if (kind === "ignored" || kind === "misplaced") return null;
  if (kind !== "policies") return files[kind];
  const named = typeof value === "object" && value !== null && "kind" in value ? value.kind : null;
  return Object.entries(policyKinds).find(([name]) => name === named)?.[1] ?? null;
}

/**
 * Maps whose keys the schema names, in the schema's order. Maps of free names (an app's catalogue, accounts by app) and all lists keep theirs:
 * people group them. A key that the schema does not know stays behind the one it stood behind.
 */
export function inOrder(node: Node | null, schema: FileSchema): Node | null {
  const known = schemaKeys(schema);
  const visit = (current: Node | null, path: readonly string[]): Node | null => {
    if (current === null || !("entries" in current)) return current;
    const isMap = current.kind === "map" || current.kind === "flow-map";
    const names = known[path.join("/")];
    const entries = current.entries.map((entry) => {
      const step = isMap && entry.name !== null && names?.includes(entry.name) ? entry.name : "*";
      return { ...entry, value: visit(entry.value, [...path, step]) };
    });
    return { ...current, entries: isMap && names ? sorted(entries, names) : entries };
  };
  return visit(node, []);
}

function sorted(entries: readonly Entry[], names: readonly string[]): Entry[] {
  let last = -1;
  const ranked = entries.map((entry, i) => {
    const at = entry.name === null ? -1 : names.indexOf(entry.name);
    if (at !== -1) last = at;
    return { entry, rank: at === -1 ? last : at, i };
  });
  return ranked.sort((a, b) => a.rank - b.rank || a.i - b.i).map((r) => r.entry);
}
