import { daysBetween } from "../compile/day.ts";
import type { Diagnostic, Place } from "../diagnostic.ts";
import { parseAddress } from "../model/address.ts";
import type { Origin } from "../model/origin.ts";
import type { Day, GrantDeclaration } from "../model/person.ts";
import type { Role } from "../model/role.ts";
import { type Check, type CheckContext, principals } from "./context.ts";

/** No line gives an entitlement for longer than its catalogue's `max`: by a grant, by holding a role, or by a role's `when`. */
export const grantLimits: Check = (context) => {
  const out: Diagnostic[] = [];
  const limited = [...context.draft.apps.values()].some((app) =>
    [...(app.entitlements?.values() ?? [])].some((e) => e.maxDays !== undefined),
  );
  if (!limited) return out;
  for (const principal of principals(context.draft)) {
    for (const grant of principal.grants) out.push(...tooLong(context, grant, grant.until, grant.origin));
    for (const held of principal.roles) {
      for (const grant of grantsUnder(context.draft.roles, held.role)) {
        out.push(...tooLong(context, grant, earliest(held.until, grant.until), held.origin, [grant.origin]));
      }
    }
  }
  for (const role of context.draft.roles.values()) {
    if (!role.when) continue;
    const when = role.when.origin;
    for (const grant of grantsUnder(context.draft.roles, role.key)) out.push(...tooLong(context, grant, grant.until, grant.origin, [when]));
  }
  return out;
};

const earliest = (a: Day | undefined, b: Day | undefined): Day | undefined => (a === undefined ? b : b === undefined || a < b ? a : b);

function tooLong(
  context: CheckContext,
  grant: GrantDeclaration,
  until: Day | undefined,
  at: Origin,
  also: readonly Place[] = [],
): Diagnostic[] {
  const address = parseAddress(grant.grant);
  const entitlement = address && context.draft.apps.get(address.app)?.entitlements?.get(address.entitlement);
  const max = entitlement?.maxDays;
  if (!entitlement || max === undefined) return [];
  if (until !== undefined && daysBetween(context.today, until) <= max) return [];
  return [
    {
      code: "GRANT_TOO_LONG",
      severity: "error",
      summary: `${address.app}/${entitlement.name} may be given for at most ${max} days, and this line ${until === undefined ? "has no end" : `ends ${until}`}.`,
      fix: `Give an until: at most ${max} days from ${context.today}.`,
      where: [at, ...also, entitlement.origin],
    },
  ];
}

/** Grants of a role and of all it includes, each role once. */
export function grantsUnder(roles: ReadonlyMap<string, Role>, key: string): GrantDeclaration[] {
  const seen = new Set<string>();
  const open = [key];
  const grants: GrantDeclaration[] = [];
  for (let role = open.pop(); role !== undefined; role = open.pop()) {
    if (seen.has(role)) continue;
    seen.add(role);
    const found = roles.get(role);
    if (!found) continue;
    grants.push(...found.grants);
    open.push(...found.includes.map((i) => i.role));
  }
  return grants;
}
