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
import { stackState } from "./stack-state.ts";

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
    const exported = stackState(await exportStack(facts.fullName, context.dir), app.key, app.connector);
    const reader = { load: async () => ({ state: exported.state, entries: await ownWrites(context, repository).read(app.key) }) };
    const { plan, desired, seen } = await planRun({ ...context, apps: [app.key] }, repository, reader, silent);
    const failure = plan.apps.find((a) => a.failure !== null)?.failure;
    if (failure) throw refusal(`${app.key} could not be read, so nothing is done: ${failure.kind}: ${failure.message}`);
    const total = plan.trips.filter((t) => t.app === null);
    if (total.length > 0) throw refusal(reasonsOf(total));
    const operations = applicable(plan);
    const { graph, handOver } = appGraph(seen.get(app.key)!, operations, desired, plan.today, exported.known);
    tell(plan);
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
