import { z } from "zod";
import { email, text } from "./text.schema.ts";

const entry = z.strictObject({
  id: z.union([z.int("An id without quotes must be a whole number; quote it."), text]),
  login: text.optional(),
  email: email.optional(),
  name: text.optional(),
  status: z.enum(["active", "suspended"]).optional(),
  /** Level by entitlement; empty where the entitlement has no levels. */
  grants: z.record(z.string(), z.string().nullable()).optional(),
});

/** identities/registers/<app>.yaml */
export const registerFile = z.strictObject({ accounts: z.array(entry).optional() });
