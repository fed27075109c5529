import type { Check } from "./context.ts";
import { placeOf } from "./context.ts";

/** A person and a service never share a key: plans, state and protection name accounts by it. */
export const uniqueKeys: Check = (context) =>
  [...context.keys.people]
    .filter((key) => context.keys.services.has(key))
    .map((key) => ({
      code: "KEY_SHARED",
      severity: "error" as const,
      summary: `${key} is the key of a person and of a service.`,
      fix: "Rename the service's file.",
      where: [placeOf(context, `identities/services/${key}.yaml`, []), placeOf(context, `identities/people/${key}.yaml`, [])],
    }));
