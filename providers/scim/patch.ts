/** A change of a resource as data, and the two ways to send it: PATCH operations in the server's dialect, or the whole resource. Pure. */
import type { Profile } from "./profile.ts";

/**
 * Attributes with their new values; null takes the attribute away. Objects are changed attribute by attribute: sub-attributes of `name`, and
 * those of an extension under its full name. Lists are given whole.
 */
export type Change = Readonly<Record<string, unknown>>;

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === "object" && v !== null && !Array.isArray(v);

type Dialect = Pick<Profile, "opCase">;

/** `Add`, `Replace`, `Remove` for servers that know no other spelling. */
export const operation = (op: "add" | "replace" | "remove", path: string, value: unknown, { opCase }: Dialect): Operation => ({
  op: opCase === "capitalised" ? op[0]!.toUpperCase() + op.slice(1) : op,
  path,
  ...(value === undefined ? {} : { value }),
});

export const patchBody = (operations: readonly Operation[]): object => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations: operations,
});

export function toOperations(change: Change, dialect: Dialect): Operation[] {
  const one = (path: string, value: unknown): Operation =>
    value === null ? operation("remove", path, undefined, dialect) : operation("replace", path, value, dialect);
  return Object.entries(change).flatMap(([name, value]) =>
    isObject(value)
      ? Object.entries(value).map(([sub, v]) => one(`${name}${name.startsWith("urn:") ? ":" : "."}${sub}`, v))
      : [one(name, value)],
  );
}

/** The resource with the change, for PUT: what is not in it may be cleared by the server, so everything else stays as it was read. */
export function merged(resource: Readonly<Record<string, unknown>>, change: Change): Record<string, unknown> {
  const { meta: _, ...kept } = resource;
  const result: Record<string, unknown> = kept;
  for (const [name, value] of Object.entries(change)) {
    if (value === null) delete result[name];
    else if (isObject(value)) result[name] = merged(isObject(result[name]) ? result[name] : {}, value);
    else result[name] = value;
  }
  return result;
}
