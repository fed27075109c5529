import type { Call, Outcome, Tenant } from "../../../connector/contract.ts";
import { toFault } from "../../../connector/fault.ts";
import type { JournalOperation } from "../../../core/state/journal.ts";
import { isInterrupted, noAnswer } from "./outcome.ts";
import { resolveFault } from "./resolve.ts";

/** How long an answer that is `pending` is asked after before the next run has to: 6 times, 5 seconds apart. */
const polls = { times: 6, every: 5_000 };

/** What waiting for a vendor's answer needs of whoever waits. */
export interface Waiting {
  /** No more questions: the run was interrupted, or the app is lost. */
  stopped(): boolean;
  sleep(milliseconds: number): Promise<void>;
  onWait(seconds: number, why: string): void;
}

/** Sends calls of one verb. What is thrown says that nothing more is known: the same fault for every call of the batch. */
export async function send(tenant: Tenant, calls: readonly Call[]): Promise<readonly Outcome[]> {
  try {
    return await tenant.perform(calls);
  } catch (error) {
    const fault = toFault(error);
    return calls.map(() => ({ status: "failed", fault }));
  }
}

/** The outcome after the world was asked what a fault means, and after waiting a little for what the vendor still works on. Never throws. */
export async function conclude(
  tenant: Tenant,
  operation: JournalOperation,
  call: Call,
  answer: Outcome,
  waiting: Waiting,
): Promise<Outcome> {
  let outcome = answer;
  if (outcome.status === "failed") {
    const again = async (): Promise<Outcome> => (await tenant.perform([call]))[0] ?? noAnswer;
    try {
      outcome = await resolveFault(operation, call, outcome.fault, tenant, again);
    } catch (error) {
      outcome = otherwise(outcome, error);
    }
  }
  for (let i = 0; outcome.status === "pending" && tenant.poll && i < polls.times && !waiting.stopped(); i++) {
    waiting.onWait(polls.every / 1000, `${operation.verb} of ${operation.person ?? operation.target}`);
    await waiting.sleep(polls.every);
    try {
      outcome = await tenant.poll(outcome.handle);
    } catch (error) {
      outcome = otherwise(outcome, error);
    }
  }
  return outcome;
}

/** What a question that failed makes of an outcome; one that was interrupted makes nothing of it. */
function otherwise(outcome: Outcome, error: unknown): Outcome {
  const failed: Outcome = { status: "failed", fault: toFault(error) };
  return isInterrupted(failed) ? outcome : failed;
}
