import type { Outcome } from "../../../connector/contract.ts";
import type { OperationOutcome } from "../../../core/engine.ts";
import type { Operation } from "../../../core/plan/operation.ts";

export const succeeded = (o: OperationOutcome | undefined): boolean => o?.status === "done" || o?.status === "already";

/** For a call that the connector left out of its answer. */
export const noAnswer: Outcome = { status: "failed", fault: { kind: "invalid", message: "the connector gave no answer for this call" } };

/** Whether nothing was sent because rollcall is being stopped. */
export const isInterrupted = (o: Outcome): boolean => o.status === "failed" && o.fault.kind === "interrupted";

/** A connector's outcome as the operation's, with every text redacted. The handle of what is under way becomes the note, for state. */
export function toOutcome(
  { id, app, target }: Pick<Operation, "id" | "app" | "target">,
  outcome: Outcome,
  redact: (text: string) => string,
): OperationOutcome {
  const request = "request" in outcome && outcome.request !== undefined ? { request: outcome.request } : {};
  switch (outcome.status) {
    case "failed": {
      const { kind, message, request: failed, managedElsewhere } = outcome.fault;
      const fix = managedElsewhere ? `; ${elsewhere(app, target)}` : "";
      return {
        id,
        status: "failed",
        fault: { kind, message: `${redact(message)}${fix}` },
        ...(failed === undefined ? {} : { request: failed }),
      };
    }
    case "human":
      return { id, status: "human", note: redact(outcome.task) };
    case "pending":
      return { id, status: "pending", note: outcome.handle, ...(outcome.ref ? { ref: outcome.ref } : {}), ...request };
    case "invited":
      return { id, status: "invited", note: outcome.handle, ref: outcome.ref, ...named(outcome), ...request };
    default: {
      const note = outcome.note === undefined ? {} : { note: redact(outcome.note) };
      return { id, status: outcome.status, ...(outcome.ref ? { ref: outcome.ref } : {}), ...named(outcome), ...request, ...note };
    }
  }
}

const named = (o: { readonly login?: string }): { login?: string } => (o.login === undefined ? {} : { login: o.login });

/** What to do where the vendor lets another system alone write: say so in the app's file, and two writers are one. */
const elsewhere = (app: string, target: string): string =>
  `another system manages it: name its app under provisioned-by in identities/apps/${app}.yaml${target === "account" ? "" : `, and what carries ${target} there under through`}`;
