import type { OperationOutcome } from "../engine.ts";
import { compareText } from "../diagnostic.ts";
import { refKey } from "../model/observed.ts";
import type { AccountInputs, AccountRecord, AppState } from "../model/state.ts";
import type { Operation } from "../plan/operation.ts";
import { StateDraft } from "./draft.ts";

/** What of an operation matters to state; every Operation is one. */
export type StatefulOperation = Pick<
  Operation,
  "app" | "person" | "verb" | "target" | "ref" | "login" | "before" | "after" | "payload" | "next" | "formerKey" | "carries"
>;

/** When an operation came to its end. */
export interface When {
  readonly day: string;
  readonly at: string;
}

/**
 * What one outcome means for state. The only place that says so: the executor and the recovery from the journal both use it. It changes
 * nothing but the draft, and applied twice it says what it says once. `when`: the organisation's day on which it happened, YYYY-MM-DD, and the
 * moment, RFC 3339.
 *
 * | verb | done, already | invited, pending |
 * |---|---|---|
 * | adopt, record | the record as the plan has it | |
 * | create | a new record, active | a record that waits; nothing where no ref is known yet |
 * | update | the attribute was applied | |
 * | grant | the edge is ours, at its level; where it carries another app, since now | the edge will be ours |
 * | revoke | the edge is gone, or ours at the lower level; where it carried another app, since now | |
 * | suspend, delete | stopped by us; delete drops what it held | the intent, as before the call |
 * | restore | active, the steps of the stop are forgotten | |
 * | endSessions, revokeCredentials, transfer | the step is done on `day` | |
 * | createGroup, updateGroup, deleteGroup | the group is known, known otherwise, forgotten | |
 *
 * Other outcomes change nothing: what was not done is found again by the next run.
 */
export function takeOutcome(draft: StateDraft, operation: StatefulOperation, outcome: OperationOutcome, when: When): void {
  const done = outcome.status === "done" || outcome.status === "already";
  const waits = outcome.status === "invited" || outcome.status === "pending";
  if (!done && !waits) return;
  switch (operation.verb) {
    case "adopt":
    case "record":
      if (done && operation.next) draft.putAccount(operation.next, operation.formerKey);
      return;
    case "create":
      return takeCreated(draft, operation, outcome, done, when.day);
    case "createGroup":
    case "updateGroup":
      if (done) takeGroup(draft, operation, outcome);
      return;
    case "deleteGroup":
      if (done) draft.dropGroup(operation.target);
      return;
    case "suspend":
    case "delete":
      return waits ? takeIntent(draft, operation) : takeChange(draft, operation, done, when);
    default:
      return takeChange(draft, operation, done, when);
  }
}

/** The same for one outcome of a state that is not being drafted. */
export function applyOutcome(state: AppState, operation: StatefulOperation, outcome: OperationOutcome, when: When): AppState {
  const draft = new StateDraft(state);
  takeOutcome(draft, operation, outcome, when);
  return draft.state();
}

function takeChange(draft: StateDraft, operation: StatefulOperation, done: boolean, when: When): void {
  const record = recordOf(draft, operation);
  if (!record) return;
  if (done) draft.putAccount(changed(record, operation, when));
  else if (operation.verb === "grant") draft.putAccount(owning(record, operation));
}

/**
 * State as it has to be on disk before a stop is sent: its intent, so that a stop whose answer is lost with the machine is known to be ours
 * (law 9). Other operations change nothing.
 */
export function takeIntent(draft: StateDraft, operation: StatefulOperation): void {
  if (operation.verb !== "suspend" && operation.verb !== "delete") return;
  const record = recordOf(draft, operation);
  if (record) draft.putAccount({ ...record, inputs: { ...record.inputs, status: operation.verb === "delete" ? "absent" : "suspended" } });
}

