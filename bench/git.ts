import { execFileSync } from "node:child_process";

/** Git in a folder, with nothing of the user's own configuration. */
export function git(dir: string, ...args: string[]): void {
  execFileSync("git", ["-c", "user.name=Bench", "-c", "user.email=bench@quill.example", ...args], {
    cwd: dir,
    stdio: ["ignore", "ignore", "inherit"],
    env: { PATH: process.env["PATH"] ?? "", HOME: dir, GIT_CONFIG_NOSYSTEM: "1" },
  });
}
