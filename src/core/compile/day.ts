import type { Day } from "../model/person.ts";

/** Making one takes longer than thousands of uses. */
const calendars = new Map<string, Intl.DateTimeFormat>();

/** The calendar day at an instant in an IANA time zone. */
export function dayIn(now: Date, timeZone: string): Day {
  let calendar = calendars.get(timeZone);
  if (!calendar) {
    calendar = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
    calendars.set(timeZone, calendar);
  }
  const parts = calendar.formatToParts(now);
  const of = (type: string): string => parts.find((p) => p.type === type)?.value ?? "";
  return `${of("year")}-${of("month")}-${of("day")}`;
}

const noon = (day: Day): number => Date.parse(`${day}T12:00:00Z`);

/** Whole days from `a` to `b`; negative where b is earlier. */
export const daysBetween = (a: Day, b: Day): number => Math.round((noon(b) - noon(a)) / 86_400_000);

/** Days as text compare like days as days. `until` and `last-day` are inclusive: past only when the day is over. */
export const isPast = (until: Day | undefined, today: Day): boolean => until !== undefined && until < today;

export const earlier = (a: Day | undefined, b: Day | undefined): Day | undefined =>
  a === undefined ? b : b === undefined ? a : a < b ? a : b;

/** Seconds from an RFC 3339 time to now; negative where the time lies ahead. */
export const secondsSince = (at: string, now: Date): number => (now.getTime() - Date.parse(at)) / 1000;

/** Minutes between two RFC 3339 times; negative where the first lies ahead, as after a clock was set back. */
export const minutesBetween = (a: string, b: string): number => (Date.parse(b) - Date.parse(a)) / 60_000;

/** The day after. */
export const dayAfter = (day: Day): Day => new Date(noon(day) + 86_400_000).toISOString().slice(0, 10);

/** An instant in a day, for whoever lives in UTC. */
export const noonOf = (day: Day): Date => new Date(noon(day));
