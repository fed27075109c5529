import type { AppState } from "../../../core/model/state.ts";
import type { Operation } from "../../../core/plan/operation.ts";
import type { StateDraft } from "../../../core/state/draft.ts";

/**
 * Takes back the intents of stops that were never sent, to what `before` has: such a stop is not ours, and whoever stops the account
 * meanwhile must not be undone in our name (law 4).
 */
export function withdrawUnsent(draft: StateDraft, before: AppState, operations: readonly Operation[], sent: ReadonlySet<string>): void {
  for (const { id, verb, person } of operations) {
    if ((verb !== "suspend" && verb !== "delete") || sent.has(id) || person === null) continue;
    const record = draft.account(person);
    const known = before.accounts.get(person);
    if (record && known) draft.putAccount({ ...record, inputs: { ...record.inputs, status: known.inputs.status } });
  }
}
