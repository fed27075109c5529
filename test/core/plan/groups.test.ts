import { describe, expect, test } from "vitest";
import type { EntitlementDeclaration } from "../../../src/core/model/app.ts";
import { app, person } from "../../support/organization.ts";
import { codes, operationOf, planFrom, type PlanSketch, vendorLines } from "../../support/plan.ts";
import { account, record } from "../../support/world.ts";

const ada = person("ada", { grants: ["vault/team/red:editor"] });
const u1 = account("u1", { login: "ada" });
const known = (owned: Record<string, string> = {}) => record("vault", "ada", "u1", { login: "ada", owned });
const group = (entitlement: string, id: string, description?: string) => ({
  entitlement,
  ref: { kind: "team", id },
  ...(description === undefined ? {} : { description }),
});
const plan = (red: Partial<EntitlementDeclaration>, s: PlanSketch) =>
  planFrom({
    people: [ada],
    records: [known()],
    manifest: { attributes: [] },
    apps: [app("vault", { entitlements: { "team/red": { manage: true, ...red } } })],
    ...s,
  });

describe("a managed group", () => {
  test("proven absent is made, and granted in the same run", () => {
    const made = plan({ description: "Reds" }, { world: { accounts: [u1] } });
    expect(vendorLines(made)).toEqual(["createGroup - team/red null -> team/red", "grant ada team/red null -> editor"]);
    expect([
      operationOf(made, "createGroup", "team/red").evidence,
      operationOf(made, "createGroup", "team/red").payload!.description,
    ]).toEqual([{ kind: "absent", scopes: ["groups"] }, "Reds"]);
  });

  test("is granted in the same run also where each group's members are a list of their own", () => {
    const made = plan({}, { world: { accounts: [u1], groups: ["team/blue"], lists: ["team/blue"] } });
    expect(vendorLines(made)).toEqual(["createGroup - team/red null -> team/red", "grant ada team/red null -> editor"]);
  });

  test("not seen in an incomplete list is neither made nor granted", () => {
    const made = plan({}, { world: { accounts: [u1], incomplete: ["groups"] } });
    expect([vendorLines(made), codes(made)]).toEqual([[], ["GROUP_MISSING", "UNKNOWN"]]);
  });

  test("that this tenant cannot make is a task, and not granted", () => {
    const made = plan({}, { world: { accounts: [u1], tenant: { unavailable: { createGroup: "owners only" } } } });
    expect([vendorLines(made), made.tasks.length]).toEqual([[], 1]);
  });

  test("gets its description; what was applied before is drift", () => {
    const world = { accounts: [u1], groups: [group("team/red", "9", "old")], edges: [["u1", "team/red", "editor"]] as const };
    const s = { world, records: [known({ "team/red": "editor" })] };
    expect(vendorLines(plan({ description: "new" }, s))).toEqual(["updateGroup 9 team/red old -> new"]);
    const drift = plan(
      { description: "new" },
      { ...s, groups: [{ entitlement: "team/red", ref: { kind: "team", id: "9" }, description: "new" }] },
    );
    expect([
      operationOf(plan({ description: "new" }, s), "updateGroup", "team/red").origin,
      operationOf(drift, "updateGroup", "team/red").origin,
    ]).toEqual(["change", "drift"]);
  });

  test("whose line is dropped is left alone", () => {
    const made = planFrom({
      people: [person("ada", { grants: ["vault/member"] })],
      apps: [app("vault", { entitlements: {} })],
      world: { accounts: [u1], groups: ["team/red"] },
      records: [known()],
      manifest: { attributes: [] },
      groups: [{ entitlement: "team/red", ref: { kind: "team", id: "id-of-team/red" } }],
    });
    expect(vendorLines(made)).toEqual([]);
  });
});

