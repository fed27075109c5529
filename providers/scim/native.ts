/**
 * What servers answer, read tolerantly: numbers for ids, text for booleans, objects for lists of one. Only what identifies is demanded, and what
 * is not known is kept: a resource that is replaced must go back whole.
 */
import { z } from "zod";
import { compareText } from "../../src/connector/index.ts";

const idText = z.union([z.string().min(1), z.number().transform(String)]);
const optionalText = z
  .unknown()
  .transform((v) => (typeof v === "string" && v !== "" ? v : undefined))
  .optional();
/** "True" and "False" of Entra-style servers too; anything else says nothing. */
const flag = z
  .unknown()
  .transform((v) =>
    typeof v === "boolean" ? v : typeof v === "string" && /^(?:true|false)$/i.test(v) ? v.toLowerCase() === "true" : undefined,
  )
  .optional();

const asList = (v: unknown): unknown[] => (Array.isArray(v) ? v : v === undefined || v === null ? [] : [v]);

const email = z.union([
  z.string().transform((value) => ({ value, primary: undefined, type: undefined })),
  z.looseObject({ value: z.string(), primary: flag, type: optionalText }),
]);
const emails = z.preprocess(asList, z.array(email.catch({ value: "", primary: undefined, type: undefined })));

const name = z.looseObject({ formatted: optionalText, givenName: optionalText, familyName: optionalText }).catch({
  formatted: undefined,
  givenName: undefined,
  familyName: undefined,
});

const enterpriseSchema = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const meta = z.looseObject({ version: optionalText }).catch({ version: undefined }).optional();

export const nativeUser = z.looseObject({
  id: idText,
  externalId: optionalText,
  userName: optionalText,
  displayName: optionalText,
  name: name.optional(),
  emails: emails.optional(),
  active: flag,
  title: optionalText,
  meta,
  [enterpriseSchema]: z.looseObject({ department: optionalText }).catch({ department: undefined }).optional(),
});
export type NativeUser = z.infer<typeof nativeUser>;

const member = z.looseObject({ value: idText, type: optionalText });
export type NativeMember = z.infer<typeof member>;

export const nativeGroup = z.looseObject({
  id: idText,
  displayName: z.string().min(1),
  externalId: optionalText,
  /** Missing: none, or hidden; the profile says which. null says nothing either. */
  members: z.union([z.array(member), z.null().transform(() => undefined)]).optional(),
  meta,
});
export type NativeGroup = z.infer<typeof nativeGroup>;

/** A number, or text that is one; null and empty text are not 0. */
const count = z.union([
  z.int().min(0),
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
]);

const listOf = <T extends z.ZodType>(row: T) =>
  z.preprocess(
    // Some servers write it small.
    (v) => (typeof v === "object" && v !== null && !("Resources" in v) && "resources" in v ? { ...v, Resources: v.resources } : v),
    z
      .object({
        totalResults: count.optional(),
        nextCursor: optionalText,
        Resources: z.array(row).optional(),
      })
      // Resources may be missing only where there are none (RFC 7644 3.4.2); an answer without either is no list.
      .refine((l) => l.Resources !== undefined || l.totalResults === 0, "is no list"),
  );

export const userList = listOf(nativeUser);
export const groupList = listOf(nativeGroup);

export interface NativeList<T> {
  readonly totalResults?: number | undefined;
  readonly nextCursor?: string | undefined;
  readonly Resources?: readonly T[] | undefined;
}

export const departmentOf = (user: NativeUser): string | undefined => {
  const extension = user[enterpriseSchema];
  return extension?.department;
};

export { enterpriseSchema };

/** An attribute of the resource or, by its full name, of an extension of it. */
export function attributeOf(resource: Readonly<Record<string, unknown>>, attribute: string): unknown {
  const colon = attribute.lastIndexOf(":");
  if (colon < 0) return resource[attribute];
  const extension = resource[attribute.slice(0, colon)];
  return typeof extension === "object" && extension !== null
    ? (extension as Record<string, unknown>)[attribute.slice(colon + 1)]
    : undefined;
}

/** The values of a multi-valued attribute, once each, sorted: text, or objects with a `value`. */
export function valuesOf(resource: Readonly<Record<string, unknown>>, attribute: string): string[] {
  const held = asList(attributeOf(resource, attribute)).flatMap((v) => {
    if (typeof v === "string") return v === "" ? [] : [v];
    if (typeof v !== "object" || v === null || !("value" in v)) return [];
    return typeof v.value === "string" && v.value !== "" ? [v.value] : [];
  });
  return [...new Set(held)].sort(compareText);
}
