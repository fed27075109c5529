import { z } from "zod";
import { modes, risks } from "./app.ts";
import { address, appKey, days, formerly, hover, key, naming, personKey, prose, secretSourceMessage } from "./text.schema.ts";

/** Where a secret is: an environment variable, or a command configured outside the repository. Never the secret. */
const secretSource = z
  .string(secretSourceMessage)
  .regex(/^(?:env|command):[A-Z][A-Z0-9_]{0,99}$/, secretSourceMessage)
  .meta({ errorMessage: secretSourceMessage });

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

/** `60m`, `24h`, `2d`, or `first-login`. */
const settles = z
  .string()
  .regex(
    /^(?:[1-9]\d{0,4}[mhd]|first-login)$/,
    "A time is written like 60m, 24h or 2d; first-login where accounts appear when people sign in.",
  );

/** `provisioned-by: okta`, or with what the assignment is. */
const provisioner = z.union([
  naming(key, "provisioner"),
  z.strictObject({
    app: appKey.meta(hover("The app, an identity provider, that makes the accounts of this one.")),
    grant: address
      .optional()
      .meta(
        hover("What assigns this app there. rollcall grants it to whoever shall have an account here.", "grant: okta/group/github-users"),
      ),
    settles: settles
      .optional()
      .meta(hover("How long it may take; 60m where it is left out. first-login: accounts appear when people sign in.", "settles: 24h")),
    stops: z
      .enum(["both", "provisioner"])
      .optional()
      .meta(hover("Who stops leavers here. both, the default: rollcall as well, at once. provisioner: it alone.")),
  }),
]);

/** An address for the lowest level, or one for each level. */
const through = z.union([
  address,
  z.record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, "This is not the name of a level."), address),
]);

const entitlement = z.strictObject({
  description: prose.optional().meta(hover("What it is for; completed names show it.")),
  risk: z.enum(risks).optional().meta(hover("How much it can do. Grants of high risk stand out in plans; normal where it is left out.")),
  max: days.optional().meta(hover("Longest allowed grant.", "max: 365d")),
  approvers: z.array(personKey).optional().meta(hover("People who have to approve a grant of it.", "approvers: [grace]")),
  manage: z.boolean().optional().meta(hover("true: rollcall creates, renames and deletes the group itself.")),
  members: z
    .enum(["exclusive", "shared"])
    .optional()
    .meta(hover("exclusive: members whom rollcall did not put there are removed. shared, the default: they are reported.")),
  status: z.enum(["present", "absent"]).optional().meta(hover("absent: a managed group is deleted once it is proven empty.")),
  formerly: z
    .union([entitlementName, z.array(entitlementName)])
    .optional()
    .meta(hover("Names it had before; `rollcall rename entitlement` writes it.")),
  through: through
    .optional()
    .meta(
      hover(
        "What carries it in the app that provisions this one: rollcall grants that, and verifies here. One address, or one for each level.",
        "through: { member: okta/group/infra, maintainer: okta/group/infra-leads }",
      ),
    ),
});

/** identities/apps/<key>.yaml */
export const appFile = z.strictObject({
  connector: naming(key, "connector").meta(hover("Which vendor it is; `rollcall connectors` lists them.", "connector: github")),
  settings: z
    .record(z.string(), z.unknown())
    .optional()
    .meta(hover("What the connector has to know, such as the tenant's name. Never a secret.", "settings: { organization: acme }")),
  credentials: credentials
    .optional()
    .meta(
      hover(
        "Where secrets are, by name: env:NAME. The same for reading and writing, or one set for each.",
        "credentials:\n  read: { token: env:GITHUB_READ_TOKEN }\n  write: { token: env:GITHUB_WRITE_TOKEN }",
      ),
    ),
  mode: z.enum(modes).optional().meta(hover("observe: report only. adopt: give, take nothing away. enforce, the default: the files hold.")),
  "provisioned-by": provisioner
    .optional()
    .meta(
      hover(
        "Who makes accounts here: rollcall, the app (an identity provider) that does it, or jit where the first sign-in does it.",
        "provisioned-by: { app: okta, grant: okta/group/github-users, settles: 60m }",
      ),
    ),
  after: z
    .array(appKey)
    .optional()
    .meta(
      hover(
        "Apps in which somebody's account must be there first. Creations and grants wait, person by person; revocations never do.",
        "after: [okta]",
      ),
    ),
  owners: z.array(personKey).optional().meta(hover("People who answer for the app.", "owners: [grace]")),
  entitlements: z
    .record(entitlementName, entitlement.nullable())
    .optional()
    .meta(
      hover(
        "The catalogue: where it is given, it closes the set of names that may be granted.",
        "entitlements:\n  team/infra: { description: Infrastructure, risk: high, max: 365d }",
      ),
    ),
  leavers: z
    .strictObject({
      "transfer-to": naming(key, "heir").optional().meta(hover("Who gets a leaver's things: manager, or the key of a person.")),
      "delete-after": z
        .union([z.literal("never"), days])
        .optional()
        .meta(hover("How long a stopped account is kept.", "delete-after: 30d")),
    })
    .optional()
    .meta(hover("What becomes of a leaver's account after it is stopped.", "leavers: { transfer-to: manager, delete-after: 30d }")),
  orphans: z
    .enum(["report", "suspend"])
    .optional()
    .meta(hover("What becomes of accounts that answer to no file; report where it is left out.")),
  formerly: formerly.optional(),
});
