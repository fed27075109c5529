import type { OperationOutcome } from "../engine.ts";
import type { Operation } from "../plan/operation.ts";

/**
 * Gains that wait for something in another app (`after`). An engine with a stack an app registers each app's next state before it knows what
 * becomes of the others, so what another app is only about to do is left to the next run, which finds it there; what is not coming is skipped, as
 * everywhere.
 */
export function withoutWaiting(operations: readonly Operation[]): { ready: Operation[]; waiting: OperationOutcome[] } {
  const ready: Operation[] = [];
  const waiting: OperationOutcome[] = [];
  for (const o of operations) {
    const [wait] = o.waits ?? [];
    if (!wait) ready.push(o);
    else if (wait.operation !== null) waiting.push({ id: o.id, status: "pending", note: `waits for ${wait.for}; the next run goes on` });
    else waiting.push({ id: o.id, status: "skipped", fault: { kind: "skipped", message: `waits for ${wait.for}: ${wait.why}` } });
  }
  return { ready, waiting };
}
