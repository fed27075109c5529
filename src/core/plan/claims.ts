import { compareText } from "../diagnostic.ts";
import type { App } from "../model/app.ts";
import type { Desired, DesiredAccount, Standing } from "../model/desired.ts";
import type { Manifest } from "../model/manifest.ts";
import { type ObservedAccount, fold, refKey } from "../model/observed.ts";
import { type Because, compareBecause } from "../model/origin.ts";
import type { AccountRecord, AppState } from "../model/state.ts";
import type { World } from "./evidence.ts";
import { isInvitation, type Match, matchAccount } from "./match.ts";

/** One principal's case in one app, before a decision. */
export interface Claim {
  readonly desired: DesiredAccount;
  readonly record: AccountRecord | undefined;
  readonly formerKey: string | undefined;
  readonly match: Match;
  /** Set where another principal has the better claim on the same account. */
  readonly collision: string | null;
}

/**
 * Joins wishes, state and world for one app: everybody the files want here, and everybody in the files whom state knows here though no line
 * asks any more. Records of keys that are in no file are left over; the guard `checkout-incomplete` is about them. `assigned`: whether another
 * app was made to provision somebody here, so that there may be an account although state has not seen it yet.
 */
export function claimAccounts(
  app: App,
  desired: Desired,
  state: AppState,
  world: World,
  manifest: Manifest,
  assigned: (person: string) => boolean,
): { claims: Claim[]; leftover: AccountRecord[] } {
  const wishes = desired.accounts.get(app.key) ?? new Map<string, DesiredAccount>();
  const byKey = new Map<string, { desired: DesiredAccount; record: AccountRecord | undefined; formerKey: string | undefined }>();
  const used = new Set<string>();
  const sought = new Set<string>();
  for (const standing of desired.standings.values()) {
    const { record, formerKey } = recordOf(standing, state, desired);
    // State alone speaks for the account it knows, not for another that looks like hers.
    const live = record && (record.status !== "absent" || world.byRef.has(refKey(record.ref)));
    const wish = wishes.get(standing.person) ?? (live || assigned(standing.person) ? ended(app, standing, record, desired) : undefined);
    if (!wish) continue;
    if (!live && !wishes.has(standing.person)) sought.add(standing.person);
    if (record) used.add(formerKey ?? record.person);
    byKey.set(standing.person, { desired: wish, record, formerKey });
  }
  const leftover = [...state.accounts.values()].filter((r) => !used.has(r.person)).sort((a, b) => compareText(a.person, b.person));

  // Asked only where an invitation is gone: then once for all.
  let unclaimed: boolean | null = null;
  const someUnclaimed = (): boolean => (unclaimed ??= anyUnclaimed(app.key, desired, state, world));

  const matched = [...byKey.values()].map((c) => ({ ...c, match: matchAccount(c.desired, c.record, world, manifest, someUnclaimed) }));
  // Who was only looked for and is not there has no case.
  const found = matched.filter((c) => !sought.has(c.desired.person) || c.match.kind !== "none");
  return { claims: settle(found), leftover };
}

/** Whether there are settled accounts that neither state nor a file's id names. */
function anyUnclaimed(app: string, desired: Desired, state: AppState, world: World): boolean {
  const known = new Set([...state.accounts.values()].map((r) => refKey(r.ref)));
  const hinted = new Set([...desired.standings.values()].flatMap((s) => s.accounts.get(app)?.id ?? []));
  return world.accounts.some((a) => !isInvitation(a) && a.outside === undefined && !known.has(refKey(a.ref)) && !hinted.has(a.ref.id));
}

/** The record of a principal, also under a key it had before. */
function recordOf(
  standing: Standing,
  state: AppState,
  desired: Desired,
): { record: AccountRecord | undefined; formerKey: string | undefined } {
  const own = state.accounts.get(standing.person);
  if (own) return { record: own, formerKey: undefined };
  for (const key of standing.formerly) {
    const record = state.accounts.get(key);
    if (record && !desired.standings.has(key)) return { record, formerKey: key };
  }
  return { record: undefined, formerKey: undefined };
}

