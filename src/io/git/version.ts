import { openGit } from "./open-git.ts";

/** The version of Git on this machine, `2.39.5`; null where it says nothing of the kind. One process; `dir` need be in no repository. */
export async function gitVersion(dir: string): Promise<string | null> {
  const { out } = await openGit(dir).ended(["version"]);
  return /^git version (\d+(?:\.\d+)+)/.exec(out.toString())?.[1] ?? null;
}
