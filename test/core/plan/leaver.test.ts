import { describe, expect, test } from "vitest";
import { app, person } from "../../support/organization.ts";
import { operationOf, planFrom, type PlanSketch, vendorLines, viewOf } from "../../support/plan.ts";
import { account, record } from "../../support/world.ts";

const bob = person("bob", { name: "Bob", manager: "grace", lastDay: "2026-06-01", grants: ["vault/member"] });
const grace = person("grace", { grants: ["vault/member"], accounts: { vault: { login: "grace" } } });
const u1 = account("u1", { login: "bob" });
const u2 = account("u2", { login: "grace" });
const known = record("vault", "bob", "u1", { login: "bob", owned: { "badge/a": "" } });
const manager = record("vault", "grace", "u2", { login: "grace" });
const done = { endSessions: "2026-06-02", revokeCredentials: "2026-06-02" };
const off = record("vault", "bob", "u1", {
  login: "bob",
  status: "suspended",
  stoppedByUs: true,
  inputs: { status: "suspended" },
  steps: done,
});
const heirs = [app("vault", { leavers: { transferTo: "manager" } })];
const plan = (s: PlanSketch) =>
  planFrom({ people: [bob, grace], world: { accounts: [u1, u2] }, records: [known, manager], manifest: { attributes: [] }, ...s });

describe("stages of a leaver", () => {
  test("suspended first, then sessions, tokens and grants; what no API can do is a task", () => {
    const made = plan({ world: { accounts: [u1, u2], edges: [["u1", "badge/a"]] } });
    expect(vendorLines(made)).toEqual([
      "suspend bob active -> suspended",
      "endSessions bob null -> done",
      "revokeCredentials bob null -> done",
      "revoke bob badge/a  -> null",
    ]);
    expect(
      made.operations
        .filter((o) => o.phase !== "state")
        .every((o) => o.origin === "lifecycle" && o.because[0]!.reason === "last day 2026-06-01"),
    ).toBe(true);
    expect(made.tasks.map((t) => t.task)).toEqual(["Bob in vault, by hand: Printed keys stay printed"]);
  });

  test("sessions that a suspension ends by itself are not ended again", () => {
    const verbs = {
      suspend: { scopes: [], reversible: true, settles: 0, endsSessions: true as const },
      endSessions: { scopes: [], reversible: false, settles: 0 },
    };
    expect(vendorLines(plan({ manifest: { attributes: [], verbs } }))).toEqual(["suspend bob active -> suspended"]);
  });

  test("steps are repeated until state has them, one by one", () => {
    const world = { accounts: [{ ...u1, status: "suspended" as const }, u2] };
    const at = (steps: Record<string, string>) => vendorLines(plan({ world, records: [{ ...off, steps }, manager] }));
    expect(at({})).toEqual(["endSessions bob null -> done", "revokeCredentials bob null -> done"]);
    expect(at({ endSessions: "2026-06-02" })).toEqual(["revokeCredentials bob null -> done"]);
    expect(at(done)).toEqual([]);
  });

  test("an account that was let in again is stopped with all its steps, whatever was done before", () => {
    expect(vendorLines(plan({ records: [off, manager] }))).toEqual([
      "suspend bob active -> suspended",
      "endSessions bob null -> done",
      "revokeCredentials bob null -> done",
    ]);
  });

  test("ownership moves to the manager, by her key", () => {
    expect(operationOf(plan({ apps: heirs }), "transfer")).toMatchObject({ person: "bob", after: "grace", phase: "revoke" });
    expect(operationOf(plan({ apps: [app("vault", { leavers: { transferTo: "grace" } })] }), "transfer").after).toBe("grace");
  });

  test.each<[string, PlanSketch]>([
    ["has no account there", { world: { accounts: [u1] }, records: [known] }],
    ["is a leaver too", { people: [bob, person("grace", { lastDay: "2026-06-01", grants: ["vault/member"] })] }],
    ["is not named", { people: [person("bob", { name: "Bob", lastDay: "2026-06-01", grants: ["vault/member"] }), grace] }],
  ])("where the manager %s, a human says who takes over", (_, sketch) => {
    const made = plan({ apps: heirs, ...sketch });
    expect(vendorLines(made).some((l) => l.startsWith("transfer"))).toBe(false);
    expect(made.tasks.some((t) => t.task.startsWith("say who takes over what belongs to Bob"))).toBe(true);
    expect(vendorLines(made)).toContain("suspend bob active -> suspended");
  });

  test("nothing is deleted before ownership has moved, where the file asks for that", () => {
    const gone = person("bob", { manager: "grace", lastDay: "2026-01-01", grants: ["vault/member"] });
    const world = { accounts: [{ ...u1, status: "suspended" as const }, u2] };
    const at = (steps: Record<string, string>) =>
      vendorLines(plan({ people: [gone, grace], apps: heirs, world, records: [{ ...off, steps }, manager] }));
    expect(at(done)).toEqual(["transfer bob null -> grace"]);
    expect(at({ ...done, transfer: "2026-06-03" })).toEqual(["delete bob suspended -> absent"]);
  });

  test("what this tenant cannot do becomes a task, and the rest goes on", () => {
    const made = plan({ world: { accounts: [u1, u2], tenant: { unavailable: { suspend: "needs the enterprise edition" } } } });
    expect(vendorLines(made)).toEqual(["endSessions bob null -> done", "revokeCredentials bob null -> done"]);
    expect(made.tasks.map((t) => t.task)).toContain("suspend bob: account to suspended in vault by hand (needs the enterprise edition)");
  });

  test("a verb the connector does not have becomes a task", () => {
    const made = plan({
      people: [person("kim", { grants: ["vault/member", "vault/badge/a"], email: "kim@acme.example" }), bob, grace],
      records: [off, manager],
      world: { accounts: [{ ...u1, status: "suspended" }, u2] },
      manifest: { attributes: [], verbs: { grant: { scopes: [], reversible: true, settles: 0 } } },
    });
    // No grant either: there is nobody to give it to.
    expect([vendorLines(made), made.tasks.map((t) => t.task)]).toEqual([
      [],
      ["create kim: account to active in vault by hand (this connector has no such call)"],
    ]);
  });

  test("where a vendor cannot suspend, removal is the stop, and nothing is left to strip", () => {
    const left = person("bob", { lastDay: "2026-06-01", grants: ["forge/team/infra"], accounts: { forge: { login: "bob" } } });
    const made = planFrom({
      of: "forge",
      people: [left],
      world: { accounts: [u1], edges: [["u1", "team/infra", "member"]] },
      records: [record("forge", "bob", "u1", { owned: { "team/infra": "member" } })],
    });
    expect(vendorLines(made)).toEqual(["delete bob active -> absent"]);
  });
});

