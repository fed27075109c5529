import type { Diagnostic } from "../diagnostic.ts";
import { compileCondition } from "../expression/compile.ts";
import type { Check } from "./context.ts";

/** Every role's `when` is a condition that always ends with true or false. */
export const conditions: Check = ({ draft, sources }) =>
  [...draft.roles.values()].flatMap(({ when, origin }): Diagnostic[] => {
    if (!when) return [];
    const result = compileCondition(when.expression);
    if (!("problem" in result)) return [];
    const { code, summary, fix, start, end } = result.problem;
    const place = sources.get(origin.file)?.locate(["when"], { within: { start, end } }) ?? when.origin;
    return [{ code, severity: "error", summary, fix, where: [place] }];
  });
