import type { Forge } from "../../core/forge/forge.ts";
import { fetchBranch } from "../../io/git/fetch.ts";
import { proposeFiles } from "../../io/git/propose.ts";
import { type Context, UsageError } from "../command.ts";
import { openForgeFor } from "../forge.ts";
import { signedIn } from "../signed-in.ts";
import { told } from "../versions.ts";
import type { ProposalDoors } from "./doors.ts";

const remote = "origin";

/** Git and the forge of this checkout, to write to. Throws UsageError: exit 4 without a token, exit 3 where there is no remote of that forge. */
export async function openProposalDoors(context: Context): Promise<ProposalDoors> {
  const forge = await openForgeFor(context, { access: "write" });
  return doorsOver(context, forge, () => forge.defaultBranch());
}

/** The same over a forge that is open already. */
export async function doorsOver(context: Context, forge: Forge, defaultBranch: () => Promise<string>): Promise<ProposalDoors> {
  const { dir } = context;
  const how = { remote, ...(await signedIn(context, remote)) };
  return {
    forge,
    defaultBranch,
    async fetchBranch(branch) {
      const commit = await told(fetchBranch(dir, { ...how, branch }));
      if (commit === null) throw new UsageError(`the remote ${remote} has no branch ${branch}`, 3);
      return commit;
    },
    async proposeFiles(proposal) {
      const { commit, outcome } = await told(proposeFiles(dir, { ...proposal, ...how }));
      return { commit, changed: outcome !== "same" && outcome !== "nothing" };
    },
  };
}
