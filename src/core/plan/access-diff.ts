import { compile } from "../compile/compile.ts";
import { isAdmin, kindOf, rankOf } from "../compile/entitlement-kind.ts";
import type { Holds } from "../compile/expand-roles.ts";
import { compareText } from "../diagnostic.ts";
import type { DesiredAccount, DesiredGrant } from "../model/desired.ts";
import type { Manifest } from "../model/manifest.ts";
import type { Organization } from "../model/organization.ts";
import type { Because } from "../model/origin.ts";
import { noNames, renamesBetween } from "./renames-between.ts";

/** One thing that a principal shall have, or shall no longer have, in one app. */
export interface AccessChange {
  readonly app: string;
  /** Key at head; at base for somebody who is in no file at head. */
  readonly person: string;
  readonly name: string;
  /** `account`, or the entitlement. */
  readonly target: string;
  readonly direction: "gain" | "loss";
  /** What shall be: of an account its status, of a grant its level ("" without levels); null where nothing is asked for. */
  readonly before: string | null;
  readonly after: string | null;
  /** Administrative rights come or go. */
  readonly admin: boolean;
  /** Of a gain the lines at head, of a loss the lines at base; of an account that a date ends, the line at head with that date. */
  readonly because: readonly Because[];
}

export interface AccessDiff {
  /** By person, app, and target: the account first, then entitlements by name. */
  readonly changes: readonly AccessChange[];
}

/** The organisation as one commit has it. */
export interface AccessSide {
  readonly organization: Organization;
  readonly holds: Holds;
}

export interface AccessDiffInput {
  readonly base: AccessSide;
  readonly head: AccessSide;
  /** By connector name, for both sides. */
  readonly manifests: ReadonlyMap<string, Manifest>;
  /** Both sides are looked at on one day: what time alone changes is no change of the files. */
  readonly now: Date;
  /** Where it is asked what time changes: the moment at which the base is looked at instead. */
  readonly baseNow?: Date;
}

/**
 * What changes for whom between two versions of the files: nobody is asked, nothing is read. Pure. Declarations that are the same object on
 * both sides are equal: where all that two sides have in common is so, only those whose own file differs are looked at.
 */
export function accessDiff({ base, head, manifests, now, baseNow }: AccessDiffInput): AccessDiff {
  const sides = baseNow === undefined ? reach(base.organization, head.organization) : { base: base.organization, head: head.organization };
  const before = compile({ organization: sides.base, manifests, now: baseNow ?? now, holds: base.holds });
  const after = compile({ organization: sides.head, manifests, now, holds: head.holds });
  const names = renamesBetween(base.organization, head.organization);
  const changes: AccessChange[] = [];

  const pairs = new Map<string, { app: string; person: string; before?: DesiredAccount; after?: DesiredAccount }>();
  const pairOf = (app: string, person: string) => {
    const key = `${person}\u0000${app}`;
    const known = pairs.get(key);
    if (known) return known;
    const fresh: { app: string; person: string; before?: DesiredAccount; after?: DesiredAccount } = { app, person };
    pairs.set(key, fresh);
    return fresh;
  };
  for (const [app, accounts] of before.accounts) {
    for (const [person, account] of accounts) {
      pairOf(names.apps.get(app) ?? app, names.people.get(person) ?? person).before = account;
    }
  }
  for (const [app, accounts] of after.accounts) for (const [person, account] of accounts) pairOf(app, person).after = account;

  for (const pair of [...pairs.values()].sort((a, b) => compareText(a.person, b.person) || compareText(a.app, b.app))) {
    const connector = (head.organization.apps.get(pair.app) ?? base.organization.apps.get(pair.app))!.connector;
    changes.push(...changesOf({ ...pair, manifest: manifests.get(connector)!, renames: names.entitlements.get(pair.app) ?? noNames }));
  }
  return { changes };
}

/**
 * Both sides without the people whom no difference can reach. What somebody shall have follows from her own file, the roles, the apps and the
 * settings: where all of the latter are shared, those with one and the same declaration have the same on both sides.
 */
function reach(base: Organization, head: Organization): { base: Organization; head: Organization } {
  const shared = base.settings === head.settings && sameEntries(base.roles, head.roles) && sameEntries(base.apps, head.apps);
  if (!shared) return { base, head };
  const without = <T>(own: ReadonlyMap<string, T>, other: ReadonlyMap<string, T>): Map<string, T> =>
    new Map([...own].filter(([key, value]) => other.get(key) !== value));
  return {
    base: { ...base, people: without(base.people, head.people), services: without(base.services, head.services) },
    head: { ...head, people: without(head.people, base.people), services: without(head.services, base.services) },
  };
}

const sameEntries = <T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>): boolean =>
  a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);

interface Pair {
  readonly app: string;
  readonly person: string;
  readonly before?: DesiredAccount;
  readonly after?: DesiredAccount;
  readonly manifest: Manifest;
  readonly renames: ReadonlyMap<string, string>;
}

function changesOf({ app, person, before, after, manifest, renames }: Pair): AccessChange[] {
  const { name } = (after ?? before)!;
  const common = { app, person, name };
  const changes: AccessChange[] = [];
  const account = accountChange(before, after);
  if (account) changes.push({ ...common, target: "account", admin: false, ...account });

  const held = new Map<string, DesiredGrant>();
  for (const grant of before?.grants.values() ?? []) held.set(renames.get(grant.entitlement) ?? grant.entitlement, grant);
  const wanted = after?.grants ?? new Map<string, DesiredGrant>();
  for (const target of [...new Set([...held.keys(), ...wanted.keys()])].sort(compareText)) {
    const was = held.get(target);
    const will = wanted.get(target);
    if (was?.level === will?.level) continue;
    const kind = kindOf(manifest, target);
    const loss = !will || (was !== undefined && rankOf(kind, will.level) < rankOf(kind, was.level));
    changes.push({
      ...common,
      target,
      direction: loss ? "loss" : "gain",
      before: was?.level ?? null,
      after: will?.level ?? null,
      admin: adminOf(manifest, target, was) !== adminOf(manifest, target, will),
      because: (loss ? was : will)!.because,
    });
  }
  return changes;
}

/**
 * What becomes of an account.
 *
 * | at base | at head | change |
 * |---|---|---|
 * | none, suspended, absent | active | gained |
 * | active | suspended by a date (leave, last day), absent | stopped, because of that date |
 * | active | none: no line asks any more | stopped, because of the lines that asked |
 * | suspended | absent | deleted, once the retention is over |
 * | suspended | none | nothing: access was off, and what state knows goes on as before |
 * | none, absent | suspended, absent | nothing: there was no access |
 */
function accountChange(
  before: DesiredAccount | undefined,
  after: DesiredAccount | undefined,
): Pick<AccessChange, "direction" | "before" | "after" | "because"> | null {
  const was = before?.status ?? null;
  const will = after?.status ?? null;
  if (was === will) return null;
  if (will === "active") return { direction: "gain", before: was, after: will, because: after!.because };
  if (was === "active" || (was === "suspended" && will === "absent"))
    return { direction: "loss", before: was, after: will, because: (after ?? before)!.because };
  return null;
}

const adminOf = (manifest: Manifest, entitlement: string, grant: DesiredGrant | undefined): boolean =>
  grant !== undefined && isAdmin(manifest, entitlement, grant.level);
