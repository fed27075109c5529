import type { AppState } from "../core/model/state.ts";
import type { JournalEntry } from "../core/state/journal.ts";
import type { OpenState, StateDirectory } from "../io/state/state-directory.ts";

/** State as a run reads it. */
export interface StateReader {
  load(app: string, connector: string): Promise<{ readonly state: AppState; readonly entries: readonly JournalEntry[] }>;
}

/** One app's state under its lock, as commands change it. */
export type WritableState = Pick<OpenState, "save" | "journal">;

export interface StateStore extends StateReader {
  /** The state folder; null where state is kept in another of Pulumi's backends. */
  readonly directory: StateDirectory | null;
  /** What `pulumi stack import` takes. */
  export(app: string, connector: string): Promise<unknown>;
  /** Takes the locks of these apps, in order of key, or ends with exit 7 saying who holds one. */
  lock(apps: readonly string[]): Promise<LockedState>;
}

/** State under this run's locks. */
export interface LockedState extends StateReader {
  open(app: string): WritableState;
  release(): Promise<void>;
}
