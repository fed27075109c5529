import type { AccessChange, AccessDiff } from "../plan/access-diff.ts";
import type { Organization } from "../model/organization.ts";
import type { Person, Service } from "../model/person.ts";
import { forgeApp } from "./accounts.ts";
import type { Owners } from "./owners.ts";
import type { ChangedPath } from "./segment.ts";

/** What is asked for: the files at head beside those at base, and what that means for people. */
export interface Change {
  /** Relative to rollcall's root; what lies outside of it begins with `../`. */
  readonly paths: readonly ChangedPath[];
  /** Today. */
  readonly access: AccessDiff;
  /** On any later day that the files know of: whoever starts later, comes back from leave, or may stay for longer (eventual-access.ts). */
  readonly eventually: AccessDiff;
  readonly head: Organization;
}

/** A change as approval looks at it. Keys of people are those at base. */
export interface Weight {
  /** Somebody's access that begins, or that goes on for longer. */
  readonly gains: readonly Gain[];
  /** Keys of who gains, themselves or through a service that they answer for. */
  readonly gainers: ReadonlySet<string>;
  readonly losers: ReadonlySet<string>;
  readonly admin: boolean;
  /** Whose account in which app is another than before, or is named for the first time. */
  readonly bindings: readonly Binding[];
  /** It takes away and does nothing else. */
  readonly onlyLosses: boolean;
}

export interface Gain {
  readonly app: string;
  readonly target: string;
  readonly person: string;
}

export interface Binding {
  readonly app: string;
  readonly person: string;
  /** It decides who may approve what. */
  readonly decides: boolean;
}

const everyday = /^identities\/(?:(?:people|services|roles|registers)\/[^/]+\.yaml|\.schema\/[^/]+)$/;

export function weigh({ paths, access, eventually, head }: Change, base: Organization, owners: Owners): Weight {
  const formerOf = formerKeys(base, head);
  const all = [...access.changes, ...eventually.changes];
  const gained = all.filter((c) => c.direction === "gain");
  const lost = all.filter((c) => c.direction === "loss");
  const gains = distinct(gained.map((c): Gain => ({ app: c.app, target: c.target, person: formerOf(c.person) })));
  const bindings = bindingsOf(base, head, formerOf, owners);
  return {
    gains,
    gainers: new Set(gained.flatMap((c) => behind(c, base, head, formerOf))),
    losers: new Set(lost.flatMap((c) => behind(c, base, head, formerOf))),
    admin: gained.some((c) => c.admin),
    bindings,
    onlyLosses:
      lost.length > 0 &&
      gained.length === 0 &&
      bindings.length === 0 &&
      paths.every(({ path, kind, change }) => kind === "file" && change !== "removed" && everyday.test(path)),
  };
}

/** A person herself; of a service the people who answer for it, before and after. */
function behind({ person }: AccessChange, base: Organization, head: Organization, formerOf: (key: string) => string): string[] {
  const own = formerOf(person);
  const answering = [base.services.get(own)?.owner, head.services.get(person)?.owner].filter((o) => o !== undefined).map(formerOf);
  return [...new Set([own, ...answering])];
}

/** A rename in the change itself must not hide who somebody is. */
function formerKeys(base: Organization, head: Organization): (key: string) => string {
  const known = (key: string): boolean => base.people.has(key) || base.services.has(key);
  return (key) => {
    if (known(key)) return key;
    const { formerly = [] } = head.people.get(key) ?? head.services.get(key) ?? {};
    return formerly.find(known) ?? key;
  };
}

function bindingsOf(base: Organization, head: Organization, formerOf: (key: string) => string, owners: Owners): Binding[] {
  const deciding = new Set([forgeApp(base)?.key, forgeApp(head)?.key]);
  const bindings: Binding[] = [];
  const principals: (Person | Service)[] = [...head.people.values(), ...head.services.values()];
  for (const after of principals) {
    const person = formerOf(after.key);
    const before = base.people.get(person) ?? base.services.get(person);
    if (before === after) continue;
    for (const app of new Set([...after.accounts.keys(), ...(before?.accounts.keys() ?? [])])) {
      const was = before?.accounts.get(app);
      const is = after.accounts.get(app);
      if (was?.id === is?.id && was?.login === is?.login) continue;
      bindings.push({ app, person, decides: deciding.has(app) && owners.anything.has(person) });
    }
  }
  return bindings;
}

function distinct(gains: readonly Gain[]): Gain[] {
  return [...new Map(gains.map((g) => [`${g.app} ${g.target} ${g.person}`, g])).values()];
}
