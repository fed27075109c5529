import { z } from "zod";
import { appKey, day, hover, key, naming, personKey, prose, text } from "./text.schema.ts";

const count = z.int("This must be a whole number.").min(0, "This must not be negative.").max(1_000_000, "This is too large.");
const percent = z.number("This must be a number.").min(0, "A percentage is 0 to 100.").max(100, "A percentage is 0 to 100.");
const budget = z.strictObject({
  count: count.meta(hover("At most this many …")),
  percent: percent.meta(hover("… or this share of what state knows, whichever is more.")),
});
const id = z.union([z.int("An id without quotes must be a whole number; quote it."), text]);
const name = text.optional().meta(hover("Name of the policy; the file's where it is left out."));
const because = prose.meta(hover("Why it is so. Shown where the policy decides."));

const limits = z.strictObject({
  kind: z.literal("limits").meta(hover("limits: how much one run may take away.")),
  name,
  app: appKey.optional().meta(hover("The app it is about; all apps where it is left out.")),
  stops: budget
    .optional()
    .meta(
      hover(
        "Accounts stopped per app and run; 3 or 5 % where it is left out. One leaver always passes.",
        "stops: { count: 3, percent: 5 }",
      ),
    ),
  removals: budget
    .optional()
    .meta(hover("Grants removed per app and run; 10 or 2 % where it is left out.", "removals: { count: 10, percent: 2 }")),
  "admin-losses": count.optional().meta(hover("People who may lose administrative rights per run; 1 where it is left out.")),
  "known-returned": percent
    .optional()
    .meta(
      hover(
        "Smallest share of known accounts that a read must bring back; 70 where it is left out. Below it, nothing is concluded from absence.",
      ),
    ),
  because: because.optional(),
});

const protectedAccounts = z.strictObject({
  kind: z.literal("protected").meta(hover("protected: accounts that no run may stop, demote or strip.")),
  name,
  accounts: z
    .array(
      z
        .strictObject({
          app: appKey.meta(hover("The app.")),
          person: naming(key, "principal").optional().meta(hover("Key of a person or service; or give login or id.")),
          login: text.optional().meta(hover("The login; or give person or id.")),
          id: id.optional().meta(hover("The vendor's immutable id; or give person or login.")),
        })
        .refine((a) => [a.person, a.login, a.id].filter((x) => x !== undefined).length === 1, "Give exactly one of person, login and id."),
    )
    .min(1, "A protected policy names at least one account.")
    .meta(hover("The accounts: app, and one of person, login and id.", "accounts:\n  - { app: github, login: acme-break-glass }")),
  because: because.optional(),
});

const allowance = z.strictObject({
  kind: z.literal("allowance").meta(hover("allowance: a reviewed exception to the limits of one app, with exact counts and an end.")),
  name,
  app: appKey.meta(hover("The app it is about.")),
  expect: z
    .strictObject({
      stops: count.optional().meta(hover("Accounts stopped, exactly.")),
      removals: count.optional().meta(hover("Grants removed, exactly.")),
      "admin-losses": count.optional().meta(hover("People losing administrative rights, exactly.")),
      groups: z
        .record(naming(z.string(), "group"), count)
        .optional()
        .meta(hover("Groups that may lose over half of their members, each with the exact count of losses.", "groups: { team/infra: 9 }")),
    })
    .refine((e) => Object.keys(e).length > 0, "An allowance gives at least one count that it expects.")
    .meta(
      hover("The exact counts that it lifts the limits for, so that it cannot be used for more.", "expect: { stops: 12, removals: 87 }"),
    ),
  expires: day.meta(hover("The last day on which it lifts anything, inclusive.", "expires: 2026-12-01")),
  because,
});

const revert = z.strictObject({
  kind: z
    .literal("revert")
    .meta(hover("revert: what was changed by hand in one app is undone by the next run, where it is just this much.")),
  name,
  app: appKey.meta(hover("The app it is about.")),
  expect: z
    .strictObject({
      gains: count.optional().meta(hover("Accounts and grants that the files ask for and somebody took away, exactly.")),
      losses: count.optional().meta(hover("Grants that no line asks for and somebody gave, exactly.")),
    })
    .refine((e) => Object.keys(e).length > 0, "A revert gives the count that it expects.")
    .meta(hover("The exact counts, as the drift issue and `rollcall drift` show them.", "expect: { gains: 2, losses: 1 }")),
  expires: day.meta(hover("The last day on which it undoes anything, inclusive.", "expires: 2026-12-01")),
  because,
});

const approvals = z.int("This must be a whole number.").min(1, "At least one approval is needed.").max(10, "This is too large.");
const ownedPath = z
  .string()
  .max(200, "The path is longer than 200 characters.")
  .regex(
    /^\.?[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/\.?[A-Za-z0-9_-][A-Za-z0-9._-]*)*\/?$/,
    "A path is written from the root, with forward slashes; a folder ends with one.",
  );

const approval = z.strictObject({
  kind: z.literal("approval").meta(hover("approval: who may approve what has no owner of its own, and how many have to.")),
  name,
  owners: z
    .record(ownedPath, z.array(personKey).min(1, "A path needs an owner at least."))
    .optional()
    .meta(
      hover(
        "Owners by path: a file, or a folder ending with a slash; of several that fit, the last holds. An app's file is owned by its owners.",
        "owners:\n  identities/people/: [mary]\n  policies/: [grace, isaac]",
      ),
    ),
  approvals: approvals.optional().meta(hover("Approvals that every change needs; 1 where it is left out.")),
  "own-access": approvals
    .optional()
    .meta(hover("Approvals needed where the author, or whoever asked for it, gains access by the change; 2 where it is left out.")),
  "admin-grants": approvals.optional().meta(hover("Approvals needed where somebody gains administrative rights; 2 where it is left out.")),
  because: because.optional(),
});

/** The kinds of policy, by the name they have under `kind:`. */
export const policyKinds = { limits, protected: protectedAccounts, allowance, revert, approval };

/** policies/<name>.yaml */
export const policyFile = z.discriminatedUnion("kind", [limits, protectedAccounts, allowance, revert, approval]);
