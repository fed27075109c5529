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
import { folderStore } from "./state.ts";
import type { LockedState } from "./state-store.ts";

/** Opens the engine for some apps: to "read" without a lock, or to "write". */
export async function openEngine(
  context: Context,
  repository: Repository,
  apps: readonly string[],
  access: "read" | "write",
): Promise<EngineRun> {
  if (engineName(context, repository) === "pulumi") {
    // Loaded here alone: everything else works without the optional SDK.
    const { openPulumi } = await import("./pulumi/engine.ts");
    return openPulumi(context, repository, apps);
  }
  const store = folderStore(context, repository);
  const agrees = (): Promise<void> => Promise.resolve();
  if (access === "read") {
    const never = (): Promise<ApplyResult> => Promise.reject(new Error("state was opened for reading"));
    return { load: store.load, verify: agrees, carryOut: never, release: () => Promise.resolve() };
  }
  const locked = await store.lock(apps);
  return {
    load: locked.load,
    verify: agrees,
    carryOut: (planned, progress) => embedded(context, repository, locked, planned, progress),
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
