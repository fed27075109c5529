import { randomUUID } from "node:crypto";
import { join, resolve } from "node:path";
import { dayIn } from "../core/compile/day.ts";
import type { JournalEntry } from "../core/state/journal.ts";
import type { AppState } from "../core/model/state.ts";
import { openStateDirectory, type OpenState, type StateDirectory } from "../io/state/state-directory.ts";
import type { Holder } from "../io/state/lock.ts";
import { StateError } from "../io/state/state-error.ts";
import { type Context, UsageError } from "./command.ts";
import type { Repository } from "./repository.ts";

/** State as a run reads it. */
export interface StateReader {
  load(app: string, connector: string): Promise<{ readonly state: AppState; readonly entries: readonly JournalEntry[] }>;
}

export interface StateStore extends StateReader {
  readonly directory: StateDirectory;
  /** Takes the locks of these apps, in order of key, or ends with exit 7 saying who holds one. */
  lock(apps: readonly string[]): Promise<LockedState>;
}

/** State under this run's locks. */
export interface LockedState extends StateReader {
  open(app: string): OpenState;
  release(): Promise<void>;
}

/** The state of this repository; that of the simulators with --sandbox. */
export async function openState(context: Context, repository: Repository): Promise<StateStore> {
  const { settings, apps } = repository.organization;
  const root = context.sandbox ? join(context.dir, ".rollcall", "sandbox-state") : resolve(context.dir, settings.state);
  const directory = openStateDirectory(root, { now: context.now, base: context.dir });
  const load: StateReader["load"] = async (app, connector) => told(() => directory.load(app, connector, apps.get(app)?.formerly));
  return {
    directory,
    load,
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
