import { setTimeout as sleep } from "node:timers/promises";
import { isResourceKind, type ResourceKind } from "../../core/state/layout.ts";
import type { AccountRecord, AppState } from "../../core/model/state.ts";
import { World } from "../../core/plan/evidence.ts";
import { seenRecord } from "../../core/plan/seen-record.ts";
import { refKey } from "../../core/model/observed.ts";
import { refresh } from "../../io/engine/read/ask.ts";
import { type Asked, type ProviderPort, resourceProvider, type ResourceProvider } from "../../io/engine/pulumi/provider.ts";
import { Worker } from "../../io/engine/pulumi/worker.ts";
import { openDoors } from "../doors.ts";
import { type Progress, silent } from "../progress.ts";
import { compiled, openRepository, type Repository } from "../repository.ts";
import { seeApp, type SeenApp } from "../session.ts";
import { once } from "./once.ts";
import { endWithEngine } from "./orphan.ts";
import { ownPlan } from "./own-plan.ts";
import { ownWrites } from "./own-writes.ts";
import { processContext } from "./process-context.ts";
import { type RunFolder, runFolder } from "./run-folder.ts";

/**
 * The process in which Pulumi asks for resources. One for each operation of one stack, which is one app: files, bulk snapshot, write door and
 * the plan that was handed over are opened once, when they are first needed.
 */
const context = processContext();
const engine = process.argv[2] ?? "";
const repository = once((): Promise<Repository> => openRepository(context));
const progress: Progress = silent;

type Method = keyof ResourceProvider;

/** One call of one provider; results hold nothing undefined, which Pulumi's wire format has no room for. */
export async function call(method: string, kind: string, args: readonly unknown[]): Promise<unknown> {
  endWithEngine(engine);
  const slash = kind.lastIndexOf("/");
  const name = kind.slice(slash + 1);
  if (slash < 1 || !isResourceKind(name)) throw new Error(`rollcall has no resource of kind ${kind}`);
  const provider = providers(name);
  const result = await (provider[method as Method] as (...all: readonly unknown[]) => Promise<unknown>)(...args);
  return result === undefined ? undefined : (JSON.parse(JSON.stringify(result)) as unknown);
}

const kept = new Map<ResourceKind, ResourceProvider>();
function providers(kind: ResourceKind): ResourceProvider {
  const known = kept.get(kind) ?? resourceProvider(kind, port);
  kept.set(kind, known);
  return known;
}

/** One app in this process. */
interface AppProcess {
  readonly folder: RunFolder;
  /** The world as it was read once, with no record of state: each resource brings its own. */
  readonly seen: () => Promise<{ readonly app: SeenApp; readonly world: World }>;
  readonly hands: () => Promise<{
    readonly worker: Worker;
    operations(asked: Asked): Promise<Awaited<ReturnType<ProviderPort["work"]>>["operations"]>;
  }>;
}

const apps = new Map<string, AppProcess>();
function appProcess(key: string): AppProcess {
  const known = apps.get(key);
  if (known) return known;
  const folder = runFolder(context.dir, key, engine);
  const seen = once(async () => {
    const files = await repository();
    const { app, desired } = await declared(key);
    const state: AppState = { app: key, connector: app.connector, accounts: new Map(), groups: new Map() };
    const loaded = { state, entries: await ownWrites(context, files).read(key) };
    const seenApp = await seeApp(context, files, app, loaded, [desired], progress);
    if (seenApp.snapshot.failure) context.err(`${key} could not be read: ${seenApp.snapshot.failure.message}\n`);
    return { app: seenApp, world: new World(seenApp.snapshot, true) };
  });
  const hands = once(async () => {
    const files = await repository();
    const { app, manifest, desired, today } = await declared(key);
    const told = await folder.handedOver();
    const own =
      told === null ? await ownPlan({ organization: files.organization, desired, today, now: context.now(), ...(await seen()) }) : null;
    const names = told ?? own!.names;
    const doors = once(() => openDoors(context, files, app, "write", progress));
    let redact = (text: string): string => text;
    let calls: (() => { read: number; write: number }) | null = null;
    const worker = new Worker({
      app: key,
      connector: app.connector,
      concurrency: manifest.concurrency,
      day: told?.day ?? today,
      now: context.now,
      names,
      open: async () => {
        const opened = await doors();
        redact = opened.redact;
        calls = opened.calls;
        return opened.tenant;
      },
      redact: (text) => redact(text),
      sleep: async (milliseconds) => {
        await sleep(milliseconds);
      },
      report: async (outcomes, failure) => {
        if (told === null) return;
        // What was done is done and belongs in state, whether or not it can be told.
        await folder
          .report({ outcomes, ...(calls ? { calls: calls() } : {}), ...(failure ? { failure } : {}) })
          .catch((error: Error) => context.err(`${key}: outcomes could not be told: ${error.message}\n`));
      },
    });
    return { worker, operations: (asked: Asked) => Promise.resolve(own ? own.operations(asked) : mine(told!.operations, asked)) };
  });
  const made: AppProcess = { folder, seen, hands };
  apps.set(key, made);
  return made;
}

/** What the files say, compiled once: every resource asks. */
const wishes = once(async () => {
  const files = await repository();
  return { files, ...compiled(files, context.now()) };
});

async function declared(key: string) {
  const { files, desired, today } = await wishes();
  const app = files.organization.apps.get(key);
  if (!app)
    throw new Error(`no file identities/apps/${key}.yaml: bring it back, or remove the stack ${key} if the app is not managed any more`);
  return { app, manifest: files.manifests.get(app.connector)!, desired, today };
}

const groupVerbs = new Set(["createGroup", "updateGroup", "deleteGroup"]);

/** The operations that belong to one resource, as core/graph divides them: an account of nobody is the tenant's. */
function mine<O extends { readonly verb: string; readonly target: string; readonly person: string | null }>(
  all: readonly O[],
  { kind, name }: Asked,
): O[] {
  switch (kind) {
    case "Group":
      return all.filter((o) => groupVerbs.has(o.verb) && o.target === name);
    case "Account":
      return all.filter((o) => !groupVerbs.has(o.verb) && o.person === name);
    case "Tenant":
      return all.filter((o) => !groupVerbs.has(o.verb) && o.person === null);
  }
}

const port: ProviderPort = {
  async work(asked) {
    const { worker, operations } = await appProcess(asked.app).hands();
    return { worker, operations: await operations(asked) };
  },
  async seen(record: AccountRecord) {
    const { app: key } = record.inputs;
    const { app, world } = await appProcess(key).seen();
    if (app.snapshot.failure || !app.doors) return record;
    const { doors } = app;
    const { desired, today } = await declared(key);
    let shown = world;
    if (!world.byRef.has(refKey(record.ref)) && record.status !== "absent" && record.ref.kind === app.manifest.kinds[0]) {
      // Lists lag behind: that an account which state knows is gone has to be proven.
      const fresh = await refresh(app.snapshot, doors.tenant, [record.ref], () => 0, doors.redact);
      shown = new World(fresh, true);
    }
    const { organization } = await repository();
    return seenRecord(
      {
        app: app.app,
        manifest: app.manifest,
        desired,
        world: shown,
        normalise: app.normalise,
        today,
        now: context.now().toISOString(),
        apps: organization.apps,
      },
      record,
    );
  },
  async tenant(key) {
    const handed = await appProcess(key).folder.handedOver();
    if (handed?.tenant !== undefined) return handed.tenant;
    return (await appProcess(key).seen()).app.snapshot.tenant?.tenant;
  },
};
