import { z } from "zod";
import { email, hover, naming, text } from "./text.schema.ts";

const entry = z.strictObject({
  id: z
    .union([z.int("An id without quotes must be a whole number; quote it."), text])
    .meta(hover("The account's number or name in the app; it never changes.", 'id: "1001"')),
  login: text.optional().meta(hover("The login, where the app has one.")),
  name: text.optional().meta(hover("Whose it is, for people who read this.")),
  email: email.optional().meta(hover("Joins the row to a person, like a verified address of an account.")),
  status: z.enum(["active", "suspended"]).optional().meta(hover("active where it is left out.")),
  /** Level by entitlement; empty where the entitlement has no levels. */
  grants: z
    .record(naming(z.string(), "registered"), z.string().nullable())
    .optional()
    .meta(hover("What it holds: level by entitlement, empty where there are no levels.", 'grants: { door/main: "" }')),
});

/** identities/registers/<app>.yaml */
export const registerFile = z.strictObject({
  accounts: z
    .array(entry)
    .optional()
    .meta(hover("Every account of an app without an API, one row each. `rollcall state confirm` writes rows when the work is done.")),
});
