import { compareText } from "../diagnostic.ts";
import type { DesiredAccount } from "../model/desired.ts";
import { type ObservedAccount, refKey } from "../model/observed.ts";
import type { Draft } from "./draft.ts";
import { planEdges } from "./edges.ts";
import type { World } from "./evidence.ts";
import type { AccountCase } from "./account-case.ts";
import { planDelete, planStop, stayStopped } from "./leaver.ts";
import { keepRecord } from "./record.ts";

/** Adds the operations that bring one account to what is wanted. */
export function planAccount(draft: Draft, world: World, c: AccountCase): void {
  const { decision, desired } = c;
  const { account } = decision;
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
        account,
        target: "account",
        before: "suspended",
        after: "active",
        because: desired.because,
        origin: "lifecycle",
        admin: account!.admin,
      });
      return converge(draft, world, c, account!);
    case "converge":
      return converge(draft, world, c, account!);
    case "stop":
      return planStop(draft, world, c, account!);
    case "delete":
      return planDelete(draft, world, c, account!);
    case "stay-stopped":
      return stayStopped(draft, world, c);
  }
}

function planCreate(draft: Draft, world: World, c: AccountCase): void {
  const { desired, decision, record } = c;
  const { manifest, app } = draft;
  const { hint, email } = desired;
  const needs = manifest.createNeeds;
  const named = hint?.login !== undefined || hint?.id !== undefined;
  const reachable = needs === "nothing" || (needs === "email" ? email !== undefined : named || (email !== undefined && c.joinsByEmail));
  if (!reachable) {
    const task =
      needs === "login"
        ? `ask ${desired.name} for the ${manifest.label} login and add accounts.${app.key}.login to the person's file; an invitation by e-mail could not be joined to the account later`
        : `add an e-mail address to the file of ${desired.name}: ${manifest.label} needs one to make an account`;
    draft.tasks.push({ app: app.key, person: desired.person, task, because: desired.because });
    return;
  }
  const sent = decision.reaction === "invite-again" ? (record?.pending?.attempts ?? 1) : 0;
  const made = draft.add({
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
      ...(email === undefined ? {} : { email }),
      ...(hint?.login === undefined ? {} : { login: hint.login }),
      ...(hint?.id === undefined ? {} : { id: hint.id }),
      attributes: c.attributes,
      grants: Object.fromEntries(Object.entries(c.levels).filter(([name]) => !refusedElsewhere(draft, desired, name))),
      attempts: sent,
      ...(record && !record.pending ? { previous: refKey(record.ref) } : {}),
    },
  });
  if (made) planEdges(draft, world, { account: null, desired, levels: c.levels, record: undefined, absence: decision.evidence });
}

/** Granted for an app alone whose mode forbids it: refused as a grant, so it must not slip in with the account. */
const refusedElsewhere = (draft: Draft, desired: DesiredAccount, entitlement: string): boolean =>
  draft.carries.refusesGain(desired.grants.get(entitlement)?.because ?? []) !== null;

/** A found account that shall have access: attributes, edges, state. */
function converge(draft: Draft, world: World, c: AccountCase, account: ObservedAccount): void {
  const { desired, record } = c;
  // Edges of an invited account cannot be seen at most vendors; they are compared once it is accepted.
  if (account.status === "pending") return keepRecord(draft, c, account, record?.owned ?? {});
  // Two writers of one attribute would undo each other: who makes the accounts writes what is on them.
  const writes = draft.app.provisionedBy.name === "rollcall";
  for (const name of (writes ? Object.keys(c.attributes) : []).sort(compareText)) {
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
  keepRecord(draft, c, account, planEdges(draft, world, { ...c, account }));
}
