import type { Origin } from "./origin.ts";

/** A calendar day, YYYY-MM-DD, checked to exist. */
export type Day = string;

export const personTypes = ["employee", "contractor", "intern", "guest"] as const;
export type PersonType = (typeof personTypes)[number];

/** A role held by a person, from her own file. */
export interface RoleAssignment {
  readonly role: string;
  readonly until?: Day;
  readonly reason?: string;
  readonly origin: Origin;
}

/** A grant written in a person's, service's or role's file. `grant` is an address as written. */
export interface GrantDeclaration {
  readonly grant: string;
  readonly until?: Day;
  readonly reason?: string;
  readonly origin: Origin;
}

/** What the files know of a principal's account in one app. It identifies; it does not entitle. */
export interface AccountHint {
  readonly login?: string;
  /** The vendor's immutable id, always as text. */
  readonly id?: string;
  readonly origin: Origin;
}

/** What people and services have in common: whoever can hold an account. */
export interface Principal {
  readonly key: string;
  readonly name: string;
  readonly email?: string;
  readonly roles: readonly RoleAssignment[];
  readonly grants: readonly GrantDeclaration[];
  /** By app key. */
  readonly accounts: ReadonlyMap<string, AccountHint>;
  readonly formerly: readonly string[];
  readonly lastDay?: Day;
  readonly start?: Day;
  /** IANA zone; the organisation's where absent. */
  readonly timezone?: string;
  readonly origin: Origin;
}

export interface Person extends Principal {
  readonly kind: "person";
  readonly type: PersonType;
  readonly title?: string;
  readonly manager?: string;
  readonly department?: string;
  readonly location?: string;
  /** Inclusive on both ends; an open leave has no `to`. */
  readonly leave?: { readonly from: Day; readonly to?: Day; readonly origin: Origin };
}

/** A bot or shared account. No role's `when` sees it; somebody answers for it. */
export interface Service extends Principal {
  readonly kind: "service";
  readonly owner: string;
  readonly description?: string;
}
