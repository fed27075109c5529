import { resolve } from "node:path";
import type { Context } from "../command.ts";
import { UsageError } from "../command.ts";

/** Root of the repository for processes that Pulumi starts, where it is not their working directory. */
export const rootVariable = "ROLLCALL_ROOT";
/** RFC 3339: the instant all processes of one run take for now. The clock's where absent. */
export const nowVariable = "ROLLCALL_NOW";

/** The doors to the world in a process that Pulumi started: nobody sits there, and messages go to standard error. */
export function processContext(env: Context["env"] = process.env): Context {
  const instant = env[nowVariable];
  if (instant !== undefined && Number.isNaN(Date.parse(instant))) throw new UsageError(`${nowVariable} is not an RFC 3339 time`, 1);
  return {
    dir: resolve(env[rootVariable] ?? process.cwd()),
    json: false,
    apps: [],
    sandbox: false,
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
