import { remoteUrl } from "../io/git/remote.ts";
import type { Context } from "./command.ts";
import { repositoryAt, serverUrlOf } from "./forge-address.ts";
import { told } from "./versions.ts";

/**
 * The token goes to the remote where that lies at the forge itself, and nowhere else (law 12); every other remote is reached as
 * the user has set it up.
 */
export async function signedIn(context: Context, remote: string): Promise<{ authorization?: string }> {
  const { env, dir } = context;
  const token = [env["GITHUB_TOKEN"], env["GH_TOKEN"]].map((t) => t?.trim() ?? "").find((t) => t !== "");
  const url = await told(remoteUrl(dir, remote));
  const server = new URL(serverUrlOf(context));
  if (token === undefined || url === null || !URL.canParse(url)) return {};
  const { protocol, host } = new URL(url);
  if (protocol !== "https:" || host !== server.host || repositoryAt(url, server.host) === null) return {};
  return { authorization: `Basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}` };
}
