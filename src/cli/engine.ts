import type { ApplyResult } from "../core/engine.ts";
import { applicable } from "../core/plan/make-plan.ts";
import { applyRuns } from "../io/engine/embedded/apply.ts";
import { engineName } from "./backend.ts";
import type { Context } from "./command.ts";
import type { Progress } from "./progress.ts";
import type { Repository } from "./repository.ts";
import { appRun } from "./run.ts";
import type { Planned } from "./session.ts";
import type { EngineRun } from "./engine-run.ts";
import { writesOf } from "./outcome-codes.ts";
import { ownStore } from "./state.ts";
import type { LockedState, Writer } from "./state-store.ts";

/** Opens the engine for some apps: to "read" without a lock, or to write, for a writer whose state it may not be (exit 7). */
export async function openEngine(
  context: Context,
  repository: Repository,
  apps: readonly string[],
  access: "read" | Writer,
): Promise<EngineRun> {
  if (engineName(context, repository) === "pulumi") {
    // Loaded here alone: everything else works without the optional SDK.
    const { openPulumi } = await import("./pulumi/engine.ts");
    return openPulumi(context, repository, apps, access);
  }
  const store = await ownStore(context, repository);
  const agrees = (): Promise<void> => Promise.resolve();
  if (access === "read") {
    const never = (): Promise<never> => Promise.reject(new Error("state was opened for reading"));
    const records = { ...store.records, append: never };
    return { load: store.load, records, verify: agrees, carryOut: never, release: () => Promise.resolve() };
  }
  const locked = await store.lock(apps, access);
  return {
    load: locked.load,
    records: locked.records,
    verify: agrees,
    async carryOut(planned, progress) {
      if (writesOf(planned.plan) > 0) await locked.claim();
      return embedded(context, repository, locked, planned, progress);
    },
    release: locked.release,
  };
}

/** Carries out in this process what may be; adoptions alone ask nobody and call nobody. */
async function embedded(
  context: Context,
  repository: Repository,
  locked: LockedState,
  planned: Planned,
  progress: Progress,
): Promise<ApplyResult> {
  const operations = applicable(planned.plan);
  const runs = [...planned.seen.values()]
    .filter((seen) => operations.some((o) => o.app === seen.app.key))
    .map((seen) => appRun({ context, repository, locked, seen, operations: operations.filter((o) => o.app === seen.app.key), progress }));
  return applyRuns(runs, { signal: context.signal, onEvent: progress.event });
}
