import type { OperationOutcome } from "../engine.ts";
import type { Operation } from "../plan/operation.ts";
import type { RecordedOperation, Warrant } from "./record.ts";

/**
 * What a record keeps of one operation: what was to be done and why, by whose word, and what became of it. `outcome` is redacted; the account is
 * the one that it told, else the one that was known before.
 */
export function recordedOperation(
  operation: Operation,
  outcome: OperationOutcome,
  warrant: Warrant,
  reread: RecordedOperation["reread"],
): RecordedOperation {
  const { id, app, person, verb, target, before, after, origin, admin } = operation;
  const ref = outcome.ref ?? operation.ref;
  const lines = operation.because.flatMap((b) => [b.origin, ...(b.via ?? []).map((v) => v.origin)]).map((o) => `${o.file}:${o.line}`);
  return {
    id,
    app,
    person,
    verb,
    target,
    before,
    after,
    login: outcome.login ?? operation.login,
    ref: ref === null ? null : `${ref.kind}:${ref.id}`,
    origin,
    admin,
    because: [...new Set(lines)],
    by: warrant,
    outcome: outcome.status,
    request: outcome.request ?? null,
    fault: outcome.fault === undefined ? null : `${outcome.fault.kind}: ${outcome.fault.message}`,
    reread,
  };
}
