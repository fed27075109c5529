import { GitFailure } from "./git-error.ts";
import { failureOf, type Git, openGit } from "./open-git.ts";
import { checkRef } from "./ref-name.ts";
import { openRemote, type Remote, type RemoteOptions } from "./remote.ts";

export interface Swap extends RemoteOptions {
  /** In full: refs/heads/… */
  readonly ref: string;
  /** What the remote must have there; null: nothing. */
  readonly expected: string | null;
  readonly commit: string;
}

/**
 * Moves a ref of a remote to a commit if it still is where it is expected to be, whether the commit follows upon that or not. `lost`: somebody else
 * was there first, and nothing was changed. Of several that try at once with different commits one wins. An answer that is lost on the way is looked
 * up. Throws GitFailure where the remote refuses for another reason. Three processes, four where it is not simply done.
 */
export async function pushCompareAndSwap(dir: string, swap: Swap): Promise<"moved" | "lost"> {
  const git = openGit(dir);
  await checkRef(git, swap.ref);
  return await pushTo(git, await openRemote(git, swap, "push"), swap);
}

export async function pushTo(git: Git, remote: Remote, { ref, expected, commit }: Omit<Swap, "remote">): Promise<"moved" | "lost"> {
  const args = [
    ..."push --porcelain --no-verify --no-recurse-submodules --no-signed --no-follow-tags --receive-pack=git-receive-pack".split(" "),
    // An empty value: there must be none.
    `--force-with-lease=${ref}:${expected ?? ""}`,
    "--",
    remote.url,
    `${commit}:${ref}`,
  ];
  const end = await git.ended(args, remote.call);
  if (end.code === 0) return "moved";
  // `!\t<from>:<to>\t[rejected] (stale info)` (git-push, porcelain, 2026-11).
  const refusal = /^!\t[^\t]*\t(.*)$/m.exec(end.out.toString())?.[1];
  if (
    refusal !== undefined &&
    /stale info|fetch first|cannot lock ref|failed to update ref|incorrect old value|already exists/.test(refusal)
  ) {
    return "lost";
  }
  const failure = refusal === undefined ? failureOf(end) : new GitFailure("git", `The remote refuses ${ref}: ${refusal}`);
  const current = await refAt(git, remote, ref).catch((): never => {
    throw failure;
  });
  if (current === commit) return "moved";
  if (current !== expected) return "lost";
  throw failure;
}

/** Where a remote has a ref; null where it has none. One process. */
export async function refAt(git: Git, { url, call }: Remote, ref: string): Promise<string | null> {
  const text = await git.text(["ls-remote", "--refs", "--upload-pack=git-upload-pack", "--", url, ref], call);
  // What is asked for is a pattern, and may fit the end of a longer name.
  for (const line of text.split("\n")) {
    const [id, name] = line.split("\t");
    if (name === ref && id !== undefined) return id;
  }
  return null;
}
