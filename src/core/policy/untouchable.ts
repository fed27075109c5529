import { isAdmin } from "../compile/entitlement-kind.ts";
import { compareText } from "../diagnostic.ts";
import { refKey } from "../model/observed.ts";
import { taking } from "../plan/draft.ts";
import { ownCredential } from "../plan/plan-app.ts";
import type { Operation } from "../plan/operation.ts";
import type { Trip } from "../plan/plan.ts";
import { adminLossesOf, type Guard, type GuardedApp, isStop, subjectOf, withConsequences } from "./guarded-app.ts";

/** rollcall's own account and protected ones are never stopped or stripped. No allowance lifts it. */
export const protectedGuard: Guard = (g) => {
  const byReason = new Map<string, string[]>();
  for (const o of g.operations) {
    const reason = o.ref && taking.has(o.verb) ? g.untouchable.get(refKey(o.ref)) : undefined;
    if (reason === undefined) continue;
    const ids = byReason.get(reason);
    if (ids) ids.push(o.id);
    else byReason.set(reason, [o.id]);
  }
  return [...byReason].map(([reason, refuses]): Trip => {
    const self = reason === ownCredential;
    return {
      guard: self ? "self" : "protected",
      app: g.app.key,
      summary: `${g.app.key}: ${refuses.length} operation(s) would take from an account that is ${reason}`,
      detail: "such accounts are never stopped or stripped",
      fix: self
        ? "use a credential of another account, or leave this one to a person"
        : "take the account out of the policy in a change of its own",
      refuses,
    };
  });
};

/** At least one active administrator that was seen in this run must remain. No allowance lifts it. */
export const lastAdminGuard: Guard = (g) => {
  const losing = adminLossesOf(g).filter((o) => isStop(o) || !staysAdmin(g, o));
  if (losing.length === 0) return [];
  // Somebody who is stopped for any reason is no administrator afterwards.
  const losers = new Set([...losing, ...g.operations.filter(isStop)].flatMap((o) => (o.ref ? [refKey(o.ref)] : [])));
  const remaining = g.world.accounts.some((a) => a.admin && a.status === "active" && a.outside === undefined && !losers.has(refKey(a.ref)));
  if (remaining) return [];
  return [
    {
      guard: "last-admin",
      app: g.app.key,
      summary: `${g.app.key} would be left without an administrator (${[...new Set(losing.map(subjectOf))].sort(compareText).join(", ")})`,
      detail: "no other active administrator was seen in this run",
      fix: "make somebody else an administrator first, in a change of its own",
      refuses: withConsequences(g, losing).map((o) => o.id),
    },
  ];
};

/** Another administrative edge of the account was seen that this plan leaves alone. */
function staysAdmin(g: GuardedApp, loss: Operation): boolean {
  const account = loss.ref && g.world.byRef.get(refKey(loss.ref));
  if (!account) return false;
  const lost = new Set(g.operations.filter((o) => o.verb === "revoke" && subjectOf(o) === subjectOf(loss)).map((o) => o.target));
  return [...g.world.held(account)].some(([entitlement, { level }]) => isAdmin(g.manifest, entitlement, level) && !lost.has(entitlement));
}
