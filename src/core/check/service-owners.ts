import type { Diagnostic } from "../diagnostic.ts";
import { type Check, placeOf } from "./context.ts";

/** Somebody who is still here answers for every service. A warning: a last day that passes must not stop the leaver's own revocations. */
export const serviceOwners: Check = (context) =>
  [...context.draft.services.values()].flatMap(({ key, owner, lastDay, origin }): Diagnostic[] => {
    const left = context.draft.people.get(owner)?.lastDay;
    if (left === undefined || left >= context.today || (lastDay !== undefined && lastDay < context.today)) return [];
    return [
      {
        code: "SERVICE_OWNER_LEFT",
        severity: "warning",
        summary: `The owner of the service ${key}, ${owner}, left on ${left}.`,
        fix: "Name an owner who is here, or give the service a last-day.",
        where: [placeOf(context, origin.file, ["owner"])],
      },
    ];
  });
