import type { App } from "../model/app.ts";
import { formatAddress } from "../model/address.ts";
import type { Desired, DesiredAccount } from "../model/desired.ts";
import type { Manifest } from "../model/manifest.ts";
import { type ObservedAccount, type Snapshot, fold, refKey, sameRef } from "../model/observed.ts";
import type { ProtectedAccount } from "../model/policy.ts";
import type { AccountRecord, AppState } from "../model/state.ts";
import { planAccount } from "./account.ts";
import { assignmentsOf } from "./assignments.ts";
import type { Carries } from "./carries.ts";
import { type Claim, claimAccounts } from "./claims.ts";
import { type Decision, decideSituation } from "./decide.ts";
import { Draft } from "./draft.ts";
import { World } from "./evidence.ts";
import { findingOf } from "./finding.ts";
import { planGroupRemovals, planGroups } from "./groups.ts";
import { keysOf } from "./match.ts";
import { provisioningOf, wasAssigned } from "./provisioning.ts";
import { accessRemains, hasLeft } from "./remains.ts";
import { groupRenames, renameOwned } from "./rename.ts";
import { planUnclaimed } from "./unclaimed.ts";
import type { Upstream } from "./upstream.ts";

/** What a vendor makes of a wish; pure (Tenant.normalise). */
export type Normalise = (wish: {
  readonly status: "active" | "suspended" | "absent";
  readonly attributes: Readonly<Record<string, string>>;
  readonly grants: Readonly<Record<string, string>>;
}) => { readonly attributes: Readonly<Record<string, string>>; readonly grants: Readonly<Record<string, string>> };

interface PlanAppInput {
  readonly app: App;
  readonly manifest: Manifest;
  readonly desired: Desired;
  readonly state: AppState;
  readonly snapshot: Snapshot;
  readonly normalise: Normalise;
  readonly protectedAccounts: readonly ProtectedAccount[];
  /** false: too much of what state knows did not come back. */
  readonly trusted: boolean;
  /** Set where the app as a whole must not be worked on: everything in it is unknown. */
  readonly failure: string | null;
  readonly today: string;
  /** The moment of planning, RFC 3339. */
  readonly now: string;
  readonly carries: Carries;
  /** Apps that were planned before this one: those that it waits for. */
  readonly upstream: (app: string) => Upstream;
  /** Only this principal; orphans and groups are left out. */
  readonly person?: string;
}

export interface PlannedApp {
  readonly draft: Draft;
  readonly world: World;
  /** What state knows of each principal, under present names and keys. */
  readonly records: ReadonlyMap<string, AccountRecord>;
  /** Records of live accounts whose key is in no file. */
  readonly leftover: readonly AccountRecord[];
  /** Accounts no run may stop or strip, by refKey: the reason. */
  readonly untouchable: ReadonlyMap<string, string>;
}

/** One app: wishes, state and world → operations, tasks, findings. Pure. */
export function planApp(input: PlanAppInput): PlannedApp {
  const { app, manifest, desired, snapshot, person, failure } = input;
  const groups = desired.groups.get(app.key) ?? new Map();
  const renames = groupRenames(groups, snapshot.groups, input.state);
  const state = renameOwned(input.state, app, renames);
  const world = new World(snapshot, input.trusted, renames);
  const draft = new Draft({
    app,
    manifest,
    unavailable: snapshot.tenant?.unavailable ?? {},
    carries: input.carries,
    now: input.now,
    upstream: input.upstream,
  });
  const { claims, leftover } = claimAccounts(app, desired, state, world, manifest, (key) => wasAssigned(app, key, input.upstream));
  const owners = new Map<ObservedAccount, Claim>();
  for (const claim of claims) if (claim.match.kind === "found") owners.set(claim.match.account, claim);
  const shields = new Map<string, string>();
  for (const [key, account] of world.byRef) {
    const reason = untouchableReason(input, account, owners.get(account) ?? null);
    if (reason !== null) shields.set(key, reason);
  }

  // Groups first: what is made or renamed may be granted in the same run.
  if (person === undefined && failure === null) planGroups(draft, world, groups, state);
  const claimed = new Set([...world.byRef].flatMap(([key, account]) => (owners.has(account) ? [key] : [])));
  const people = new Map(claims.map((c) => [c.desired.person, c]));
  for (const claim of claims) {
    if (claim.record && claim.match.kind !== "found") claimed.add(refKey(claim.record.ref));
    if (person !== undefined && claim.desired.person !== person) continue;
    planClaim(input, draft, world, claim, people, shields);
  }
  const missing = leftover.filter((r) => r.status !== "absent");
  if (person === undefined) {
    for (const record of missing) {
      claimed.add(refKey(record.ref));
      draft.accounts.push({
        person: record.person,
        ref: record.ref,
        login: record.login ?? null,
        situation: "unknown",
        detail: "state knows the account, no file has its key",
      });
    }
    if (failure === null) planUnclaimed(draft, world, desired, claims, claimed, (account) => shields.get(refKey(account.ref)) ?? null);
    if (failure === null) planGroupRemovals(draft, world, groups);
  }
  const records = new Map(claims.flatMap((c) => (c.record ? [[c.desired.person, c.record] as const] : [])));
  return { draft, world, records, leftover: missing, untouchable: shields };
}

