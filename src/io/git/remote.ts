import { GitFailure } from "./git-error.ts";
import { type Call, failureOf, type Git, openGit } from "./open-git.ts";

/** Another repository, and who asks there. */
export interface RemoteOptions {
  /** The name of one that is configured ("origin"), or an address: https, http, ssh, or a path. */
  readonly remote: string;
  /**
   * What to say in the header Authorization to an https address: "Bearer …", "Basic …". Handed to Git in its environment, bound to that address; no
   * other credential is then used. Absent: whatever the user, or the CI's checkout, has set up.
   */
  readonly authorization?: string;
}

/** An address as Git is given it, and what goes with every call that reaches out. */
export interface Remote {
  readonly url: string;
  readonly call: Call;
}

interface Setting {
  readonly scope: string;
  readonly key: string;
  readonly value: string;
}

/**
 * Where a remote is, as Git would go there, without the user and the password that may be in the address; null where there is none of that name. One
 * process.
 */
export async function remoteUrl(dir: string, name: string): Promise<string | null> {
  const end = await openGit(dir).ended(["remote", "get-url", "--", name]);
  if (/no such remote/i.test(end.err)) return null;
  if (end.code !== 0) throw failureOf(end);
  // With ssh the user is part of the address, and there is no password.
  return end.out
    .toString()
    .trim()
    .replace(/^(https?:\/\/)[^/@]*@/i, "$1");
}

/** The branch that is checked out; null where a commit is. One process. */
export async function headBranch(dir: string): Promise<string | null> {
  const end = await openGit(dir).ended(["symbolic-ref", "--quiet", "HEAD"]);
  if (end.code !== 0 && end.code !== 1) throw failureOf(end);
  return /^refs\/heads\/(.+)\n$/s.exec(end.out.toString())?.[1] ?? null;
}

/** Without a sign of life for so long, Git is stopped. */
const patience = 300_000;

/** One process. */
export async function openRemote(git: Git, { remote, authorization }: RemoteOptions, direction: "fetch" | "push"): Promise<Remote> {
  const all = await settings(git);
  const url = addressOf(all, remote, direction) ?? (looksLikeAddress(remote) ? remote : undefined);
  if (url === undefined) throw new GitFailure("git", `This repository has no remote ${JSON.stringify(remote)}`);
  const config = ["push.pushOption=", "fetch.writeCommitGraph=false", "fetch.fsckObjects=true"];
  // What somebody set up for all repositories is theirs; what this one says about programs is nobody's.
  const own = all.filter(({ scope }) => scope === "system" || scope === "global");
  const ssh = own.findLast(({ key }) => key === "core.sshcommand")?.value;
  config.push(`core.sshCommand=${ssh === undefined || ssh === "" ? "ssh" : ssh}`);
  const env: Record<string, string> = { ...operatorsOwn(), GIT_ALLOW_PROTOCOL: "https:http:ssh:file" };
  if (authorization !== undefined) Object.assign(env, headerEnvironment(url, authorization));
  else config.push(...own.filter(({ key }) => /^credential\.(?:.*\.)?helper$/.test(key)).map(({ key, value }) => `${key}=${value}`));
  return { url, call: { env, config, patience } };
}

/** Ways to reach a remote that the environment of the run names: whoever set it started us. */
function operatorsOwn(): Record<string, string> {
  const names = ["GIT_SSH_COMMAND", "GIT_SSH", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH"];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}

/** The one header that is sent, to this address and to no other: in the environment, where neither `ps` nor .git/config shows it. */
function headerEnvironment(url: string, authorization: string): Record<string, string> {
  if (!/^https?:/i.test(url)) return {};
  if (/[^\u0020-\u007e]/.test(authorization))
    throw new GitFailure("git", "The credential for Git holds characters that no header can hold");
  const { protocol, hostname, origin, pathname } = new URL(url);
  if (protocol === "http:" && !["127.0.0.1", "[::1]", "localhost"].includes(hostname)) {
    throw new GitFailure("git", `No credential is sent to ${origin}: the connection is not encrypted`);
  }
  // simple-git would print the environment of every call.
  if (/(?:^|[\s,])(?:\*|simple-git)/.test(process.env["DEBUG"] ?? "")) {
    throw new GitFailure("git", "DEBUG would print the credential for Git: unset it");
  }
  const key = (name: string): string => `http.${origin}${pathname}.${name}`;
  const entries = [
    // An empty value takes away those that are configured, such as the one that the CI's checkout left: two are refused.
    [key("extraHeader"), ""],
    [key("extraHeader"), `Authorization: ${authorization}`],
    [key("followRedirects"), "false"],
    [key("sslVerify"), "true"],
  ] as const;
  return Object.fromEntries([
    ["GIT_CONFIG_COUNT", String(entries.length)],
    ...entries.flatMap(([name, value], i) => [
      [`GIT_CONFIG_KEY_${i}`, name],
      [`GIT_CONFIG_VALUE_${i}`, value],
    ]),
  ]);
}

/** Addresses of remotes, and programs that are named for reaching them, with where each was set. */
async function settings(git: Git): Promise<Setting[]> {
  const pattern = "^(remote\\..*\\.(url|pushurl)|credential\\.(.*\\.)?helper|core\\.sshcommand)$";
  const end = await git.ended(["config", "-z", "--show-scope", "--get-regexp", pattern]);
  // 1: none.
  if (end.code !== 0 && end.code !== 1) throw failureOf(end);
  const parts = end.out.toString().split("\0");
  const found: Setting[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const [key = "", ...value] = parts[i + 1]!.split("\n");
    found.push({ scope: parts[i]!, key, value: value.join("\n") });
  }
  return found;
}

function addressOf(all: readonly Setting[], name: string, direction: "fetch" | "push"): string | undefined {
  const value = (of: string): string | undefined => all.find(({ key }) => key === `remote.${name}.${of}`)?.value;
  return (direction === "push" ? value("pushurl") : undefined) ?? value("url");
}

const looksLikeAddress = (text: string): boolean => /^[^-].*[:/]/.test(text);
