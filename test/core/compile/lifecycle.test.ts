import { describe, expect, test } from "vitest";
import { daysBetween } from "../../../src/core/compile/day.ts";
import { app, organization, person, type PersonSketch } from "../../support/organization.ts";
import { compileAt } from "../../support/plan.ts";

const ada = (sketch: PersonSketch, when: string, zone = "UTC") =>
  compileAt(
    organization({
      people: [person("ada", { grants: ["vault/badge/gold"], ...sketch })],
      apps: [app("vault", { leavers: { deleteAfterDays: 30 } })],
      timezone: zone,
    }),
    new Date(when),
  )
    .accounts.get("vault")!
    .get("ada")!;

describe("dates decide where somebody stands", () => {
  test.each<[string, PersonSketch, string, string, string, number]>([
    ["active without dates", {}, "2026-06-10T12:00:00Z", "active", "active", 1],
    ["active on the last day itself", { lastDay: "2026-06-10" }, "2026-06-10T23:59:59Z", "active", "active", 1],
    ["a leaver on the day after", { lastDay: "2026-06-10" }, "2026-06-11T00:00:00Z", "leaver", "suspended", 0],
    ["a leaver on the last day of retention", { lastDay: "2026-06-10" }, "2026-07-10T23:59:59Z", "leaver", "suspended", 0],
    ["gone when retention is over", { lastDay: "2026-06-10" }, "2026-07-11T00:00:00Z", "gone", "absent", 0],
    ["to come on the day before the start", { start: "2026-06-11" }, "2026-06-10T23:59:59Z", "future", "absent", 0],
    ["active on the day of the start", { start: "2026-06-11" }, "2026-06-11T00:00:00Z", "active", "active", 1],
    ["active on the day before a leave", { leave: { from: "2026-06-11" } }, "2026-06-10T23:59:59Z", "active", "active", 1],
    [
      "on leave on its first day, grants kept",
      { leave: { from: "2026-06-11", to: "2026-06-20" } },
      "2026-06-11T00:00:00Z",
      "leave",
      "suspended",
      1,
    ],
    ["on leave on its last day", { leave: { from: "2026-06-11", to: "2026-06-20" } }, "2026-06-20T23:59:59Z", "leave", "suspended", 1],
    ["active after the leave", { leave: { from: "2026-06-11", to: "2026-06-20" } }, "2026-06-21T00:00:00Z", "active", "active", 1],
    ["on an open leave for good", { leave: { from: "2026-06-11" } }, "2029-01-01T00:00:00Z", "leave", "suspended", 1],
    [
      "a leaver even while on leave",
      { leave: { from: "2026-06-01" }, lastDay: "2026-06-09" },
      "2026-06-10T00:00:00Z",
      "leaver",
      "suspended",
      0,
    ],
  ])("%s", (_, sketch, when, lifecycle, status, grants) => {
    const account = ada(sketch, when);
    expect([account.lifecycle, account.status, account.grants.size]).toEqual([lifecycle, status, grants]);
  });

  test("each person's day is that of her own time zone, else of the organisation", () => {
    const when = "2026-06-10T13:00:00Z"; // already the 11th in Auckland (+12), still the 10th in Honolulu
    expect(ada({ lastDay: "2026-06-10", timezone: "Pacific/Auckland" }, when).lifecycle).toBe("leaver");
    expect(ada({ lastDay: "2026-06-10", timezone: "Pacific/Honolulu" }, when, "Pacific/Auckland").lifecycle).toBe("active");
    expect(ada({ lastDay: "2026-06-10" }, when, "Pacific/Auckland").lifecycle).toBe("leaver");
  });

  test("days are counted over a change of clocks and over a leap day", () => {
    expect(daysBetween("2026-03-28", "2026-03-30")).toBe(2);
    expect(daysBetween("2028-02-28", "2028-03-01")).toBe(2);
    expect(daysBetween("2026-06-10", "2026-06-09")).toBe(-1);
  });
});
