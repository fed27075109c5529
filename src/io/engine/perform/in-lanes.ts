import type { Manifest } from "../../../core/model/manifest.ts";
import type { Operation } from "../../../core/plan/operation.ts";
import type { Lane, Step } from "./units.ts";
import { LaneQueue } from "./lane-queue.ts";

/** Steps of different accounts that travel in one `perform`. */
export type Batch = readonly Step[];

/**
 * Runs lanes side by side with at most `concurrency` batches in flight, starting none once `stopped()`. A batch holds the next steps of several
 * lanes where the vendor takes that verb in bulk. Waits for everything that was started; then rejects with the first defect of a task, if any.
 */
export async function inLanes(
  lanes: readonly Lane[],
  manifest: Manifest,
  stopped: () => boolean,
  run: (batch: Batch) => Promise<void>,
): Promise<void> {
  const waiting = new LaneQueue();
  for (const steps of lanes) waiting.add({ steps, next: 0 });
  const defects: unknown[] = [];
  const inFlight = new Set<Promise<void>>();
  const start = (onEnd: () => void): void => {
    const chosen = waiting.take((verb) => batchSize(verb, manifest));
    const task = run(chosen.map((lane) => lane.steps[lane.next]!))
      .catch((error: unknown) => void defects.push(error))
      .finally(() => {
        inFlight.delete(task);
        for (const lane of chosen) waiting.add({ steps: lane.steps, next: lane.next + 1 });
        onEnd();
      });
    inFlight.add(task);
  };
  await new Promise<void>((resolve) => {
    const go = (): void => {
      while (waiting.size > 0 && inFlight.size < Math.max(1, manifest.concurrency) && !stopped() && defects.length === 0) start(go);
      if (inFlight.size === 0) resolve();
    };
    go();
  });
  if (defects.length > 0) throw defects[0];
}

const batchSize = (verb: Operation["verb"], manifest: Manifest): number =>
  verb === "adopt" || verb === "record" ? 1 : (manifest.verbs[verb]?.batch ?? 1);
