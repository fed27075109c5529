import { z } from "zod";
import { parseAddress } from "../model/address.ts";
import { isKey, poisonous } from "../model/key.ts";
import { day, key } from "../model/text.schema.ts";

/**
 * Shapes of what rollcall keeps in a checkpoint and a journal. State is input, not truth: whoever can write the file must not be able to make
 * rollcall run code, send an id that walks up a path, or take an unknown field for nothing. Unknown fields are refused, because dropping one
 * that a newer rollcall wrote could undo a stop.
 */

const printable = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, "holds a control character");

const safeId = printable(512)
  .regex(/^\S(?:.*\S)?$/, "begins or ends with a space")
  .refine((id) => !id.split(/[/\\]/).some((part) => part === "." || part === ".."), "holds a path segment of dots");

export const ref = z.strictObject({ kind: z.string().regex(/^[a-z][A-Za-z0-9_-]{0,62}$/, "is no kind of a ref"), id: safeId });

/** A key of the organisation: person, service or app. */
export const stateKey = key.refine(isKey, "is no key");

export const entitlement = z.string().refine((name) => {
  const address = parseAddress(`app/${name}`);
  return address !== null && address.level === undefined && address.entitlement === name && !poisonous.has(name);
}, "is no name of an entitlement");

const level = z.union([z.literal(""), printable(200)]);
const levels = z.record(entitlement, level);
const attributeName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/, "is no name of an attribute")
  .refine((n) => !poisonous.has(n), "is reserved");
export const attributes = z.record(attributeName, z.string().max(4000));
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/, "is no RFC 3339 time");

const accountStatus = z.enum(["active", "suspended", "absent", "pending"]);

export const accountInputs = z.strictObject({
  app: stateKey,
  person: stateKey,
  status: z.enum(["active", "suspended", "absent"]),
  attributes,
  grants: levels,
});

const pending = z.strictObject({ handle: printable(4096), since: time, attempts: z.number().int().min(0).max(1_000_000) });
export const login = printable(1000);
const steps = z.record(
  z
    .string()
    .regex(/^[a-z][A-Za-z]{0,62}$/, "is no verb")
    .refine((n) => !poisonous.has(n), "is reserved"),
  day,
);

/** What the account resource adds to its inputs. */
export const accountFacts = {
  ref,
  login: login.optional(),
  accountStatus,
  stoppedByUs: z.boolean(),
  owned: levels,
  pending: pending.optional(),
  steps,
};

export const groupInputs = z.strictObject({ app: stateKey, entitlement, description: z.string().max(4000).optional() });
export const tenantInputs = z.strictObject({ app: stateKey, connector: stateKey });
export const tenantFacts = { tenant: printable(512).optional() };

/** An account record as the journal carries it, in the words of the model. */
export const accountRecord = z.strictObject({
  person: stateKey,
  inputs: accountInputs,
  ref,
  login: login.optional(),
  status: accountStatus,
  stoppedByUs: z.boolean(),
  owned: levels,
  pending: pending.optional(),
  steps,
});
