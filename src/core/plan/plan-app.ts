import type { App } from "../model/app.ts";
import type { Desired } from "../model/desired.ts";
import type { Manifest } from "../model/manifest.ts";
import { type ObservedAccount, type Snapshot, fold, refKey, sameRef } from "../model/observed.ts";
import type { ProtectedAccount } from "../model/policy.ts";
import type { AccountRecord, AppState } from "../model/state.ts";
import { planAccount } from "./account.ts";
import { type Claim, claimAccounts } from "./claims.ts";
import { type Decision, decideSituation } from "./decide.ts";
import { Draft } from "./draft.ts";
import { World } from "./evidence.ts";
import { planGroups } from "./groups.ts";
import { keysOf } from "./match.ts";
import type { Finding } from "./plan.ts";
import { planUnclaimed } from "./unclaimed.ts";

/** What a vendor makes of a wish; pure (Tenant.normalise). */
export type Normalise = (wish: {
  readonly status: "active" | "suspended" | "absent";
  readonly attributes: Readonly<Record<string, string>>;
  readonly grants: Readonly<Record<string, string>>;
}) => { readonly attributes: Readonly<Record<string, string>>; readonly grants: Readonly<Record<string, string>> };

export interface PlanAppInput {
  readonly app: App;
  readonly manifest: Manifest;
  readonly desired: Desired;
  readonly state: AppState;
  readonly snapshot: Snapshot;
  readonly normalise: Normalise;
  readonly protectedAccounts: readonly ProtectedAccount[];
  /** false: too much of what state knows did not come back. */
  readonly trusted: boolean;
  readonly today: string;
  /** Only this principal; orphans and groups are left out. */
  readonly person?: string;
}

export interface PlannedApp {
  readonly draft: Draft;
  readonly world: World;
  /** Records of live accounts whose key is in no file. */
  readonly leftover: readonly AccountRecord[];
  /** Accounts no run may stop or strip, by refKey: the reason. */
  readonly untouchable: ReadonlyMap<string, string>;
}

/** One app: wishes, state and world → operations, tasks, findings. Pure. */
export function planApp(input: PlanAppInput): PlannedApp {
  const { app, manifest, desired, state, snapshot, person } = input;
  const world = new World(snapshot, input.trusted);
  const draft = new Draft(app, manifest, snapshot.tenant?.unavailable ?? {});
  const { claims, leftover } = claimAccounts(app.key, desired, state, world, manifest, app.leavers.deleteAfterDays);
  const claimed = new Set<string>();
  const untouchable = (account: ObservedAccount, key: string | null): string | null => untouchableReason(input, account, key);
  for (const claim of claims) {
    const decision = decide(input, world, claim);
    const account = claim.match.kind === "found" ? claim.match.account : null;
    if (account) claimed.add(refKey(account.ref));
    if (claim.record) claimed.add(refKey(claim.record.ref));
    if (person !== undefined && claim.desired.person !== person) continue;
    planClaim(input, draft, world, claim, decision, account ? untouchable(account, claim.desired.person) : null);
  }
  for (const record of leftover) claimed.add(refKey(record.ref));
  if (person === undefined && !snapshot.failure) {
    planUnclaimed(draft, world, desired, claimed, untouchable);
    planGroups(draft, world, desired.groups.get(app.key) ?? new Map(), state);
  }
  const shields = new Map<string, string>();
  const owners = new Map(claims.flatMap((c) => (c.match.kind === "found" ? [[refKey(c.match.account.ref), c.desired.person] as const] : [])));
  for (const account of snapshot.accounts) {
    const reason = untouchable(account, owners.get(refKey(account.ref)) ?? null);
    if (reason !== null) shields.set(refKey(account.ref), reason);
  }
  return { draft, world, leftover: leftover.filter((r) => r.status !== "absent"), untouchable: shields };
}

function decide(input: PlanAppInput, world: World, claim: Claim): Decision {
  const { app, manifest, snapshot } = input;
  const { desired, record, match } = claim;
  // An outside account's own look-ups prove nothing about membership: only the lists do.
  const ref = record && record.status !== "absent" ? record.ref : null;
  return decideSituation({
    desired,
    record,
    match,
    collision: claim.collision,
    absence: match.kind === "ambiguous" ? null : world.absence(keysOf(desired, manifest), ref),
    manifest,
    provisioner: app.provisionedBy === "rollcall" ? null : app.provisionedBy,
    failure: snapshot.failure ? `could not be read: ${snapshot.failure.message}` : null,
    today: input.today,
  });
}