/** The wish for somebody whom state knows here, or whom another app may have provisioned, and no line asks for: access ends, or has ended. */
export function ended(app: App, standing: Standing, record: AccountRecord | undefined, desired: Desired): DesiredAccount {
  const gone = standing.lifecycle === "leaver" && standing.daysGone! > app.leavers.deleteAfterDays;
  const unassigned = standing.lifecycle === "active" || standing.lifecycle === "leave";
  const expired = desired.lapsed.get(app.key)?.get(standing.person) ?? new Map<string, readonly Because[]>();
  const hint = standing.accounts.get(app.key);
  return {
    app: app.key,
    person: standing.person,
    kind: standing.kind,
    lifecycle: gone ? "gone" : unassigned ? "unassigned" : standing.lifecycle,
    status: gone || standing.lifecycle === "future" ? "absent" : "suspended",
    name: standing.name,
    ...(standing.email === undefined ? {} : { email: standing.email }),
    ...(hint ? { hint } : {}),
    attributes: record?.inputs.attributes ?? {},
    grants: new Map(),
    expired,
    because: unassigned ? [...expired.values()].flat().sort(compareBecause) : standing.because,
    ...(standing.since === undefined || unassigned ? {} : { since: standing.since }),
    formerly: standing.formerly,
  };
}

/** One account, one principal: state's claim beats an id, an id a login, a login an address; equal claims lose both. */
function settle(matched: readonly Omit<Claim, "collision">[]): Claim[] {
  const strength = { state: 4, invitation: 3, id: 3, login: 2, email: 1 } as const;
  const rivals = new Map<ObservedAccount, { person: string; strength: number }[]>();
  for (const { match, desired } of matched) {
    if (match.kind !== "found") continue;
    const rival = { person: desired.person, strength: strength[match.by] };
    const others = rivals.get(match.account);
    if (others) others.push(rival);
    else rivals.set(match.account, [rival]);
  }
  return matched.map((claim) => {
    const { match, desired } = claim;
    if (match.kind !== "found") return { ...claim, collision: null };
    const rival = rivals.get(match.account)!.find((r) => r.person !== desired.person && r.strength >= strength[match.by]);
    return {
      ...claim,
      collision: rival ? `the account ${match.account.login ?? match.account.ref.id} is claimed by ${rival.person} as well` : null,
    };
  });
}

/**
 * Accounts that may be somebody's although nothing is concluded: they are nobody's orphans. `lookAlikes`: they carry the login or an address
 * of somebody whose own account, known to state by another id, was not seen: made anew at the vendor, or seen through a broken list.
 */
export function candidatesOf(
  claims: readonly Claim[],
  world: World,
): { accounts: ReadonlyMap<string, string>; lookAlikes: ReadonlyMap<string, Claim>; any: string | null } {
  const accounts = new Map<string, string>();
  const lookAlikes = new Map<string, Claim>();
  let any: string | null = null;
  const add = (account: ObservedAccount, person: string): void => {
    if (!accounts.has(refKey(account.ref))) accounts.set(refKey(account.ref), person);
  };
  for (const claim of claims) {
    const { match, desired, record } = claim;
    if (match.kind === "none" && record && record.status !== "absent") {
      for (const account of alike(claim, world)) if (!lookAlikes.has(refKey(account.ref))) lookAlikes.set(refKey(account.ref), claim);
    }
    if (match.kind !== "ambiguous") continue;
    if (match.candidates === "any") any ??= desired.person;
    else for (const account of match.candidates) add(account, desired.person);
  }
  return { accounts, lookAlikes, any };
}

function alike({ desired, record }: Claim, world: World): ObservedAccount[] {
  const logins = new Set([record?.login, desired.hint?.login].filter((l) => l !== undefined).map(fold));
  const addresses = new Set([record?.inputs.attributes["email"], desired.email].filter((e) => e !== undefined).map(fold));
  return [
    ...[...logins].flatMap((login) => world.byLogin.get(login) ?? []),
    ...[...addresses].flatMap((address) => [...(world.byEmail.get(address) ?? []), ...(world.byUnverifiedEmail.get(address) ?? [])]),
  ];
}
