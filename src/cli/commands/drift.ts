import type { Plan } from "../../core/plan/plan.ts";
import type { CommandResult, Context } from "../command.ts";
import { planCodes } from "../outcome-codes.ts";
import { progressFor } from "../progress.ts";
import { openRepository } from "../repository.ts";
import { digestOf, planRun } from "../session.ts";
import { openState } from "../state.ts";
import { render } from "./preview.ts";

/** `rollcall drift`: the part of the plan that the world caused, not the files: changes by hand, foreign accounts and grants. */
export async function drift(context: Context, options: { readonly detailedExitcode?: true }): Promise<CommandResult> {
  const repository = await openRepository(context, "known");
  const store = await openState(context, repository);
  const progress = progressFor(context);
  const { plan } = await planRun(context, repository, store, progress);
  progress.done();
  const drifted = driftOf(plan);
  context.out(render(context, drifted, digestOf(drifted), "terminal"));
  return planCodes(drifted, options.detailedExitcode ?? false);
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
