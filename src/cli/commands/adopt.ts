import type { CommandResult, Context } from "../command.ts";
import { carryOutEdit, type OpenDoors, type ProposalOptions } from "../proposal/carry-out.ts";
import { adoptEdit } from "../proposal/drift-edits.ts";
import { lookAtApp } from "../proposal/look-at-app.ts";
import { openProposalDoors } from "../proposal/open-doors.ts";

/** `rollcall adopt github`: the files shall ask for what was changed by hand in an app. The app is read and never written to. */
export async function adopt(
  context: Context,
  app: string,
  options: ProposalOptions,
  open: OpenDoors = openProposalDoors,
): Promise<CommandResult> {
  return carryOutEdit(
    context,
    async (repository) => {
      const { plan } = await lookAtApp(context, repository, app);
      return adoptEdit(context, repository, app, plan, context.person ?? null);
    },
    options,
    open,
  );
}
