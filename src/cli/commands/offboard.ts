import type { CommandResult, Context } from "../command.ts";
import { carryOut, type OpenDoors, type ProposalOptions } from "../proposal/carry-out.ts";
import { openProposalDoors } from "../proposal/open-doors.ts";
import { asked } from "./onboard.ts";

interface OffboardOptions extends ProposalOptions {
  readonly lastDay?: string;
  readonly reason?: string;
}

/** `rollcall offboard bob --last-day 2026-12-31`: sets the last day; today where none is given. */
export async function offboard(
  context: Context,
  person: string,
  { lastDay, reason, ...how }: OffboardOptions,
  open: OpenDoors = openProposalDoors,
): Promise<CommandResult> {
  return carryOut(context, asked("offboard", { person, lastDay, reason }), how, open);
}
