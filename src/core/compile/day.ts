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

/** An instant in a day, for whoever lives in UTC. */
export const noonOf = (day: Day): Date => new Date(noon(day));

/** Milliseconds of an RFC 3339 time; NaN where the text is none. */
export const instantOf = (at: string): number => Date.parse(at);

/** A moment from milliseconds since 1970 in UTC. */
export const momentOf = (milliseconds: number): Date => new Date(milliseconds);

/** The same as RFC 3339 in UTC. */
export const timeOf = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** The day after, or as many days after; before where negative. */
export const dayAfter = (day: Day, days = 1): Day => new Date(noon(day) + days * 86_400_000).toISOString().slice(0, 10);

/**
 * The first moment of a calendar day in an IANA time zone; of a day that the zone skipped, that of the next one it had. Found by halving:
 * whatever clocks do around midnight, of any two moments the later one is never on an earlier day.
 */
export function startOfDay(day: Day, timeZone: string): Date {
  // No zone is more than 14 hours from UTC (tz database, 2026-11), and noon is 12 from either end.
  let [before, within] = [noon(day) - 36 * 3_600_000, noon(day) + 36 * 3_600_000];
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2);
    if (dayIn(new Date(middle), timeZone) < day) before = middle;
    else within = middle;
  }
  return new Date(within);
}

/** The last millisecond of a calendar day in an IANA time zone. */
export const endOfDay = (day: Day, timeZone: string): Date => new Date(startOfDay(dayAfter(day), timeZone).getTime() - 1);

/** Making one takes longer than thousands of uses. */
const clocks = new Map<string, Intl.DateTimeFormat>();

/** A moment as people read it in an IANA time zone: "2026-03-02 14:11". */
export function clockIn(at: string, timeZone: string): string {
  let clock = clocks.get(timeZone);
  if (!clock) {
    clock = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    clocks.set(timeZone, clock);
  }
  return `${dayIn(new Date(at), timeZone)} ${clock.format(new Date(at))}`;
}
