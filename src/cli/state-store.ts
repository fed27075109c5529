import type { AppState } from "../core/model/state.ts";
import type { JournalEntry } from "../core/state/journal.ts";
import type { Holder } from "../io/state/lock.ts";
import type { Records, WritableRecords } from "../io/state/record-files.ts";
import type { OpenState } from "../io/state/state-directory.ts";

/** State as a run reads it. */
export interface StateReader {
  load(app: string, connector: string): Promise<{ readonly state: AppState; readonly entries: readonly JournalEntry[] }>;
}

/**
 * For whom state is written. `ci`: said by the `ci` commands in their code, and by nothing that is set around them: with a variable that says so,
 * every laptop would be CI.
 */
export type Writer =
  | { readonly kind: "person" }
  /** `repository`: owner/name. `url`: of the run's log. */
  | { readonly kind: "ci"; readonly repository: string; readonly url: string | null }
  /** Takes the state back from CI, in this name. */
  | { readonly kind: "release"; readonly who: string };

export const byHand: Writer = { kind: "person" };

/** One app's state under its lock, as commands change it. */
export type WritableState = Pick<OpenState, "save" | "journal">;

export interface StateStore extends StateReader {
  readonly records: Records;
  /** Who holds the state of an app, and how to take a lock away whatever it is; null where locks are a backend's own business. */
  readonly locks: {
    holders(app: string): Promise<Holder[]>;
    unlock(app: string, id: string): Promise<void>;
  } | null;
  /** What `pulumi stack import` takes. */
  export(app: string, connector: string): Promise<unknown>;
  /**
   * Opens the state of these apps for writing, in order of key, or ends with exit 7 saying who holds it or whose it is. `by` is no option on
   * purpose: whoever writes says for whom.
   */
  lock(apps: readonly string[], by: Writer): Promise<LockedState>;
}

/** State under this run's locks. */
export interface LockedState extends StateReader {
  readonly records: WritableRecords;
  open(app: string): WritableState;
  /**
   * To be called when it is certain that something will be done to a vendor: from here on nobody else's run begins. In a folder that is so
   * already. On a branch it is now that others see it, and where one was faster this ends with exit 7 and nothing was done.
   */
  claim(): Promise<void>;
  /** Gives the locks back; on a branch also pushes what was written. Ends with exit 1 or 7 where that does not succeed. */
  release(): Promise<void>;
}
