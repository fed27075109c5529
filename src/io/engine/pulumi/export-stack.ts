import { execFile } from "node:child_process";

/**
 * A stack's state as JSON, from whatever backend this directory and environment are logged in to. The CLI lets it be read while its own
 * update holds the lock. `stack`: organisation/project/stack; null where there is no such stack.
 */
export function exportStack(stack: string, cwd: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    execFile(
      "pulumi",
      ["stack", "export", "--stack", stack, "--non-interactive"],
      { cwd, maxBuffer: 2 ** 30, encoding: "utf8" },
      (error, stdout, stderr) => {
        if (error && "code" in error && error.code === "ENOENT") {
          reject(new Error("the program needs `pulumi` on the PATH to read the state of its stack: put the folder of the CLI there"));
        } else if (error && /no stack named .* found/.test(stderr)) resolve(null);
        else if (error) reject(new Error(`the state of ${stack} cannot be read: ${stderr.trim() || error.message}`));
        else resolve(JSON.parse(stdout));
      },
    );
  });
}
