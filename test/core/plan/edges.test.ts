import { describe, expect, test } from "vitest";
import { decideEdge, type EdgeFacts } from "../../../src/core/plan/ownership.ts";
import { app, person, type PersonSketch, role } from "../../support/organization.ts";
import { codes, operationOf, planFrom, type PlanSketch, stateLines, vendorLines } from "../../support/plan.ts";
import { account, record } from "../../support/world.ts";

const levels = ["reader", "editor", "keeper"];
const facts = (f: Partial<EdgeFacts>): EdgeFacts => ({
  desired: null,
  observed: null,
  derived: false,
  owned: false,
  exclusive: false,
  access: true,
  proven: true,
  rank: (level) => levels.indexOf(level),
  ...f,
});

test.each<[string, Partial<EdgeFacts>, ReturnType<typeof decideEdge>]>([
  ["wanted and ours: nothing", { desired: "editor", observed: "editor", owned: true }, "nothing"],
  ["wanted and foreign: adopt", { desired: "editor", observed: "editor" }, "adopt"],
  ["wanted lower: lower it", { desired: "reader", observed: "editor", owned: true }, "lower"],
  ["wanted lower, foreign: lower it", { desired: "reader", observed: "editor" }, "lower"],
  ["wanted higher: raise it", { desired: "keeper", observed: "editor" }, "raise"],
  ["a level nobody knows is raised, not trusted", { desired: "reader", observed: "owner-of-all" }, "raise"],
  ["wanted, held through something else at that level: nothing", { desired: "editor", observed: "editor", derived: true }, "nothing"],
  ["wanted, held through something else at a higher level: nothing", { desired: "editor", observed: "keeper", derived: true }, "nothing"],
  ["wanted, held through something else at a lower level: granted", { desired: "editor", observed: "reader", derived: true }, "raise"],
  ["wanted, proven absent: grant", { desired: "editor" }, "grant"],
  ["wanted, not proven absent: unknown", { desired: "editor", proven: false }, "unknown"],
  ["wanted, absent, on leave: nobody gains while away", { desired: "editor", access: false }, "nothing"],
  ["wanted higher, on leave: nobody gains while away", { desired: "editor", observed: "reader", access: false }, "nothing"],
  ["wanted lower, on leave: lowered all the same", { desired: "reader", observed: "editor", access: false }, "lower"],
  ["not wanted, derived: report", { observed: "editor", derived: true, owned: true, exclusive: true }, "reportDerived"],
  ["not wanted, ours: revoke", { observed: "editor", owned: true }, "revoke"],
  ["not wanted, ours, lists incomplete: revoke, it was seen", { observed: "editor", owned: true, proven: false }, "revoke"],
  ["not wanted, foreign, exclusive: revoke as drift", { observed: "editor", exclusive: true }, "revokeForeign"],
  ["not wanted, foreign, shared: report", { observed: "editor" }, "report"],
  ["not wanted, not there: nothing", { owned: true }, "nothing"],
  ["not wanted, ours, not proven gone: unknown", { owned: true, proven: false }, "unknown"],
])("ownership: %s", (_, given, reaction) => {
  expect(decideEdge(facts(given))).toBe(reaction);
});

const ada = (...grants: NonNullable<PersonSketch["grants"]>) => person("ada", { grants: ["vault/member", ...grants] });
const u1 = account("u1", { login: "ada" });
const known = (owned: Record<string, string>, applied = owned) =>
  record("vault", "ada", "u1", { login: "ada", owned, inputs: { grants: applied } });
const plan = (s: PlanSketch) => planFrom({ manifest: { attributes: [] }, ...s });

