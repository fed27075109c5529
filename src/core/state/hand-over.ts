import { z } from "zod";
import type { Snapshot } from "../model/observed.ts";
import { leavingOf } from "../plan/leaving.ts";
import type { Operation } from "../plan/operation.ts";
import { type JournalOperation, journalOperation, operation } from "./journal.ts";
import { entitlement, login, ref, stateKey } from "./record.schema.ts";
import type { AppState } from "../model/state.ts";

/**
 * What a program tells the providers of its run: the very operations of its plan that may be carried out, and the ids behind the names they
 * use. Names alone travel in inputs; ids and payloads would have no business in state.
 */
export interface HandOver {
  readonly app: string;
  /** The organisation's day, YYYY-MM-DD. */
  readonly day: string;
  /** The vendor's name of the tenant the plan was made for. */
  readonly tenant?: string;
  /** In order of execution. */
  readonly operations: readonly JournalOperation[];
  /** Groups that were seen, by entitlement. */
  readonly groups: ReadonlyMap<string, z.infer<typeof ref>>;
  /** Accounts that operations name beside their own: who takes over from a leaver. */
  readonly accounts: ReadonlyMap<string, { readonly ref: z.infer<typeof ref>; readonly login?: string }>;
  /** By group that is to be deleted: the operations by which its members leave. */
  readonly leaving: ReadonlyMap<string, readonly string[]>;
}

export function handOverOf(state: AppState, snapshot: Snapshot, operations: readonly Operation[], day: string): HandOver {
  const heirs = operations.flatMap((o) => (o.verb === "transfer" && o.after !== null ? [o.after] : []));
  const leaving = (): ReadonlyMap<string, readonly string[]> => leavingOf({ operations, snapshot });
  const deleted = operations.flatMap((o) => (o.verb === "deleteGroup" ? [o.target] : []));
  return {
    app: state.app,
    day,
    ...(snapshot.tenant ? { tenant: snapshot.tenant.tenant } : {}),
    operations: operations.map(journalOperation),
    groups: new Map(snapshot.groups.map((g) => [g.entitlement, g.ref])),
    accounts: new Map(
      [...new Set(heirs)].flatMap((person) => {
        // An heir that this run takes into state is known by the operation that does so.
        const record = operations.find((o) => o.person === person && o.next)?.next ?? state.accounts.get(person);
        return record
          ? [[person, record.login === undefined ? { ref: record.ref } : { ref: record.ref, login: record.login }] as const]
          : [];
      }),
    ),
    leaving: new Map(deleted.length === 0 ? [] : deleted.map((name) => [name, leaving().get(name) ?? []])),
  };
}

export const handOverText = (h: HandOver): string =>
  `${JSON.stringify({ version: 1, ...h, groups: Object.fromEntries(h.groups), accounts: Object.fromEntries(h.accounts), leaving: Object.fromEntries(h.leaving) })}\n`;

const shape = z.strictObject({
  version: z.literal(1),
  app: stateKey,
  day: z.iso.date(),
  tenant: z.string().optional(),
  operations: z.array(operation),
  groups: z.record(entitlement, ref),
  accounts: z.record(stateKey, z.strictObject({ ref, login: login.optional() })),
  leaving: z.record(entitlement, z.array(z.string())),
});

/** Throws an Error that says what is wrong with the text. */
export function parseHandOver(text: string): HandOver {
  const parsed = shape.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`what the program handed over cannot be read: ${z.prettifyError(parsed.error)}`);
  const { version: _, groups, accounts, leaving, ...rest } = parsed.data;
  return {
    ...rest,
    groups: new Map(Object.entries(groups)),
    accounts: new Map(Object.entries(accounts)),
    leaving: new Map(Object.entries(leaving)),
  } as HandOver; // zod's optional fields admit undefined, which JSON cannot hold
}
