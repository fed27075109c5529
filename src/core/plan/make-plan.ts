import { compareText } from "../diagnostic.ts";
import { byHand } from "./by-hand.ts";
import { Carries } from "./carries.ts";
import { dependenciesOf, inDependencyOrder } from "../model/dependencies.ts";
import type { Desired } from "../model/desired.ts";
import type { Manifest } from "../model/manifest.ts";
import { refKey, type Snapshot } from "../model/observed.ts";
import type { Organization } from "../model/organization.ts";
import type { AppState } from "../model/state.ts";
import { incompleteRead, protectedBy, wrongTenant } from "../policy/completeness.ts";
import { guardApp, markRefused, without } from "../policy/guard.ts";
import { type Normalise, planApp, type PlannedApp } from "./plan-app.ts";
import type { Operation } from "./operation.ts";
import { type Permit, withPermits } from "./permits.ts";
import { compareOperations } from "./order.ts";
import type { AccountView, AppPlan, Finding, HumanTask, Plan, Trip } from "./plan.ts";
import { absentUpstream, type Upstream, upstreamOf } from "./upstream.ts";
import { isHeld, withWaits } from "./waits.ts";

/** Everything one app brings to a plan. */
export interface AppInput {
  readonly manifest: Manifest;
  readonly state: AppState;
  readonly snapshot: Snapshot;
  readonly normalise: Normalise;
}

export interface PlanInput {
  readonly organization: Organization;
  readonly desired: Desired;
  /** By app key. Apps that are not here were not asked for. */
  readonly apps: ReadonlyMap<string, AppInput>;
  /** In the organisation's time zone. */
  readonly today: string;
  /** The moment of planning: how long another app has had to provision an account is counted to it. */
  readonly now: Date;
  /** Only this principal. */
  readonly person?: string;
  /** What may be carried out; everything where absent. What it refuses is in the plan, marked, and counts in no budget. */
  readonly permit?: Permit;
}

/** Wishes, state and world → the plan, guarded. Pure: the same input gives the same bytes. */
export function makePlan(input: PlanInput): Plan {
  const { organization, desired, today } = input;
  const { policies } = organization;
  const trips: Trip[] = [];
  const guarded: Operation[] = [];
  const planned: { key: string; input: AppInput; result: PlannedApp }[] = [];
  const upstreams = new Map<string, Upstream>();
  const upstream = (key: string): Upstream => upstreams.get(key) ?? absentUpstream(key);
  const keys = [...input.apps.keys()].filter((key) => organization.apps.has(key)).sort(compareText);
  const dependencies = (key: string): string[] => dependenciesOf(organization.apps.get(key)!);
  const needed = new Set(keys.flatMap(dependencies));
  for (const key of inDependencyOrder(keys, dependencies)) {
    const app = input.apps.get(key)!;
    const { manifest, state, snapshot, normalise } = app;
    const declared = organization.apps.get(key)!;
    const stranger = wrongTenant(key, state, snapshot);
    const partial = stranger ? null : incompleteRead(key, state, snapshot, policies);
    const failure = snapshot.failure ? `could not be read: ${snapshot.failure.message}` : (stranger?.summary ?? null);
    const result = planApp({
      app: declared,
      manifest,
      desired,
      state,
      snapshot,
      normalise,
      protectedAccounts: protectedBy(policies),
      trusted: partial === null,
      failure,
      today,
      now: input.now.toISOString(),
      carries: new Carries(key, organization.apps, manifest),
      upstream,
      ...(input.person === undefined ? {} : { person: input.person }),
    });
    const { draft, world, untouchable } = result;
    const drafted = input.permit ? withPermits(draft.operations, input.permit) : draft.operations;
    const active = drafted.filter((o) => o.refused === undefined);
    const own = guardApp({ app: declared, manifest, state, world, operations: active, untouchable, policies, today });
    trips.push(...[stranger, partial].filter((t) => t !== null), ...own);
    const operations = withWaits(declared, manifest, markRefused(drafted, own), upstream);
    guarded.push(...operations);
    planned.push({ key, input: app, result });
    if (needed.has(key))
      upstreams.set(
        key,
        upstreamOf({ app: key, manifest, desired, records: result.records, world, views: draft.accounts, operations, failure }),
      );
  }
  planned.sort((a, b) => compareText(a.key, b.key));

  const missing = checkoutIncomplete(planned, guarded);
  if (missing) trips.push(missing);
  const marked = (missing ? markRefused(guarded, [missing]) : guarded).sort(compareOperations);
  // What is refused is refused to people as well: tasks come last.
  const tasks: HumanTask[] = [];
  const operations: Operation[] = [];
  for (const { key, input: app, result } of planned) {
    const own = marked.filter((o) => o.app === key);
    const split = app.manifest.human ? byHand(key, own) : { operations: own, tasks: [] };
    operations.push(...split.operations);
    tasks.push(...result.draft.tasks, ...split.tasks);
  }
  return {
    today,
    apps: planned.map(({ key, input: app, result }) => viewOf(key, app, result, operations)),
    operations,
    tasks: unique(tasks).sort(compareTasks),
    findings: unique(planned.flatMap((p) => p.result.draft.findings)).sort(compareFindings),
    trips: trips.sort(
      (a, b) => compareText(a.app ?? "", b.app ?? "") || compareText(a.guard, b.guard) || compareText(a.summary, b.summary),
    ),
  };
}

