import type { Plan } from "../../core/plan/plan.ts";
import type { CommandResult, Context } from "../command.ts";
import { openEngine } from "../engine.ts";
import { planCodes } from "../outcome-codes.ts";
import { progressFor } from "../progress.ts";
import { openRepository } from "../repository.ts";
import { chosenApps, digestOf, planRun } from "../session.ts";
import { render } from "./preview.ts";

/** `rollcall drift`: the part of the plan that the world caused, not the files: changes by hand, foreign accounts and grants. */
export async function drift(context: Context, options: { readonly detailedExitcode?: true }): Promise<CommandResult> {
  const repository = await openRepository(context, "known");
  const apps = chosenApps(context, repository).map((a) => a.key);
  const engine = await openEngine(context, repository, apps, "read");
  try {
    const progress = progressFor(context);
    const { plan } = await planRun(context, repository, engine, progress);
    progress.done();
    const drifted = driftOf(plan);
    context.out(render(context, drifted, digestOf(drifted), "terminal"));
    return planCodes(drifted, options.detailedExitcode ?? false);
  } finally {
    await engine.release();
  }
}

/** A plan without what the files ask for newly. */
export function driftOf(plan: Plan): Plan {
  const operations = plan.operations.filter((o) => o.origin === "drift" && o.phase !== "state");
  const kept = new Set(operations.map((o) => o.id));
  return {
    ...plan,
    operations,
    tasks: [],
    trips: plan.trips
      .filter((t) => t.refuses.length === 0 || t.refuses.some((id) => kept.has(id)))
      .map((t) => ({ ...t, refuses: t.refuses.filter((id) => kept.has(id)) })),
  };
}