describe("edges in a plan", () => {
  test("grants carry every line that asks, and say what their absence rests on", () => {
    const made = plan({
      people: [person("ada", { grants: ["vault/team/red"], roles: ["sre"] })],
      roles: [role("sre", { grants: ["vault/team/red:editor"] })],
      world: { accounts: [u1], groups: ["team/red"] },
      records: [known({})],
    });
    expect(operationOf(made, "grant", "team/red")).toMatchObject({
      before: null,
      after: "editor",
      origin: "change",
      evidence: { kind: "absent", scopes: ["edges"] },
      because: [
        { path: ["role sre"], origin: { file: "identities/roles/sre.yaml", line: 10 } },
        { path: [], origin: { file: "identities/people/ada.yaml", line: 10 } },
      ],
    });
  });

  test("an edge that is there already is adopted in state only, and then all is quiet", () => {
    const first = plan({
      people: [ada("vault/badge/gold")],
      world: { accounts: [u1], edges: [["u1", "badge/gold"]] },
      records: [known({})],
    });
    expect([vendorLines(first), operationOf(first, "record").next!.owned]).toEqual([[], { "badge/gold": "" }]);
    const second = plan({
      people: [ada("vault/badge/gold")],
      world: { accounts: [u1], edges: [["u1", "badge/gold"]] },
      records: [operationOf(first, "record").next!],
    });
    expect([vendorLines(second), stateLines(second)]).toEqual([[], []]);
  });

  test("why an edge goes: a line that is gone, a date on it, a date on the person", () => {
    const world = { accounts: [u1], edges: [["u1", "badge/gold"]] as const };
    const lost = (p: ReturnType<typeof person>) =>
      operationOf(plan({ people: [p], world, records: [known({ "badge/gold": "" })] }), "revoke", "badge/gold");
    expect(lost(ada())).toMatchObject({ origin: "change", because: [], evidence: { kind: "seen" } });
    expect(lost(ada({ grant: "vault/badge/gold", until: "2026-06-09" }))).toMatchObject({
      origin: "expiry",
      because: [{ until: "2026-06-09", origin: { line: 11 } }],
    });
    expect(lost(person("ada", { grants: ["vault/badge/gold"], lastDay: "2026-06-09" }))).toMatchObject({
      origin: "lifecycle",
      because: [{ reason: "last day 2026-06-09" }],
    });
    expect(lost(person("ada", { grants: [{ grant: "vault/badge/gold", until: "2026-06-09" }] }))).toMatchObject({
      origin: "expiry",
      because: [{ until: "2026-06-09" }],
    });
  });

  test("a grant is in force on its last day and gone the day after", () => {
    const on = (day: string) =>
      vendorLines(
        plan({
          people: [ada({ grant: "vault/badge/gold", until: "2026-06-10" })],
          now: new Date(`${day}T12:00:00Z`),
          world: { accounts: [u1], edges: [["u1", "badge/gold"]] },
          records: [known({ "badge/gold": "" })],
        }),
      );
    expect([on("2026-06-10"), on("2026-06-11")]).toEqual([[], ["revoke ada badge/gold  -> null"]]);
  });

  test("a level is lowered by a revocation and raised by a grant; what was applied before makes it drift", () => {
    const lower = plan({
      people: [ada("vault/team/red")],
      world: { accounts: [u1], edges: [["u1", "team/red", "editor"]] },
      records: [known({ "team/red": "reader" })],
    });
    expect([vendorLines(lower), operationOf(lower, "revoke", "team/red").origin]).toEqual([
      ["revoke ada team/red editor -> reader"],
      "drift",
    ]);
    const raise = plan({
      people: [ada("vault/team/red:editor")],
      world: { accounts: [u1], edges: [["u1", "team/red", "reader"]] },
      records: [known({ "team/red": "reader" })],
    });
    expect([vendorLines(raise), operationOf(raise, "grant", "team/red")]).toEqual([
      ["grant ada team/red reader -> editor"],
      expect.objectContaining({ origin: "change", evidence: { kind: "seen" } }),
    ]);
  });

  test("admin rights are marked where they begin or end, not where they stay", () => {
    const world = {
      accounts: [u1],
      edges: [
        ["u1", "team/red", "keeper"],
        ["u1", "badge/x"],
      ] as const,
    };
    const made = plan({
      people: [ada("vault/team/red:editor", "vault/admin")],
      world,
      records: [known({ "team/red": "keeper", "badge/x": "" })],
    });
    expect(made.operations.filter((o) => o.phase !== "state").map((o) => [o.target, o.admin, o.risk])).toEqual([
      ["badge/x", false, "normal"],
      ["team/red", true, "high"],
      ["admin", true, "high"],
    ]);
  });

  test("edges that rollcall did not make are reported, and go only from exclusive groups", () => {
    const world = {
      accounts: [u1],
      edges: [
        ["u1", "badge/a"],
        ["u1", "badge/b"],
        ["u1", "badge/c", "", "a nested team"],
      ] as const,
    };
    const entitlements = { "badge/a": {}, "badge/b": { members: "exclusive" as const }, "badge/c": { members: "exclusive" as const } };
    const made = plan({ people: [ada()], apps: [app("vault", { entitlements })], world, records: [known({})] });
    expect([vendorLines(made), operationOf(made, "revoke", "badge/b").origin, codes(made)]).toEqual([
      ["revoke ada badge/b  -> null"],
      "drift",
      ["DERIVED_EDGE", "FOREIGN_EDGE"],
    ]);
  });

  test("a derived edge beside a direct one does not hide it", () => {
    const edges = [
      ["u1", "team/red", "reader", "a nested team"],
      ["u1", "team/red", "editor"],
    ] as const;
    for (const order of [edges, edges.toReversed()]) {
      expect(
        vendorLines(plan({ people: [ada()], world: { accounts: [u1], edges: order }, records: [known({ "team/red": "editor" })] })),
      ).toEqual(["revoke ada team/red editor -> null"]);
    }
  });

  test("read-only groups and entitlements become tasks", () => {
    const readOnly = { entitlement: "team/red", ref: { kind: "team", id: "9" }, readOnly: "synced from the directory" };
    const made = plan({
      people: [ada("vault/team/red", "vault/rule/all")],
      world: { accounts: [u1], groups: [readOnly] },
      records: [known({})],
    });
    expect([vendorLines(made), made.tasks.map((t) => t.task)]).toEqual([
      [],
      [
        "change vault/rule/all of ada where it is kept (a rule decides it)",
        "change vault/team/red of ada where it is kept (synced from the directory)",
      ],
    ]);
  });

  test("a group that does not exist is reported, not granted; what is lost needs no group", () => {
    const made = plan({ people: [ada("vault/team/red")], world: { accounts: [u1] }, records: [known({})] });
    expect([vendorLines(made), codes(made)]).toEqual([[], ["GROUP_MISSING"]]);
    const unseen = plan({
      people: [ada()],
      world: {
        accounts: [u1],
        groups: [{ entitlement: "team/other", ref: { kind: "team", id: "1" } }],
        edges: [["u1", "team/red"]],
        incomplete: ["groups"],
      },
      records: [known({ "team/red": "reader" })],
    });
    expect(vendorLines(unseen)).toEqual(["revoke ada team/red  -> null"]);
  });

  test("what the vendor makes of a wish is what is compared", () => {
    const made = plan({
      people: [ada("vault/team/red", "vault/admin")],
      world: {
        accounts: [u1],
        edges: [
          ["u1", "team/red", "keeper"],
          ["u1", "admin"],
        ],
      },
      records: [known({ "team/red": "keeper", admin: "" })],
      normalise: (w) => ({ ...w, grants: { ...w.grants, "team/red": "keeper" } }),
    });
    expect(vendorLines(made)).toEqual([]);
  });

  test("a leave keeps what is held and gains nothing", () => {
    const away = person("ada", { leave: { from: "2026-06-01" }, grants: ["vault/badge/a", "vault/badge/b"] });
    const made = plan({ people: [away], world: { accounts: [u1], edges: [["u1", "badge/a"]] }, records: [known({ "badge/a": "" })] });
    expect(vendorLines(made)).toEqual(["suspend ada active -> suspended"]);
  });
});

