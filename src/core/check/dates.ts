import type { Diagnostic } from "../diagnostic.ts";
import { type Check, placeOf, principals } from "./context.ts";

/** Dates of one person are in an order that can happen. */
export const dates: Check = (context) => {
  const out: Diagnostic[] = [];
  for (const p of principals(context.draft)) {
    const { file } = p.origin;
    if (p.start !== undefined && p.lastDay !== undefined && p.lastDay < p.start) {
      out.push({
        code: "LAST_DAY_BEFORE_START",
        severity: "error",
        summary: `The last day of ${p.key} is before the start.`,
        fix: "Correct one of the two dates.",
        where: [placeOf(context, file, ["last-day"]), placeOf(context, file, ["start"])],
      });
    }
    if (p.kind === "person" && p.leave?.to !== undefined && p.leave.to < p.leave.from) {
      out.push({
        code: "LEAVE_RANGE",
        severity: "error",
        summary: `The leave of ${p.key} ends before it begins.`,
        fix: "Correct one of the two dates.",
        where: [placeOf(context, file, ["leave", "to"]), placeOf(context, file, ["leave", "from"])],
      });
    }
  }
  return out;
};
