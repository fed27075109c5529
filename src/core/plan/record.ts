import { compareText } from "../diagnostic.ts";
import { type ObservedAccount, refKey, sameRef } from "../model/observed.ts";
import type { AccountRecord } from "../model/state.ts";
import type { AccountCase } from "./account-case.ts";
import { stoppedByRollcall } from "./decide.ts";
import type { Draft } from "./draft.ts";

/**
 * Brings state up to what was seen, before anything is written: adoptions, new logins, accepted invitations, edges that became ours. Never
 * in the digest of changes, and never a call to the vendor.
 */
export function keepRecord(draft: Draft, c: AccountCase, account: ObservedAccount | null, owned: Readonly<Record<string, string>>): void {
  const known = nextRecord(draft, c, account, owned);
  if (c.stored && c.formerKey === undefined && sameRecord(c.stored, known)) return;
  const next = tidy(known);
  draft.add({
    verb: c.stored ? "record" : "adopt",
    person: c.desired.person,
    account,
    ref: next.ref,
    target: "account",
    before: c.formerKey ?? c.stored?.status ?? null,
    after: next.status,
    because: c.desired.because,
    evidence: account ? { kind: "seen" } : c.decision.evidence,
    origin: "change",
    next,
    ...(c.formerKey === undefined ? {} : { formerKey: c.formerKey }),
  });
}

function nextRecord(draft: Draft, c: AccountCase, account: ObservedAccount | null, owned: Readonly<Record<string, string>>): AccountRecord {
  const { desired, record } = c;
  const status = statusOf(account, record);
  const stopped = status === "suspended" || status === "absent";
  const ours = stopped && record !== undefined && stoppedByRollcall(record);
  const login = account?.login ?? record?.login;
  return {
    person: desired.person,
    inputs: {
      app: draft.app.key,
      person: desired.person,
      status: stopped
        ? ours
          ? stopOf(desired.status, status, record)
          : "active"
        : desired.status === "active"
          ? "active"
          : (record?.inputs.status ?? "active"),
      attributes: appliedAttributes(c, account),
      grants: appliedGrants(c, owned),
    },
    ref: refOf(draft, account, record),
    ...(login === undefined ? {} : { login }),
    status,
    stoppedByUs: ours,
    owned,
    ...(status === "pending"
      ? { pending: record?.pending ?? { handle: refKey(account!.ref), since: account!.since ?? `${c.today}T00:00:00Z`, attempts: 1 } }
      : {}),
    steps: stopped ? stepsOf(c, status, record) : {},
    ...(c.assignments === undefined ? {} : { assignments: c.assignments }),
  };
}

function statusOf(account: ObservedAccount | null, record: AccountRecord | undefined): AccountRecord["status"] {
  if (account === null || account.status === "expired") return "absent";
  return account.status === "unknown" ? (record?.status ?? "active") : account.status;
}

/** What was done and no list shows. A deletion whose outcome was lost with the machine happened on this day at the latest. */
function stepsOf(c: AccountCase, status: AccountRecord["status"], record: AccountRecord | undefined): AccountRecord["steps"] {
  const steps = record?.steps ?? {};
  const lost = status === "absent" && record?.inputs.status === "absent" && steps["delete"] === undefined;
  return lost ? { ...steps, delete: c.today } : steps;
}

/** The stop that was last applied, for an account that rollcall stopped: as the files want it where the world is so, else as it was. */
function stopOf(desired: AccountRecord["inputs"]["status"], status: "suspended" | "absent", record: AccountRecord): "suspended" | "absent" {
  const applied = record.inputs.status;
  return desired === status || applied === "active" ? status : applied;
}

/** An invitation's own id gives way to the account's, never the other way round. */
function refOf(draft: Draft, account: ObservedAccount | null, record: AccountRecord | undefined): AccountRecord["ref"] {
  const [main] = draft.manifest.kinds;
  if (!account || (record && account.status === "pending" && account.ref.kind !== main && record.ref.kind === main)) return record!.ref;
  return account.ref;
}

/** Attributes last applied, and those that the vendor shows as they are wanted. */
function appliedAttributes(c: AccountCase, account: ObservedAccount | null): Texts {
  const before = c.record?.inputs.attributes ?? {};
  const news = Object.entries(c.attributes).filter(([name, value]) => account?.attributes[name] === value && before[name] !== value);
  return news.length === 0 ? before : { ...before, ...Object.fromEntries(news) };
}

/** Grants last applied: what was, as far as it is still wanted or held, and what is held now as wanted. */
function appliedGrants(c: AccountCase, owned: Texts): Texts {
  const before = c.record?.inputs.grants ?? {};
  const names = Object.keys(before);
  const kept = names.filter((name) => c.levels[name] !== undefined || owned[name] !== undefined);
  const now = Object.entries(owned).filter(([name, level]) => c.levels[name] === level && before[name] !== level);
  if (kept.length === names.length && now.length === 0) return before;
  return Object.fromEntries([...kept.map((name): [string, string] => [name, before[name]!]), ...now]);
}

type Texts = Readonly<Record<string, string>>;

/** With every map sorted by name, as it is written. */
const tidy = (r: AccountRecord): AccountRecord => ({
  ...r,
  inputs: { ...r.inputs, attributes: sortKeys(r.inputs.attributes), grants: sortKeys(r.inputs.grants) },
  owned: sortKeys(r.owned),
  steps: sortKeys(r.steps),
});

const sortKeys = (values: Texts): Record<string, string> =>
  Object.fromEntries(Object.entries(values).sort(([a], [b]) => compareText(a, b)));

/** Equal in everything, whatever the order of names. */
const sameRecord = (a: AccountRecord, b: AccountRecord): boolean =>
  a.person === b.person &&
  a.inputs.app === b.inputs.app &&
  a.inputs.person === b.inputs.person &&
  a.inputs.status === b.inputs.status &&
  sameTexts(a.inputs.attributes, b.inputs.attributes) &&
  sameTexts(a.inputs.grants, b.inputs.grants) &&
  sameRef(a.ref, b.ref) &&
  a.login === b.login &&
  a.status === b.status &&
  a.stoppedByUs === b.stoppedByUs &&
  sameTexts(a.owned, b.owned) &&
  a.pending?.handle === b.pending?.handle &&
  a.pending?.since === b.pending?.since &&
  a.pending?.attempts === b.pending?.attempts &&
  sameTexts(a.steps, b.steps) &&
  sameAssignments(a.assignments, b.assignments);

function sameAssignments(a: AccountRecord["assignments"] = {}, b: AccountRecord["assignments"] = {}): boolean {
  const names = Object.keys(a);
  const same = (name: string): boolean => a[name]?.held === b[name]?.held && a[name]?.since === b[name]?.since;
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && same(name));
}

function sameTexts(a: Texts, b: Texts): boolean {
  if (a === b) return true;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && a[name] === b[name]);
}
