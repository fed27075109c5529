import { randomUUID } from "node:crypto";
import { dayIn } from "../core/compile/day.ts";
import { encodeExport } from "../core/state/encode.ts";
import type { Holder } from "../io/state/lock.ts";
import type { Records, WritableRecords } from "../io/state/record-files.ts";
import { type OpenState, openStateDirectory, type StateDirectory } from "../io/state/state-directory.ts";
import { StateError } from "../io/state/state-error.ts";
import { stateFolder } from "./backend.ts";
import { type Context, UsageError } from "./command.ts";
import { takeOwnership } from "./ownership.ts";
import type { Repository } from "./repository.ts";
import type { StateReader, StateStore } from "./state-store.ts";

/** The folder that rollcall.yaml names. */
export const stateDirectory = (context: Context, repository: Repository): StateDirectory =>
  openStateDirectory(stateFolder(context, repository), { now: context.now, base: context.dir });

/** State in one folder. */
export function directoryStore(context: Context, repository: Repository, directory: StateDirectory): StateStore {
  const { settings, apps } = repository.organization;
  const load: StateReader["load"] = async (app, connector) => toldByState(() => directory.load(app, connector, apps.get(app)?.formerly));
  return {
    load,
    records: toldRecords(directory.records),
    locks: { holders: directory.holders, unlock: directory.unlock },
    async export(app, connector) {
      const { state, provider } = await toldByState(() => directory.load(app, connector, apps.get(app)?.formerly));
      return encodeExport(state, { provider: provider ?? randomUUID(), time: context.now().toISOString() });
    },
    async lock(keys, by) {
      const run = randomUUID();
      const opened = new Map<string, OpenState>();
      const release = async (): Promise<void> => {
        for (const state of [...opened.values()].toReversed()) await state.release();
      };
      try {
        for (const key of [...keys].sort()) {
          const { connector, formerly } = apps.get(key)!;
          const manifest = repository.manifests.get(connector)!;
          const locking = await toldByState(() =>
            directory.lock(key, { manifest, run, day: dayIn(context.now(), settings.timezone), formerly }),
          );
          if (locking.kind === "held") throw new UsageError(`${key} is ${heldBy(locking.holder)}`, 7);
          opened.set(key, locking.app);
        }
        await toldByState(() => takeOwnership(directory, by, context.now()));
      } catch (error) {
        await release();
        throw error;
      }
      return {
        load: async (app, connector) => opened.get(app) ?? (await load(app, connector)),
        records: toldWritable(directory.records),
        open: (app) => opened.get(app)!,
        claim: () => Promise.resolve(),
        release,
      };
    },
  };
}

export const toldRecords = ({ all, last, values }: Records): Records => ({
  all: () => toldByState(all),
  last: () => toldByState(last),
  values: () => toldByState(values),
});
export const toldWritable = (records: WritableRecords): WritableRecords => ({
  ...toldRecords(records),
  append: (next) => toldByState(() => records.append(next)),
});

export const heldBy = (holder: Holder): string =>
  `locked by ${holder.by}: ${holder.who}${holder.since === null ? "" : `, since ${holder.since}`}; ${holder.fix}`;

/** What is wrong with state is the user's to know, in the words of the room that found it. */
export async function toldByState<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    const problems = error.problems.map((p) => `\n  ${p.code}: ${p.summary}`).join("");
    throw new UsageError(`${error.message}${problems}`, error.kind === "refused" ? 3 : 1);
  }
}
