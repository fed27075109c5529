import { z } from "zod";
import { poisonous } from "./key.ts";

/** Schemas of the scalars that several kinds of file share. Messages are whole sentences: they are shown as they are. */

export const dayMessage = "A date is written YYYY-MM-DD and must exist in the calendar.";
export const secretSourceMessage = "A credential is named, never written: env:NAME or command:NAME.";

/**
 * What an editor shows over a key, as metadata of a schema: a sentence or two, and an example where it helps. The texts stand in these files
 * alone; `rollcall schema` and its readers take them from here.
 */
export const hover = (description: string, example?: string): { description: string; markdownDescription?: string } => ({
  description,
  ...(example === undefined ? {} : { markdownDescription: `${description}\n\n\`\`\`yaml\n${example}\n\`\`\`` }),
});

/** Kinds of names an organisation has; `core/schema` puts the names themselves in their place. */
export type NameKind =
  | "person"
  | "principal"
  | "heir"
  | "role"
  | "app"
  | "provisioner"
  | "connector"
  | "timezone"
  | "department"
  | "location"
  | "address"
  | "group"
  | "registered";

/** A text that names something of the organisation. */
export const naming = <T extends z.ZodType>(schema: T, names: NameKind): T => schema.meta({ names });

/** One line of text for people. */
export const text = z
  .string()
  .min(1, "The text is empty.")
  .max(300, "The text is longer than 300 characters.")
  .regex(/^[^\n\r\t]*$/, "The text must stand on one line.")
  .regex(/^\S(?:.*\S)?$/, "The text must not begin or end with a space.");

/** Text that may have several lines. */
export const prose = z.string().min(1, "The text is empty.").max(4000, "The text is longer than 4,000 characters.");

/** Key of a person, service, role or app: a file name without `.yaml`. */
export const key = z
  .string()
  .max(63, "A key has at most 63 characters.")
  .regex(/^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/, "A key is lower-case letters, digits, dots, dashes and underscores.")
  .refine((k) => !poisonous.has(k) && !k.includes(".."), "A key must not contain two dots in a row or be a reserved word.");

export const personKey = naming(key, "person");
export const roleKey = naming(key, "role");
export const appKey = naming(key, "app");

const daysInMonth = (year: number, month: number): number =>
  month === 2 ? ((year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;

/** Whether a text is a day that exists, between 1900 and 2999. */
function isDay(value: string): boolean {
  const m = /^((?:19|2\d)\d\d)-(\d\d)-(\d\d)$/.exec(value);
  if (!m) return false;
  const [year, month, day] = [Number(m[1]), Number(m[2]), Number(m[3])];
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/** A calendar day. */
export const day = z
  .string()
  .regex(/^(?:19|2\d)\d\d-\d\d-\d\d$/, dayMessage)
  .refine(isDay, dayMessage)
  .meta({ errorMessage: dayMessage });

export const email = z
  .string()
  .max(254, "An e-mail address has at most 254 characters.")
  .regex(/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,10}[A-Za-z0-9-]{2,63}$/, "This is not an e-mail address.")
  .meta({ errorMessage: "This is not an e-mail address." });

/** `365d`. */
const daysMessage = "A number of days is written like 365d.";
export const days = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,3})d$/, daysMessage)
  .meta({ errorMessage: daysMessage });

/** Days of a checked `365d`. */
export const daysOf = (value: string): number => Number(value.slice(0, -1));

/** `app/entitlement[:level]`; its parts are checked against the apps. */
export const address = naming(
  z
    .string()
    .min(3, "An address is written app/entitlement or app/entitlement:level.")
    .max(330, "The address is too long.")
    .regex(/^[^\n\r\t]*\/[^\n\r\t]*$/, "An address is written app/entitlement or app/entitlement:level."),
  "address",
);

/** Former keys, after a rename: one or several. */
export const formerly = z
  .union([key, z.array(key)])
  .meta(
    hover(
      "Keys that this one had before. Accounts and grants of the old key are kept instead of being taken away and given anew; `rollcall rename` writes it.",
      "formerly: [ada-byron]",
    ),
  );

export const timezone = naming(
  z.string().refine(isTimeZone, "This is not a time zone of the IANA database, such as Europe/London."),
  "timezone",
);

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+-]{1,30}(?:\/[A-Za-z0-9_+-]{1,30}){0,2}$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false; // that is how it says "no such zone"
    throw error;
  }
}
