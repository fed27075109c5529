import type { Git } from "./open-git.ts";

/** A commit as it says itself. Names, addresses and messages are whatever its maker wrote. */
export interface CommitRecord {
  readonly id: string;
  readonly parents: readonly string[];
  readonly tree: string;
  /** When it was made, by its committer's clock: RFC 3339 in UTC. Anybody can write any date. */
  readonly at: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly committer: { readonly name: string; readonly email: string };
  readonly subject: string;
  readonly message: string;
}

// No field can hold a NUL: Git ends names and messages at one.
const fields = ["%H", "%P", "%T", "%ct", "%an", "%ae", "%cn", "%ce", "%s", "%B"];
const format = fields.map((field) => `${field}%x00`).join("");

/**
 * The commits that `git rev-list <args>` lists, as it orders them. Plumbing: of the user's configuration for logs nothing is looked at. No
 * mailmap, which is a file of the repository and renames people. One process.
 */
export async function listCommits(git: Git, args: readonly string[]): Promise<CommitRecord[]> {
  const text = await git.text(["rev-list", "--no-commit-header", "--encoding=UTF-8", `--format=${format}`, ...args]);
  const parts = text.split("\0");
  const commits: CommitRecord[] = [];
  for (let i = 0; i + fields.length < parts.length; i += fields.length) {
    const [id = "", parents = "", tree = "", at = "", name = "", email = "", by = "", byEmail = "", subject = "", message = ""] =
      parts.slice(i);
    commits.push({
      // A line feed ends the record before.
      id: id.trim(),
      parents: parents.split(" ").filter((p) => p !== ""),
      tree,
      at: timeOf(Number(at)),
      author: { name, email },
      committer: { name: by, email: byEmail },
      subject,
      message,
    });
  }
  return commits;
}

/** Seconds since 1970; what is no date that can be written with four digits of a year counts as the nearest one that can. */
const timeOf = (seconds: number): string =>
  new Date(Math.min(Math.max(Number.isFinite(seconds) ? seconds : 0, 0), 253_402_300_799) * 1000).toISOString();
