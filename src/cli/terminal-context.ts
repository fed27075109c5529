import { resolve } from "node:path";
import type { Context } from "./command.ts";

/** Options that every command takes. */
export interface Globals {
  C: string;
  json?: true;
  app?: string[];
  person?: string;
  sandbox?: true;
  engine?: "embedded" | "pulumi";
  verbose?: true;
  color?: false;
}

/**
 * Text from outside for a log that GitHub Actions reads: a line that would be a command, in the old spelling (`##[…]`, anywhere in a line) or the new
 * (`::…`, at its start), is one no longer; it looks the same, with a zero-width space in it.
 */
export const inertLog = (text: string): string => text.replace(/^(\s*):(?=:)/gm, "$1:\u200b").replaceAll("##[", "##\u200b[");

/** Text for a stream that GitHub Actions reads: names and paths of others must not become its commands. Elsewhere as it is. */
export const forLog = (text: string): string => (process.env["GITHUB_ACTIONS"] === "true" ? inertLog(text) : text);

/** What a command may know of the process it runs in: the one place where terminal, environment and clock come in. */
export function terminalContext(globals: Globals, signal: AbortSignal): Context {
  const colour = globals.color !== false && !process.env["NO_COLOR"];
  const context: Context = {
    dir: resolve(globals.C),
    json: globals.json ?? false,
    apps: globals.app ?? [],
    ...(globals.person === undefined ? {} : { person: globals.person }),
    sandbox: globals.sandbox ?? false,
    ...(globals.engine === undefined ? {} : { engine: globals.engine }),
    verbose: globals.verbose ?? false,
    env: process.env,
    now: () => new Date(),
    // As JSON it is data, which nothing may change.
    out: (text) => void process.stdout.write(globals.json ? text : forLog(text)),
    err: (text) => void process.stderr.write(forLog(text)),
    ...(process.env["GITHUB_ACTIONS"] === "true" && globals.json !== true
      ? { command: (line: string) => void process.stdout.write(`${line}\n`) }
      : {}),
    colour: { out: colour && process.stdout.isTTY, err: colour && process.stderr.isTTY },
    interactive: process.stdin.isTTY && process.stderr.isTTY,
    width: process.stdout.columns ?? 100,
    signal,
    ask: async (question) => {
      const { createInterface } = await import("node:readline/promises");
      const line = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return await line.question(question, { signal });
      } finally {
        line.close();
      }
    },
  };
  return context;
}
