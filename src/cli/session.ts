import type { App } from "../core/model/app.ts";
import type { Desired } from "../core/model/desired.ts";
import type { Manifest } from "../core/model/manifest.ts";
import type { Snapshot } from "../core/model/observed.ts";
import type { AppState } from "../core/model/state.ts";
import { makePlan } from "../core/plan/make-plan.ts";
import { canonicalPlan } from "../core/plan/canonical.ts";
import type { Permit } from "../core/plan/permits.ts";
import type { Plan } from "../core/plan/plan.ts";
import { questionsFor } from "../core/plan/questions.ts";
import type { Normalise } from "../core/plan/plan-app.ts";
import { overlay } from "../core/state/overlay.ts";
import { toFault } from "../connector/fault.ts";
import { lookUp, refresh } from "../io/engine/read/ask.ts";
import { readSnapshot } from "../io/engine/read/read-snapshot.ts";
import { createHash } from "node:crypto";
import { type Context, UsageError } from "./command.ts";
import { type Doors, openDoors } from "./doors.ts";
import { hinted } from "./hinted.ts";
import { compiled, type Repository } from "./repository.ts";
import type { Progress } from "./progress.ts";
import type { StateReader } from "./state-store.ts";

/** One app as this run sees it. */
export interface SeenApp {
  readonly app: App;
  /** Open for reading; null where it does not open. */
  readonly doors: Doors | null;
  readonly manifest: Manifest;
  readonly state: AppState;
  readonly snapshot: Snapshot;
  readonly normalise: Normalise;
}

export interface Planned {
  readonly plan: Plan;
  readonly digest: string;
  readonly desired: Desired;
  readonly seen: ReadonlyMap<string, SeenApp>;
}

/** The apps this run is about: those of --app, else all. */
export function chosenApps(context: Context, repository: Repository): App[] {
  const all = repository.organization.apps;
  for (const key of context.apps) {
    if (!all.has(key)) throw new UsageError(`there is no app ${key}${hinted(key, [...all.keys()])}`, 3);
  }
  return [...all.values()].filter((a) => context.apps.length === 0 || context.apps.includes(a.key));
}

/** Reads every chosen app with the read credential and a door that cannot write, and plans. Apps fail one by one: the rest goes on. */
export async function planRun(context: Context, repository: Repository, store: StateReader, progress: Progress): Promise<Planned> {
  const { desired } = compiled(repository, context.now());
  if (context.person !== undefined && !desired.standings.has(context.person)) {
    throw new UsageError(`there is no person or service ${context.person}${hinted(context.person, [...desired.standings.keys()])}`, 3);
  }
  return planOver(context, repository, await seeApps(context, repository, [desired], store, progress));
}

/** Reads every chosen app, and asks beside its lists what any of several versions of the files wants to know. */
export async function seeApps(
  context: Context,
  repository: Repository,
  wishes: readonly Desired[],
  store: StateReader,
  progress: Progress,
): Promise<ReadonlyMap<string, SeenApp>> {
  const seen = new Map<string, SeenApp>();
  // One after another: a state file takes many times its size while it is read, and nothing would be gained by reading two at once.
  const known = [];
  for (const app of chosenApps(context, repository)) known.push({ app, loaded: await store.load(app.key, app.connector) });
  await Promise.all(
    known.map(async ({ app, loaded }) => {
      seen.set(app.key, await seeApp(context, repository, app, loaded, wishes, progress));
    }),
  );
  // What an interruption left unread must not pass for a vendor that did not answer.
  if (context.signal.aborted) throw new UsageError("interrupted while the apps were being read; nothing was changed", 130);
  return seen;
}

/** The plan of one version of the files over apps that were read. */
export function planOver(context: Context, repository: Repository, seen: ReadonlyMap<string, SeenApp>, permit?: Permit): Planned {
  const { desired, today } = compiled(repository, context.now());
  const plan = makePlan({
    organization: repository.organization,
    desired,
    today,
    now: context.now(),
    apps: underOwnNames(repository, seen),
    ...(context.person === undefined ? {} : { person: context.person }),
    ...(permit === undefined ? {} : { permit }),
  });
  return { plan, digest: digestOf(plan), desired, seen };
}