/** The situation of one principal's account. */
export function decideClaim(
  input: Pick<PlanAppInput, "app" | "manifest" | "failure" | "today" | "now" | "upstream">,
  world: World,
  claim: Claim,
): Decision {
  const { app, manifest } = input;
  const { desired, record, match } = claim;
  const ref = record && record.status !== "absent" ? record.ref : null;
  // That somebody is no more than an outsider can be proven only by the lists: asked by key, she answers.
  const outsider = match.kind === "found" && match.account.outside !== undefined;
  return decideSituation({
    desired,
    record,
    match,
    collision: claim.collision,
    absence: () =>
      match.kind === "ambiguous" || (outsider && !world.accountsComplete) ? null : world.absence(keysOf(desired, manifest), ref),
    manifest,
    provisioning: input.failure === null ? provisioningOf(app, desired.person, input.upstream, input.now) : null,
    failure: input.failure,
    today: input.today,
  });
}

function planClaim(
  input: PlanAppInput,
  draft: Draft,
  world: World,
  claim: Claim,
  people: ReadonlyMap<string, Claim>,
  shields: ReadonlyMap<string, string>,
): void {
  const { app } = input;
  const { desired, record } = claim;
  const decision = decideClaim(input, world, claim);
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
    stored: record && input.state.accounts.get(claim.formerKey ?? desired.person),
    formerKey: claim.formerKey,
    decision,
    joinsByEmail: input.snapshot.tenant?.joinsByEmail ?? false,
    heir: desired.status === "active" ? null : heirOf(input, desired.person, people),
    today: input.today,
    assignments: assignmentsOf(draft, world, decision.account, record, decision.account === null && decision.evidence.kind !== "seen"),
  });
  const changes = draft.operations.length > start && draft.operations.slice(start).some((o) => o.phase !== "state");
  const stops = decision.reaction === "stop" || decision.reaction === "delete";
  const shield = stops && decision.account ? shields.get(refKey(decision.account.ref)) : undefined;
  // The operations of a protected account stay in the plan: the guard refuses them, loudly.
  const settled = decision.situation === "inSync" && decision.reaction === "converge" && changes ? "drifted" : decision.situation;
  const situation = shield === undefined ? settled : "protected";
  const account = decision.account ?? (claim.match.kind === "found" ? claim.match.account : null);
  const login = account?.login ?? record?.login ?? null;
  const follows = decision.situation === "awaited" && decision.account === null ? grantsToCome(app, desired) : "";
  const detail = shield ?? `${decision.detail}${follows}`;
  draft.accounts.push({ person: desired.person, ref: account?.ref ?? record?.ref ?? null, login, situation, detail });
  if (decision.situation === "outOfScope") {
    // Somebody who left keeps whatever an outsider has: the one thing that must not be overlooked is said as work (law 14).
    draft.tasks.push({
      app: app.key,
      person: desired.person,
      task: `end the access that ${desired.name} (${login ?? "no login"}) still has in ${app.key}, by hand: ${detail}, which is not rollcall's to take away`,
      because: desired.because,
      accessRemains: true,
    });
  }
  const open = situation === "ambiguous" || situation === "collision" || situation === "unknown" || situation === "protected";
  if (open && hasLeft(desired) && input.failure === null) draft.tasks.push(accessRemains(draft, desired, detail));
  const { overdue } = decision;
  if (overdue) draft.tasks.push({ app: app.key, person: desired.person, because: desired.because, ...overdue });
  const finding = findingOf({
    app: app.key,
    person: desired.person,
    name: desired.name,
    login,
    situation,
    detail,
    ...(overdue ? { overdue } : {}),
  });
  if (finding && input.failure === null) draft.findings.push(finding);
}

/** What rollcall grants here once the account is there: a reader of the plan sees the whole way. */
function grantsToCome(app: App, desired: DesiredAccount): string {
  const grants = [...desired.grants.values()].filter((g) => app.entitlements?.get(g.entitlement)?.through === undefined);
  const shown = grants.slice(0, 3).map((g) => formatAddress({ app: app.key, entitlement: g.entitlement, level: g.level }));
  if (shown.length === 0) return "";
  return `; then rollcall grants ${shown.join(", ")}${grants.length > shown.length ? ` and ${grants.length - shown.length} more` : ""}`;
}

/** Who takes over from a leaver: the app's heir, or the leaver's manager; only with an active account here. */
function heirOf(input: PlanAppInput, person: string, people: ReadonlyMap<string, Claim>): string | null {
  const { transferTo } = input.app.leavers;
  const heir = transferTo === "manager" ? input.desired.standings.get(person)?.manager : transferTo;
  if (heir === undefined || heir === person) return null;
  const claim = people.get(heir);
  const active = claim?.match.kind === "found" && claim.match.account.status === "active" && claim.collision === null;
  return active && claim.desired.status === "active" ? heir : null;
}

/** Accounts that no run may stop or strip: rollcall's own and those a policy names; a policy's person also under a later key. */
function untouchableReason(input: PlanAppInput, account: ObservedAccount, owner: Claim | null): string | null {
  const self = input.snapshot.tenant?.self;
  if (account.self || (self && sameRef(self, account.ref))) return ownCredential;
  const keys = owner ? [owner.desired.person, ...owner.desired.formerly] : [];
  const named = input.protectedAccounts.some(
    (p) =>
      p.app === input.app.key &&
      ((p.person !== undefined && keys.includes(p.person)) ||
        (p.id !== undefined && p.id === account.ref.id) ||
        (p.login !== undefined && account.login !== undefined && fold(p.login) === fold(account.login))),
  );
  return named ? "protected by a policy" : null;
}

/** Why the account behind the credential is untouchable; the guard `self` tells by it. */
export const ownCredential = "the one whose credential rollcall uses";
