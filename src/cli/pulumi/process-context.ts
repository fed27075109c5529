import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Context } from "../command.ts";
import { UsageError } from "../command.ts";

/** Root of the repository for processes that Pulumi starts, where it is not their working directory. */
export const rootVariable = "ROLLCALL_ROOT";
/** "1": the simulators that `rollcall sandbox` started here, as --sandbox is for rollcall's own commands. */
const sandboxVariable = "ROLLCALL_SANDBOX";
/** RFC 3339: the instant all processes of one run take for now. The clock's where absent. */
export const nowVariable = "ROLLCALL_NOW";

/** Pulumi works in the folder of its program; the repository is the nearest folder above it that has a rollcall.yaml. */
function repositoryAbove(folder: string): string {
  for (let dir = resolve(folder); ; dir = dirname(dir)) {
    if (existsSync(join(dir, "rollcall.yaml"))) return dir;
    if (dir === dirname(dir)) return resolve(folder);
  }
}

/** The doors to the world in a process that Pulumi started: nobody sits there, and messages go to standard error. */
export function processContext(env: Context["env"] = process.env): Context {
  const instant = env[nowVariable];
  if (instant !== undefined && Number.isNaN(Date.parse(instant))) throw new UsageError(`${nowVariable} is not an RFC 3339 time`, 1);
  return {
    dir: env[rootVariable] === undefined ? repositoryAbove(process.cwd()) : resolve(env[rootVariable]),
    json: false,
    apps: [],
    sandbox: env[sandboxVariable] === "1",
    verbose: false,
    env,
    now: () => (instant === undefined ? new Date() : new Date(instant)),
    // Pulumi reads the first line of a plugin's standard output as its port: nothing of ours goes there.
    out: (text) => void process.stderr.write(text),
    err: (text) => void process.stderr.write(text),
    colour: { out: false, err: false },
    interactive: false,
    width: 100,
    signal: new AbortController().signal,
    ask: () => Promise.reject(new UsageError("nobody can answer here", 1)),
  };
}
