import type { RunRecord } from "../../core/record/record.ts";
import { FaultError } from "../../connector/fault.ts";
import { fetchBranch } from "../../io/git/fetch.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { toldByForge } from "../told-by-forge.ts";
import { told } from "../versions.ts";
import { type Ci, openCi } from "./ci.ts";
import type { ProposalFailure } from "./propose-due.ts";
import { type Reconciled, reconcile } from "./reconcile.ts";
import { tellFailure, tellOutcome } from "./tell.ts";

/**
 * `rollcall ci apply`: carries out what reviewed changes on the default branch imply, no more (law 11), and tells their pull requests. The exit
 * code is that of `apply`; whatever is not 0 is in the one issue about it, which closes itself once a run comes to its end.
 */
export const apply = (context: Context, _options: object): Promise<CommandResult> =>
  toldByForge(openCi(context, "write").then(async (ci) => (await run(ci, "merge")).codes));

/**
 * One run over the tip of the default branch. What goes wrong is told before it is thrown on. `propose`: what is put to people once the record is
 * written; what of it fails joins the exit codes, and what the run did is told all the same.
 */
export async function run(
  ci: Ci,
  trigger: RunRecord["run"]["trigger"],
  propose: (done: Reconciled) => Promise<readonly ProposalFailure[]> = () => Promise.resolve([]),
): Promise<Reconciled> {
  try {
    // The branch as it is now: of several merges the first run does all, and a run that starts late does not go back.
    const tip = await told(fetchBranch(ci.context.dir, { remote: ci.remote, branch: ci.branch, ...ci.signedIn }));
    if (tip === null) throw new UsageError(`${ci.remote} has no branch ${ci.branch}`, 3);
    const done = await reconcile(ci, tip, trigger);
    await tellOutcome(ci, done);
    let proposals: readonly ProposalFailure[] = [];
    try {
      proposals = await propose(done);
    } finally {
      await tellFailure(ci, { kind: "ended", run: done, proposals });
    }
    return { ...done, codes: [...done.codes, ...proposals.map((p) => p.code)] };
  } catch (error) {
    if (error instanceof UsageError || error instanceof FaultError) await tellFailure(ci, { kind: "broken", message: error.message });
    throw error;
  }
}
