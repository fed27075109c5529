import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Git at a time of its own (RFC 3339), as somebody, with nothing of the user's configuration. */
export function gitOn(dir: string, when: string, ...args: string[]): string {
  return execFileSync(
    "git",
    ["-c", "user.name=Grace Hopper", "-c", "user.email=grace@acme.example", "-c", "init.defaultBranch=main", ...args],
    {
      cwd: dir,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env["PATH"] ?? "", HOME: dir, GIT_CONFIG_NOSYSTEM: "1", GIT_AUTHOR_DATE: when, GIT_COMMITTER_DATE: when },
    },
  ).trim();
}

/** Commits everything at that time and answers its id. */
export function commitOn(dir: string, when: string, message = "change"): string {
  gitOn(dir, when, "add", "--all");
  gitOn(dir, when, "commit", "--quiet", "--allow-empty", "--message", message);
  return gitOn(dir, when, "rev-parse", "HEAD");
}

/** Records where the state folder of a company has them. */
export function writeRecords(dir: string, records: readonly unknown[], month = "2026-03"): void {
  const folder = join(dir, ".rollcall", "state", "records");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${month}.jsonl`), records.map((r) => `${JSON.stringify(r)}\n`).join(""));
}
