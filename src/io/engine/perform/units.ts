import { refKey } from "../../../core/model/observed.ts";
import type { Operation } from "../../../core/plan/operation.ts";
import type { JournalOperation } from "../../../core/state/journal.ts";

/** Operations that become one call: one, or the updates of one account. */
export type Step<O extends JournalOperation = Operation> = readonly O[];
/** Steps of one account, in the order in which they have to follow each other. */
export type Lane<O extends JournalOperation = Operation> = readonly Step<O>[];

/**
 * The work of one phase by account (or group): what concerns one object follows in order, so that two writes never race on it; updates that
 * follow each other become one step.
 */
export function lanesOf<O extends JournalOperation>(operations: readonly O[]): Lane<O>[] {
  const lanes = new Map<string, O[][]>();
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
