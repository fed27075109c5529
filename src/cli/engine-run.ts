import type { ApplyResult } from "../core/engine.ts";
import type { Progress } from "./progress.ts";
import type { Planned } from "./session.ts";
import type { WritableRecords } from "../io/state/record-files.ts";
import type { StateReader } from "./state-store.ts";

/** The state of one run, and who carries out its plan. */
export interface EngineRun extends StateReader {
  /** Throws where the engine would do something else than the plan says. */
  verify(planned: Planned): Promise<void>;
  carryOut(planned: Planned, progress: Progress): Promise<ApplyResult>;
  /** Beside the state; opened for reading, they take none. */
  readonly records: WritableRecords;
  /** Ends with exit 1 or 7 where state that is kept elsewhere could not be brought there. */
  release(): Promise<void>;
}
