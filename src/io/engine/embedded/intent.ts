import type { AppState } from "../../../core/model/state.ts";
import type { Operation } from "../../../core/plan/operation.ts";

/**
 * State without the intents of stops that were never sent, as `before` has them: such a stop is not ours, and whoever stops the account
 * meanwhile must not be undone in our name (law 4).
 */
export function withdrawUnsent(state: AppState, before: AppState, operations: readonly Operation[], sent: ReadonlySet<string>): AppState {
  const accounts = new Map(state.accounts);
  for (const { id, verb, person } of operations) {
    if ((verb !== "suspend" && verb !== "delete") || sent.has(id) || person === null) continue;
    const record = accounts.get(person);
    const known = before.accounts.get(person);
    if (record && known) accounts.set(person, { ...record, inputs: { ...record.inputs, status: known.inputs.status } });
  }
  return { ...state, accounts };
}