/** Apps were read under their present keys; an older version of the files may know one by a key that it had before. */
function underOwnNames({ organization }: Repository, seen: ReadonlyMap<string, SeenApp>): ReadonlyMap<string, SeenApp> {
  const named = [...seen].map(([key, app]): [string, SeenApp] => {
    const former = organization.apps.has(key) ? undefined : app.app.formerly.find((f) => organization.apps.has(f) && !seen.has(f));
    return [former ?? key, app];
  });
  return new Map(named);
}

/** A digest over what each operation does, and nothing else (law 1). */
export const digestOf = (plan: Plan): string => createHash("sha256").update(canonicalPlan(plan)).digest("hex").slice(0, 16);

/** Reads one app, asks what its lists cannot prove, and lays own recent writes over it. */
export async function seeApp(
  context: Context,
  repository: Repository,
  app: App,
  { state, entries }: Awaited<ReturnType<StateReader["load"]>>,
  wishes: readonly Desired[],
  progress: Progress,
): Promise<SeenApp> {
  const manifest = repository.manifests.get(app.connector)!;
  const { doors, failure } = await open(context, repository, app, progress);
  if (!doors) {
    return { app, doors, manifest, state, snapshot: unreadable(app.key, failure), normalise: (wish) => wish };
  }
  const read = await readSnapshot({
    app: app.key,
    tenant: doors.tenant,
    concurrency: manifest.concurrency,
    calls: () => total(doors),
    redact: doors.redact,
    onEvent: progress.event,
    ...(context.person === undefined ? {} : { lists: "groups" as const }),
  });
  const snapshot = read.failure ? read : await ask(context, doors, app, wishes, state, read, manifest);
  const laid = overlay(snapshot, entries, manifest, context.now());
  progress.event({
    kind: "read",
    app: app.key,
    calls: laid.calls,
    accounts: laid.accounts.length,
    edges: laid.edges.length,
    ...(laid.failure ? { failure: laid.failure.message } : {}),
  });
  return { app, doors, manifest, state, snapshot: laid, normalise: (wish) => doors.tenant.normalise?.(wish) ?? wish };
}

async function ask(
  context: Context,
  doors: Doors,
  app: App,
  wishes: readonly Desired[],
  state: AppState,
  snapshot: Snapshot,
  manifest: Manifest,
): Promise<Snapshot> {
  const questions = wishes.map((desired) => questionsFor(app.key, desired, state, snapshot, manifest, context.person));
  const [refs, keys] = [questions.flatMap((q) => q.refs), questions.flatMap((q) => q.keys)];
  const refreshed = refs.length > 0 ? await refresh(snapshot, doors.tenant, refs, () => total(doors), doors.redact) : snapshot;
  return keys.length > 0 ? lookUp(refreshed, doors.tenant, keys, () => total(doors), doors.redact) : refreshed;
}

async function open(
  context: Context,
  repository: Repository,
  app: App,
  progress: Progress,
): Promise<{ doors: Doors | null; failure: { kind: string; message: string } }> {
  try {
    return { doors: await openDoors(context, repository, app, "read", progress), failure: { kind: "", message: "" } };
  } catch (error) {
    if (error instanceof UsageError) throw error; // no simulators with --sandbox: nothing about this app
    const fault = toFault(error);
    return { doors: null, failure: { kind: fault.kind, message: fault.message } };
  }
}

const total = (doors: Doors): number => doors.calls().read + doors.calls().write;

const unreadable = (app: string, failure: { kind: string; message: string }): Snapshot => ({
  app,
  accounts: [],
  groups: [],
  edges: [],
  scopes: [],
  lookups: new Map(),
  fresh: new Map(),
  tenant: null,
  failure,
  calls: 0,
});
