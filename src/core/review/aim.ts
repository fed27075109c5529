import { refKey } from "../model/observed.ts";
import { taking } from "../plan/draft.ts";
import type { Operation } from "../plan/operation.ts";
import type { Plan } from "../plan/plan.ts";
import { renamed, type Renames } from "../plan/renames-between.ts";

/**
 * What an operation is out for: equal in the plans of two versions of the files over the same world exactly where both ask for the same thing, of
 * the same account. Where it comes from (`before`) is the world's, and the same in both. `later`: what was renamed since that version of the files, one
 * step after another; two versions are compared under the names of one of them, or a new name would pass for a new wish.
 */
export function aimOf(o: Operation, later: readonly Renames[] = []): string {
  const { app, person, target } = later.reduce<Operation>(renamed, o);
  return JSON.stringify([app, person, o.verb, target, afterOf(o, later), o.ref ? refKey(o.ref) : null, o.formerKey ?? null]);
}

/** Who takes over, who somebody's manager is, and what a group is called are names as well. */
function afterOf(o: Operation, later: readonly Renames[]): string | null {
  if (o.after === null) return null;
  if (o.verb === "transfer" || (o.verb === "update" && o.target === "manager"))
    return later.reduce<Operation>(renamed, { ...o, person: o.after }).person;
  return o.verb === "createGroup" || (o.verb === "updateGroup" && o.after === o.target)
    ? later.reduce<Operation>(renamed, { ...o, target: o.after }).target
    : o.after;
}

/** What a plan is out for. What a guard refuses is still wanted; what an app's mode leaves alone is not. */
export function aimsOf(plan: Plan, later: readonly Renames[] = []): Set<string> {
  const guarded = new Set(plan.trips.flatMap((t) => t.refuses));
  return new Set(plan.operations.filter((o) => o.refused === undefined || guarded.has(o.id)).map((o) => aimOf(o, later)));
}

/** Takes something away. A lowered level is a `revoke`; everything else, a change of an attribute included, is a gain to whoever reviews it. */
export const takesAway = (o: Operation): boolean => taking.has(o.verb);
