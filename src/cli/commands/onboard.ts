import { isKey } from "../../core/model/key.ts";
import { pairs, requestOf } from "../../core/request/read-request.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { carryOut, type OpenDoors, type ProposalOptions } from "../proposal/carry-out.ts";
import { openProposalDoors } from "../proposal/open-doors.ts";

interface OnboardOptions extends ProposalOptions {
  readonly name?: string;
  readonly email?: string;
  readonly type?: string;
  readonly title?: string;
  readonly manager?: string;
  readonly department?: string;
  readonly location?: string;
  readonly start?: string;
  readonly role?: readonly string[];
  readonly account?: readonly string[];
}

/** `rollcall onboard maria --name "Maria Mitchell"`, or `rollcall onboard "Maria Mitchell"`: a file for somebody who joins. */
export async function onboard(
  context: Context,
  who: string,
  { role, account, write, dryRun, ...options }: OnboardOptions,
  open: OpenDoors = openProposalDoors,
): Promise<CommandResult> {
  const named = options.name === undefined;
  if (named && isKey(who)) throw new UsageError(`give the name as well: rollcall onboard ${who} --name "…"`, 3);
  const accounts = account === undefined ? undefined : pairs(account);
  if (typeof accounts === "string") throw new UsageError(`--account: ${accounts}`, 3);
  const { name = who, email, type, title, manager, department, location, start } = options;
  const values = { ...(named ? {} : { key: who }), name, email, type, title, manager, department, location, start, roles: role, accounts };
  return carryOut(context, asked("onboard", values), { ...(write ? { write } : {}), ...(dryRun ? { dryRun } : {}) }, open);
}

/** Options as a request; every problem at once. */
export function asked(verb: Parameters<typeof requestOf>[0], values: Readonly<Record<string, unknown>>) {
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  const result = requestOf(verb, given);
  if (result.kind === "refused") throw new UsageError(result.problems.join("\nrollcall: "), 3);
  return result.request;
}
