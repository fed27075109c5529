import { type Call, type Ended, type Git } from "./open-git.ts";
import { GitFailure } from "./git-error.ts";

/** What of the environment decides how the remote is reached. */
export type RemoteEnvironment = Readonly<Record<string, string | undefined>>;

/** A call without a sign of life for so long is ended; whether it had an effect is then asked of the remote. */
const patience = 5 * 60_000;

// Without git://, which nothing secures and for which a repository can name a program.
const protocols = "file:http:https:ssh";

/** Variables by which an operator says how Git signs in; everything else that steers Git stays behind. */
const handedOn = ["GIT_SSH_COMMAND", "GIT_SSH", "GIT_SSH_VARIANT", "GIT_SSL_CAINFO"];

/**
 * How calls reach a remote: by the user's own helpers for credentials, as named outside the repository, and by GITHUB_TOKEN at the server that
 * GITHUB_SERVER_URL names, and no other (law 12). The token travels in a variable of the call: never in an address, on a command line or in a file.
 */
export async function remoteCall(git: Git, remote: string, env: RemoteEnvironment): Promise<Call> {
  const [helpers, header] = [await ownHelpers(git), await signedIn(git, remote, env)];
  const own = Object.fromEntries(handedOn.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
  return { patience, config: helpers, env: { ...own, ...header, GIT_ALLOW_PROTOCOL: protocols } };
}

/** Every call takes away whatever helper was named, and whatever is named for ssh; those of the machine and of the user come after that. */
async function ownHelpers(git: Git): Promise<string[]> {
  const helpers: string[] = ["core.sshCommand=ssh"];
  for (const scope of ["--system", "--global"]) {
    // 1: there is none, or no such file. `<key>\n<value>\0` (git-config -z, 2026-11).
    const { code, out } = await git.ended([
      "config",
      scope,
      "--includes",
      "-z",
      "--get-regexp",
      "^(credential\\.(.*\\.)?helper|core\\.sshcommand)$",
    ]);
    if (code !== 0) continue;
    for (const row of out.toString().split("\0")) if (row !== "") helpers.push(row.replace("\n", "="));
  }
  return helpers;
}

async function signedIn(git: Git, remote: string, env: RemoteEnvironment): Promise<Record<string, string>> {
  const token = env["GITHUB_TOKEN"];
  const server = originIn(env["GITHUB_SERVER_URL"] || "https://github.com");
  if (token === undefined || token === "" || server === null) return {};
  const address = originIn(remote) === null ? (await git.text(["remote", "get-url", "--", remote])).trim() : remote;
  if (originIn(address) !== server) return {};
  const key = `http.${server}/.extraheader`;
  return {
    GIT_CONFIG_COUNT: "2",
    // An empty value first: a checkout may have left a header of its own in the configuration, and GitHub refuses two.
    GIT_CONFIG_KEY_0: key,
    GIT_CONFIG_VALUE_0: "",
    GIT_CONFIG_KEY_1: key,
    GIT_CONFIG_VALUE_1: `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`,
  };
}

/** `https://github.com` of an address there; null of anything that is not https. */
function originIn(text: string): string | null {
  const url = URL.parse(text);
  return url?.protocol === "https:" ? url.origin : null;
}

/** Why a call to a remote failed: the line of Git's answer that tells, without the user and password that an address may hold. */
export function remoteFailure(what: string, { out, err, code }: Ended): GitFailure {
  const lines = `${out.toString()}\n${err}`.split("\n").map((line) => line.trim());
  const telling = [/^!.*\[.*\]/, /^remote: (?:error|fatal)/i, /^(?:error|fatal):/, /^remote: \S/, /\S/];
  const line = telling.map((shape) => lines.find((l) => shape.test(l))).find((l) => l !== undefined);
  const reason = line ?? (code === null ? "it took too long" : "no reason given");
  return new GitFailure("remote", withoutSecrets(`${what}: ${reason}`).replaceAll("\t", " "));
}

export const withoutSecrets = (text: string): string => text.replaceAll(/\/\/[^/@\s]*@/g, "//");
