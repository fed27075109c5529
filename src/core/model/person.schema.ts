import { z } from "zod";
import { personTypes } from "./person.ts";
import { address, day, email, formerly, key, prose, text, timezone } from "./text.schema.ts";

/** `sre`, or with an end and a reason. */
export const roleAssignment = z.union([key, z.strictObject({ role: key, until: day.optional(), reason: text.optional() })]);

/** `github/team/infra:maintainer`, or with an end and a reason. */
export const grantDeclaration = z.union([address, z.strictObject({ grant: address, until: day.optional(), reason: text.optional() })]);

const vendorId = z.union([
  z.int("An id without quotes must be a whole number; quote it.").nonnegative("An id without quotes must not be negative; quote it."),
  z
    .string()
    .min(1, "The id is empty.")
    .max(200, "The id is longer than 200 characters.")
    .regex(/^[\x21-\x7e]+$/, "An id has no spaces."),
]);

const login = z
  .string()
  .min(1, "The login is empty.")
  .max(254, "The login is longer than 254 characters.")
  .regex(/^\S(?:[^\n\r\t]*\S)?$/, "A login must not begin or end with a space.");

/** `adalove`, or login and immutable id. */
const accountHint = z.union([login, z.strictObject({ login: login.optional(), id: vendorId.optional() })]);

const principal = {
  email: email.optional(),
  start: day.optional(),
  "last-day": day.optional(),
  timezone: timezone.optional(),
  roles: z.array(roleAssignment).optional(),
  grants: z.array(grantDeclaration).optional(),
  accounts: z.record(key, accountHint).optional(),
  formerly: formerly.optional(),
};

/** identities/people/<key>.yaml */
export const personFile = z.strictObject({
  name: text,
  type: z.enum(personTypes).optional(),
  title: text.optional(),
  manager: key.optional(),
  department: text.optional(),
  location: text.optional(),
  leave: z.strictObject({ from: day, to: day.optional() }).optional(),
  ...principal,
});

/** identities/services/<key>.yaml */
export const serviceFile = z.strictObject({ name: text, description: prose.optional(), owner: key, ...principal });
