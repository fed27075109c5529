import type { AccountRecord, AppState } from "../model/state.ts";
import type { JournalEntry } from "./journal.ts";

/**
 * State of an app under the key that it has now (`formerly` on an app). Everything that names the app follows from the key: stack, URNs and
 * ids are made of it when the state is written.
 */
export function renameApp(state: AppState, app: string): AppState {
  if (state.app === app) return state;
  return { ...state, app, accounts: new Map([...state.accounts].map(([person, record]) => [person, renamedRecord(record, app)])) };
}

/** An entry of the journal under the key that the app has now. Ids of operations stay: they only tie an end to its begin. */
export function renameEntry(entry: JournalEntry, app: string): JournalEntry {
  if (entry.type !== "begin" || entry.operation.app === app) return entry;
  const { next } = entry.operation;
  return { ...entry, operation: { ...entry.operation, app, ...(next ? { next: renamedRecord(next, app) } : {}) } };
}

const renamedRecord = (record: AccountRecord, app: string): AccountRecord => ({ ...record, inputs: { ...record.inputs, app } });
