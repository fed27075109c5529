import type { Diagnostic } from "../diagnostic.ts";
import type { Resource } from "./checkpoint.schema.ts";
import { providerType, providerUrn, secretMark, stackType, stackUrn, urn } from "./layout.ts";

/** The one shape of a problem with a state file. It names resources and fields, never values: a value may be what should not be there. */
export const stateProblem = (code: string, summary: string): Diagnostic => ({ code, severity: "error", summary, where: [] });

const uuid4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * Pulumi's own rules for a snapshot (VerifyIntegrity of v3.259.0, 2026-08), and what rollcall asks beyond them: every resource belongs to this
 * stack, hangs under its root, and is served by its one provider; nothing is secret, external or half replaced.
 */
export function verifyIntegrity(app: string, resources: readonly Resource[]): Diagnostic[] {
  const problems: Diagnostic[] = [];
  const seen = new Set<string>();
  let provider: string | null = null;
  const root = stackUrn(app);
  /** What a URN of a type begins with; there are few types. */
  const prefixes = new Map<string, string>();
  for (const r of resources) {
    const say = (code: string, what: string): void => void problems.push(stateProblem(code, `${name(r.urn)} ${what}`));
    const prefix = prefixes.get(r.type) ?? urn(app, r.type, "");
    prefixes.set(r.type, prefix);
    if (!r.urn.startsWith(prefix) || r.urn.length === prefix.length || r.urn.includes("::", prefix.length)) {
      say("STATE_URN", `is not a resource of type ${r.type} in the stack ${app}`);
    }
    if (seen.has(r.urn)) say("STATE_DUPLICATE", "stands in the state twice");
    if (r.id !== undefined && r.custom !== true) say("STATE_ID", "has an id and is not a custom resource");
    if (r.delete || r.external || r.pendingReplacement)
      say("STATE_UNSUPPORTED", "is marked as external or for replacement, which rollcall never does");
    if (hasSecret(r.inputs) || hasSecret(r.outputs)) say("STATE_SECRET", "holds a secret; no secret belongs in state");
    for (const other of references(r)) {
      if (!seen.has(other)) say("STATE_ORDER", `refers to ${name(other)}, which does not stand before it`);
    }
    if (r.type === stackType) {
      if (r.urn !== root || r.parent !== undefined) say("STATE_STACK", "is not the root of this stack");
    } else if (r.type === providerType) {
      if (r.urn !== providerUrn(app) || !uuid4.test(r.id ?? ""))
        say("STATE_PROVIDER", "is not the default provider with a UUID of version 4");
      else provider = `${r.urn}::${r.id}`;
    } else {
      if (r.parent !== root) say("STATE_PARENT", "does not hang under the root of the stack");
      if (provider === null || r.provider !== provider)
        say("STATE_PROVIDER", "is not served by the stack's default provider, or stands before it");
    }
    seen.add(r.urn);
  }
  return problems;
}

const references = (r: Resource): string[] => [
  ...(r.parent === undefined ? [] : [r.parent]),
  ...(r.dependencies ?? []),
  ...Object.values(r.propertyDependencies ?? {}).flatMap((urns) => urns ?? []),
  ...(r.deletedWith ? [r.deletedWith] : []),
];

/** The readable end of a URN: type and name. */
const name = (whole: string): string => JSON.stringify(whole.split("::").slice(2).join("::") || whole);

/** Whether a Pulumi secret, encrypted or plain, is anywhere in a value. Iterative: the depth of a state file is not ours to trust. */
function hasSecret(value: unknown): boolean {
  const rest: unknown[] = [value];
  while (rest.length > 0) {
    const item = rest.pop();
    if (typeof item !== "object" || item === null) continue;
    if (Object.hasOwn(item, secretMark)) return true;
    for (const inner of Object.values(item)) if (typeof inner === "object") rest.push(inner);
  }
  return false;
}
