import { compareText } from "../diagnostic.ts";
import type { DesiredAccount } from "../model/desired.ts";
import type { ObservedAccount } from "../model/observed.ts";
import { refKey } from "../model/observed.ts";
import type { AccountRecord } from "../model/state.ts";
import type { Decision } from "./decide.ts";
import type { Draft } from "./draft.ts";
import { type Levels, planEdges } from "./edges.ts";
import type { World } from "./evidence.ts";
import type { CauseKind } from "./operation.ts";

export interface AccountCase {
  readonly desired: DesiredAccount;
  /** Status, attributes and levels after the vendor's own rules. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly levels: Levels;
  readonly record: AccountRecord | undefined;
  /** Key under which state holds the record, where it is not the present one. */
  readonly formerKey: string | undefined;
  readonly decision: Decision;
  readonly joinsByEmail: boolean;
  readonly today: string;
}

/** Adds the operations that bring one account to what is wanted. */
export function planAccount(draft: Draft, world: World, c: AccountCase): void {
  const { decision, desired } = c;
  switch (decision.reaction) {
    case "nothing":
      return;
    case "create":
    case "invite-again":
      return planCreate(draft, world, c);
    case "restore":
      draft.add({
        verb: "restore",
        person: desired.person,
        account: decision.account,
        target: "account",
        before: "suspended",
        after: "active",
        because: desired.because,
        origin: "lifecycle",
        admin: decision.account!.admin,
      });
      return converge(draft, world, c, decision.account!);
    case "converge":
      return converge(draft, world, c, decision.account!);
    case "stop":
      return planStop(draft, world, c, decision.account!);
    case "delete":
      draft.add({
        verb: "delete",
        person: desired.person,
        account: decision.account,
        target: "account",
        before: "suspended",
        after: "absent",
        because: desired.because,
        origin: "lifecycle",
      });
      return keepRecord(draft, c, decision.account, c.record?.owned ?? {});
    case "stay-stopped":
      return stayStopped(draft, world, c);
  }
}

function planCreate(draft: Draft, world: World, c: AccountCase): void {
  const { desired, decision, record } = c;
  const { manifest, app } = draft;
  const login = desired.hint?.login;
  const needs = manifest.createNeeds;
  const reachable = needs === "nothing" || login !== undefined || desired.hint?.id !== undefined || (desired.email !== undefined && (needs === "email" || c.joinsByEmail));
  if (!reachable) {
    draft.tasks.push({
      app: app.key,
      person: desired.person,
      task:
        needs === "login"
          ? `ask ${desired.name} for the ${manifest.label} login and add accounts.${app.key}.login to the person's file; an invitation by e-mail could not be joined to the account later`
          : `add an e-mail address to the file of ${desired.name}: ${manifest.label} needs one to make an account`,
      because: desired.because,
    });
    return;
  }
  draft.add({
    verb: "create",
    person: desired.person,
    target: "account",
    account: decision.account,
    before: record && record.status !== "absent" ? record.status : null,
    after: "active",
    because: desired.because,
    evidence: decision.evidence,
    origin: record?.inputs.status === "active" ? "drift" : record ? "lifecycle" : "change",
    payload: {
      name: desired.name,
      ...(desired.email === undefined ? {} : { email: desired.email }),
      ...(login === undefined ? {} : { login }),
      ...(desired.hint?.id === undefined ? {} : { id: desired.hint.id }),
      attributes: c.attributes,
      grants: c.levels,
      attempts: record?.pending?.attempts ?? 0,
    },
  });
  planEdges(draft, world, null, desired, c.levels, undefined);
}

/** A found account that shall have access: attributes, edges, state. */
function converge(draft: Draft, world: World, c: AccountCase, account: ObservedAccount): void {
  const { desired, record } = c;
  // Edges of an invited account cannot be seen at most vendors; they are compared once it is accepted.
  if (account.status === "pending") return keepRecord(draft, c, account, record?.owned ?? {});
  for (const name of Object.keys(c.attributes).sort(compareText)) {
    const wanted = c.attributes[name]!;
    const seen = account.attributes[name];
    const applied = record?.inputs.attributes[name];
    if (seen === wanted || (seen === undefined && applied === wanted)) continue;
    draft.add({
      verb: "update",
      person: desired.person,
      account,
      target: name,
      before: seen ?? applied ?? null,
      after: wanted,
      because: desired.because.slice(0, 1),
      origin: applied === wanted ? "drift" : "change",
    });
  }
  const owned = planEdges(draft, world, account, desired, c.levels, record);
  keepRecord(draft, c, account, owned);
}

/** Stage 1 and 2 of a leaver: stop first, then sessions, tokens and what rollcall granted (DESIGN 8). */
function planStop(draft: Draft, world: World, c: AccountCase, account: ObservedAccount): void {
  const { desired } = c;
  const { manifest } = draft;
  const origin: CauseKind = desired.lifecycle === "unassigned" ? "change" : "lifecycle";
  const removes = manifest.stop === "delete" || account.status === "pending";
  const verb = removes ? "delete" : "suspend";
  draft.add({
    verb,
    person: desired.person,
    account,
    target: "account",
    before: account.status,
    after: removes ? "absent" : "suspended",
    because: desired.because,
    origin,
    admin: account.admin,
  });
  if (!removes) {
    steps(draft, c, account);
    planEdges(draft, world, account, desired, c.levels, c.record);
  }
  keepRecord(draft, c, account, c.record?.owned ?? {});
}