describe("modes", () => {
  const kim = person("kim", { email: "kim@acme.example", grants: ["vault/member", "vault/badge/a"] });
  const at = (mode: "observe" | "adopt") => plan({ people: [bob, grace, kim], apps: [app("vault", { mode })], records: [known] });

  test("observe refuses everything, even what touches only state", () => {
    expect(at("observe").operations.map((o) => o.refused)).toEqual(at("observe").operations.map(() => "mode observe"));
    expect(at("observe").operations.length).toBeGreaterThan(4);
  });

  test("adopt gives and takes into state, and takes nothing away", () => {
    expect(vendorLines(at("adopt"))).toEqual([
      "suspend bob active -> suspended [mode adopt]",
      "endSessions bob null -> done [mode adopt]",
      "revokeCredentials bob null -> done [mode adopt]",
      "create kim null -> active",
      "grant kim badge/a null -> ",
    ]);
    expect(operationOf(at("adopt"), "adopt").refused).toBeUndefined();
  });

  test("what the mode refuses trips no guard", () => {
    expect(at("observe").trips).toEqual([]);
  });
});

describe("a plan for one person", () => {
  test("holds her operations only, from look-ups alone", () => {
    const made = plan({ person: "bob", world: { accounts: [u1, account("u9", { login: "stray" })], noScopes: true, fresh: { u1: true } } });
    expect(vendorLines(made)).toEqual([
      "suspend bob active -> suspended",
      "endSessions bob null -> done",
      "revokeCredentials bob null -> done",
    ]);
    expect([made.apps[0]!.accounts.map((a) => a.person), made.findings, made.trips]).toEqual([["bob"], [], []]);
  });

  test("concludes from an id that is proven gone, and not from silence", () => {
    const at = (fresh: Record<string, boolean>) => viewOf(plan({ person: "bob", world: { noScopes: true, fresh } }), "bob").situation;
    expect([at({ u1: false }), at({})]).toEqual(["inSync", "unknown"]);
  });
});

test("somebody who left and is an outsider now: her access survives, and that is said as work for people", () => {
  const made = plan({ world: { accounts: [{ ...u1, outside: "an outside collaborator" }, u2] } });
  expect(vendorLines(made)).toEqual([]);
  expect(made.tasks.map((t) => t.task)).toContain(
    "end the access that Bob (bob) still has in vault, by hand: is an outside collaborator, which is not rollcall's to take away",
  );
});

describe("access that rollcall cannot end is work for people, and marked as such (law 14)", () => {
  // Enough people who came back that one missing account does not make the whole list suspicious.
  const others = ["kim", "lou", "max", "noa"];
  const remaining = (s: PlanSketch) =>
    plan({
      ...s,
      people: [...(s.people ?? [bob, grace]), ...others.map((o) => person(o, { grants: ["vault/member"] }))],
      records: [...(s.records ?? [known, manager]), ...others.map((o) => record("vault", o, `u-${o}`, { login: o }))],
      world: { ...s.world, accounts: [...(s.world?.accounts ?? []), ...others.map((o) => account(`u-${o}`, { login: o }))] },
    }).tasks.flatMap((t) => (t.accessRemains ? [t.task] : []));

  test.each<[string, PlanSketch]>([
    [
      "the id in the file and the login disagree",
      {
        people: [{ ...bob, accounts: new Map([["vault", { login: "bob", id: "u7", origin: bob.origin }]]) }, grace],
        world: { accounts: [u1, account("u7", { login: "other" }), u2] },
        records: [manager],
      },
    ],
    ["her account is not among those seen, and another carries her login", { world: { accounts: [account("u9", { login: "BOB" }), u2] } }],
    ["the list of accounts was not read to its end", { world: { accounts: [u2], incomplete: ["accounts"] } }],
    [
      "she is an outsider, which is not rollcall's to end",
      { world: { accounts: [account("u1", { login: "bob", outside: "a guest" }), u2] } },
    ],
  ])("where %s", (_, sketch) => {
    expect(vendorLines(plan(sketch))).toEqual([]);
    expect(remaining(sketch)).toEqual([expect.stringContaining("Bob")]);
  });

  test("nobody who stays is meant, nor a leaver whose account is stopped or proven gone", () => {
    expect(remaining({ world: { accounts: [u1, u2] } })).toEqual([]);
    expect(remaining({ world: { accounts: [u2] } })).toEqual([]);
    expect(remaining({ world: { accounts: [u1], incomplete: ["accounts"] }, records: [known, manager] })).toEqual([]);
  });
});