function planClaim(input: PlanAppInput, draft: Draft, world: World, claim: Claim, decision: Decision, untouchable: string | null): void {
  const { app } = input;
  const { desired, record } = claim;
  const wish = input.normalise({
    status: desired.status,
    attributes: desired.attributes,
    grants: Object.fromEntries([...desired.grants.values()].map((g) => [g.entitlement, g.level])),
  });
  const start = draft.operations.length;
  planAccount(draft, world, {
    desired,
    attributes: wish.attributes,
    levels: wish.grants,
    record,
    formerKey: claim.formerKey,
    decision,
    joinsByEmail: input.snapshot.tenant?.joinsByEmail ?? false,
    today: input.today,
  });
  const changes = draft.operations.slice(start).some((o) => o.phase !== "state");
  const stops = decision.reaction === "stop" || decision.reaction === "delete";
  // The operations stay in the plan: the guard `protected` refuses them, loudly.
  const shielded = stops && untouchable !== null;
  const situation = shielded ? "protected" : decision.situation === "inSync" && decision.reaction === "converge" && changes ? "drifted" : decision.situation;
  const login = decision.account?.login ?? record?.login ?? null;
  const detail = shielded ? untouchable : decision.detail;
  draft.accounts.push({ person: desired.person, ref: decision.account?.ref ?? record?.ref ?? null, login, situation, detail });
  const finding = findingOf(app, desired.person, desired.name, login, situation, detail);
  if (finding) draft.findings.push(finding);
}

/** What people have to know of a situation that rollcall leaves alone. */
function findingOf(app: App, person: string, name: string, login: string | null, situation: Decision["situation"], detail: string): Finding | null {
  const of = (code: Finding["code"], summary: string, fix?: string): Finding => ({ code, app: app.key, person, login, summary, ...(fix === undefined ? {} : { fix }) });
  const forget = `rollcall state forget ${app.key}/${person}`;
  switch (situation) {
    case "ambiguous":
      return of("AMBIGUOUS", `${name}: ${detail}; nothing is written`, `write the right id into accounts.${app.key}.id of identities/…/${person}.yaml; to bind to another account than before, run \`${forget}\` as well`);
    case "collision":
      return of("COLLISION", `${name}: ${detail}; nothing is written`, `correct accounts.${app.key} in one of the files, or use formerly: for a renamed key`);
    case "vanished":
      return of("VANISHED", `${name}: the account is gone from ${app.key} (${detail}); rollcall does not make it again by itself`, `set last-day if ${name} left; else \`${forget}\` lets the next plan create the account`);
    case "stoppedElsewhere":
      return of("STOPPED_ELSEWHERE", `${name}: suspended in ${app.key}, not by rollcall; it is not undone`, `set last-day if ${name} left; else lift the suspension at the vendor`);
    case "pending":
      return of("PENDING", `${name}: ${detail}`);
    case "awaited":
      return of("AWAITED", `${name}: ${detail}`);
    case "unknown":
      return of("UNKNOWN", `${name}: ${detail}`);
    case "protected":
      return of("PROTECTED", `${name}: access should end, but the account is ${detail}`, "take it out of the policy in a reviewed change first");
    case "recentlyDeleted":
      return of("RECENTLY_DELETED", `${name}: ${detail}`, "restore it at the vendor, or wait for the window to end");
    default:
      return null;
  }
}

/** Accounts that no run may stop or strip: rollcall's own and those a policy names. */
function untouchableReason(input: PlanAppInput, account: ObservedAccount, person: string | null): string | null {
  if (account.self || (input.snapshot.tenant?.self && sameRef(input.snapshot.tenant.self, account.ref))) return "the one whose credential rollcall uses";
  const named = input.protectedAccounts.some(
    (p) =>
      p.app === input.app.key &&
      ((p.person !== undefined && p.person === person) ||
        (p.id !== undefined && p.id === account.ref.id) ||
        (p.login !== undefined && account.login !== undefined && fold(p.login) === fold(account.login))),
  );
  return named ? "protected by a policy" : null;
}
