import type { Person } from "../model/person.ts";
import type { Role } from "../model/role.ts";
import { compileCondition, type Condition, evaluate, type Fields, fieldsOf } from "./compile.ts";

/**
 * The question "does this role's `when` hold for this person", each condition compiled once. Meant for a checked organisation: what `check`
 * would have refused throws here, since an unanswered question must not pass for "no".
 */
export function conditionHolds(): (role: Role, person: Person) => boolean {
  const compiled = new Map<string, Condition>();
  // Every role asks about one person before the next person's turn comes.
  let asked: { readonly person: Person; readonly fields: Fields } | null = null;
  return (role, person) => {
    if (!role.when) return false;
    const { expression } = role.when;
    let condition = compiled.get(expression);
    if (!condition) {
      const result = compileCondition(expression);
      if ("problem" in result) throw new Error(`role ${role.key}: ${result.problem.summary}`);
      compiled.set(expression, (condition = result.condition));
    }
    if (asked?.person !== person) asked = { person, fields: fieldsOf(person) };
    const answer = evaluate(condition, asked.fields);
    if ("error" in answer) throw new Error(`role ${role.key}, person ${person.key}: ${answer.error}`);
    return answer.holds;
  };
}
