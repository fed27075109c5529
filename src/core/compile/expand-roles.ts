import { type Address, parseAddress } from "../model/address.ts";
import type { Organization } from "../model/organization.ts";
import type { Because, Origin } from "../model/origin.ts";
import type { Day, GrantDeclaration, Person, Service } from "../model/person.ts";
import type { Role } from "../model/role.ts";
import { earlier } from "./day.ts";

/** One line that asks for one address, with the way from the principal to it. */
export interface Ask {
  /** As written: `app/entitlement[:level]`. */
  readonly address: string;
  /** Its parts; null where it is no address, which `check` has reported. */
  readonly parts: Address | null;
  readonly because: Because;
}

/** Whether a role's `when` holds for a person; roles without one are never asked. */
export type Holds = (role: Role, person: Person) => boolean;

/**
 * Every ask of one principal: its own grants, the roles it lists, the roles whose `when` holds (people only), and what those include.
 * A role reached in two ways asks twice: both are reasons. Past asks are included; the caller sorts them out by `because.until`.
 */
export const asksOf = (principal: Person | Service, organization: Organization, holds: Holds): Ask[] =>
  askingIn(organization, holds)(principal);

/** The same for many principals of one organisation: what a role asks for, of everybody who simply holds it, is worked out once. */
export function askingIn(organization: Organization, holds: Holds): (principal: Person | Service) => Ask[] {
  const { roles } = organization;
  const conditional = [...roles.values()].filter((role) => role.when);
  const listed = new Map<Role, readonly Ask[]>();
  const byCondition = new Map<Role, readonly Ask[]>();
  const under = (role: Role, known: Map<Role, readonly Ask[]>, when?: Origin): readonly Ask[] => {
    let asks = known.get(role);
    if (!asks) known.set(role, (asks = follow(role, [], undefined, undefined, roles, [], when)));
    return asks;
  };
  return (principal) => {
    const asks: Ask[] = principal.grants.map((g) => ask(g, [], undefined));
    for (const held of principal.roles) {
      const role = roles.get(held.role);
      if (!role) continue;
      if (held.until === undefined && held.reason === undefined) asks.push(...under(role, listed));
      else follow(role, [], held.until, held.reason, roles, asks);
    }
    if (principal.kind === "person") {
      for (const role of conditional) if (holds(role, principal)) asks.push(...under(role, byCondition, role.when!.origin));
    }
    return asks;
  };
}

function follow(
  role: Role,
  above: readonly string[],
  until: Day | undefined,
  reason: string | undefined,
  roles: ReadonlyMap<string, Role>,
  asks: Ask[],
  when?: Origin,
): Ask[] {
  const step = `role ${role.key}${when ? " (when)" : ""}`;
  if (above.some((s) => s === step || s === `${step} (when)`)) return asks; // a cycle is an error of `check`; never follow it here
  const path = [...above, step];
  for (const grant of role.grants) asks.push(ask(grant, path, until, reason));
  for (const included of role.includes) {
    const next = roles.get(included.role);
    if (next) follow(next, path, until, reason, roles, asks);
  }
  return asks;
}

function ask(grant: GrantDeclaration, path: readonly string[], until: Day | undefined, reason = grant.reason): Ask {
  const ends = earlier(grant.until, until);
  return {
    address: grant.grant,
    parts: parseAddress(grant.grant),
    because: {
      origin: grant.origin,
      path,
      ...(reason === undefined ? {} : { reason }),
      ...(ends === undefined ? {} : { until: ends }),
    },
  };
}
