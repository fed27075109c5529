import { compareText } from "../diagnostic.ts";
import type { Desired, DesiredAccount, Standing } from "../model/desired.ts";
import type { Manifest } from "../model/manifest.ts";
import { refKey } from "../model/observed.ts";
import type { AccountRecord, AppState } from "../model/state.ts";
import type { World } from "./evidence.ts";
import { type Match, matchAccount } from "./match.ts";

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
 * asks any more. Records of keys that are in no file are left over; the guard `checkout-incomplete` is about them.
 */
export function claimAccounts(app: string, desired: Desired, state: AppState, world: World, manifest: Manifest, retentionDays: number): { claims: Claim[]; leftover: AccountRecord[] } {
  const wishes = desired.accounts.get(app) ?? new Map<string, DesiredAccount>();
  const byKey = new Map<string, { desired: DesiredAccount; record: AccountRecord | undefined; formerKey: string | undefined }>();
  const used = new Set<string>();
  for (const standing of desired.standings.values()) {
    const { record, formerKey } = recordOf(standing, state, desired);
    const wish = wishes.get(standing.person) ?? (record ? ended(app, standing, record, retentionDays) : undefined);
    if (!wish) continue;
    if (record) used.add(formerKey ?? record.person);
    byKey.set(standing.person, { desired: wish, record, formerKey });
  }
  const leftover = [...state.accounts.values()].filter((r) => !used.has(r.person)).sort((a, b) => compareText(a.person, b.person));

  const known = new Set([...state.accounts.values()].map((r) => refKey(r.ref)));
  const hinted = new Set([...desired.standings.values()].flatMap((s) => s.accounts.get(app)?.id ?? []));
  const unclaimed = (): boolean =>
    world.snapshot.accounts.some((a) => a.status !== "pending" && a.status !== "expired" && a.outside === undefined && !known.has(refKey(a.ref)) && !hinted.has(a.ref.id));

  const matched = [...byKey.values()].map((c) => ({ ...c, match: matchAccount(c.desired, c.record, world, manifest, unclaimed) }));
  return { claims: settle(matched), leftover };
}

/** The record of a principal, also under a key it had before. */
function recordOf(standing: Standing, state: AppState, desired: Desired): { record: AccountRecord | undefined; formerKey: string | undefined } {
  const own = state.accounts.get(standing.person);
  if (own) return { record: own, formerKey: undefined };
  for (const key of standing.formerly) {
    const record = state.accounts.get(key);
    if (record && !desired.standings.has(key)) return { record, formerKey: key };
  }
  return { record: undefined, formerKey: undefined };
}

/** The wish for somebody whom state knows here and no line mentions: access ends, or has ended. */
function ended(app: string, standing: Standing, record: AccountRecord, retentionDays: number): DesiredAccount {
  const gone = standing.lifecycle === "leaver" && standing.daysGone! > retentionDays;
  const hint = standing.accounts.get(app);
  return {
    app,
    person: standing.person,
    kind: standing.kind,
    lifecycle: gone ? "gone" : standing.lifecycle === "active" ? "unassigned" : standing.lifecycle,
    status: gone || standing.lifecycle === "future" ? "absent" : "suspended",
    name: standing.name,
    ...(standing.email === undefined ? {} : { email: standing.email }),
    ...(hint ? { hint } : {}),
    attributes: record.inputs.attributes,
    grants: new Map(),
    expired: new Map(),
    because: standing.because,
    ...(standing.since === undefined ? {} : { since: standing.since }),
    formerly: standing.formerly,
  };
}

/** One account, one principal: state's claim beats an id, an id a login, a login an address; equal claims lose both. */
function settle(matched: readonly Omit<Claim, "collision">[]): Claim[] {
  const strength = { state: 4, invitation: 3, id: 3, login: 2, email: 1 } as const;
  const rivals = new Map<string, Omit<Claim, "collision">[]>();
  for (const claim of matched) {
    if (claim.match.kind !== "found") continue;
    const key = refKey(claim.match.account.ref);
    rivals.set(key, [...(rivals.get(key) ?? []), claim]);
  }
  return matched.map((claim) => {
    if (claim.match.kind !== "found") return { ...claim, collision: null };
    const mine = strength[claim.match.by];
    const better = rivals.get(refKey(claim.match.account.ref))!.filter((r) => r !== claim && r.match.kind === "found" && strength[r.match.by] >= mine);
    const [rival] = better;
    const login = claim.match.account.login ?? claim.match.account.ref.id;
    return { ...claim, collision: rival ? `the account ${login} is claimed by ${rival.desired.person} as well` : null };
  });
}
