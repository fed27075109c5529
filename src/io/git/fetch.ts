import { GitFailure } from "./git-error.ts";
import { failureOf, type Git, openGit } from "./open-git.ts";
import { checkRef } from "./ref-name.ts";
import { openRemote, type Remote, type RemoteOptions } from "./remote.ts";
import { commitIdOf, isId, resolveCommit } from "./revision.ts";
import { historyIsCut } from "./shallow.ts";
import { refuseEndlessTree } from "./tree-listing.ts";

interface FetchOptions extends RemoteOptions {
  /**
   * A shallow clone is deepened where it lacks the common ancestors of this revision and what is fetched, so that the two can be merged and
   * compared. null: it is left as it is.
   */
  readonly base?: string | null;
  /** Below refs/rollcall/. */
  readonly into?: string;
}

/**
 * Brings the head of a pull request here, as refs/rollcall/pull/<number>; answers its id. `base`: HEAD. No tag, no submodule, no other ref, not
 * FETCH_HEAD. What comes in is checked as `git fsck` does. Throws GitFailure, kind revision where there is no such pull request, kind limit where its
 * tree unfolds to more paths than anybody has files (whatever walks through it afterwards would not come back). Six processes, nine where a shallow clone is deepened; each of those that reach out starts others.
 */
export async function fetchPull(dir: string, options: FetchOptions & { readonly number: number }): Promise<string> {
  const { number, into = `refs/rollcall/pull/${number}`, base = "HEAD" } = options;
  if (!Number.isSafeInteger(number) || number < 1) throw new GitFailure("revision", `There is no pull request ${number}`);
  const git = openGit(dir);
  const id = await fetchRef(git, { ...options, base }, `refs/pull/${number}/head`, into);
  if (id === null) throw new GitFailure("revision", `${options.remote} has no pull request ${number}`);
  await refuseEndlessTree(git, id);
  return id;
}

/** The same for a branch, as refs/rollcall/branch/<name>; null where the remote has none of that name. `base`: null. */
export async function fetchBranch(dir: string, options: FetchOptions & { readonly branch: string }): Promise<string | null> {
  const git = openGit(dir);
  const { branch, into = `refs/rollcall/branch/${branch}`, base = null } = options;
  await checkRef(git, `refs/heads/${branch}`);
  return await fetchRef(git, { ...options, base }, `refs/heads/${branch}`, into);
}

/**
 * The same for a commit that nothing here leads to, such as the one before a forced push, as refs/rollcall/commit/<id>; false where the remote does not
 * give it. GitHub gives every commit that it still has.
 */
export async function fetchCommit(dir: string, options: FetchOptions & { readonly id: string }): Promise<boolean> {
  const { id, into = `refs/rollcall/commit/${id}`, base = null } = options;
  if (!isId(id)) throw new GitFailure("revision", `${JSON.stringify(id)} is no full id of a commit`);
  return (await fetchRef(openGit(dir), { ...options, base }, id, into)) !== null;
}

/** null: the remote has no such thing. */
async function fetchRef(
  git: Git,
  options: FetchOptions & { readonly base: string | null },
  from: string,
  into: string,
): Promise<string | null> {
  if (!into.startsWith("refs/rollcall/")) throw new GitFailure("git", `${into} is not below refs/rollcall/`);
  await checkRef(git, into);
  const remote = await openRemote(git, options, "fetch");
  if (!(await fetched(git, remote, from, into))) return null;
  const id = await resolveCommit(git, into);
  if (options.base !== null && (await historyIsCut(git, await commitIdOf(git, options.base), id))) {
    await fetched(git, remote, from, into, "--unshallow");
    // In between, somebody may have pushed: the id that is answered is the one that history was completed for.
    return await resolveCommit(git, into);
  }
  return id;
}

/** One ref or commit, nothing else; false where the remote has none. One process that starts others. */
export async function fetched(git: Git, { url, call }: Remote, from: string, into: string, ...more: string[]): Promise<boolean> {
  const args = [
    ..."fetch --quiet --no-tags --no-recurse-submodules --no-write-fetch-head --no-auto-maintenance --no-prune".split(" "),
    "--upload-pack=git-upload-pack",
    ...more,
    "--",
    url,
    `+${from}:${into}`,
  ];
  const end = await git.ended(args, call);
  if (end.code === 0) return true;
  if (/couldn't find remote ref|not our ref|unadvertised object/i.test(end.err)) return false;
  throw failureOf(end);
}