/** The guard `checkout-incomplete`: the files lack people whom state knows with live accounts. Nothing at all is applied (law 3, law 17). */
function checkoutIncomplete(planned: readonly { key: string; result: PlannedApp }[], operations: readonly Operation[]): Trip | null {
  const missing = new Map<string, string[]>();
  for (const { key, result } of planned) {
    for (const record of result.leftover) missing.set(record.person, [...(missing.get(record.person) ?? []), key]);
  }
  if (missing.size === 0) return null;
  const people = [...missing].sort(([a], [b]) => compareText(a, b));
  const shown = people.slice(0, 10).map(([person, apps]) => `${person} (${apps.join(", ")})`);
  const [first] = people;
  return {
    guard: "checkout-incomplete",
    app: null,
    summary: `${people.length === 1 ? "a person has" : `${people.length} people have`} live accounts but no file: ${shown.join(", ")}${people.length > 10 ? ", …" : ""}`,
    detail: "either this checkout is incomplete, or a file was deleted; deleting a file is not how access ends",
    fix: `bring the file back and set last-day; for a renamed key add formerly: [${first![0]}] to the new file; to stop managing the account, run \`rollcall state forget ${first![1][0]}/${first![0]}\``,
    refuses: operations.filter((o) => o.refused === undefined).map((o) => o.id),
  };
}

function viewOf(key: string, app: AppInput, result: PlannedApp, operations: readonly Operation[]): AppPlan {
  const { draft } = result;
  const { snapshot } = app;
  return {
    app: key,
    connector: app.manifest.name,
    mode: draft.app.mode,
    dependsOn: dependenciesOf(draft.app),
    tenant: snapshot.tenant ? (snapshot.tenant.label ?? snapshot.tenant.tenant) : null,
    failure: snapshot.failure ?? null,
    unread: [
      ...[...snapshot.scopes]
        .filter((s) => !s.complete)
        .sort((a, b) => compareText(a.id, b.id))
        .map((s) => ({ scope: s.id, reason: s.reason ?? "not read to its end" })),
      ...(snapshot.unanswered ?? []).map((u) => ({ scope: `look-up of ${u.asked}`, reason: u.reason })),
    ],
    accounts: [...draft.accounts].sort(compareViews),
    calls: {
      read: snapshot.calls,
      estimated: operations.filter((o) => o.app === key && o.phase !== "state" && o.refused === undefined && !isHeld(o)).length,
    },
    counts: { desired: draft.accounts.filter((a) => a.person !== null).length, observed: snapshot.accounts.length },
  };
}

const compareViews = (a: AccountView, b: AccountView): number =>
  // People first, then accounts nobody claims.
  Number(a.person === null) - Number(b.person === null) ||
  compareText(a.person ?? "", b.person ?? "") ||
  compareText(a.ref ? refKey(a.ref) : "", b.ref ? refKey(b.ref) : "");

const compareTasks = (a: HumanTask, b: HumanTask): number =>
  compareText(a.app, b.app) ||
  Number(a.accessRemains !== true) - Number(b.accessRemains !== true) ||
  compareText(a.person ?? "", b.person ?? "") ||
  compareText(a.task, b.task) ||
  compareText(JSON.stringify(a), JSON.stringify(b));

const compareFindings = (a: Finding, b: Finding): number =>
  compareText(a.app, b.app) ||
  compareText(a.code, b.code) ||
  compareText(a.person ?? "", b.person ?? "") ||
  compareText(a.login ?? "", b.login ?? "") ||
  compareText(JSON.stringify(a), JSON.stringify(b));

function unique<T>(all: readonly T[]): T[] {
  const seen = new Set<string>();
  return all.filter((item) => {
    const key = JSON.stringify(item);
    return seen.has(key) ? false : (seen.add(key), true);
  });
}

/** The operations an engine may carry out: neither refused nor waiting for what this run will not bring about. */
export const applicable = (plan: Plan): Operation[] =>
  without(plan.operations, plan.trips).filter((o) => o.refused === undefined && !isHeld(o));
