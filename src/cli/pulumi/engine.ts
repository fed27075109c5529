import type { AppOutcome, ApplyResult, OperationOutcome } from "../../core/engine.ts";
import { differencesOf } from "../../core/graph/differences.ts";
import type { Graph, GraphResource } from "../../core/graph/graph.ts";
import { applicable } from "../../core/plan/make-plan.ts";
import { typeToken, urn } from "../../core/state/layout.ts";
import { settledExport } from "../../core/state/settle-export.ts";
import { limited } from "../../io/engine/perform/limited.ts";
import type { StackRun, Update } from "../../io/engine/pulumi/stack-run.ts";
import type { Steps } from "../../io/engine/pulumi/steps.ts";
import { type Context, UsageError } from "../command.ts";
import { toldByState, toldWritable } from "../directory-store.ts";
import type { EngineRun } from "../engine-run.ts";
import { takeOwnership } from "../ownership.ts";
import type { Progress } from "../progress.ts";
import type { Repository } from "../repository.ts";
import type { Planned, SeenApp } from "../session.ts";
import { stateDirectory } from "../directory-store.ts";
import type { Writer } from "../state-store.ts";
import { type DriverMark, driverMark } from "./driver-mark.ts";
import { type AppGraph, appGraph } from "./graph-of.ts";
import { noteTold, ownWrites } from "./own-writes.ts";
import { type RunFolder, runFolder, type Told } from "./run-folder.ts";
import { sameRecords, type StackState, stackState } from "./stack-state.ts";
import { asked, most, openStacks } from "./stacks.ts";

interface OpenStack {
  readonly app: string;
  readonly run: StackRun;
  readonly json: unknown;
  readonly state: StackState;
}

/** The Pulumi engine: state from `pulumi stack export`, the plan carried out by `pulumi up` of the same program that plain Pulumi runs. */
export async function openPulumi(
  context: Context,
  repository: Repository,
  apps: readonly string[],
  access: "read" | Writer,
): Promise<EngineRun> {
  // Whose the state is, and what runs did, is noted beside the journals, whatever backend the stacks are in.
  const beside = stateDirectory(context, repository);
  if (access !== "read") await toldByState(() => takeOwnership(beside, access, context.now()));
  const opened = await openStacks(context, repository, apps);
  const stacks = new Map<string, OpenStack>();
  try {
    const turn = limited(most);
    await Promise.all(
      apps.map((app) =>
        turn(async () => {
          const run = opened.get(app);
          const json = await asked(() => run.export());
          stacks.set(app, { app, run, json, state: stackState(json, app, repository.organization.apps.get(app)!.connector) });
        }),
      ),
    );
  } catch (error) {
    await opened.close();
    throw error;
  }
  return {
    load: async (app) => ({ state: stacks.get(app)!.state.state, entries: await ownWrites(context, repository).read(app) }),
    records: toldWritable(beside.records),
    verify: (planned) => verify(stacks, planned),
    carryOut: (planned, progress) => new Driver(context, repository, stacks, planned, progress).work(),
    release: opened.close,
  };
}

const graphFor = (stack: OpenStack, seen: SeenApp, planned: Planned): AppGraph =>
  appGraph(seen, applicable(planned.plan), planned.desired, planned.plan.today, stack.state.known);

/** Asks Pulumi for its steps, app by app; whatever it would do otherwise than the plan says is an error that names both. */
async function verify(stacks: ReadonlyMap<string, OpenStack>, planned: Planned): Promise<void> {
  const turn = limited(most);
  const differences = await Promise.all(
    [...planned.seen.values()].map((seen) =>
      turn(async () => {
        if (seen.snapshot.failure) return []; // its plan says so, and nothing would be done
        const stack = stacks.get(seen.app.key)!;
        const { graph } = graphFor(stack, seen, planned);
        const { ops } = await asked(() => stack.run.preview(graph));
        return differencesOf(graph, ops, stack.state.retried, true).map((text) => `${seen.app.key}: ${text}`);
      }),
    ),
  );
  if (differences.flat().length > 0) throw new UsageError(disagreement(differences.flat()), 1);
}

const disagreement = (differences: readonly string[]): string =>
  `rollcall's plan and Pulumi's steps differ:\n${differences.map((d) => `  ${d}`).join("\n")}`;

/** One apply: a stack an app, side by side; a failure in one stops nothing in another. */
class Driver {
  private readonly context: Context;
  private readonly repository: Repository;
  private readonly stacks: ReadonlyMap<string, OpenStack>;
  private readonly planned: Planned;
  private readonly progress: Progress;
  private readonly turn = limited(most);
  private readonly started = new Map<string, Promise<AppOutcome>>();

  constructor(context: Context, repository: Repository, stacks: ReadonlyMap<string, OpenStack>, planned: Planned, progress: Progress) {
    this.context = context;
    this.repository = repository;
    this.stacks = stacks;
    this.planned = planned;
    this.progress = progress;
  }

  async work(): Promise<ApplyResult> {
    const operations = applicable(this.planned.plan);
    const concerned = [...this.planned.seen.values()].filter((seen) => operations.some((o) => o.app === seen.app.key));
    const apps = await Promise.all(concerned.map((seen) => this.begin(seen, concerned, new Set())));
    return { apps, interrupted: this.context.signal.aborted };
  }

