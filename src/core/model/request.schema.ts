import { z } from "zod";
import { parseAddress } from "./address.ts";
import { personTypes } from "./person.ts";
import { login } from "./person.schema.ts";
import { address, appKey, day, email, key, personKey, roleKey, text } from "./text.schema.ts";

/**
 * What somebody who writes no YAML may ask for, on the command line or in a form. The same scalars as in the files, and stricter where people
 * type into a box: a text must not hold characters that nobody sees.
 */
const line = text.refine(
  // The two joiners belong to the spelling of names in several scripts.
  (value) => !/(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/u.test(value),
  "The text holds characters that cannot be seen.",
);

/** Somebody joins. `key` absent: made from the name. */
export const onboardRequest = z.strictObject({
  key: key.optional(),
  name: line,
  email: email.optional(),
  type: z.enum(personTypes).optional(),
  title: line.optional(),
  manager: personKey.optional(),
  department: line.optional(),
  location: line.optional(),
  start: day.optional(),
  roles: z.array(roleKey).max(50, "There are more than 50 roles.").optional(),
  /** Login by app. */
  accounts: z.record(appKey, login).optional(),
});
export type OnboardRequest = z.infer<typeof onboardRequest>;

/** Somebody, or a service, leaves. `lastDay` absent: today. */
export const offboardRequest = z.strictObject({ person: key, lastDay: day.optional(), reason: line.optional() });
export type OffboardRequest = z.infer<typeof offboardRequest>;

/** Of the files' addresses the check of the whole speaks; here nothing but an address gets in. */
const strictAddress = address.refine(
  (value) => parseAddress(value) !== null,
  "An address is written app/entitlement or app/entitlement:level.",
);

/** Somebody gets access until a day. */
export const grantRequest = z.strictObject({ person: key, grant: strictAddress, until: day, reason: line.optional() });
export type GrantRequest = z.infer<typeof grantRequest>;
