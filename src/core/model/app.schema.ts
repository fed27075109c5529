import { z } from "zod";
import { modes, risks } from "./app.ts";
import { days, formerly, key, prose, secretSourceMessage } from "./text.schema.ts";

/** Where a secret is: an environment variable, or a command configured outside the repository. Never the secret. */
const secretSource = z.string(secretSourceMessage).regex(/^(?:env|command):[A-Z][A-Z0-9_]{0,99}$/, secretSourceMessage);

const secretName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/, "A credential's name is a word of letters, digits, dashes and underscores.");

/** `{ token: env:NAME }` for both purposes, or `{ read: { token: env:A }, write: { token: env:B } }`. */
export const credentials = z.record(secretName, z.union([secretSource, z.record(secretName, secretSource)]));

const entitlementName = z
  .string()
  .regex(
    /^(?:[A-Za-z0-9][A-Za-z0-9 ._@+/-]{0,198}[A-Za-z0-9_+]|[A-Za-z0-9])$/,
    "This is not the name of an entitlement, such as team/infra.",
  );

const entitlement = z.strictObject({
  description: prose.optional(),
  risk: z.enum(risks).optional(),
  max: days.optional(),
  approvers: z.array(key).optional(),
  manage: z.boolean().optional(),
  members: z.enum(["exclusive", "shared"]).optional(),
  status: z.enum(["present", "absent"]).optional(),
  formerly: z.union([entitlementName, z.array(entitlementName)]).optional(),
});

/** identities/apps/<key>.yaml */
export const appFile = z.strictObject({
  connector: key,
  settings: z.record(z.string(), z.unknown()).optional(),
  credentials: credentials.optional(),
  mode: z.enum(modes).optional(),
  "provisioned-by": key.optional(),
  after: z.array(key).optional(),
  owners: z.array(key).optional(),
  entitlements: z.record(entitlementName, entitlement.nullable()).optional(),
  leavers: z.strictObject({ "transfer-to": key.optional(), "delete-after": z.union([z.literal("never"), days]).optional() }).optional(),
  orphans: z.enum(["report", "suspend"]).optional(),
  formerly: formerly.optional(),
});
