import { refKey } from "../../../core/model/observed.ts";
import type { Manifest } from "../../../core/model/manifest.ts";
import type { Operation } from "../../../core/plan/operation.ts";

/** Operations that become one call: one, or the updates of one account. */
export type Step = readonly Operation[];
/** Steps that travel in one `perform`. */
export type Batch = readonly Step[];
/** Batches that follow each other; units run side by side. */
export type Unit = readonly Batch[];

/**
 * The work of one phase. Operations of one account follow each other, so that two writes never race on one object; accounts run side by
 * side. Verbs that the vendor takes in bulk are gathered into batches of the size the manifest declares.
 */
export function unitsOf(operations: readonly Operation[], manifest: Manifest): Unit[] {
  const bulk = new Map<string, Operation[]>();
  const lanes = new Map<string, Operation[][]>();
  for (const operation of operations) {
    const size = batchSize(operation, manifest);
    if (size > 1) {
      bulk.set(operation.verb, [...(bulk.get(operation.verb) ?? []), operation]);
      continue;
    }
    const key = operation.person ?? (operation.ref ? refKey(operation.ref) : operation.target);
    const lane = lanes.get(key) ?? [];
    if (lane.length === 0) lanes.set(key, lane);
    const last = lane.at(-1);
    if (operation.verb === "update" && last?.[0]?.verb === "update") last.push(operation);
    else lane.push([operation]);
  }
  const units: Unit[] = [];
  for (const gathered of bulk.values()) {
    const size = batchSize(gathered[0]!, manifest);
    for (let i = 0; i < gathered.length; i += size) units.push([gathered.slice(i, i + size).map((o) => [o])]);
  }
  for (const lane of lanes.values()) units.push(lane.map((step) => [step]));
  return units;
}

const batchSize = (o: Operation, manifest: Manifest): number => (o.verb === "adopt" || o.verb === "record" ? 1 : (manifest.verbs[o.verb]?.batch ?? 1));

/** Runs tasks with at most `width` in flight, starting no new one once `stopped()`. Never rejects: tasks deal with their own errors. */
export async function inParallel<T>(items: readonly T[], width: number, stopped: () => boolean, run: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length && !stopped()) await run(items[next++]!);
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(width, items.length)) }, worker));
}
