import type { OperationOutcome } from "../../../core/engine.ts";
import type { Operation } from "../../../core/plan/operation.ts";
import { succeeded } from "../perform/outcome.ts";
import type { RunControl } from "./ports.ts";

/**
 * What becomes of an operation that waits for something in another app (`after`) which did not come about, or null where it may go on. Its
 * account being under way there, it is pending; else it is skipped. Either way the next run finds it again.
 */
export function unmet({ waits }: Operation, control: RunControl): Omit<OperationOutcome, "id"> | null {
  for (const wait of waits ?? []) {
    const outcome = wait.operation === null ? undefined : control.outcomeOf?.(wait.operation);
    if (succeeded(outcome)) continue;
    if (outcome?.status === "invited" || outcome?.status === "pending") {
      const how = outcome.status === "invited" ? "invited there, not accepted yet" : "under way there";
      return { status: "pending", note: `waits for ${wait.for}: ${how}` };
    }
    const why = outcome
      ? (outcome.fault?.message ?? outcome.note ?? outcome.status)
      : wait.operation === null
        ? wait.why
        : "it was not tried";
    return { status: "skipped", fault: { kind: "skipped", message: `waits for ${wait.for}: ${why}` } };
  }
  return null;
}
