import { z } from "zod";
import { formatAddress, isEntitlementName, parseAddress } from "../model/address.ts";
import { isKey, poisonous } from "../model/key.ts";
import { day } from "../model/text.schema.ts";

/**
 * Shapes of what rollcall keeps in a checkpoint and a journal. State is input, not truth: whoever can write the file must not be able to make
 * rollcall run code, send an id that walks up a path, or take an unknown field for nothing. Unknown fields are refused, because dropping one
 * that a newer rollcall wrote could undo a stop.
 */

/**
 * A text by one check of our own: of these there are several for every account, and a chain of a schema's checks costs more than reading the
 * file.
 */
const textThat = (fits: (text: string) => boolean, what: string) =>
  z.custom<string>((value) => typeof value === "string" && fits(value), what);

const isPrintable = (text: string, most: number): boolean => text.length >= 1 && text.length <= most && !/[\p{Cc}\p{Cs}]/u.test(text);
const printable = (most: number) => textThat((text) => isPrintable(text, most), "is empty, too long or holds a control character");

const isSafeId = (id: string): boolean =>
  isPrintable(id, 512) && /^\S(?:.*\S)?$/.test(id) && !id.split(/[/\\]/).some((part) => part === "." || part === "..");

export const ref = z.strictObject({
  kind: textThat((kind) => /^[a-z][A-Za-z0-9_-]{0,62}$/.test(kind), "is no kind of a ref"),
  id: textThat(isSafeId, "is no id: blank at an end, a control character, or a path segment of dots"),
});

/** A key of the organisation: person, service or app. */
export const stateKey = textThat(isKey, "is no key");

const isEntitlement = (name: string): boolean => isEntitlementName(name) && !poisonous.has(name);
export const entitlement = textThat(isEntitlement, "is no name of an entitlement");

const isLevel = (text: unknown): boolean =>
  text === "" || (typeof text === "string" && text.length <= 200 && !/[\p{Cc}\p{Cs}]/u.test(text));
const isAttributeName = (name: string): boolean => /^[A-Za-z][A-Za-z0-9_-]{0,62}$/.test(name) && !poisonous.has(name);
const isAttribute = (text: unknown): boolean => typeof text === "string" && text.length <= 4000;

/**
 * A map of texts. One check for the whole of it: of these maps there are some for every account, and a schema for each entry costs more than
 * reading the file.
 */
const textMap = (isName: (name: string) => boolean, isText: (text: unknown) => boolean, what: string) =>
  z.custom<Record<string, string>>(
    (value) =>
      typeof value === "object" &&
      value !== null &&
      !Array.isArray(value) &&
      Object.entries(value).every(([name, text]) => isName(name) && isText(text)),
    what,
  );

const levels = textMap(isEntitlement, isLevel, "is no map from entitlements to levels");
export const attributes = textMap(isAttributeName, isAttribute, "is no map of attributes");
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

/** An entitlement that other apps hang on, with the level where one is named: `app/github:admin`. */
export const carrier = z.string().refine((name) => {
  const address = parseAddress(`app/${name}`);
  return address !== null && formatAddress(address) === `app/${name}` && !poisonous.has(address.entitlement);
}, "is no name of a carrier");

const assignments = z.record(carrier, z.strictObject({ held: z.boolean(), since: time }));

/** What the account resource adds to its inputs. */
export const accountFacts = {
  ref,
  login: login.optional(),
  accountStatus,
  stoppedByUs: z.boolean(),
  owned: levels,
  pending: pending.optional(),
  steps,
  assignments: assignments.optional(),
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
  assignments: assignments.optional(),
});
