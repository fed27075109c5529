import { limited } from "../../io/engine/perform/limited.ts";
import type { StackRun } from "../../io/engine/pulumi/stack-run.ts";
import { backendOf } from "../backend.ts";
import { type Context, UsageError } from "../command.ts";
import { packageRoot } from "../package.ts";
import type { Repository } from "../repository.ts";
import { pulumiRoot, withoutSdk } from "./command-line.ts";
import { environmentOf } from "./surroundings.ts";

/** Stacks at work at once: each is a command line and a plugin of its own. */
export const most = 4;

export interface Stacks {
  get(app: string): StackRun;
  close(): Promise<void>;
}

/** Opens the stacks of some apps, or says in one message what is missing. Nothing is asked of a backend yet. */
export async function openStacks(context: Context, repository: Repository, apps: readonly string[]): Promise<Stacks> {
  const root = pulumiRoot(context.env);
  const runs = new Map<string, StackRun>();
  const close = async (): Promise<void> => {
    for (const run of runs.values()) await run.close();
  };
  try {
    // Loaded here alone, because the SDK is an optional dependency.
    const sdk = await import("../../io/engine/pulumi/stack-run.ts");
    const command = await sdk.commandAt(root);
    const env = await environmentOf(context, repository);
    const backend = backendOf(context, repository);
    const turn = limited(most);
    await Promise.all(
      apps.map((app) => turn(async () => void runs.set(app, await sdk.StackRun.open({ command, app, backend, home: packageRoot, env })))),
    );
  } catch (error) {
    await close();
    throw withoutSdk(error);
  }
  return { get: (app) => runs.get(app)!, close };
}

/** What the CLI refuses is the user's to know, in its own words. */
export async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Error && error.message.startsWith("pulumi: ") ? new UsageError(error.message, 1) : error;
  }
}
