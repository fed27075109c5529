import { refKey } from "../../../core/model/observed.ts";
import type { Manifest } from "../../../core/model/manifest.ts";
import type { Operation } from "../../../core/plan/operation.ts";

/** Operations that become one call: one, or the updates of one account. */
export type Step = readonly Operation[];
/** Steps of different accounts that travel in one `perform`. */
export type Batch = readonly Step[];
/** Steps of one account, in the order in which they have to follow each other. */
type Lane = readonly Step[];

/**
 * The work of one phase by account (or group): what concerns one object follows in order, so that two writes never race on it; updates that
 * follow each other become one step.
 */
export function lanesOf(operations: readonly Operation[]): Lane[] {
  const lanes = new Map<string, Operation[][]>();
  for (const operation of operations) {
    const key = operation.person ?? (operation.ref ? refKey(operation.ref) : operation.target);
    const lane = lanes.get(key);
    const last = lane?.at(-1);
    if (!lane) lanes.set(key, [[operation]]);
    else if (operation.verb === "update" && last?.[0]?.verb === "update") last.push(operation);
    else lane.push([operation]);
  }
  return [...lanes.values()];
}

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
  const waiting = lanes.filter((lane) => lane.length > 0).map((steps) => ({ steps, next: 0 }));
  const inFlight = new Set<Promise<void>>();
  const defects: unknown[] = [];
  const start = (): void => {
    const first = waiting.shift()!;
    const verb = verbOf(first.steps[first.next]!);
    const chosen = [first];
    const size = batchSize(verb, manifest);
    for (let i = 0; i < waiting.length && chosen.length < size;) {
      const lane = waiting[i]!;
      if (verbOf(lane.steps[lane.next]!) === verb) chosen.push(...waiting.splice(i, 1));
      else i++;
    }
    const task = run(chosen.map((lane) => lane.steps[lane.next]!))
      .catch((error: unknown) => void defects.push(error))
      .finally(() => {
        inFlight.delete(task);
        for (const lane of chosen) if (++lane.next < lane.steps.length) waiting.push(lane);
      });
    inFlight.add(task);
  };
  while (waiting.length > 0 || inFlight.size > 0) {
    while (waiting.length > 0 && inFlight.size < Math.max(1, manifest.concurrency) && !stopped() && defects.length === 0) start();
    if (inFlight.size === 0) break;
    await Promise.race(inFlight);
  }
  if (defects.length > 0) throw defects[0];
}

const verbOf = (step: Step): Operation["verb"] => step[0]!.verb;

const batchSize = (verb: Operation["verb"], manifest: Manifest): number =>
  verb === "adopt" || verb === "record" ? 1 : (manifest.verbs[verb]?.batch ?? 1);
