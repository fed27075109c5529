import { type Check, placeOf } from "./context.ts";
import { findCycles } from "./cycle.ts";

/** No role includes itself, directly or through others. */
export const roleCycles: Check = (context) => {
  const { roles } = context.draft;
  const cycles = findCycles([...roles.keys()], (key) => (roles.get(key)?.includes ?? []).map((i) => i.role));
  return cycles.map((cycle) => {
    const where = cycle.map((key, i) => {
      const role = roles.get(key)!;
      const index = role.includes.findIndex((included) => included.role === cycle[(i + 1) % cycle.length]);
      return placeOf(context, role.origin.file, ["includes", index]);
    });
    return {
      code: "ROLE_CYCLE",
      severity: "error" as const,
      summary: `Roles include each other in a circle: ${[...cycle, cycle[0]!].join(" -> ")}.`,
      fix: "Remove one of these includes; put what they share into a role of its own.",
      where,
    };
  });
};
