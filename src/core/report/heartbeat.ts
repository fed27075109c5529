import { secondsSince } from "../compile/day.ts";
import { count } from "./text.ts";

/** Runs of a schedule are hours apart and may be late by some; after more than a day they are missing. */
const lateAfter = 26 * 3_600;

/** When the last run over the default branch was, and whether that is too long ago. */
export interface Heartbeat {
  /** RFC 3339. */
  readonly at: string;
  readonly hours: number;
  readonly late: boolean;
}

/** `at`: of the last record. A clock that runs behind shows no age. */
export function heartbeatOf(at: string, now: Date): Heartbeat {
  const seconds = Math.max(0, secondsSince(at, now));
  return { at, hours: Math.floor(seconds / 3_600), late: seconds > lateAfter };
}

/** One sentence, for whoever would not notice that nothing runs. */
export const heartbeatText = ({ hours, at }: Heartbeat): string =>
  `The last run was ${count(hours, "hour")} ago (${at}): schedules may be off.`;
