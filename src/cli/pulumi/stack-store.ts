import { randomUUID } from "node:crypto";
import type { AppState } from "../../core/model/state.ts";
import { encodeExport } from "../../core/state/encode.ts";
import type { StackRun } from "../../io/engine/pulumi/stack-run.ts";
import { type Context, UsageError } from "../command.ts";
import { stateDirectory, toldByState, toldRecords, toldWritable } from "../directory-store.ts";
import { takeOwnership } from "../ownership.ts";
import type { Repository } from "../repository.ts";
import type { StateStore, WritableState } from "../state-store.ts";
import { asked, openStacks } from "./stacks.ts";
import { providerOf, stackState } from "./stack-state.ts";

/** State in a backend that is no folder of ours: read with `pulumi stack export`, changed with `pulumi stack import`, which takes the lock. */
export function stackStore(context: Context, repository: Repository): StateStore {
  const withStack = async <T>(app: string, work: (run: StackRun) => Promise<T>): Promise<T> => {
    const stacks = await openStacks(context, repository, [app]);
    try {
      return await asked(() => work(stacks.get(app)));
    } finally {
      await stacks.close();
    }
  };
  const beside = stateDirectory(context, repository);
  const load: StateStore["load"] = (app, connector) =>
    withStack(app, async (run) => ({ state: stackState(await run.export(), app, connector).state, entries: [] }));
  const save = (next: AppState): Promise<"written" | "unchanged"> =>
    withStack(next.app, async (run) => {
      const json = await run.export();
      stackState(json, next.app, next.connector);
      const refusal = await run.import(
        encodeExport(next, { provider: providerOf(json, next.app) ?? randomUUID(), time: context.now().toISOString() }),
      );
      if (refusal !== null) throw new UsageError(`${next.app} is locked: ${refusal}`, 7);
      return "written" as const;
    });
  // The backend keeps no journal of ours: what was done is found in the world.
  const none = (): Promise<void> => Promise.resolve();
  const open = (): WritableState => ({ save, journal: { begin: none, end: none, settle: none } });
  return {
    load,
    records: toldRecords(beside.records),
    locks: null,
    export: (app, connector) =>
      withStack(app, async (run) => {
        const json = await run.export();
        const { state } = stackState(json, app, connector);
        return encodeExport(state, { provider: providerOf(json, app) ?? randomUUID(), time: context.now().toISOString() });
      }),
    async lock(_apps, by) {
      await toldByState(() => takeOwnership(beside, by, context.now()));
      return { load, records: toldWritable(beside.records), open, claim: none, release: none };
    },
  };
}
