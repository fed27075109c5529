import { FaultError } from "../../connector/fault.ts";
import type { Actor } from "../../core/forge/forge.ts";
import { count, visible } from "../../core/report/text.ts";
import { forgeAccounts } from "../../core/review/accounts.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { UsageError } from "../command.ts";
import { doorsOver } from "../proposal/open-doors.ts";
import type { Ci } from "./ci.ts";
import { recordsOf } from "./drift-issues.ts";
import { closeOthers, type Keeping, keepProposal } from "./keep-proposal.ts";
import { type Matter, mattersOf } from "./matters.ts";
import type { Reconciled } from "./reconcile.ts";
import { organizationOf } from "./history.ts";

/** A proposal that could not be made: it is told, and hides nothing of what the run did. */
export interface ProposalFailure {
  /** "what of ada ends soon". */
  readonly about: string;
  readonly kind: string;
  readonly message: string;
  readonly code: ExitCode;
}

/** New ones of one run: whoever takes rollcall up late is not flooded, and the forge's limits are kept. The next run goes on. */
const mostNew = 20;

/** What time and others bring, put to people: what ends soon, and who may have left. Call it when the run's record is written. */
export async function proposeDue(ci: Ci, run: Reconciled): Promise<ProposalFailure[]> {
  const failures: ProposalFailure[] = [];
  /** Whether to go on. */
  const tried = async (about: string, work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      const failure = failureOf(about, error);
      if (failure === null) throw error;
      failures.push(failure);
      ci.context.err(`${about} could not be proposed: ${visible(failure.message, 1_000)}\n`);
      // It would be the same for each of them, and is said once.
      return failure.code !== exitCodes.auth && failure.code !== exitCodes.interrupted;
    }
  };
  let keeping: Keeping | null = null;
  let matters: Matter[] = [];
  await tried("what is due", async () => {
    const repository = { ...run.head, organization: organizationOf(run.head) };
    matters = mattersOf(run, repository, ci.context.now(), forgeAccounts(repository.organization, recordsOf(run)));
    const me = await ci.forge.viewer();
    keeping = {
      ci,
      doors: await doorsOver(ci.context, ci.forge, () => Promise.resolve(ci.branch)),
      repository,
      base: run.record.commits.to!,
      me,
      requester: startedBy(ci) ?? me,
      open: await ci.forge.openPulls(ci.branch),
    };
  });
  if (keeping === null) return failures;
  const own: Keeping = keeping;
  let [made, putOff] = [0, 0];
  for (const matter of matters) {
    const about = matter.kind === "expiry" ? `what of ${matter.person} ends soon` : `whether ${matter.person} has left`;
    const goesOn = await tried(about, async () => {
      const kept = await keepProposal(own, matter, made < mostNew);
      if (kept === "opened") made += 1;
      if (kept === "put off") putOff += 1;
      else if (kept !== "same" && kept !== "answered")
        ci.context.err(`${about}: ${kept === "people's" ? "left to those who work on it" : kept}\n`);
    });
    if (!goesOn) return failures;
  }
  await tried("what is over", async () => {
    for (const { number } of await closeOthers(own, matters)) ci.context.err(`#${number}: closed, nothing of it is due\n`);
  });
  if (putOff > 0) ci.context.err(`${count(putOff, "proposal")} more are left to the next run\n`);
  return failures;
}

/** Whoever started the run by hand; null where the schedule did. */
export function startedBy({ env }: Ci): Actor | null {
  return env.event === "workflow_dispatch" && env.actorId !== null && env.actor !== null
    ? { id: env.actorId, login: env.actor, kind: "user" }
    : null;
}

/** null: a defect, or something that ends the run in any case. */
export function failureOf(about: string, error: unknown): ProposalFailure | null {
  if (error instanceof UsageError) return { about, kind: "not proposed", message: error.message, code: error.code };
  if (!(error instanceof FaultError)) return null;
  const { kind } = error.fault;
  return { about, kind, message: error.message, code: kind === "auth" || kind === "forbidden" ? exitCodes.auth : exitCodes.unexpected };
}
