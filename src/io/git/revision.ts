import { GitFailure } from "./git-error.ts";
import { failureOf, type Git, openGit } from "./open-git.ts";
import { refuseCutHistory } from "./shallow.ts";

/** Full id of the commit that a revision names: a branch, a tag, an id or its beginning, `HEAD~1`. One process. */
export const commitOf = (dir: string, revision: string): Promise<string> => resolveCommit(openGit(dir), revision);

/** Id of the tree of a commit: of the whole repository's files. One process. */
export const treeOf = (dir: string, commit: string): Promise<string> => resolve(openGit(dir), commit, "tree");

/** Whether `newer` contains `older`; a commit contains itself. Throws where a shallow clone cannot tell. One process, three where the answer is no. */
export async function isAncestor(dir: string, older: string, newer: string): Promise<boolean> {
  const git = openGit(dir);
  const [a, b] = [await commitIdOf(git, older), await commitIdOf(git, newer)];
  // 50 ms quicker than --is-ancestor, whose silence simple-git waits upon.
  const bases = await mergeBases(git, a, b);
  if (bases.includes(a)) return true;
  await refuseCutHistory(git, a, b);
  return false;
}

/** The best common ancestor, the first that Git names where there are several; null where there is none. Throws where a shallow clone cannot tell. Two processes. */
export async function mergeBase(dir: string, a: string, b: string): Promise<string | null> {
  const git = openGit(dir);
  const [one, two] = [await commitIdOf(git, a), await commitIdOf(git, b)];
  await refuseCutHistory(git, one, two);
  return (await mergeBases(git, one, two))[0] ?? null;
}

async function mergeBases(git: Git, a: string, b: string): Promise<string[]> {
  const end = await git.ended(["merge-base", "--all", a, b]);
  // 1: there is none.
  if (end.code !== 0 && end.code !== 1) throw failureOf(end);
  return end.out
    .toString()
    .split("\n")
    .filter((id) => id !== "");
}

export const resolveCommit = (git: Git, revision: string): Promise<string> => resolve(git, revision, "commit");

/** A full id as it is, without asking Git; anything else resolved. That there is such a commit, the next call says. */
export const commitIdOf = async (git: Git, revision: string): Promise<string> =>
  isId(revision) ? revision : await resolveCommit(git, revision);

export const isId = (text: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);

async function resolve(git: Git, revision: string, kind: "commit" | "tree"): Promise<string> {
  // Whatever stands behind --end-of-options is a revision, also with a dash in front.
  const end = await git.ended(["rev-parse", "--verify", "--end-of-options", `${revision}^{${kind}}`]);
  const id = end.out.toString().trim();
  if (end.code === 0 && isId(id)) return id;
  throw noSuch(revision, kind);
}

export function noSuch(revision: string, kind: "commit" | "tree" = "commit"): GitFailure {
  const hint = "a shallow clone lacks older ones (git fetch --unshallow)";
  return new GitFailure("revision", `${JSON.stringify(revision)} names no ${kind} here; ${hint}`);
}
