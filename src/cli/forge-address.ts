import { GitFailure } from "../io/git/git-error.ts";
import { remoteUrl } from "../io/git/remote.ts";
import { type Context, UsageError } from "./command.ts";

type Surroundings = Pick<Context, "env" | "dir" | "sandbox">;

/** Where people see the forge, without a trailing slash: GITHUB_SERVER_URL, else https://github.com. Throws UsageError, exit 3. */
export const serverUrlOf = ({ env }: Pick<Context, "env">): string => address(env, "GITHUB_SERVER_URL") ?? "https://github.com";

/**
 * The REST address: GITHUB_API_URL, else the one that belongs to GITHUB_SERVER_URL. The environment is the operator's; nothing in the
 * repository can move it (law 12). Throws UsageError, exit 3.
 */
export function apiUrlOf(context: Pick<Surroundings, "env" | "sandbox">): string {
  const url = address(context.env, "GITHUB_API_URL") ?? belongingTo(serverUrlOf(context));
  if (context.sandbox && !isOwn(new URL(url)))
    throw new UsageError("with --sandbox no pull request is read or made, unless GITHUB_API_URL names a simulator on this machine", 3);
  return url;
}

/** GitHub docs "Using the REST API" of github.com, of Enterprise Cloud with data residency (*.ghe.com), and of Enterprise Server (2026-11). */
function belongingTo(server: string): string {
  const { protocol, host } = new URL(server);
  if (host === "github.com" || host === "www.github.com") return "https://api.github.com";
  return host.endsWith(".ghe.com") ? `${protocol}//api.${host}` : `${protocol}//${host}/api/v3`;
}

/** owner/name: GITHUB_REPOSITORY, else what the remote `origin` of the checkout names, if it is at this forge. Throws UsageError, exit 3. */
export async function repositoryOf(context: Surroundings): Promise<string> {
  const given = context.env["GITHUB_REPOSITORY"]?.trim() ?? "";
  if (given !== "") {
    if (!isRepository(given)) throw new UsageError(`GITHUB_REPOSITORY must be owner/name, and is ${JSON.stringify(given)}`, 3);
    return given;
  }
  const { host } = new URL(serverUrlOf(context));
  const origin = await originOf(context.dir);
  const found = origin === null ? null : repositoryAt(origin, host);
  if (found === null)
    throw new UsageError(`no repository at ${host} is known: set GITHUB_REPOSITORY=owner/name, or let the remote origin name one`, 3);
  return found;
}

/** null where the folder is in no repository, too: then it names nothing. */
async function originOf(dir: string): Promise<string | null> {
  try {
    return await remoteUrl(dir, "origin");
  } catch (error) {
    if (error instanceof GitFailure && error.kind === "repository") return null;
    throw error;
  }
}

/**
 * owner/name of a remote at this host, spelled as an address (https, ssh, git) or as `git@host:owner/name.git`; null for every other. The
 * address itself is never repeated: it may hold a password.
 */
export function repositoryAt(remote: string, host: string): string | null {
  const short = /^(?:[\w.-]+@)?([\w.-]+):(?!\/\/)(.+)$/.exec(remote);
  const url = short ? null : URL.canParse(remote) ? new URL(remote) : null;
  if (url !== null && !["https:", "http:", "ssh:", "git:"].includes(url.protocol)) return null;
  const at = short ? short[1]! : (url?.hostname ?? "");
  const path = (short ? short[2]! : (url?.pathname ?? ""))
    .replace(/^\/+/, "")
    .replace(/\/+$/, "")
    .replace(/\.git$/, "");
  const hostname = host.replace(/:\d+$/, "");
  return at.toLowerCase() === hostname.toLowerCase() && isRepository(path) ? path : null;
}

const isRepository = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9-]*\/(?!\.{1,2}$)[A-Za-z0-9._-]+$/.test(text);

/** Its value is never repeated: whoever puts a password there by mistake must not find it in a log. */
function address(env: Context["env"], name: string): string | null {
  const text = env[name]?.trim() ?? "";
  if (text === "") return null;
  if (!URL.canParse(text)) throw new UsageError(`${name} is no address such as https://api.github.com`, 3);
  const url = new URL(text);
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    throw new UsageError(`${name} must be an address without user name, password, query and fragment`, 3);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isOwn(url)))
    throw new UsageError(`${name} must begin with https:// (http:// only for this machine)`, 3);
  return url.href.replace(/\/+$/, "");
}

const isOwn = (url: URL): boolean => ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
