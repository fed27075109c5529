import { GitFailure } from "../io/git/git-error.ts";
import { UsageError } from "./command.ts";

/** What Git cannot do is the user's to know: exit 3 where there is no such repository or commit, 1 for everything else. */
export async function toldByGit<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    throw new UsageError(error.message, error.kind === "git" || error.kind === "limit" ? 1 : 3);
  }
}
