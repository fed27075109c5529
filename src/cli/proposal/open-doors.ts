import { fetchBranch } from "../../io/git/fetch.ts";
import { proposeFiles } from "../../io/git/propose.ts";
import { remoteUrl } from "../../io/git/remote.ts";
import { type Context, UsageError } from "../command.ts";
import { openForgeFor } from "../forge.ts";
import { repositoryAt, serverUrlOf } from "../forge-address.ts";
import { told } from "../versions.ts";
import type { ProposalDoors } from "./doors.ts";

const remote = "origin";

/** Git and the forge of this checkout, to write to. Throws UsageError: exit 4 without a token, exit 3 where there is no remote of that forge. */
export async function openProposalDoors(context: Context): Promise<ProposalDoors> {
  const forge = await openForgeFor(context, { access: "write" });
  const { dir } = context;
  const how = { remote, ...(await signedIn(context)) };
  return {
    forge,
    defaultBranch: async () => forge.defaultBranch(),
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

/** The token goes to the remote where that lies at the forge itself, and nowhere else (law 12); every other remote is reached as the user has set it up. */
async function signedIn(context: Context): Promise<{ authorization?: string }> {
  const { env, dir } = context;
  const token = [env["GITHUB_TOKEN"], env["GH_TOKEN"]].map((t) => t?.trim() ?? "").find((t) => t !== "");
  const url = await told(remoteUrl(dir, remote));
  const server = new URL(serverUrlOf(context));
  if (token === undefined || url === null || !URL.canParse(url)) return {};
  const { protocol, host } = new URL(url);
  if (protocol !== "https:" || host !== server.host || repositoryAt(url, server.host) === null) return {};
  return { authorization: `Basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}` };
}
