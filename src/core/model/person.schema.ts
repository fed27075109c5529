import { z } from "zod";
import { personTypes } from "./person.ts";
import { address, appKey, day, email, formerly, hover, naming, personKey, prose, roleKey, text, timezone } from "./text.schema.ts";

const until = day
  .optional()
  .meta(
    hover(
      "The last day on which it holds, inclusive. Past it, the line gives nothing; `rollcall fmt --prune` removes it.",
      "until: 2027-03-31",
    ),
  );
const reason = text
  .optional()
  .meta(hover("Why, in a few words: a ticket, an incident, a rotation. Shown wherever the access is shown.", "reason: INC-421"));

/** `sre`, or with an end and a reason. */
export const roleAssignment = z.union([
  roleKey,
  z.strictObject({ role: roleKey.meta(hover("The role: the name of a file in identities/roles/.")), until, reason }),
]);

const grantAddress = hover("What is granted: app/entitlement, or app/entitlement:level.", "grant: github/team/infra:maintainer");

/** `github/team/infra:maintainer`, or with an end and a reason. */
export const grantDeclaration = z.union([address, z.strictObject({ grant: address.meta(grantAddress), until, reason })]);

const vendorId = z.union([
  z.int("An id without quotes must be a whole number; quote it.").nonnegative("An id without quotes must not be negative; quote it."),
  z
    .string()
    .min(1, "The id is empty.")
    .max(200, "The id is longer than 200 characters.")
    .regex(/^[\x21-\x7e]+$/, "An id has no spaces."),
]);

/** An account's name in an app. */
export const login = z
  .string()
  .min(1, "The login is empty.")
  .max(254, "The login is longer than 254 characters.")
  .regex(/^\S(?:[^\n\r\t]*\S)?$/, "A login must not begin or end with a space.")
  .meta({ errorMessage: "A login is text; put it in quotes if it is a number." });

/** `adalove`, or login and immutable id. */
const accountHint = z.union([
  login,
  z.strictObject({
    login: login.optional().meta(hover("The login in this app, as the vendor shows it. Put it in quotes if it is a number.")),
    id: vendorId.optional().meta(hover("The vendor's own immutable id of the account; `rollcall import` writes it.")),
  }),
]);

/** What people and services have in common, in the order in which it is written. */
const contact = {
  email: email.optional().meta(hover("Matches accounts whose address the vendor has verified, and is where invitations go.")),
};
const dates = {
  start: day.optional().meta(hover("First day. Nothing is created or granted before it.", "start: 2026-01-05")),
  "last-day": day
    .optional()
    .meta(
      hover(
        "Last day, inclusive. On the day after, every account is stopped. Keep the file: leaving is a state, not an absence.",
        "last-day: 2027-03-31",
      ),
    ),
};
const zone = {
  timezone: timezone.optional().meta(hover("Where days begin and end for this one; the organisation's time zone where it is left out.")),
};
const access = {
  roles: z
    .array(roleAssignment)
    .optional()
    .meta(
      hover(
        "Roles held, each until further notice or until a day.",
        "roles: [sre, { role: oncall, until: 2026-12-31, reason: Q4 rotation }]",
      ),
    ),
  grants: z
    .array(grantDeclaration)
    .optional()
    .meta(
      hover(
        "Access beside that of the roles: addresses, each until further notice or until a day.",
        "grants:\n  - github/team/infra:maintainer\n  - { grant: github/team/dba, until: 2026-12-31, reason: INC-421 }",
      ),
    ),
  accounts: z
    .record(appKey, accountHint)
    .optional()
    .meta(
      hover(
        "Which account is theirs, by app: a login, or login and immutable id. It identifies; it gives nothing.",
        "accounts:\n  github: { login: adalove, id: 583231 }",
      ),
    ),
  formerly: formerly.optional(),
};

/** identities/people/<key>.yaml */
export const personFile = z.strictObject({
  name: text.meta(hover("Name, as colleagues know it.", "name: Ada Lovelace")),
  ...contact,
  type: z
    .enum(personTypes)
    .optional()
    .meta(hover("What kind of member of the organisation; employee where it is left out. Conditions of roles see it as person.type.")),
  title: text.optional().meta(hover("Job title. Written to accounts where the vendor takes it.")),
  manager: personKey
    .optional()
    .meta(hover("Key of the person they report to. A leaver's things go to the manager where the app says so.", "manager: grace")),
  department: naming(text, "department")
    .optional()
    .meta(hover('Department. Conditions of roles see it: when: person.department == "platform".')),
  location: naming(text, "location").optional().meta(hover("Where they work. Conditions of roles see it as person.location.")),
  ...dates,
  leave: z
    .strictObject({
      from: day.meta(hover("First day away.")),
      to: day.optional().meta(hover("Last day away, inclusive; open where it is left out.")),
    })
    .optional()
    .meta(
      hover(
        "A leave: access is stopped meanwhile and comes back afterwards; roles and grants stay.",
        "leave: { from: 2026-07-01, to: 2026-12-31 }",
      ),
    ),
  ...zone,
  ...access,
});

/** identities/services/<key>.yaml */
export const serviceFile = z.strictObject({
  name: text.meta(hover("Name of the bot or shared account.")),
  description: prose.optional().meta(hover("What it does.")),
  owner: personKey.meta(hover("Key of the person who answers for it.", "owner: grace")),
  ...contact,
  ...dates,
  ...zone,
  ...access,
});
