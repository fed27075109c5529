import { GitFailure } from "./git-error.ts";
import { openGit, told } from "./open-git.ts";

/** Where a remote of the repository that holds `dir` is, as Git would go there; null where there is no such remote, or no repository. */
export async function remoteUrl(dir: string, remote: string): Promise<string | null> {
  try {
    const { git } = await openGit(dir);
    const url = (await told(git.raw(["remote", "get-url", "--", remote]))).trim();
    return url === "" ? null : url;
  } catch (error) {
    if (error instanceof GitFailure && (error.kind === "repository" || /no such remote/i.test(error.message))) return null;
    throw error;
  }
}
