import { type Context, UsageError } from "../command.ts";
import type { ProposalDoors } from "./doors.ts";

/** Git and the forge of this checkout, to write to. */
export async function openProposalDoors(_context: Context): Promise<ProposalDoors> {
  throw new UsageError("not here yet", 1);
}
