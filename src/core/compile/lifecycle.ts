import type { Standing } from "../model/desired.ts";
import type { Because, Origin } from "../model/origin.ts";
import type { Day, Person, Service } from "../model/person.ts";
import { daysBetween, isPast } from "./day.ts";

/**
 * Dates decide where somebody stands; the first row that holds counts.
 *
 * | dates | lifecycle | status of accounts | grants |
 * |---|---|---|---|
 * | last-day is past | leaver | suspended; absent once the app's retention is over | none |
 * | start is to come | future | nothing is made and nothing is stopped | none |
 * | today is within leave | leave | suspended | kept |
 * | else | active | active | all that are not past |
 */
export function standingOf(principal: Person | Service, today: Day): Standing {
  const base = {
    person: principal.key,
    kind: principal.kind,
    name: principal.name,
    ...(principal.email === undefined ? {} : { email: principal.email }),
    accounts: principal.accounts,
    formerly: principal.formerly,
    ...(principal.kind === "person" && principal.manager !== undefined ? { manager: principal.manager } : {}),
  };
  const { lastDay, start } = principal;
  if (lastDay !== undefined && isPast(lastDay, today)) {
    const because = reason(principal.origin, `last day ${lastDay}`);
    return { ...base, lifecycle: "leaver", daysGone: daysBetween(lastDay, today), since: lastDay, because: [because] };
  }
  if (start !== undefined && start > today) {
    return { ...base, lifecycle: "future", daysGone: null, since: start, because: [reason(principal.origin, `starts ${start}`)] };
  }
  const leave = principal.kind === "person" ? principal.leave : undefined;
  if (leave && leave.from <= today && !isPast(leave.to, today)) {
    const because = reason(leave.origin, leave.to === undefined ? `on leave since ${leave.from}` : `on leave until ${leave.to}`);
    return { ...base, lifecycle: "leave", daysGone: null, since: leave.from, because: [because] };
  }
  return { ...base, lifecycle: "active", daysGone: null, because: [] };
}

const reason = (origin: Origin, text: string): Because => ({ origin, path: [], reason: text });
