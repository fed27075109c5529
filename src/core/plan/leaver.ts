import type { ObservedAccount } from "../model/observed.ts";
import type { AccountCase } from "./account-case.ts";
import type { Draft } from "./draft.ts";
import { planEdges } from "./edges.ts";
import type { World } from "./evidence.ts";
import type { CauseKind } from "./operation.ts";
import { keepRecord } from "./record.ts";

/** Stages 1 and 2 of a leaver: stop first, then sessions, tokens and what rollcall granted (DESIGN 8). */
export function planStop(draft: Draft, world: World, c: AccountCase, account: ObservedAccount): void {
  const { desired } = c;
  const { manifest, app } = draft;
  const removes = manifest.stop === "delete" || account.status === "pending";
  draft.add({
    verb: removes ? "delete" : "suspend",
    person: desired.person,
    account,
    target: "account",
    before: account.status,
    after: removes ? "absent" : "suspended",
    because: desired.because,
    origin: originOf(c),
    admin: account.admin,
  });
  if (!removes) {
    planSteps(draft, c, account);
    planEdges(draft, world, { ...c, account });
  }
  if (desired.lifecycle !== "leave" && account.status !== "pending") {
    for (const rest of manifest.residual) {
      draft.tasks.push({
        app: app.key,
        person: desired.person,
        task: `${desired.name} in ${app.key}, by hand: ${rest}`,
        because: desired.because,
      });
    }
  }
  keepRecord(draft, c, account, c.record?.owned ?? {});
}

/** Access has ended already: the steps that no read can confirm, and edges that came back or were left. */
export function stayStopped(draft: Draft, world: World, c: AccountCase): void {
  const { account } = c.decision;
  if (account && account.status !== "expired") {
    planSteps(draft, c, account);
    keepRecord(draft, c, account, planEdges(draft, world, { ...c, account }));
  } else if (c.record) keepRecord(draft, c, null, {});
}

/** Stage 3: what destroys data waits until ownership has moved, where the app's file asks for that. */
export function planDelete(draft: Draft, world: World, c: AccountCase, account: ObservedAccount): void {
  const { desired, record } = c;
  const moves =
    draft.manifest.leaver.stage2.includes("transfer") && draft.app.leavers.transferTo !== undefined && draft.missing("transfer") === null;
  if (moves && record?.steps["transfer"] === undefined) return stayStopped(draft, world, c);
  draft.add({
    verb: "delete",
    person: desired.person,
    account,
    target: "account",
    before: "suspended",
    after: "absent",
    because: desired.because,
    origin: "lifecycle",
  });
  keepRecord(draft, c, account, record?.owned ?? {});
}

/**
 * Sessions, tokens, ownership: done once for each stop, remembered in state because no list shows them. An account that was let in again
 * since has new ones.
 */
function planSteps(draft: Draft, c: AccountCase, account: ObservedAccount): void {
  const { desired, decision, record } = c;
  const { manifest, app } = draft;
  if (desired.lifecycle === "leave") return; // assignments and tokens are kept: access is off
  const confirmed = decision.reaction === "stop" ? {} : (record?.steps ?? {});
  for (const verb of [...manifest.leaver.stage1, ...manifest.leaver.stage2]) {
    if (verb !== "endSessions" && verb !== "revokeCredentials" && verb !== "transfer") continue;
    if (confirmed[verb] !== undefined) continue;
    if (verb === "endSessions" && manifest.verbs.suspend?.endsSessions) continue;
    if (verb === "transfer") {
      if (app.leavers.transferTo === undefined) continue;
      if (c.heir === null) {
        const task = `say who takes over what belongs to ${desired.name} in ${app.key}: ${app.leavers.transferTo} has no active account there`;
        draft.tasks.push({ app: app.key, person: desired.person, task, because: desired.because });
        continue;
      }
    }
    const after = verb === "transfer" ? c.heir : "done";
    draft.add({
      verb,
      person: desired.person,
      account,
      target: "account",
      before: null,
      after,
      because: desired.because,
      origin: originOf(c),
    });
  }
}

const originOf = (c: AccountCase): CauseKind =>
  c.desired.lifecycle !== "unassigned" ? "lifecycle" : c.desired.expired.size > 0 ? "expiry" : "change";