/** Access has ended already: the steps that no read can confirm, and edges that came back or were left. */
function stayStopped(draft: Draft, world: World, c: AccountCase): void {
  const { decision } = c;
  const { account } = decision;
  if (account && account.status !== "expired") {
    steps(draft, c, account);
    const owned = planEdges(draft, world, account, c.desired, c.levels, c.record);
    keepRecord(draft, c, account, owned);
  } else if (c.record) keepRecord(draft, c, null, {});
}

/** Sessions, tokens, ownership: done once for each stop, remembered in state because no list shows them. */
function steps(draft: Draft, c: AccountCase, account: ObservedAccount): void {
  const { desired, record } = c;
  const { manifest, app } = draft;
  if (desired.lifecycle === "leave") return; // assignments and tokens are kept: access is off
  const stages = [...manifest.leaver.stage1, ...manifest.leaver.stage2];
  for (const verb of stages) {
    if (verb !== "endSessions" && verb !== "revokeCredentials" && verb !== "transfer") continue;
    if (record?.steps[verb] !== undefined) continue;
    if (verb === "endSessions" && manifest.verbs.suspend?.endsSessions) continue;
    if (verb === "transfer" && app.leavers.transferTo === undefined) continue;
    draft.add({
      verb,
      person: desired.person,
      account,
      target: "account",
      before: null,
      after: verb === "transfer" ? app.leavers.transferTo! : "done",
      because: desired.because,
      origin: desired.lifecycle === "unassigned" ? "change" : "lifecycle",
    });
  }
}

/**
 * Brings state up to what was seen, before anything is written: adoptions, new logins, accepted invitations, edges that became ours. Never in
 * the digest of changes, and never a call to the vendor.
 */
function keepRecord(draft: Draft, c: AccountCase, account: ObservedAccount | null, owned: Readonly<Record<string, string>>): void {
  const { desired, record } = c;
  const status: AccountRecord["status"] =
    account === null || account.status === "expired" ? "absent" : account.status === "unknown" ? (record?.status ?? "active") : account.status;
  const settled = status === "pending" ? "active" : status;
  const stopped = status === "suspended" || status === "absent";
  const grants: Record<string, string> = {};
  for (const [name, level] of Object.entries(record?.inputs.grants ?? {})) {
    if (c.levels[name] !== undefined || owned[name] !== undefined) grants[name] = level;
  }
  for (const [name, level] of Object.entries(owned)) if (c.levels[name] === level) grants[name] = level;
  const attributes: Record<string, string> = { ...record?.inputs.attributes };
  for (const [name, value] of Object.entries(c.attributes)) {
    if (account?.attributes[name] === value) attributes[name] = value;
  }
  const login = account?.login ?? record?.login;
  const invitedAs = record?.pending && account && account.status === "pending";
  const next: AccountRecord = {
    person: desired.person,
    inputs: {
      app: draft.app.key,
      person: desired.person,
      status: desired.status === settled ? desired.status : (record?.inputs.status ?? settled),
      attributes: sortKeys(attributes),
      grants: sortKeys(grants),
    },
    ref: account && !(invitedAs && record.ref.kind === draft.manifest.kinds[0]) ? account.ref : record!.ref,
    ...(login === undefined ? {} : { login }),
    status,
    // A stop that was under way when the last run was killed is ours: its intent was in the checkpoint before the call (law 4, law 9).
    stoppedByUs: stopped && (record?.stoppedByUs === true || (record?.inputs.status !== undefined && record.inputs.status !== "active")),
    owned: sortKeys(owned),
    ...(status === "pending"
      ? { pending: record?.pending ?? { handle: refKey(account!.ref), since: account!.since ?? `${c.today}T00:00:00Z`, attempts: 1 } }
      : {}),
    steps: stopped ? (record?.steps ?? {}) : {},
  };
  if (record && c.formerKey === undefined && JSON.stringify(canonical(record)) === JSON.stringify(canonical(next))) return;
  draft.add({
    verb: record ? "record" : "adopt",
    person: desired.person,
    account,
    ref: next.ref,
    target: "account",
    before: c.formerKey ?? (record ? record.status : null),
    after: status,
    because: desired.because,
    origin: "change",
    next,
    ...(c.formerKey === undefined ? {} : { formerKey: c.formerKey }),
  });
}

const sortKeys = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).sort(([a], [b]) => compareText(a, b)));

const canonical = (r: AccountRecord): unknown => [
  r.person,
  r.inputs.app,
  r.inputs.person,
  r.inputs.status,
  sortKeys(r.inputs.attributes),
  sortKeys(r.inputs.grants),
  refKey(r.ref),
  r.login ?? null,
  r.status,
  r.stoppedByUs,
  sortKeys(r.owned),
  r.pending ? [r.pending.handle, r.pending.since, r.pending.attempts] : null,
  sortKeys(r.steps),
];
