import { FaultError } from "../../connector/fault.ts";
import type { SecretSources } from "../../core/model/app.ts";

/** Reads credentials at call time from where the app's file says they are: `env:NAME`. A missing one names the variable, never a value. */
export function secretsFrom(
  app: string,
  sources: SecretSources,
  env: Readonly<Record<string, string | undefined>>,
): (name: string) => Promise<string> {
  return async (name) => {
    const source = sources[name];
    if (source === undefined) throw new FaultError({ kind: "auth", message: `identities/apps/${app}.yaml names no credential ${name}` });
    const variable = source.slice(source.indexOf(":") + 1);
    if (source.startsWith("env:")) {
      // The line break that files and consoles leave at the end would break the header it goes into.
      const value = env[variable]?.trim();
      if (value === undefined || value === "")
        throw new FaultError({ kind: "auth", message: `the environment variable ${variable} is not set (credential ${name})` });
      return value;
    }
    return fromCommand(name, variable, env);
  };
}

/** What is missing before this credential can be read, as a noun phrase; null where nothing is. A command is not run. */
export function missingSecret(
  app: string,
  sources: SecretSources,
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): string | null {
  const source = sources[name];
  if (source === undefined)
    return `the credential ${name}: identities/apps/${app}.yaml names none for reading (credentials.read.${name}: env:NAME)`;
  const given = source.slice(source.indexOf(":") + 1);
  const variable = source.startsWith("env:") ? given : commandVariable(given);
  return (env[variable] ?? "").trim() === "" ? `the credential ${name}: the environment variable ${variable} is not set` : null;
}

const commandVariable = (name: string): string => `ROLLCALL_SECRET_COMMAND_${name}`;

/** `command:NAME`: the operator put a command line into the environment variable ROLLCALL_SECRET_COMMAND_NAME; its output is the secret. */
async function fromCommand(name: string, variable: string, env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const key = commandVariable(variable);
  const command = env[key];
  if (command === undefined || command === "")
    throw new FaultError({ kind: "auth", message: `the environment variable ${key} is not set (credential ${name})` });
  const { execFile } = await import("node:child_process");
  return new Promise((resolve, reject) => {
    execFile("/bin/sh", ["-c", command], { timeout: 30_000, maxBuffer: 65_536 }, (error, stdout) => {
      const value = stdout.trim();
      // The command's own words may hold the secret: only its exit is told.
      if (error || value === "")
        reject(
          new FaultError({
            kind: "auth",
            message: `the command of ${key} ${error ? `failed (exit ${error.code ?? "unknown"})` : "printed nothing"}`,
          }),
        );
      else resolve(value);
    });
  });
}
