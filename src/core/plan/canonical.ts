import { compareText } from "../diagnostic.ts";
import { refKey } from "../model/observed.ts";
import type { Operation } from "./operation.ts";
import type { Plan } from "./plan.ts";
import { isHeld } from "./waits.ts";

/**
 * The text over which a plan's digest is made (law 1): one line for each operation that would be carried out, with what it does and nothing
 * else: app, person, verb, target, before, after, the vendor's id. Sorted; a line is a JSON array, so that no name can pass for two. Equal
 * plans give equal texts on every machine, whatever comments and line numbers changed. Hashed outside core.
 *
 * Left out: what is refused or waits for what this run will not bring about, because it is not done, and `record` without a change of key, which only notes in state what was seen. `adopt`
 * is in: it binds an account to a person.
 */
export function canonicalPlan(plan: Plan): string {
  return plan.operations
    .filter((o) => o.refused === undefined && !isHeld(o) && !(o.verb === "record" && o.formerKey === undefined))
    .map((o: Operation) => `${JSON.stringify([o.app, o.person, o.verb, o.target, o.before, o.after, o.ref ? refKey(o.ref) : null])}\n`)
    .sort(compareText)
    .join("");
}
