import { explain } from "../../core/audit/answer.ts";
import { becauseText } from "../../core/report/because.ts";
import { refKey } from "../../core/model/observed.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { hinted } from "../hinted.ts";
import { compiled, openRepository } from "../repository.ts";
import { openState } from "../state.ts";

/** `rollcall explain ada [github]`: what the files ask for, why, and what state knows of the account. */
export async function explainCommand(context: Context, person: string, app: string | undefined): Promise<CommandResult> {
  const repository = await openRepository(context, "known");
  const { desired } = compiled(repository, context.now());
  const standing = desired.standings.get(person);
  if (!standing) throw new UsageError(`there is no person or service ${person}${hinted(person, [...desired.standings.keys()])}`, 3);
  if (app !== undefined && !repository.organization.apps.has(app)) {
    throw new UsageError(`there is no app ${app}${hinted(app, [...repository.organization.apps.keys()])}`, 3);
  }
  const explanations = explain(person, desired, app);
  const backend = await openState(context, repository);
  const known = [];
  for (const key of repository.organization.apps.keys()) {
    if (app !== undefined && key !== app) continue;
    const { state } = await backend.load(key, repository.organization.apps.get(key)!.connector);
    const record = state.accounts.get(person);
    if (record)
      known.push({
        app: key,
        ref: record.ref,
        login: record.login ?? null,
        status: record.status,
        owned: record.owned,
        pending: record.pending ?? null,
      });
  }
  if (context.json) {
    context.out(
      `${JSON.stringify({ version: 1, person, name: standing.name, lifecycle: standing.lifecycle, apps: explanations, state: known }, null, 2)}\n`,
    );
    return 0;
  }
  context.out(`${person}  ${standing.name}  ${standing.lifecycle}${standing.since === undefined ? "" : ` (${standing.since})`}\n`);
  for (const because of standing.because) context.out(`    ${becauseText(because)}\n`);
  if (explanations.length === 0) context.out(app === undefined ? "  no line asks for any app\n" : `  no line asks for ${app}\n`);
  for (const e of explanations) {
    const record = known.find((k) => k.app === e.app);
    const account = record ? `${record.login ?? refKey(record.ref)}, id ${record.ref.id}, ${record.status}` : "not in state";
    context.out(`  ${e.app}: ${e.status} (${account})\n`);
    for (const grant of e.grants) {
      context.out(`    ${grant.address}\n`);
      for (const because of grant.because) context.out(`        ${becauseText(because)}\n`);
    }
    if (e.grants.length === 0) for (const because of e.accountBecause) context.out(`        ${becauseText(because)}\n`);
    for (const grant of e.expired) {
      context.out(`    ${grant.address}  (past)\n`);
      for (const because of grant.because) context.out(`        ${becauseText(because)}\n`);
    }
  }
  for (const record of known) {
    if (explanations.some((e) => e.app === record.app)) continue;
    context.out(
      `  ${record.app}: no line asks for it; state knows ${record.login ?? refKey(record.ref)}, id ${record.ref.id}, ${record.status}\n`,
    );
  }
  return 0;
}
