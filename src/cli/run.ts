import type { AppRun } from "../io/engine/embedded/ports.ts";
import { dayIn } from "../core/compile/day.ts";
import type { Operation } from "../core/plan/operation.ts";
import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "./command.ts";
import { type Doors, openDoors } from "./doors.ts";
import type { Progress } from "./progress.ts";
import type { Repository } from "./repository.ts";
import type { SeenApp } from "./session.ts";
import type { LockedState } from "./state-store.ts";

export interface AppRunInput {
  readonly context: Context;
  readonly repository: Repository;
  readonly locked: LockedState;
  readonly seen: SeenApp;
  readonly operations: readonly Operation[];
  readonly progress: Progress;
}

/** Everything the executor needs for one app, joined: the write door opens only when there is something to write. */
export function appRun({ context, repository, locked, seen, operations, progress }: AppRunInput): AppRun {
  const { app, manifest, snapshot, state } = seen;
  const today = dayIn(context.now(), repository.organization.settings.timezone);
  const open = locked.open(app.key);
  let doors: Doors | null = null;
  return {
    app: app.key,
    manifest,
    operations,
    snapshot,
    state,
    after: app.after,
    open: async () => {
      doors = await openDoors(context, repository, app, "write", progress);
      return doors.tenant;
    },
    journal: open.journal,
    save: async (next) => {
      await open.save(next);
    },
    day: today,
    now: context.now,
    calls: () => doors?.calls() ?? { read: 0, write: 0 },
    redact: (text) => doors?.redact(text) ?? text,
    // An interruption ends the waiting, not the run: what is under way is concluded.
    sleep: async (milliseconds) => {
      await sleep(milliseconds, undefined, { signal: context.signal }).catch((error: unknown) => {
        if (!context.signal.aborted) throw error;
      });
    },
  };
}
