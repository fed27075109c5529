import { randomUUID } from "node:crypto";
import { dayIn } from "../core/compile/day.ts";
import { encodeExport } from "../core/state/encode.ts";
import { openStateDirectory, type OpenState, type StateDirectory } from "../io/state/state-directory.ts";
import type { Holder } from "../io/state/lock.ts";
import { StateError } from "../io/state/state-error.ts";
import { type Context, UsageError } from "./command.ts";
import type { StateReader, StateStore } from "./state-store.ts";
import { backendOf, engineName, isStateFolder, stateFolder } from "./backend.ts";
import type { Repository } from "./repository.ts";

/** The state of this repository; that of the simulators with --sandbox. With the Pulumi engine it may lie in another backend. */
export async function openState(context: Context, repository: Repository): Promise<StateStore> {
  const remote = engineName(context, repository) === "pulumi" && !isStateFolder(backendOf(context, repository), context, repository);
  return remote ? (await import("./pulumi/stack-store.ts")).stackStore(context, repository) : folderStore(context, repository);
}

/** State in the folder that rollcall.yaml names. */
export function folderStore(context: Context, repository: Repository): StateStore & { readonly directory: StateDirectory } {
  const { settings, apps } = repository.organization;
  const directory = openStateDirectory(stateFolder(context, repository), { now: context.now, base: context.dir });
  const load: StateReader["load"] = async (app, connector) => told(() => directory.load(app, connector, apps.get(app)?.formerly));
  return {
    directory,
    load,
    async export(app, connector) {
      const { state, provider } = await told(() => directory.load(app, connector, apps.get(app)?.formerly));
      return encodeExport(state, { provider: provider ?? randomUUID(), time: context.now().toISOString() });
    },
    async lock(keys) {
      const run = randomUUID();
      const opened = new Map<string, OpenState>();
      const release = async (): Promise<void> => {
        for (const state of [...opened.values()].toReversed()) await state.release();
      };
      try {
        for (const key of [...keys].sort()) {
          const { connector, formerly } = apps.get(key)!;
          const manifest = repository.manifests.get(connector)!;
          const locking = await told(() => directory.lock(key, { manifest, run, day: dayIn(context.now(), settings.timezone), formerly }));
          if (locking.kind === "held") throw new UsageError(heldBy(key, locking.holder), 7);
          opened.set(key, locking.app);
        }
      } catch (error) {
        await release();
        throw error;
      }
      return {
        load: async (app, connector) => opened.get(app) ?? (await load(app, connector)),
        open: (app) => opened.get(app)!,
        release,
      };
    },
  };
}

const heldBy = (app: string, holder: Holder): string =>
  `${app} is locked by ${holder.by}: ${holder.who}${holder.since === null ? "" : `, since ${holder.since}`}; ${holder.fix}`;

/** What is wrong with state is the user's to know, in the words of the room that found it. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    const problems = error.problems.map((p) => `\n  ${p.code}: ${p.summary}`).join("");
    throw new UsageError(`${error.message}${problems}`, error.kind === "refused" ? 3 : 1);
  }
}
