import type { Tenant } from "../../../connector/contract.ts";
import type { EngineEvent, OperationOutcome } from "../../../core/engine.ts";
import type { Manifest } from "../../../core/model/manifest.ts";
import type { Snapshot } from "../../../core/model/observed.ts";
import type { AppState } from "../../../core/model/state.ts";
import type { Operation } from "../../../core/plan/operation.ts";

/**
 * The journal of one app. `begin` is on disk before a call is sent. `end` keeps its place: it is on disk before anything that is begun after it,
 * so nobody has to wait for it before the next `begin`.
 */
export interface JournalPort {
  begin(operations: readonly Operation[]): Promise<void>;
  end(entries: readonly { readonly operation: Operation; readonly outcome: OperationOutcome }[]): Promise<void>;
  /** After a checkpoint: forgets what has settled. */
  settle(): Promise<void>;
}

/** Everything the executor needs to work on one app; joined in cli/compose.ts. */
export interface AppRun {
  readonly app: string;
  readonly manifest: Manifest;
  /** Operations that may be carried out, in order. */
  readonly operations: readonly Operation[];
  readonly snapshot: Snapshot;
  readonly state: AppState;
  /** Opened with the write credential; called only if there is something to write. */
  open(): Promise<Tenant>;
  readonly journal: JournalPort;
  save(state: AppState): Promise<void>;
  /** Today in the organisation's time zone, YYYY-MM-DD. */
  readonly day: string;
  now(): Date;
  calls(): { read: number; write: number };
  redact(text: string): string;
  sleep(milliseconds: number): Promise<void>;
  /** Apps whose gains have to be done before this app's gains begin (`after`). */
  readonly after: readonly string[];
}

export interface RunControl {
  readonly signal: AbortSignal;
  /** What became of an operation of an app that came to its end before: gains of other apps may wait for it. */
  outcomeOf?(id: string): OperationOutcome | undefined;
  onEvent(event: EngineEvent): void;
}
