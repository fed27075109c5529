import { describe, expect, test } from "vitest";
import { app, type AppSketch, person } from "../../support/organization.ts";
import { codes, planFrom, type PlanSketch, vendorLines } from "../../support/plan.ts";
import { account } from "../../support/world.ts";

const plan = (declared: AppSketch, s: PlanSketch) => planFrom({ apps: [app("vault", declared)], ...s });
const stray = account("u9", { login: "stray" });

describe("accounts nobody claims", () => {
  test("are only reported unless the app's file says otherwise", () => {
    const made = plan({}, { world: { accounts: [stray], edges: [["u9", "badge/a"]] } });
    expect([vendorLines(made), codes(made)]).toEqual([[], ["ORPHAN"]]);
  });

  test.each<[string, Parameters<typeof account>[1], string[]]>([
    ["active", {}, ["suspend stray active -> suspended"]],
    ["invited", { status: "pending" }, ["delete stray pending -> absent"]],
    ["suspended", { status: "suspended" }, []],
    ["of unknown status", { status: "unknown" }, []],
    ["invited once, in vain", { status: "expired" }, []],
    ["outside what the app manages", { outside: "a guest" }, []],
    ["rollcall's own", { self: true }, []],
  ])("with orphans: suspend, one that is %s", (_, sketch, operations) => {
    expect(
      vendorLines(plan({ orphans: "suspend" }, { world: { accounts: [{ ...stray, ...account("u9", { login: "stray", ...sketch }) }] } })),
    ).toEqual(operations);
  });

  test("one that a person's file names is reported as hers, never stopped", () => {
    const people = [person("ada", { accounts: { vault: { login: "STRAY" } } })];
    const made = plan({ orphans: "suspend" }, { people, world: { accounts: [stray] } });
    expect([vendorLines(made), made.findings.map((f) => [f.code, f.person])]).toEqual([[], [["ORPHAN", "ada"]]]);
  });

  test("lose only what the app's file keeps exclusive, and in the run that stops them", () => {
    const world = { accounts: [stray], edges: [["u9", "badge/a"] as const, ["u9", "badge/b"] as const] };
    const entitlements = { "badge/a": { members: "exclusive" as const }, "badge/b": {} };
    expect(vendorLines(plan({ entitlements }, { world }))).toEqual(["revoke stray badge/a  -> null"]);
    expect(vendorLines(plan({ entitlements, orphans: "suspend" }, { world }))).toEqual([
      "suspend stray active -> suspended",
      "revoke stray badge/a  -> null",
    ]);
  });
});
