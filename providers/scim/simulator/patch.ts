/** PATCH as RFC 7644 3.5.2 has it, and as servers do that were written for one client. */
import { z } from "zod";
import { Refusal } from "./refusal.ts";
import type { Traits } from "./traits.ts";

type Resource = Record<string, unknown>;

const message = z.looseObject({
  Operations: z.array(z.strictObject({ op: z.string(), path: z.string().min(1), value: z.unknown().optional() })).min(1),
});
type Operation = z.infer<typeof message>["Operations"][number];

/** The resource after the operations; the one given stays as it is. Throws where the server refuses one: then none is carried out. */
export function patched(resource: Readonly<Resource>, body: unknown, traits: Traits): Resource {
  const parsed = message.safeParse(body);
  if (!parsed.success) throw new Refusal(400, "The body is no PatchOp", "invalidSyntax");
  const result = structuredClone(resource) as Resource;
  for (const operation of parsed.data.Operations) apply(result, operation, traits);
  return result;
}

function apply(resource: Resource, { op, path, value }: Operation, traits: Traits): void {
  if (traits.patch === "entra" ? !/^(?:Add|Replace|Remove)$/.test(op) : !/^(?:add|replace|remove)$/.test(op))
    throw new Refusal(400, `Unknown operation ${op}`, "invalidSyntax");
  const verb = op.toLowerCase();
  const filtered = /^([A-Za-z]+)\[value eq ("(?:[^"\\]|\\.)*")\]$/.exec(path);
  if (filtered) {
    if (traits.patch !== "rfc") throw new Refusal(400, "Paths have no filters here", "invalidPath");
    if (verb !== "remove") throw new Refusal(400, "Only removing goes by a filter here", "invalidPath");
    return without(resource, filtered[1]!, [JSON.parse(filtered[2]!) as string]);
  }
  const { owner, name } = at(resource, path);
  if (verb === "remove") {
    // By the RFC `value` says nothing here, and everything goes; others take out what is listed.
    if (traits.patch !== "rfc" && Array.isArray(value)) return without(resource, path, valuesIn(value));
    delete owner[name];
    if (name === "members" || name === "emails") owner[name] = [];
  } else if (verb === "add" && Array.isArray(value)) {
    const held = Array.isArray(owner[name]) ? (owner[name] as unknown[]) : [];
    const known = new Set(valuesIn(held));
    owner[name] = [...held, ...value.filter((v) => traits.storesTwice || !known.has(valuesIn([v])[0] ?? ""))];
  } else owner[name] = path === "active" ? activeOf(value, traits) : value;
}

/** The object that holds the attribute of a path, made where it is not there. */
function at(resource: Resource, path: string): { readonly owner: Resource; readonly name: string } {
  const mark = path.startsWith("urn:") ? path.lastIndexOf(":") : path.indexOf(".");
  if (mark < 0) return { owner: resource, name: path };
  const within = path.slice(0, mark);
  const held = resource[within];
  const owner = typeof held === "object" && held !== null ? (held as Resource) : {};
  resource[within] = owner;
  return { owner, name: path.slice(mark + 1) };
}

function without(resource: Resource, name: string, gone: readonly string[]): void {
  const held: unknown[] = Array.isArray(resource[name]) ? (resource[name] as unknown[]) : [];
  resource[name] = held.filter((v) => !gone.includes(valuesIn([v])[0] ?? ""));
}

const valuesIn = (list: readonly unknown[]): string[] =>
  list.flatMap((v) => (typeof v === "object" && v !== null && "value" in v && typeof v.value === "string" ? [v.value] : []));

/** The state a request asks for, in the server's own spelling. */
export function activeOf(value: unknown, { activeAs }: Traits): boolean {
  if (activeAs === "boolean" && typeof value === "boolean") return value;
  if (activeAs === "text" && (value === "True" || value === "False")) return value === "True";
  throw new Refusal(400, "active is not written like this here", "invalidValue");
}
