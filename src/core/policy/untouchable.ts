import { refKey } from "../model/observed.ts";
import { taking } from "../plan/draft.ts";
import type { Trip } from "../plan/plan.ts";
import { type Guard, isStop, losesAdmin, subjectOf } from "./guarded-app.ts";

/** rollcall's own account and protected ones are never stopped or stripped. No allowance lifts it. */
export const protectedGuard: Guard = (g) => {
  const byReason = new Map<string, string[]>();
  for (const o of g.operations) {
    const reason = o.ref && taking.has(o.verb) ? g.untouchable.get(refKey(o.ref)) : undefined;
    if (reason !== undefined) byReason.set(reason, [...(byReason.get(reason) ?? []), o.id]);
  }
  return [...byReason].map(([reason, refuses]): Trip => {
    const self = reason.startsWith("the one");
    return {
      guard: self ? "self" : "protected",
      app: g.app.key,
      summary: `${g.app.key}: ${refuses.length} operation(s) would take from an account that is ${reason}`,
      detail: "such accounts are never stopped or stripped",
      fix: self ? "use a credential of another account, or leave this one to a person" : "take the account out of the policy in a change of its own",
      refuses,
    };
  });
};

/** At least one active administrator that was seen in this run must remain. No allowance lifts it. */
export const lastAdminGuard: Guard = (g) => {
  const losing = g.operations.filter(losesAdmin);
  if (losing.length === 0) return [];
  const losers = new Set(losing.flatMap((o) => (o.ref ? [refKey(o.ref)] : [])));
  // Somebody who is stopped for any reason is no administrator afterwards, whether or not the stop is counted as a loss of rights.
  for (const o of g.operations) if (isStop(o) && o.ref) losers.add(refKey(o.ref));
  const remaining = g.world.snapshot.accounts.filter((a) => a.admin && a.status === "active" && a.outside === undefined && !losers.has(refKey(a.ref)));
  if (remaining.length > 0) return [];
  return [
    {
      guard: "last-admin",
      app: g.app.key,
      summary: `${g.app.key} would be left without an administrator (${[...new Set(losing.map(subjectOf))].join(", ")})`,
      detail: "no other active administrator was seen in this run",
      fix: "make somebody else an administrator first, in a change of its own",
      refuses: losing.map((o) => o.id),
    },
  ];
};
