import { refKey } from "../model/observed.ts";
import type { AccountInputs } from "../model/state.ts";
import type { Operation } from "../plan/operation.ts";

/**
 * Whether inputs that move from `before` to `after` ask for an operation by themselves. What they cannot say (sessions to end, an edge that
 * somebody took away by hand, an invitation to be sent again) is listed in the resource's `also`, by `alsoText`.
 */
export function saidByInputs(
  before: AccountInputs | undefined,
  after: AccountInputs,
  o: Pick<Operation, "verb" | "target" | "after">,
): boolean {
  const { verb, target } = o;
  switch (verb) {
    case "create":
      return before === undefined ? after.status === "active" : before.status !== "active" && after.status === "active";
    case "update":
      return after.attributes[target] === o.after && before?.attributes[target] !== o.after;
    case "grant":
      return after.grants[target] === o.after && before?.grants[target] !== o.after;
    case "revoke":
      return o.after === null
        ? before?.grants[target] !== undefined && after.grants[target] === undefined
        : after.grants[target] === o.after && before?.grants[target] !== o.after;
    case "suspend":
      return after.status === "suspended" && before?.status !== "suspended";
    case "delete":
      return after.status === "absent" && before?.status !== "absent";
    case "restore":
      return after.status === "active" && before !== undefined && before.status !== "active";
    default:
      return false;
  }
}

/** "transfer account = grace", "revoke team/infra": one operation in the words that Pulumi shows. Of accounts nobody claims also who. */
export function alsoText(o: Pick<Operation, "verb" | "target" | "after" | "person" | "login" | "ref">): string {
  const who = o.person === null && o.target === "account" ? (o.login ?? (o.ref ? refKey(o.ref) : "an account")) : o.target;
  const stray = o.person === null && o.target !== "account" && o.login !== null ? ` of ${o.login}` : "";
  return `${o.verb} ${who}${stray}${o.after === null ? "" : ` = ${o.after}`}`;
}
