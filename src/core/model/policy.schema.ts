import { z } from "zod";
import { day, key, prose, text } from "./text.schema.ts";

const count = z.int("This must be a whole number.").min(0, "This must not be negative.").max(1_000_000, "This is too large.");
const percent = z.number("This must be a number.").min(0, "A percentage is 0 to 100.").max(100, "A percentage is 0 to 100.");
const budget = z.strictObject({ count, percent });
const id = z.union([z.int("An id without quotes must be a whole number; quote it."), text]);

const limits = z.strictObject({
  kind: z.literal("limits"),
  name: text.optional(),
  app: key.optional(),
  stops: budget.optional(),
  removals: budget.optional(),
  "admin-losses": count.optional(),
  "known-returned": percent.optional(),
  because: prose.optional(),
});

const protectedAccounts = z.strictObject({
  kind: z.literal("protected"),
  name: text.optional(),
  accounts: z
    .array(
      z
        .strictObject({ app: key, person: key.optional(), login: text.optional(), id: id.optional() })
        .refine((a) => [a.person, a.login, a.id].filter((x) => x !== undefined).length === 1, "Give exactly one of person, login and id."),
    )
    .min(1, "A protected policy names at least one account."),
  because: prose.optional(),
});

const allowance = z.strictObject({
  kind: z.literal("allowance"),
  name: text.optional(),
  app: key,
  expect: z
    .strictObject({
      stops: count.optional(),
      removals: count.optional(),
      "admin-losses": count.optional(),
      groups: z.record(z.string(), count).optional(),
    })
    .refine((e) => Object.keys(e).length > 0, "An allowance gives at least one count that it expects."),
  expires: day,
  because: prose,
});

/** policies/<name>.yaml */
export const policyFile = z.discriminatedUnion("kind", [limits, protectedAccounts, allowance]);
