import type { ApplyResult } from "../core/engine.ts";
import { applicable } from "../core/plan/make-plan.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { ExitCode } from "./exit-code.ts";

/** What a plan means for the exit code: 5 a guard refused, 8 an app could not be read, 4 no app could for want of a credential, 2 changes. */
export function planCodes(plan: Plan, detailed: boolean): ExitCode[] {
  const codes: ExitCode[] = [0];
  if (plan.trips.length > 0) codes.push(5);
  const failed = plan.apps.filter((a) => a.failure !== null);
  const denied = failed.filter((a) => a.failure!.kind === "auth" || a.failure!.kind === "forbidden");
  if (plan.apps.length > 0 && denied.length === plan.apps.length) codes.push(4);
  else if (failed.length > 0 || plan.apps.some((a) => a.unread.length > 0)) codes.push(8);
  if (detailed && changesOf(plan) > 0) codes.push(2);
  return codes;
}

/** Operations that would change something at a vendor, refused ones included: they are wanted. */
const changesOf = (plan: Plan): number => plan.operations.filter((o) => o.phase !== "state").length;

/** Operations an apply would carry out at vendors. */
export const writesOf = (plan: Plan): number => applicable(plan).filter((o) => o.phase !== "state").length;

/** After an apply: 6 where access ought to have ended and rollcall could not end it; what is left to people is never counted as done. */
export const remainingCodes = (plan: Plan): ExitCode[] => (plan.tasks.some((t) => t.accessRemains === true) ? [6] : []);

/** What became of an apply: 6 where something failed or was skipped, 4 where every app failed for want of a credential, 7 where locked. */
export function resultCodes(result: ApplyResult): ExitCode[] {
  const codes: ExitCode[] = [0];
  if (result.interrupted) codes.push(130);
  const failures = result.apps.filter((a) => a.failure !== null);
  if (failures.some((a) => a.failure!.kind === "locked")) codes.push(7);
  const denied = failures.filter((a) => a.failure!.kind === "auth");
  if (result.apps.length > 0 && denied.length === result.apps.length) codes.push(4);
  else if (failures.some((a) => a.failure!.kind !== "locked")) codes.push(6);
  if (result.apps.some((a) => a.outcomes.some((o) => o.status === "failed" || (o.status === "skipped" && a.failure === null))))
    codes.push(6);
  return codes;
}
