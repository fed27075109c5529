import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { jsonPlan } from "../../core/report/json.ts";
import { markdownPlan } from "../../core/report/markdown.ts";
import { terminalPlan } from "../../core/report/terminal.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { CommandResult, Context } from "../command.ts";
import { planCodes } from "../outcome-codes.ts";
import { styleFor } from "../palette.ts";
import { progressFor } from "../progress.ts";
import { openRepository } from "../repository.ts";
import { planRun } from "../session.ts";
import { openState } from "../state.ts";

interface PreviewOptions {
  readonly detailedExitcode?: true;
  readonly out?: string;
  readonly format: "terminal" | "markdown";
}

/** `rollcall preview`: reads, plans, shows. Nothing is written: not at a vendor, not to state. */
export async function preview(context: Context, options: PreviewOptions): Promise<CommandResult> {
  const repository = await openRepository(context, "known");
  const store = await openState(context, repository);
  const progress = progressFor(context);
  const { plan, digest } = await planRun(context, repository, store, progress);
  progress.done();
  context.out(render(context, plan, digest, options.format));
  if (options.out !== undefined) await writeFile(resolve(options.out), jsonPlan(plan, digest));
  return planCodes(plan, options.detailedExitcode ?? false);
}

/** One plan, in the format asked for. */
export function render(context: Context, plan: Plan, digest: string, format: "terminal" | "markdown"): string {
  if (context.json) return jsonPlan(plan, digest);
  if (format === "markdown") return markdownPlan(plan, { digest });
  return terminalPlan(plan, {
    width: context.interactive ? context.width : 0,
    style: styleFor(context.colour.out),
    verbose: context.verbose,
  });
}
