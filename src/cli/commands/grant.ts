import type { CommandResult, Context } from "../command.ts";
import { carryOut, type OpenDoors, type ProposalOptions } from "../proposal/carry-out.ts";
import { openProposalDoors } from "../proposal/open-doors.ts";
import { asked } from "./onboard.ts";

interface GrantOptions extends ProposalOptions {
  readonly until: string;
  readonly reason?: string;
}

/** `rollcall grant ada github/team/dba --until 2026-12-31 --reason INC-421`: access until a day, or for longer. */
export async function grant(
  context: Context,
  person: string,
  address: string,
  { until, reason, ...how }: GrantOptions,
  open: OpenDoors = openProposalDoors,
): Promise<CommandResult> {
  return carryOut(context, asked("grant", { person, grant: address, until, reason }), how, open);
}
