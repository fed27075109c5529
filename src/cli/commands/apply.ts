import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { z } from "zod";
import { applicable } from "../../core/plan/make-plan.ts";
import { jsonOutcomes, terminalOutcomes } from "../../core/report/outcomes.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { openEngine } from "../engine.ts";
import type { EngineRun } from "../engine-run.ts";
import { exitCodes, worst } from "../exit-code.ts";
import { recordByHand } from "../manual-record.ts";
import { planCodes, remainingCodes, resultCodes, writesOf } from "../outcome-codes.ts";
import { styleFor } from "../palette.ts";
import { progressFor } from "../progress.ts";
import { openRepository, type Repository } from "../repository.ts";
import { chosenApps, planRun } from "../session.ts";
import { byHand } from "../state-store.ts";
import { render } from "./preview.ts";

interface ApplyOptions {
  readonly yes?: true;
  readonly plan?: string;
}

/**
 * `rollcall apply`: locks, reads, plans, shows, asks, carries out. The plan is made under the lock, so that nobody else's run lies between
 * what is shown and what is done.
 */
export async function apply(context: Context, options: ApplyOptions): Promise<CommandResult> {
  const repository = await openRepository(context);
  const reviewed = options.plan === undefined ? null : await readPlan(options.plan);
  if (reviewed === null && !options.yes && !context.interactive) {
    throw new UsageError("nobody can answer here: give --yes, or --plan FILE made by `rollcall preview --out FILE`", 1);
  }
  const engine = await openEngine(
    context,
    repository,
    chosenApps(context, repository).map((a) => a.key),
    byHand,
  );
  try {
    return await applyWith(engine, context, options, repository, reviewed);
  } finally {
    await engine.release();
  }
}

async function applyWith(
  engine: EngineRun,
  context: Context,
  options: ApplyOptions,
  repository: Repository,
  reviewed: string | null,
): Promise<CommandResult> {
  const progress = progressFor(context);
  const planned = await planRun(context, repository, engine, progress);
  progress.done();
  const { plan, digest } = planned;
  const codes = [...planCodes(plan, false), ...remainingCodes(plan)];
  if (!context.json) context.out(render(context, plan, digest, "terminal"));
  if (reviewed !== null && reviewed !== digest) {
    throw new UsageError(`the world or the files changed since the plan was made (${reviewed} then, ${digest} now); preview again`, 5);
  }
  if (applicable(plan).length === 0) {
    if (context.json) context.out(jsonOutcomes({ apps: [], interrupted: false }));
    return codes;
  }
  const writes = writesOf(plan);
  if (writes > 0 && reviewed === null && !options.yes) {
    const answer = await context.ask(`Apply ${writes} operation${writes === 1 ? "" : "s"}? Only "yes" applies them: `);
    if (answer.trim() !== "yes") {
      context.err("nothing was applied\n");
      return [...codes, exitCodes.unexpected];
    }
  }
  const result = await engine.carryOut(planned, progress);
  progress.done();
  if (context.json) context.out(jsonOutcomes(result));
  else if (writes > 0) context.out(terminalOutcomes(plan, result, styleFor(context.colour.out)));
  const all = [...codes, ...resultCodes(result)];
  await recordByHand(engine.records, context, plan, result, worst(all));
  return all;
}

async function readPlan(path: string): Promise<string> {
  try {
    return z.looseObject({ version: z.literal(1), digest: z.string() }).parse(JSON.parse(await readFile(resolve(path), "utf8"))).digest;
  } catch (error) {
    throw new UsageError(`${path} is not a plan: ${error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message}`, 3);
  }
}
