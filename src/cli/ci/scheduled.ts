import { heartbeatOf, heartbeatText } from "../../core/report/heartbeat.ts";
import { count, visible } from "../../core/report/text.ts";
import { warningCommand } from "../../core/report/workflow-command.ts";
import { driftIn } from "../../core/edit/revert-drift.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import type { ExitCode } from "../exit-code.ts";
import { type EditOf, proposeEdit } from "../proposal/carry-out.ts";
import { adoptEdit, revertEdit } from "../proposal/drift-edits.ts";
import { doorsOver } from "../proposal/open-doors.ts";
import { toldByForge } from "../told-by-forge.ts";
import { run } from "./apply.ts";
import { type Ci, openCi } from "./ci.ts";
import { tellDrift, unwarranted } from "./drift-issues.ts";
import { failureOf, proposeDue, startedBy } from "./propose-due.ts";
import type { Reconciled } from "./reconcile.ts";
import { publishSnapshots } from "./snapshots.ts";

/** What somebody who starts the workflow by hand asks for besides; the empty text is what a schedule gives. */
export interface ScheduledOptions {
  /** Keys of apps. */
  readonly adopt?: string;
  readonly revert?: string;
  readonly reason?: string;
}

/**
 * `rollcall ci scheduled`: what dates demand, what is outstanding, and merges that no run has answered for; then what ends soon and who may have
 * left is put to people, and what changed outside the files is told, app by app. Every run leaves a record, so that its age says whether the
 * schedule still runs.
 */
export const scheduled = (context: Context, options: ScheduledOptions): Promise<CommandResult> =>
  toldByForge(openCi(context, "write").then((ci) => look(ci, options)));

async function look(ci: Ci, options: ScheduledOptions): Promise<CommandResult> {
  const done = await run(ci, "schedule", (ended) => proposeDue(ci, ended));
  await tellAge(ci, done);
  await tellDrift(ci, done);
  if (done.repository.organization.settings.pullRequests.preview === "snapshot") await publishSnapshots(ci, done.planned.seen);
  return [...done.codes, ...(await askedFor(ci, done, options))];
}

/** How long nothing ran before this. */
async function tellAge(ci: Ci, { previous }: Reconciled): Promise<void> {
  if (previous === null) return;
  const beat = heartbeatOf(previous.at, ci.context.now());
  ci.context.err(`the run before this one was ${count(beat.hours, "hour")} ago\n`);
  if (!beat.late) return;
  const text = heartbeatText(beat);
  ci.context.command?.(warningCommand("Is anything running?", text));
  await ci.env.writeSummary(`> [!WARNING]\n> ${text}`);
}

/** Pull requests about what was changed by hand, over what this run saw and left. Whoever asked reads the log: it is no failure of the run. */
async function askedFor(ci: Ci, done: Reconciled, { adopt = "", revert = "", reason = "" }: ScheduledOptions): Promise<ExitCode[]> {
  const { context } = ci;
  const operations = unwarranted(done);
  const { findings } = done.planned.plan;
  const why = reason.trim() === "" ? `asked for by ${ci.env.actor ?? "somebody"}, who gave no reason` : reason.trim();
  const wishes: [app: string, edit: EditOf][] = [];
  if (adopt !== "") wishes.push([adopt, (r) => adoptEdit(context, r, adopt, { operations, findings }, null)]);
  if (revert !== "") wishes.push([revert, (r) => revertEdit(context, r, revert, driftIn(operations, revert), why)]);
  const codes: ExitCode[] = [];
  for (const [app, edit] of wishes) {
    try {
      const failure = done.planned.plan.apps.find((a) => a.app === app)?.failure ?? null;
      if (failure !== null) throw new UsageError(`it could not be read: ${failure.message}`, 8);
      const actor = startedBy(ci);
      const doors = await doorsOver(context, ci.forge, () => Promise.resolve(ci.branch));
      await toldByForge(proposeEdit(context, edit, doors, actor && { kind: "user", actor }));
    } catch (error) {
      const failure = failureOf(app, error);
      if (failure === null) throw error;
      context.err(`${visible(app)}: ${visible(failure.message, 2_000)}\n`);
      codes.push(failure.code);
    }
  }
  return codes;
}
