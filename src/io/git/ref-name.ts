import { GitFailure } from "./git-error.ts";
import type { Git } from "./open-git.ts";

/** Refuses what Git takes for no name of a ref. Nothing that goes through has a colon, a blank, a line feed, `..`, `@{` or a wildcard. One process. */
export async function checkRef(git: Git, ref: string): Promise<void> {
  const end = ref.startsWith("refs/") ? await git.ended(["check-ref-format", ref]) : null;
  if (end?.code !== 0) throw new GitFailure("git", `${JSON.stringify(ref.replace(/^refs\/heads\//, ""))} is no name for a branch`);
}