describe("law 3: nothing rests on an absence that is not proven", () => {
  test("a grant waits for the list, while revocations and stops go on", () => {
    const bob = person("bob", { lastDay: "2026-06-01", grants: ["vault/member"] });
    const made = plan({
      people: [ada("vault/badge/new"), bob, person("kim", { email: "kim@acme.example", grants: ["vault/member"] })],
      world: { accounts: [u1, account("u2", { login: "bob" })], edges: [["u1", "badge/old"]], incomplete: ["accounts", "edges"] },
      records: [known({ "badge/old": "" }), record("vault", "bob", "u2", { login: "bob" })],
    });
    expect(vendorLines(made)).toEqual([
      "suspend bob active -> suspended",
      "endSessions bob null -> done",
      "revokeCredentials bob null -> done",
      "revoke ada badge/old  -> null",
    ]);
    expect(codes(made)).toEqual(["UNKNOWN", "UNKNOWN"]);
  });

  test("what is ours stays ours while its list cannot be read, and is forgotten when it is proven gone", () => {
    const s = { people: [ada("vault/badge/a")], records: [known({ "badge/a": "", "badge/b": "" })] };
    expect(stateLines(plan({ ...s, world: { accounts: [u1], incomplete: ["edges"] } }))).toEqual([]);
    expect(operationOf(plan({ ...s, world: { accounts: [u1] } }), "record").next!.owned).toEqual({});
  });

  test("a group's own list proves for that group, whatever became of the others", () => {
    const made = plan({
      people: [ada("vault/team/red", "vault/team/blue")],
      world: {
        accounts: [u1],
        groups: ["team/red", "team/blue"],
        lists: ["team/red", "team/blue"],
        incomplete: ["edges", "team/blue members"],
      },
      records: [known({})],
    });
    expect([vendorLines(made), operationOf(made, "grant", "team/red").evidence]).toEqual([
      ["grant ada team/red null -> reader"],
      { kind: "absent", scopes: ["team/red members"] },
    ]);
  });

  test("an account read afresh proves by itself", () => {
    const made = plan({
      people: [ada("vault/badge/a")],
      world: { accounts: [u1], noScopes: true, fresh: { u1: true } },
      records: [known({})],
    });
    expect(operationOf(made, "grant", "badge/a").evidence).toEqual({ kind: "lookup", keys: ["ref:user/u1"] });
  });

  test("an empty look-up by every key proves that a newcomer is new; one unasked key does not", () => {
    const kim = person("kim", { email: "Kim@acme.example", grants: ["vault/member"], accounts: { vault: { login: "Kim" } } });
    const asked = (lookups: Record<string, string[]>) => plan({ people: [kim], world: { incomplete: ["accounts"], lookups } });
    expect(operationOf(asked({ "login:kim": [], "email:kim@acme.example": [] }), "create").evidence).toEqual({
      kind: "lookup",
      keys: ["login:kim", "email:kim@acme.example"],
    });
    expect(vendorLines(asked({ "login:kim": [] }))).toEqual([]);
    expect(vendorLines(asked({ "login:kim": [], "email:kim@acme.example": ["u9"] }))).toEqual([]);
  });

  test("somebody state knows is gone only if her id is proven gone as well", () => {
    const s = { people: [person("ada", { email: "ada@acme.example", grants: ["vault/member"] })], records: [known({})] };
    const world = { incomplete: ["accounts"], lookups: { "email:ada@acme.example": [] } };
    expect(codes(plan({ ...s, world }))).toEqual(["UNKNOWN"]);
    expect(codes(plan({ ...s, world: { ...world, noScopes: true, fresh: { u1: false } } }))).toEqual(["VANISHED"]);
  });

  test("orphans are not stopped while the list of accounts is incomplete", () => {
    const apps = [app("vault", { orphans: "suspend" })];
    expect(vendorLines(plan({ apps, world: { accounts: [u1] } }))).toEqual(["suspend ada active -> suspended"]);
    expect(operationOf(plan({ apps, world: { accounts: [u1] } }), "suspend").evidence).toEqual({
      kind: "absent",
      scopes: ["files", "accounts"],
    });
    expect(vendorLines(plan({ apps, world: { accounts: [u1], incomplete: ["accounts"] } }))).toEqual([]);
  });
});
