import type { Operation } from "../plan/operation.ts";
import type { Trip } from "../plan/plan.ts";
import { adminLossesGuard, groupLossGuard, removalsGuard, stopsGuard } from "./budgets.ts";
import type { GuardedApp } from "./guarded-app.ts";
import { lastAdminGuard, protectedGuard } from "./untouchable.ts";

/**
 * The guards of one app, on by default (DESIGN 7). First those that nothing lifts; the budgets then count only what is left, so that a
 * refused operation does not use up a budget. `incomplete-read`, `wrong-tenant` and `checkout-incomplete` are decided before there are operations.
 */
export function guardApp(guarded: GuardedApp): Trip[] {
  const trips: Trip[] = [];
  let rest = guarded;
  for (const guard of [protectedGuard, lastAdminGuard]) {
    trips.push(...guard(rest));
    rest = { ...rest, operations: without(rest.operations, trips) };
  }
  for (const guard of [stopsGuard, removalsGuard, groupLossGuard, adminLossesGuard]) trips.push(...guard(rest));
  return trips;
}

/** The operations that no trip refuses. */
export function without(operations: readonly Operation[], trips: readonly Trip[]): Operation[] {
  const refused = new Set(trips.flatMap((t) => t.refuses));
  return operations.filter((o) => !refused.has(o.id));
}

/** Marks what trips refuse, each with every guard's reason. */
export function markRefused(operations: readonly Operation[], trips: readonly Trip[]): Operation[] {
  const reasons = new Map<string, string[]>();
  for (const trip of trips) {
    for (const id of trip.refuses) reasons.set(id, [...(reasons.get(id) ?? []), `guard ${trip.guard}`]);
  }
  const marked = operations.map((o) => {
    const why = reasons.get(o.id);
    return why && o.refused === undefined ? { ...o, refused: why.join(", ") } : o;
  });
  return marked.map((o) =>
    o.verb === "deleteGroup" && o.refused === undefined && keepsMembers(o, marked) ? { ...o, refused: "its members are kept" } : o,
  );
}

/** Deleting a group takes what its members hold: it must not bring about what was refused one by one. */
const keepsMembers = (group: Operation, operations: readonly Operation[]): boolean =>
  operations.some(
    (o) => o.refused !== undefined && o.app === group.app && ((o.verb === "revoke" && o.target === group.target) || o.verb === "delete"),
  );
