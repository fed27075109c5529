import { refKey } from "../model/observed.ts";
import { taking } from "../plan/draft.ts";
import type { Operation } from "../plan/operation.ts";
import type { Plan } from "../plan/plan.ts";

/**
 * What an operation is out for: equal in the plans of two versions of the files over the same world exactly where both ask for the same thing, of
 * the same account. Where it comes from (`before`) is the world's, and the same in both.
 */
export const aimOf = (o: Operation): string =>
  JSON.stringify([o.app, o.person, o.verb, o.target, o.after, o.ref ? refKey(o.ref) : null, o.formerKey ?? null]);

/** What a plan is out for. What a guard refuses is still wanted; what an app's mode leaves alone is not. */
export function aimsOf(plan: Plan): Set<string> {
  const guarded = new Set(plan.trips.flatMap((t) => t.refuses));
  return new Set(plan.operations.filter((o) => o.refused === undefined || guarded.has(o.id)).map(aimOf));
}

/** Takes something away. A lowered level is a `revoke`; everything else, a change of an attribute included, is a gain to whoever reviews it. */
export const takesAway = (o: Operation): boolean => taking.has(o.verb);
