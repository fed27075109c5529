import { simpleGit, type SimpleGit } from "simple-git";
import { GitFailure } from "./git-error.ts";

/** Git in the repository that holds `dir`, and the way from its root to `dir` ("" or ending with a slash). */
export async function openGit(dir: string): Promise<{ git: SimpleGit; prefix: string }> {
  try {
    const git = simpleGit({ baseDir: dir });
    return { git, prefix: (await git.raw(["rev-parse", "--show-prefix"])).replace(/\n$/, "") };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (/not a git repository/i.test(message)) throw new GitFailure("repository", `${dir} is not in a Git repository`, { cause: error });
    throw failure(error);
  }
}

/** The answer of a call, or a GitFailure in one line. */
export async function told<T>(call: PromiseLike<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw failure(error);
  }
}

function failure(error: unknown): GitFailure {
  const message = error instanceof Error ? error.message : String(error);
  const missing = /ENOENT/.test(message);
  const line = message.split("\n").find((l) => l.trim() !== "") ?? "no reason given";
  return new GitFailure("git", missing ? "Git is not installed, or not on the PATH" : `Git failed: ${line.trim()}`, { cause: error });
}
