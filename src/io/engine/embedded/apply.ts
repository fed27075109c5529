import type { AppOutcome, ApplyResult, OperationOutcome } from "../../../core/engine.ts";
import { phases } from "../../../core/plan/operation.ts";
import { runApp } from "./app-run.ts";
import type { AppRun, RunControl } from "./ports.ts";

const gains = new Set<string>(phases.slice(phases.indexOf("groups")));

/**
 * Carries out a plan: apps side by side, each by itself. `after` holds back only creations and grants, until the gains of the named apps were
 * tried; then each goes on whose own waits are met (elsewhere.ts). What is taken away waits for nobody. Never rejects.
 */
export async function applyRuns(runs: readonly AppRun[], control: RunControl): Promise<ApplyResult> {
  const started = new Map<string, Promise<AppOutcome>>();
  const outcomes = new Map<string, OperationOutcome>();
  const watching: RunControl = { ...control, outcomeOf: (id) => outcomes.get(id) };
  const finished = async (run: AppRun, gate: Promise<void>): Promise<AppOutcome> => {
    const result = await runApp(run, watching, gate);
    for (const outcome of result.outcomes) outcomes.set(outcome.id, outcome);
    return result;
  };
  const begin = (run: AppRun, above: ReadonlySet<string>): Promise<AppOutcome> => {
    const known = started.get(run.app);
    if (known) return known;
    const path = new Set([...above, run.app]);
    const awaited = new Set(run.operations.flatMap((o) => o.waits?.map((w) => w.operation) ?? []));
    const before = runs.filter(
      (other) =>
        run.after.includes(other.app) && !path.has(other.app) && other.operations.some((o) => gains.has(o.phase) || awaited.has(o.id)),
    );
    const gate = Promise.all(before.map((other) => begin(other, path))).then(() => undefined);
    const outcome = finished(run, gate);
    started.set(run.app, outcome);
    return outcome;
  };
  const apps = await Promise.all(runs.map((run) => begin(run, new Set())));
  return { apps, interrupted: control.signal.aborted };
}