function changed(record: AccountRecord, o: StatefulOperation, { day, at }: When): AccountRecord {
  const inputs = (change: Partial<AccountInputs>): AccountInputs => ({ ...record.inputs, ...change });
  switch (o.verb) {
    case "update":
      return { ...record, inputs: inputs({ attributes: put(record.inputs.attributes, o.target, o.after) }) };
    case "grant":
      return {
        ...owning(record, o),
        inputs: inputs({ grants: put(record.inputs.grants, o.target, o.after ?? "") }),
        ...turned(record, o.carries?.map((c) => c.through) ?? [], true, at),
      };
    case "revoke":
      return {
        ...record,
        owned: put(record.owned, o.target, o.after),
        inputs: inputs({ grants: put(record.inputs.grants, o.target, o.after) }),
        ...turned(record, o.carries?.map((c) => c.through) ?? [], false, at),
      };
    case "suspend":
      return { ...settled(record), status: "suspended", stoppedByUs: true, inputs: inputs({ status: "suspended" }) };
    case "delete":
      // What it held went with it.
      return {
        ...settled(record),
        status: "absent",
        stoppedByUs: true,
        owned: {},
        inputs: inputs({ status: "absent", grants: {} }),
        steps: put(record.steps, "delete", day),
        ...turned(record, Object.keys(record.assignments ?? {}), false, at),
      };
    case "restore":
      return { ...settled(record), status: "active", stoppedByUs: false, inputs: inputs({ status: "active" }), steps: {} };
    case "endSessions":
    case "revokeCredentials":
    case "transfer":
      return { ...record, steps: put(record.steps, o.verb, day) };
    default:
      return record;
  }
}

/** Edges that carry another app's access are there, or not, from now on; one that was so already keeps its time. */
function turned(record: AccountRecord, names: readonly string[], held: boolean, since: string): Pick<AccountRecord, "assignments"> {
  const news = names.filter((name) => record.assignments?.[name]?.held !== held);
  if (news.length === 0) return {};
  return { assignments: { ...record.assignments, ...Object.fromEntries(news.map((name) => [name, { held, since }])) } };
}

/** A made account begins with what the call carried; its grants follow as operations of their own. */
function takeCreated(draft: StateDraft, o: StatefulOperation, outcome: OperationOutcome, done: boolean, day: string): void {
  if (o.person === null || !outcome.ref) return;
  const login = outcome.login ?? o.payload?.login;
  draft.putAccount({
    person: o.person,
    inputs: { app: draft.app, person: o.person, status: "active", attributes: put(o.payload?.attributes ?? {}), grants: {} },
    ref: outcome.ref,
    ...(login === undefined ? {} : { login }),
    status: done ? "active" : "pending",
    stoppedByUs: false,
    owned: {},
    // The executor hands over the vendor's handle as the outcome's note.
    ...(done
      ? {}
      : { pending: { handle: outcome.note ?? refKey(outcome.ref), since: `${day}T00:00:00Z`, attempts: (o.payload?.attempts ?? 0) + 1 } }),
    steps: {},
  });
}

const owning = (record: AccountRecord, o: StatefulOperation): AccountRecord => ({
  ...record,
  owned: put(record.owned, o.target, o.after ?? ""),
});

function takeGroup(draft: StateDraft, o: StatefulOperation, outcome: OperationOutcome): void {
  const ref = outcome.ref ?? o.ref;
  if (!ref) return;
  const description = o.payload?.description;
  draft.putGroup({ entitlement: o.target, ref, ...(description === undefined ? {} : { description }) });
}

const recordOf = (draft: StateDraft, o: StatefulOperation): AccountRecord | undefined =>
  o.person === null ? undefined : draft.account(o.person);

/** Nothing is under way any more. */
function settled(record: AccountRecord): AccountRecord {
  const { pending: _, ...rest } = record;
  return rest;
}

/** Sorted copy with one entry set, or removed where `value` is null. */
function put(values: Readonly<Record<string, string>>, key?: string, value: string | null = null): Record<string, string> {
  const entries = Object.entries(values).filter(([name]) => name !== key);
  if (key !== undefined && value !== null) entries.push([key, value]);
  return Object.fromEntries(entries.sort(([a], [b]) => compareText(a, b)));
}
