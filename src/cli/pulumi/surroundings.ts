import { endpointVariable } from "../../io/connectors/base-url.ts";
import type { Context } from "../command.ts";
import type { Repository } from "../repository.ts";
import { runningSandbox } from "../sandbox-file.ts";
import { nowVariable, rootVariable } from "./process-context.ts";

/**
 * The environment of the CLI and of the providers it starts: the operator's own, the repository's root, and one instant for the whole run. With
 * --sandbox also the addresses of the simulators, which need no real credential.
 */
export async function environmentOf(context: Context, repository: Repository): Promise<Record<string, string>> {
  const own = Object.entries(context.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const sandbox = context.sandbox ? (await runningSandbox(context.dir)).apps : {};
  const simulated = [...repository.organization.apps.values()].flatMap((app) => {
    if (!context.sandbox) return [];
    const sources = [...Object.values(app.credentials.read), ...Object.values(app.credentials.write)];
    return [
      [endpointVariable(app.key), sandbox[app.key]?.url ?? "http://127.0.0.1:9"],
      ...sources.filter((s) => s.startsWith("env:")).map((s) => [s.slice(4), "sandbox-token"]),
    ];
  });
  return {
    ...Object.fromEntries(own),
    ...(Object.fromEntries(simulated) as Record<string, string>),
    [rootVariable]: context.dir,
    [nowVariable]: context.now().toISOString(),
  };
}
