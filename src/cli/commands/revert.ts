import { driftIn } from "../../core/edit/revert-drift.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { carryOutEdit, type OpenDoors, type ProposalOptions } from "../proposal/carry-out.ts";
import { revertEdit } from "../proposal/drift-edits.ts";
import { lookAtApp } from "../proposal/look-at-app.ts";
import { openProposalDoors } from "../proposal/open-doors.ts";

interface RevertOptions extends ProposalOptions {
  readonly reason: string;
}

/** `rollcall revert github --reason "…"`: a policy has the next run undo what was changed by hand in an app, just as much as there is now. */
export async function revert(
  context: Context,
  app: string,
  { reason, ...how }: RevertOptions,
  open: OpenDoors = openProposalDoors,
): Promise<CommandResult> {
  if (context.person !== undefined) throw new UsageError("a revert counts all that was changed by hand in the app: leave --person away", 1);
  return carryOutEdit(
    context,
    async (repository) => {
      const { plan } = await lookAtApp(context, repository, app);
      return revertEdit(context, repository, app, driftIn(plan.operations, app), reason);
    },
    how,
    open,
  );
}
