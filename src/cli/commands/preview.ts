import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { jsonPlan } from "../../core/report/json.ts";
import { markdownPlan } from "../../core/report/markdown.ts";
import { terminalPlan } from "../../core/report/terminal.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { CommandResult, Context } from "../command.ts";
import { openEngine } from "../engine.ts";
import { planCodes } from "../outcome-codes.ts";
import { styleFor } from "../palette.ts";
import { progressFor } from "../progress.ts";
import { openRepository } from "../repository.ts";
import { chosenApps, planRun } from "../session.ts";

interface PreviewOptions {
  readonly detailedExitcode?: true;
  readonly out?: string;
  readonly format: "terminal" | "markdown";
}

/** `rollcall preview`: reads, plans, shows. Nothing is written: not at a vendor, not to state. */
export async function preview(context: Context, options: PreviewOptions): Promise<CommandResult> {
  const repository = await openRepository(context, "known");
  const apps = chosenApps(context, repository).map((a) => a.key);
  const engine = await openEngine(context, repository, apps, "read");
  try {
    const progress = progressFor(context);
    const planned = await planRun(context, repository, engine, progress);
    progress.done();
    const { plan, digest } = planned;
    context.out(render(context, plan, digest, options.format));
    await engine.verify(planned);
    if (options.out !== undefined) await writeFile(resolve(options.out), jsonPlan(plan, digest));
    return planCodes(plan, options.detailedExitcode ?? false);
  } finally {
    await engine.release();
  }
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
