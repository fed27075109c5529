import { z } from "zod";
import type { Connector } from "../../connector/contract.ts";

/**
 * `settings:` of each connector as JSON Schema (draft-07). A connector whose schema cannot be said in JSON Schema, or which brought another
 * library, is left out: its settings are then checked by `rollcall check` alone.
 */
export function settingsSchemas(connectors: ReadonlyMap<string, Connector>): Map<string, { readonly [keyword: string]: unknown }> {
  const result = new Map<string, { readonly [keyword: string]: unknown }>();
  for (const [name, { config }] of connectors) {
    const schema = describe(config);
    if (schema) result.set(name, schema);
  }
  return result;
}

function describe(config: z.ZodType): { readonly [keyword: string]: unknown } | null {
  try {
    return z.toJSONSchema(config, { target: "draft-7", io: "input", unrepresentable: "any" }) as { [keyword: string]: unknown };
  } catch (error) {
    if (error instanceof Error) return null; // zod says so by throwing
    throw error;
  }
}