  /** `after` holds back gains only; of apps that wait for each other the first that is asked begins. */
  private begin(seen: SeenApp, all: readonly SeenApp[], above: ReadonlySet<string>): Promise<AppOutcome> {
    const known = this.started.get(seen.app.key);
    if (known) return known;
    const path = new Set([...above, seen.app.key]);
    const before = all.filter((other) => seen.app.after.includes(other.app.key) && !path.has(other.app.key));
    // Those that are waited for take their turns first, so that nobody waits for a turn that never comes.
    const gate = Promise.all(before.map((other) => this.begin(other, all, path))).then(() => undefined);
    const outcome = this.turn(() => this.app(seen, gate));
    this.started.set(seen.app.key, outcome);
    return outcome;
  }

  private async app(seen: SeenApp, gainsMayStart: Promise<void>): Promise<AppOutcome> {
    const { app } = seen;
    const stack = this.stacks.get(app.key)!;
    const { graph, handOver, waiting } = graphFor(stack, seen, this.planned);
    const mark = driverMark(this.context.dir, app.key, this.context.now);
    const tracked = new Tracked(graph, this.progress);
    let folder: RunFolder | null = null;
    try {
      const update = await underLock(stack, mark, async () => {
        const pending = settledExport(stack.json, app.key);
        const locked = pending === null ? null : await stack.run.import(pending);
        if (locked !== null) return { kind: "locked", message: locked };
        return stack.run.update({
          graph,
          gainsMayStart,
          signal: this.context.signal,
          onStep: (resource, failed) => tracked.step(resource, failed),
          end: async () => {
            if (folder) await noteTold(this.context, this.repository, handOver, await folder.told());
          },
          begin: async (engine) => {
            const now = stackState(await stack.run.export(), app.key, app.connector);
            if (!sameRecords(stack.state, now, handOver))
              throw new UsageError(`the state of ${app.key} changed since the plan was made; nothing was done in it, preview again`, 5);
            folder = runFolder(this.context.dir, app.key, engine);
            await folder.handOver(handOver);
          },
        });
      });
      const told = folder === null ? nothingTold : await (folder as RunFolder).told();
      const outcome = outcomeOf(graph, update, told, stack, this.context.signal.aborted);
      return { ...outcome, outcomes: [...outcome.outcomes, ...waiting] };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const kind = error instanceof UsageError && error.code === 5 ? "changed" : "pulumi";
      return {
        app: app.key,
        outcomes: untouched(graph, error.message),
        calls: { read: 0, write: 0 },
        failure: { kind, message: error.message },
      };
    } finally {
      await (folder as RunFolder | null)?.remove();
      await mark.remove();
    }
  }
}

const nothingTold: Told = { outcomes: [], calls: { read: 0, write: 0 }, failure: null };

/** Tries once more where the lock is a dead run's of our own. */
async function underLock(stack: OpenStack, mark: DriverMark, work: () => Promise<Update>): Promise<Update> {
  await mark.put();
  const first = await work();
  if (first.kind !== "locked" || !(await mark.explains(first.message))) return first;
  await stack.run.cancel();
  await mark.tidy();
  return work();
}

/** Counts operations as their resources settle. */
class Tracked {
  private readonly graph: Graph;
  private readonly progress: Progress;
  private readonly byUrn: ReadonlyMap<string, GraphResource>;
  private readonly total: number;
  private done = 0;

  constructor(graph: Graph, progress: Progress) {
    this.graph = graph;
    this.progress = progress;
    this.byUrn = new Map(graph.resources.map((r) => [urnOf(graph, r), r]));
    this.total = graph.resources.flatMap(writes).length;
  }

  step(resource: string, failed: boolean): void {
    for (const { id } of writes(this.byUrn.get(resource))) {
      this.done++;
      this.progress.event({
        kind: "operation",
        app: this.graph.app,
        outcome: { id, status: failed ? "failed" : "done" },
        done: this.done,
        of: this.total,
      });
    }
  }
}

const writes = (r: GraphResource | undefined) => (r?.operations ?? []).filter((o) => o.phase !== "state");

const urnOf = (graph: Graph, { kind, name }: GraphResource): string => urn(graph.app, typeToken(graph.connector, kind), name);

/** Every operation's one outcome: as the provider told it, else as the step of its resource ended. */
function outcomeOf(graph: Graph, update: Update, told: Told, stack: OpenStack, interrupted: boolean): AppOutcome {
  const { app } = graph;
  if (update.kind === "locked") {
    return {
      app,
      outcomes: untouched(graph, "the app is locked"),
      calls: told.calls,
      failure: { kind: "locked", message: update.message },
    };
  }
  const known = new Map(told.outcomes.map((o) => [o.id, o]));
  const outcomes = graph.resources.flatMap((r) => r.operations.map((o) => known.get(o.id) ?? derived(o.id, update.steps, urnOf(graph, r))));
  const differences = differencesOf(graph, update.steps.ops, stack.state.retried, update.kind === "done");
  const failure =
    differences.length > 0
      ? { kind: "difference", message: disagreement(differences.map((d) => `${app}: ${d}`)) }
      : told.failure
        ? told.failure
        : update.kind === "failed" && update.steps.failures.size === 0 && !interrupted
          ? { kind: "pulumi", message: update.message }
          : null;
  return { app, outcomes, calls: told.calls, failure };
}

function derived(id: string, steps: Steps, resource: string): OperationOutcome {
  const why = steps.failures.get(resource);
  if (why !== undefined) return { id, status: "failed", fault: { kind: "pulumi", message: why || "its step failed" } };
  return steps.settled.has(resource) || steps.ops.get(resource) === "same"
    ? { id, status: "done" }
    : { id, status: "skipped", fault: { kind: "skipped", message: "Pulumi did not come to it" } };
}

const untouched = (graph: Graph, message: string): OperationOutcome[] =>
  graph.resources.flatMap((r) => r.operations.map((o) => ({ id: o.id, status: "skipped", fault: { kind: "skipped", message } }) as const));
