import type { App } from "../../core/model/app.ts";
import { dependenciesOf } from "../../core/model/dependencies.ts";
import { project } from "../../core/state/layout.ts";
import type { HumanTask, Plan, Trip } from "../../core/plan/plan.ts";
import { applicable } from "../../core/plan/make-plan.ts";
import { exportStack } from "../../io/engine/pulumi/export-stack.ts";
import { refusal, register, say, stackFacts } from "../../io/engine/pulumi/program.ts";
import { UsageError } from "../command.ts";
import { hinted } from "../hinted.ts";
import { silent } from "../progress.ts";
import { openRepository, type Repository } from "../repository.ts";
import { planRun } from "../session.ts";
import { appGraph } from "./graph-of.ts";
import { noteTold, ownWrites } from "./own-writes.ts";
import { processContext } from "./process-context.ts";
import { runFolder } from "./run-folder.ts";
import { type StackState, stackState } from "./stack-state.ts";

/**
 * The program of a stack under plain `pulumi preview` and `pulumi up`: reads files, state and vendor, plans, runs guards and modes, and only
 * then registers the first resource. Where a guard refuses the whole app nothing is registered; where it refuses some operations the rest
 * goes on, and the program ends with the reasons, so that the exit code says so.
 */
export async function runProgram(): Promise<void> {
  const said: string[] = [];
  const facts = stackFacts();
  const context = { ...processContext(), err: (text: string): void => void said.push(text.trimEnd()) };
  try {
    if (facts.project !== project) throw new UsageError(`Pulumi.yaml must name the project ${project}: state refers to it for ever`, 3);
    const repository = await openRepository(context);
    const app = appOf(repository, facts.stack);
    const prefix = facts.fullName.slice(0, -facts.stack.length);
    const stored = async (key: string, connector: string): Promise<StackState> =>
      stackState(await exportStack(`${prefix}${key}`, context.dir), key, connector);
    const exported = await stored(app.key, app.connector);
    const reader = {
      load: async (key: string, connector: string) => ({
        state: (key === app.key ? exported : await stored(key, connector)).state,
        entries: await ownWrites(context, repository).read(key),
      }),
    };
    const planned = await planRun({ ...context, apps: upstreamOf(app, repository) }, repository, reader, silent);
    const { desired, seen } = planned;
    const plan = { ...planned.plan, ...partOf(planned.plan, app.key) };
    const failure = plan.apps[0]?.failure;
    if (failure) throw refusal(`${app.key} could not be read, so nothing is done: ${failure.kind}: ${failure.message}`);
    const total = plan.trips.filter((t) => t.app === null);
    if (total.length > 0) throw refusal(reasonsOf(total));
    const operations = applicable(plan);
    const { graph, handOver, waiting } = appGraph(seen.get(app.key)!, operations, desired, plan.today, exported.known);
    tell(plan);
    for (const { id, note, fault } of waiting) say.info(`not in this run: ${id}: ${note ?? fault?.message ?? ""}`);
    const folder = runFolder(context.dir, app.key, facts.engine);
    if (!facts.dryRun) await folder.handOver(handOver);
    try {
      await register(graph, { gainsMayStart: Promise.resolve() });
      if (!facts.dryRun) await noteTold(context, repository, handOver, await folder.told());
    } finally {
      if (!facts.dryRun) await folder.remove();
    }
    if (plan.trips.length > 0) throw refusal(reasonsOf(plan.trips));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw refusal([...said, error.message].join("\n"));
  }
}

/** An app with those whose accounts its own wait for: they are read, so that who is there already waits no longer. */
function upstreamOf(app: App, repository: Repository): string[] {
  const keys = new Set([app.key]);
  for (const key of keys) {
    for (const other of dependenciesOf(repository.organization.apps.get(key)!))
      if (repository.organization.apps.has(other)) keys.add(other);
  }
  return [...keys];
}

/** A plan as far as one app is concerned; what refuses the whole run concerns every app. */
const partOf = (plan: Plan, app: string): Pick<Plan, "apps" | "operations" | "tasks" | "trips"> => ({
  apps: plan.apps.filter((a) => a.app === app),
  operations: plan.operations.filter((o) => o.app === app),
  tasks: plan.tasks.filter((t) => t.app === app),
  trips: plan.trips.filter((t) => t.app === null || t.app === app),
});

function appOf(repository: Repository, key: string) {
  const { apps } = repository.organization;
  const app = apps.get(key);
  if (!app)
    throw new UsageError(`there is no app ${key}${hinted(key, [...apps.keys()])}; a stack is one app: ${[...apps.keys()].join(", ")}`, 3);
  return app;
}

const reasonsOf = (trips: readonly Trip[]): string =>
  trips.map((t) => `rollcall refuses (${t.guard}): ${t.summary}; ${t.detail}; ${t.fix}`).join("\n");

/** What Pulumi's own output cannot show: work that is left to people. */
function tell(plan: Plan): void {
  for (const task of plan.tasks) say[task.accessRemains === true ? "warn" : "info"](taskText(task));
}

const taskText = (task: HumanTask): string => `for people to do: ${task.task}`;
