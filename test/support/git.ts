import { execFileSync } from "node:child_process";

/** Git in a folder, as somebody, with nothing of the user's own configuration. */
export const git = (dir: string, ...args: string[]): string => gitWith({}, dir, ...args);

/** The same with variables of the environment. */
function gitWith(env: Readonly<Record<string, string>>, dir: string, ...args: string[]): string {
  return execFileSync(
    "git",
    ["-c", "user.name=Ada Lovelace", "-c", "user.email=ada@acme.example", "-c", "init.defaultBranch=main", ...args],
    {
      cwd: dir,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env["PATH"] ?? "", HOME: dir, GIT_CONFIG_NOSYSTEM: "1", ...env },
    },
  ).trim();
}

/** Commits everything and answers its id. */
export function commitAll(dir: string, message = "change"): string {
  git(dir, "add", "--all");
  git(dir, "commit", "--quiet", "--allow-empty", "--message", message);
  return git(dir, "rev-parse", "HEAD");
}

/** An empty commit that says it was made then (seconds since 1970). Answers its id. */
export function commitDated(dir: string, seconds: number): string {
  const date = `@${seconds} +0000`;
  gitWith({ GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }, dir, "commit", "--quiet", "--allow-empty", "--message", date);
  return git(dir, "rev-parse", "HEAD");
}
