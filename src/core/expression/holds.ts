import type { Person } from "../model/person.ts";
import type { Role } from "../model/role.ts";
import { compileCondition, type Condition, evaluate, type Fields, fieldsOf } from "./compile.ts";

/**
 * The question "does this role's `when` hold for this person", each condition compiled once, and asked once of all who are alike in the fields
 * it looks at. Meant for a checked organisation: what `check` would have refused throws here, since an unanswered question must not pass for
 * "no".
 */
export function conditionHolds(): (role: Role, person: Person) => boolean {
  const compiled = new Map<string, { readonly condition: Condition; readonly answers: Map<string, boolean> }>();
  // Every role asks about one person before the next person's turn comes.
  let asked: { readonly person: Person; readonly fields: Fields } | null = null;
  return (role, person) => {
    if (!role.when) return false;
    const { expression } = role.when;
    let known = compiled.get(expression);
    if (!known) {
      const result = compileCondition(expression);
      if ("problem" in result) throw new Error(`role ${role.key}: ${result.problem.summary}`);
      compiled.set(expression, (known = { condition: result.condition, answers: new Map() }));
    }
    if (asked?.person !== person) asked = { person, fields: fieldsOf(person) };
    const { condition, answers } = known;
    const { fields } = asked;
    // One line of text each: no field holds a line feed.
    const alike = condition.fields.map((name) => fields[name]).join("\n");
    const answered = answers.get(alike);
    if (answered !== undefined) return answered;
    const answer = evaluate(condition, fields);
    if ("error" in answer) throw new Error(`role ${role.key}, person ${person.key}: ${answer.error}`);
    answers.set(alike, answer.holds);
    return answer.holds;
  };
}
