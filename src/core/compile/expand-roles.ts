import type { Organization } from "../model/organization.ts";
import type { Because, Origin } from "../model/origin.ts";
import type { Day, GrantDeclaration, Person, Service } from "../model/person.ts";
import type { Role } from "../model/role.ts";
import { earlier } from "./day.ts";

/** One line that asks for one address, with the way from the principal to it. */
export interface Ask {
  /** As written: `app/entitlement[:level]`. */
  readonly address: string;
  readonly because: Because;
}

/** Whether a role's `when` holds for a person; roles without one are never asked. */
export type Holds = (role: Role, person: Person) => boolean;

/**
 * Every ask of one principal: its own grants, the roles it lists, the roles whose `when` holds (people only), and what those include.
 * A role reached in two ways asks twice: both are reasons. Past asks are included; the caller sorts them out by `because.until`.
 */
export function asksOf(principal: Person | Service, organization: Organization, holds: Holds): Ask[] {
  const asks: Ask[] = principal.grants.map((g) => ask(g, [], undefined));
  for (const held of principal.roles) {
    const role = organization.roles.get(held.role);
    if (role) follow(role, [], held.until, held.reason, organization.roles, asks);
  }
  if (principal.kind === "person") {
    for (const role of organization.roles.values()) {
      if (role.when && holds(role, principal)) follow(role, [], undefined, undefined, organization.roles, asks, role.when.origin);
    }
  }
  return asks;
}

function follow(
  role: Role,
  above: readonly string[],
  until: Day | undefined,
  reason: string | undefined,
  roles: ReadonlyMap<string, Role>,
  asks: Ask[],
  when?: Origin,
): void {
  const step = `role ${role.key}${when ? " (when)" : ""}`;
  if (above.some((s) => s === step || s === `${step} (when)`)) return; // a cycle is an error of `check`; never follow it here
  const path = [...above, step];
  for (const grant of role.grants) asks.push(ask(grant, path, until, reason));
  for (const included of role.includes) {
    const next = roles.get(included.role);
    if (next) follow(next, path, until, reason, roles, asks);
  }
}

function ask(grant: GrantDeclaration, path: readonly string[], until: Day | undefined, reason = grant.reason): Ask {
  const ends = earlier(grant.until, until);
  return {
    address: grant.grant,
    because: {
      origin: grant.origin,
      path,
      ...(reason === undefined ? {} : { reason }),
      ...(ends === undefined ? {} : { until: ends }),
    },
  };
}
