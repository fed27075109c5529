/** What `/ServiceProviderConfig`, `/ResourceTypes` and `/Schemas` say (RFC 7643 5 to 7), as far as it matters here. Never fails: what cannot be read was not said. */
import { z } from "zod";
import { attributeOf } from "./native.ts";

const supported = z.object({ supported: z.boolean() }).optional().catch(undefined);

const configurationShape = z.object({
  patch: supported,
  filter: z
    .object({ supported: z.boolean(), maxResults: z.int().optional().catch(undefined) })
    .optional()
    .catch(undefined),
  bulk: supported,
  sort: supported,
  etag: supported,
  changePassword: supported,
  pagination: z
    .object({
      cursor: z.boolean().optional(),
      index: z.boolean().optional(),
      maxPageSize: z.int().optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});

export type Configuration = z.infer<typeof configurationShape>;

/** null where the server says nothing of the kind. Some put it into a list of one. */
export function configurationOf(body: unknown): Configuration | null {
  const one = rowsOf(body)?.[0] ?? body;
  if (typeof one !== "object" || one === null || Array.isArray(one)) return null;
  const read = configurationShape.safeParse(one);
  return read.success && Object.values(read.data).some((v) => v !== undefined) ? read.data : null;
}

/** Ids and names of the resource types; null where the server lists none. */
export function resourceTypesOf(body: unknown): readonly string[] | null {
  const rows = rowsOf(body);
  return rows?.flatMap((row) => [row["id"], row["name"], row["schema"]].filter((v) => typeof v === "string")) ?? null;
}

/** One attribute as a schema describes it. */
export interface SchemaAttribute {
  readonly name: string;
  readonly readOnly: boolean;
}

/** Attributes by the schema's id, an empty list where the server names the schema and no more; null where it lists none. */
export function schemasOf(body: unknown): ReadonlyMap<string, readonly SchemaAttribute[]> | null {
  const rows = rowsOf(body);
  if (rows === null) return null;
  return new Map(rows.flatMap((row) => (typeof row["id"] === "string" ? [[row["id"], attributesOf(row["attributes"])] as const] : [])));
}

function attributesOf(told: unknown): SchemaAttribute[] {
  if (!Array.isArray(told)) return [];
  return told.flatMap((a: unknown) => {
    if (typeof a !== "object" || a === null || !("name" in a) || typeof a.name !== "string") return [];
    return [{ name: a.name, readOnly: "mutability" in a && a.mutability === "readOnly" }];
  });
}

/** The rows of a discovery list; some servers give them without the list around them. null where there is none. */
function rowsOf(body: unknown): Record<string, unknown>[] | null {
  const rows = Array.isArray(body) ? body : typeof body === "object" && body !== null ? attributeOf({ ...body }, "Resources") : null;
  if (!Array.isArray(rows)) return null;
  return rows.filter((row): row is Record<string, unknown> => typeof row === "object" && row !== null);
}
