import { readFile } from "node:fs/promises";
import { GitFailure } from "./git-error.ts";
import type { Git } from "./open-git.ts";

/** Where the parts of a repository lie, as absolute paths. */
export interface Places {
  readonly objects: string;
  /** There is such a file in a shallow clone only: the commits whose parents it lacks. */
  readonly shallow: string;
  readonly algorithm: "sha1" | "sha256";
}

/** One process. */
export async function placesOf(git: Git): Promise<Places> {
  const text = await git.text([
    "rev-parse",
    "--path-format=absolute",
    "--show-object-format",
    "--git-path",
    "objects",
    "--git-path",
    "shallow",
  ]);
  const [algorithm, objects, shallow, ...rest] = text.split("\n");
  // A folder with a line feed in its name would be read as two.
  if (objects === undefined || shallow === undefined || rest.join("") !== "")
    throw new GitFailure("git", "Git did not say where its files lie");
  return { algorithm: algorithm === "sha256" ? "sha256" : "sha1", objects, shallow };
}

/** Commits whose parents the clone lacks; empty in a whole one. */
export async function cutCommits({ shallow }: Places): Promise<ReadonlySet<string>> {
  try {
    const text = await readFile(shallow, "utf8");
    return new Set(text.split("\n").filter((id) => id !== ""));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Set();
    throw error;
  }
}

/**
 * A common ancestor can be hidden behind a commit whose parents are lacking, and another be found instead, or none. That cannot be where all such
 * commits belong to both sides.
 */
export async function historyIsCut(git: Git, a: string, b: string): Promise<boolean> {
  const cut = await cutCommits(await placesOf(git));
  if (cut.size === 0) return false;
  const apart = await git.text(["rev-list", `${a}...${b}`]);
  return apart.split("\n").some((id) => cut.has(id));
}

export async function refuseCutHistory(git: Git, a: string, b: string): Promise<void> {
  if (await historyIsCut(git, a, b)) throw tooShallow();
}

export const tooShallow = (): GitFailure =>
  new GitFailure("revision", "This clone is too shallow to tell how the commits are related (git fetch --unshallow)");
