import { expect, test } from "vitest";
import { clockIn, dayAfter, dayIn, endOfDay, startOfDay } from "../../../src/core/compile/day.ts";

test.each([
  ["2026-01-15", "UTC", "2026-01-15T00:00:00.000Z"],
  ["2026-06-01", "Europe/London", "2026-05-31T23:00:00.000Z"],
  ["2026-03-29", "Europe/London", "2026-03-29T00:00:00.000Z"],
  ["2026-10-25", "Europe/London", "2026-10-24T23:00:00.000Z"],
  ["2026-06-01", "Pacific/Kiritimati", "2026-05-31T10:00:00.000Z"],
  ["2026-06-01", "Pacific/Niue", "2026-06-01T11:00:00.000Z"],
  ["2026-06-01", "Asia/Kathmandu", "2026-05-31T18:15:00.000Z"],
  // Clocks went from midnight to one: the day began at one.
  ["2025-09-07", "America/Santiago", "2025-09-07T04:00:00.000Z"],
  // The islands went over the date line: there was no such day.
  ["2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00.000Z"],
])("%s in %s begins at %s", (day, zone, at) => {
  expect(startOfDay(day, zone).toISOString()).toBe(at);
});

test("a day ends a millisecond before the next begins, in every zone and on every day of a year", () => {
  for (const zone of ["Europe/London", "America/Santiago", "Pacific/Apia", "Asia/Tehran", "Australia/Lord_Howe"]) {
    for (let day = "2026-01-01"; day < "2027-01-01"; day = dayAfter(day, 7)) {
      expect(dayIn(startOfDay(day, zone), zone)).toBe(day);
      expect(dayIn(new Date(startOfDay(day, zone).getTime() - 1), zone)).toBe(dayAfter(day, -1));
      expect(dayIn(endOfDay(day, zone), zone)).toBe(day);
    }
  }
});

test("a clock is that of the zone", () => {
  expect(clockIn("2026-05-31T23:00:00.000Z", "Europe/London")).toBe("2026-06-01 00:00");
  expect(clockIn("2026-12-31T23:30:00Z", "UTC")).toBe("2026-12-31 23:30");
});