describe("a managed group renamed by formerly", () => {
  const bob = person("bob", { grants: ["vault/member"] });
  const s: PlanSketch = {
    people: [ada, bob],
    world: {
      accounts: [u1, account("u2", { login: "bob" })],
      groups: [group("team/crimson", "9")],
      edges: [
        ["u1", "team/crimson", "editor"],
        ["u2", "team/crimson", "reader"],
      ],
    },
    records: [known({ "team/crimson": "editor" }), record("vault", "bob", "u2", { login: "bob", owned: { "team/crimson": "reader" } })],
  };

  test("keeps its members: only the rename, and whoever loses it loses it under the present name, before", () => {
    const made = plan({ formerly: ["team/crimson"] }, s);
    expect(vendorLines(made)).toEqual(["revoke bob team/crimson reader -> null", "updateGroup 9 team/red team/crimson -> team/red"]);
    expect(operationOf(made, "record").next!.owned).toEqual({ "team/red": "editor" });
  });

  test("gains wait for no other run and go to the new name", () => {
    const made = plan(
      { formerly: ["team/crimson"] },
      { ...s, people: [person("ada", { grants: ["vault/team/red:keeper"] }), bob], records: [known({ "team/crimson": "editor" })] },
    );
    expect(vendorLines(made)).toContain("grant ada team/red editor -> keeper");
  });

  test("after the rename what was ours under the old name still is", () => {
    const world = {
      ...s.world!,
      groups: [group("team/red", "9")],
      edges: [
        ["u1", "team/red", "editor"],
        ["u2", "team/red", "reader"],
      ] as const,
    };
    expect(vendorLines(plan({ formerly: ["team/crimson"] }, { ...s, world }))).toEqual(["revoke bob team/red reader -> null"]);
  });

  test("without formerly it is another group: made anew, and the old edges go", () => {
    expect(vendorLines(plan({}, s))).toEqual([
      "revoke ada team/crimson editor -> null",
      "revoke bob team/crimson reader -> null",
      "createGroup - team/red null -> team/red",
      "grant ada team/red null -> editor",
    ]);
  });

  test("renamed by hand at the vendor it is known by its id and named back", () => {
    const made = plan(
      {},
      {
        ...s,
        people: [ada],
        records: [known({ "team/red": "editor" })],
        groups: [{ entitlement: "team/red", ref: { kind: "team", id: "9" } }],
      },
    );
    expect([vendorLines(made), operationOf(made, "updateGroup", "team/red").origin]).toEqual([
      ["updateGroup 9 team/red team/crimson -> team/red"],
      "drift",
    ]);
  });
});

describe("a managed group that a line ends", () => {
  const ends = { status: "absent" } as const;
  const nobody = person("ada", { grants: ["vault/member"] });
  const world = { accounts: [u1], groups: [group("team/red", "9")] };

  test("goes when it is proven empty, or emptied by this plan, last of all", () => {
    expect(vendorLines(plan(ends, { people: [nobody], world }))).toEqual(["deleteGroup 9 team/red team/red -> null"]);
    const emptied = plan(ends, {
      people: [nobody],
      world: { ...world, edges: [["u1", "team/red", "editor"]] },
      records: [known({ "team/red": "editor" })],
    });
    expect(vendorLines(emptied)).toEqual(["revoke ada team/red editor -> null", "deleteGroup 9 team/red team/red -> null"]);
  });

  test.each<[string, PlanSketch]>([
    ["a foreign member is in it", { world: { ...world, edges: [["u1", "team/red", "editor"]] } }],
    ["another group is in it", { world: { ...world, groups: [...world.groups, { ...group("team/blue", "8"), parent: "team/red" }] } }],
    ["its members could not be read", { world: { ...world, incomplete: ["edges"] } }],
    ["it is not there", { world: { accounts: [u1] } }],
  ])("stays where %s", (_, s) => {
    expect(vendorLines(plan(ends, { people: [nobody], ...s }))).toEqual([]);
  });

  test("stays where a guard keeps a member", () => {
    const people = ["a", "b", "c", "d"].map((p) => person(p, { grants: ["vault/member"] }));
    const made = plan(ends, {
      people,
      world: { ...world, accounts: people.map((p) => account(p.key)), edges: people.map((p) => [p.key, "team/red", "reader"] as const) },
      records: people.map((p) => record("vault", p.key, p.key, { owned: { "team/red": "reader" } })),
    });
    expect(operationOf(made, "deleteGroup", "team/red").refused).toBe("its members are kept");
  });
});
