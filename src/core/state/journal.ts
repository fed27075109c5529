import { z } from "zod";
import type { OperationOutcome } from "../engine.ts";
import { verbs } from "../model/manifest.ts";
import type { AppState } from "../model/state.ts";
import type { Operation } from "../plan/operation.ts";
import { takeIntent, takeOutcome } from "./apply-outcome.ts";
import { StateDraft } from "./draft.ts";
import { accountRecord, attributes, carrier, entitlement, login, ref, stateKey } from "./record.schema.ts";

/**
 * What of an operation the journal keeps: what to do and to whom. Why it is done stands in the plan and the records. A create carries the
 * attributes that it applies, every other verb its own change, so that no copy of the wished account is needed to fold it into state.
 */
export type JournalOperation = Pick<
  Operation,
  "id" | "app" | "person" | "verb" | "target" | "ref" | "login" | "before" | "after" | "payload" | "next" | "formerKey" | "carries"
>;

/** `seq` counts up through the file; `at` is RFC 3339 in UTC; `day` is the organisation's. */
export type JournalEntry =
  /** On disk before the call is sent. */
  | {
      readonly seq: number;
      readonly run: string;
      readonly at: string;
      readonly day: string;
      readonly type: "begin";
      readonly operation: JournalOperation;
    }
  /** On disk before the outcome is believed. `of` is the `seq` of its begin. */
  | {
      readonly seq: number;
      readonly run: string;
      readonly at: string;
      readonly day: string;
      readonly type: "end";
      readonly of: number;
      readonly outcome: OperationOutcome;
    }
  /** Everything up to `upTo` is in the checkpoint: it is not folded again. */
  | {
      readonly seq: number;
      readonly run: string;
      readonly at: string;
      readonly day: string;
      readonly type: "saved";
      readonly upTo: number;
    };

/** Number of the last entry that a checkpoint is known to hold; 0 where none is. */
export const savedUpTo = (entries: readonly JournalEntry[]): number =>
  entries.reduce((upTo, e) => (e.type === "saved" ? Math.max(upTo, e.upTo) : upTo), 0);

/** The part of an operation that the journal keeps, with nothing undefined in it. */
export function journalOperation(o: JournalOperation): JournalOperation {
  return {
    id: o.id,
    app: o.app,
    person: o.person,
    verb: o.verb,
    target: o.target,
    ref: o.ref,
    login: o.login,
    before: o.before,
    after: o.after,
    ...(o.payload === undefined ? {} : { payload: o.payload }),
    ...(o.next === undefined ? {} : { next: o.next }),
    ...(o.formerKey === undefined ? {} : { formerKey: o.formerKey }),
    ...(o.carries === undefined ? {} : { carries: o.carries }),
  };
}

/**
 * State as the journal says it is: finished outcomes that no checkpoint has yet, in the order in which they were finished, and the intent of
 * stops that were begun and whose outcome is not known (law 9). Everything else that was begun is found in the world.
 */
export function fold(state: AppState, entries: readonly JournalEntry[]): AppState {
  const saved = savedUpTo(entries);
  const begun = new Map<number, JournalOperation>();
  const draft = new StateDraft(state);
  for (const entry of entries) {
    if (entry.type === "begin") {
      begun.set(entry.seq, entry.operation);
      if (entry.seq > saved) takeIntent(draft, entry.operation);
    } else if (entry.type === "end") {
      const operation = begun.get(entry.of);
      if (operation && entry.seq > saved) takeOutcome(draft, operation, entry.outcome, entry);
    }
  }
  return draft.state();
}

const text = z.string().max(100_000);
const count = z.number().int().min(0);
const head = { seq: count.min(1), run: z.string().min(1).max(200), at: z.iso.datetime({ offset: true }), day: z.iso.date() };

/** Shape of a JournalOperation, for whoever is handed one in a file. */
export const operation = z.strictObject({
  id: text,
  app: stateKey,
  person: stateKey.nullable(),
  verb: z.enum([...verbs, "adopt", "record"]),
  target: z.union([z.literal("account"), entitlement]),
  ref: ref.nullable(),
  login: login.nullable(),
  before: text.nullable(),
  after: text.nullable(),
  payload: z
    .strictObject({
      name: text,
      email: text.optional(),
      login: login.optional(),
      id: text.optional(),
      attributes,
      grants: z.record(entitlement, text),
      attempts: count,
      previous: text.optional(),
      description: text.optional(),
    })
    .optional(),
  next: accountRecord.optional(),
  formerKey: stateKey.optional(),
  carries: z.array(z.strictObject({ through: carrier, gives: text })).optional(),
});

const outcome = z.strictObject({
  id: text,
  status: z.enum(["done", "already", "invited", "pending", "human", "failed", "skipped", "refused"]),
  ref: ref.optional(),
  login: login.optional(),
  request: text.optional(),
  fault: z.strictObject({ kind: text, message: text }).optional(),
  note: text.optional(),
});

const entryShape = z.discriminatedUnion("type", [
  z.strictObject({ ...head, type: z.literal("begin"), operation }),
  z.strictObject({ ...head, type: z.literal("end"), of: count, outcome }),
  z.strictObject({ ...head, type: z.literal("saved"), upTo: count }),
]);

export type JournalReading =
  | {
      readonly kind: "read";
      readonly entries: readonly JournalEntry[];
      /** Length in UTF-16 units of the text up to the end of its last whole line: what follows was torn by a crash and never acknowledged. */
      readonly whole: number;
    }
  | { readonly kind: "corrupt"; readonly line: number; readonly why: string };

/**
 * The entries of a journal's text. A last line without its line feed was being written when the machine stopped; nothing was done on its
 * strength, so it is left out. Any other line that does not fit is damage, and is said. `apps`: the app's key, and those that it had before.
 */
export function parseJournal(source: string, apps: readonly string[]): JournalReading {
  const whole = source.lastIndexOf("\n") + 1;
  const lines = whole === 0 ? [] : source.slice(0, whole - 1).split("\n");
  const entries: JournalEntry[] = [];
  let last = 0;
  const begun = new Map<number, string>();
  for (const [i, line] of lines.entries()) {
    const corrupt = (why: string): JournalReading => ({ kind: "corrupt", line: i + 1, why });
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch (error) {
      if (error instanceof SyntaxError) return corrupt("it is not JSON");
      throw error;
    }
    const parsed = entryShape.safeParse(json);
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!;
      return corrupt(`${issue.path.join(".") || "entry"}: ${issue.message}`);
    }
    const entry = parsed.data as JournalEntry; // zod's optional fields admit undefined, which JSON cannot hold
    if (entry.seq <= last) return corrupt("its number does not count up");
    last = entry.seq;
    if (entry.type === "begin") {
      if (!apps.includes(entry.operation.app)) return corrupt(`it is about the app ${entry.operation.app}`);
      begun.set(entry.seq, entry.operation.id);
    } else if (entry.type === "end" && begun.get(entry.of) !== entry.outcome.id) return corrupt("it ends an operation that was not begun");
    entries.push(entry);
  }
  return { kind: "read", entries, whole };
}
