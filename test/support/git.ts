import { execFileSync } from "node:child_process";

/** Git in a folder, as somebody, with nothing of the user's own configuration. */
export function git(dir: string, ...args: string[]): string {
  return execFileSync(
    "git",
    ["-c", "user.name=Ada Lovelace", "-c", "user.email=ada@acme.example", "-c", "init.defaultBranch=main", ...args],
    {
      cwd: dir,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env["PATH"] ?? "", HOME: dir, GIT_CONFIG_NOSYSTEM: "1" },
    },
  ).trim();
}

/** Commits everything and answers its id. */
export function commitAll(dir: string, message = "change"): string {
  git(dir, "add", "--all");
  git(dir, "commit", "--quiet", "--allow-empty", "--message", message);
  return git(dir, "rev-parse", "HEAD");
}
