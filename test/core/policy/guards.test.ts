import { describe, expect, test } from "vitest";
import type { Person } from "../../../src/core/model/person.ts";
import { allow, app, limits, organization, person, protect } from "../../support/organization.ts";
import { compileAt, now, operationOf, planFrom, type PlanSketch, trips, vendorLines } from "../../support/plan.ts";
import { account, record, snapshot, state } from "../../support/world.ts";
import { makePlan } from "../../../src/core/plan/make-plan.ts";
import { applicable } from "../../../src/core/plan/make-plan.ts";
import { vault } from "../../support/manifests.ts";

const keys = (n: number, prefix = "p"): string[] => Array.from({ length: n }, (_, i) => `${prefix}${String(i).padStart(3, "0")}`);
const stays = (key: string, ...grants: string[]): Person => person(key, { grants: ["vault/member", ...grants] });
const leaves = (key: string): Person => person(key, { lastDay: "2026-06-09", grants: ["vault/member"] });
/** A company of `size`, all known and seen; the first `leavers` left yesterday. */
const company = (size: number, leavers: number, s: PlanSketch = {}): PlanSketch => ({
  people: keys(size).map((k, i) => (i < leavers ? leaves(k) : stays(k))),
  world: { accounts: keys(size).map((k) => account(k, { login: k })) },
  records: keys(size).map((k) => record("vault", k, k, { login: k })),
  ...s,
  manifest: { attributes: [], leaver: { stage1: ["suspend"], stage2: [], stage3: ["delete"] }, ...s.manifest },
});
const refused = (s: PlanSketch) => planFrom(s).operations.filter((o) => o.phase !== "state" && o.refused !== undefined).length;

describe("accounts stopped in one run", () => {
  test.each([
    [10, 3, false],
    [10, 4, true],
    [100, 5, false],
    [100, 6, true],
    [1, 1, false],
  ])("of %i known accounts %i leavers: trips %s", (size, leavers, tripped) => {
    expect([trips(planFrom(company(size, leavers))), refused(company(size, leavers))]).toEqual(tripped ? [["stops"], leavers] : [[], 0]);
  });

  test("one leaver always passes, whatever the limits say", () => {
    const policies = [limits({ stops: { count: 0, percent: 0 } })];
    expect(trips(planFrom(company(10, 1, { policies })))).toEqual([]);
    expect(trips(planFrom(company(10, 2, { policies })))).toEqual(["stops"]);
  });

  test("a refused stop takes everything with it: no sessions, tokens or grants go uncounted", () => {
    const s = company(10, 4, { manifest: { leaver: { stage1: ["suspend", "endSessions", "revokeCredentials"], stage2: [], stage3: [] } } });
    const edges = keys(4).map((k) => [k, "badge/a"] as const);
    const made = planFrom({
      ...s,
      world: { ...s.world, edges },
      records: keys(10).map((k, i) => record("vault", k, k, { login: k, ...(i < 4 ? { owned: { "badge/a": "" } } : {}) })),
    });
    expect(applicable(made).filter((o) => o.phase !== "state")).toEqual([]);
    expect(made.operations.filter((o) => o.refused !== undefined).length).toBe(16);
  });

  test("gains and other people go on", () => {
    const s = company(10, 4);
    const made = planFrom({ ...s, people: [...s.people!.slice(0, 9), stays("p009", "vault/badge/a")] });
    expect(applicable(made).map((o) => `${o.verb} ${o.person} ${o.target}`)).toEqual(["grant p009 badge/a"]);
  });

  test("orphans and deletions after retention count as well", () => {
    const s = company(10, 0);
    const strays = ["x1", "x2", "x3", "x4"].map((k) => account(k, { login: k }));
    expect(
      trips(planFrom({ ...s, apps: [app("vault", { orphans: "suspend" })], world: { accounts: [...s.world!.accounts!, ...strays] } })),
    ).toEqual(["stops"]);
    const gone = keys(4).map((k) => person(k, { lastDay: "2026-01-01", grants: ["vault/member"] }));
    const off = keys(4).map((k) => record("vault", k, k, { status: "suspended", stoppedByUs: true, inputs: { status: "suspended" } }));
    expect(
      trips(
        planFrom({
          people: gone,
          world: { accounts: keys(4).map((k) => account(k, { status: "suspended" })) },
          records: off,
          manifest: s.manifest!,
        }),
      ),
    ).toEqual(["stops"]);
  });

  test("an allowance lifts exactly its count until its day, in its app", () => {
    const at = (...policies: PlanSketch["policies"] & object) => trips(planFrom(company(10, 4, { policies })));
    expect(at(allow("vault", { stops: 4 }, "2026-06-10"))).toEqual([]);
    expect(at(allow("vault", { stops: 5 }))).toEqual(["stops"]);
    expect(at(allow("vault", { stops: 3 }))).toEqual(["stops"]);
    expect(at(allow("vault", { stops: 4 }, "2026-06-09"))).toEqual(["stops"]);
    expect(at(allow("forge", { stops: 4 }))).toEqual(["stops"]);
    expect(at(allow("vault", { removals: 4 }))).toEqual(["stops"]);
    expect(planFrom(company(10, 4, { policies: [allow("vault", { stops: 5 })] })).trips[0]!.detail).toBe(
      "the allowance allow expects 5, the plan has 4",
    );
  });

  test("limits of the app stand before those for all, and of two the stricter holds", () => {
    const at = (...policies: PlanSketch["policies"] & object) => trips(planFrom(company(10, 4, { policies })));
    expect(at(limits({ stops: { count: 4, percent: 0 } }))).toEqual([]);
    expect(at(limits({ stops: { count: 4, percent: 0 } }), limits({ app: "vault", stops: { count: 3, percent: 0 } }))).toEqual(["stops"]);
    expect(at(limits({ stops: { count: 4, percent: 0 } }), limits({ stops: { count: 3, percent: 50 } }))).toEqual(["stops"]);
    expect(at(limits({ app: "forge", stops: { count: 4, percent: 0 } }))).toEqual(["stops"]);
  });
});

/** `size` members of team/red, of whom the first `lost` are to lose it; ten more people without it. */
const team = (size: number, lost: number, s: PlanSketch = {}, level = "reader"): PlanSketch => ({
  people: keys(size).map((k, i) => (i < lost ? stays(k) : stays(k, `vault/team/red:${level}`))),
  world: { accounts: keys(size).map((k) => account(k, { login: k })), edges: keys(size).map((k) => [k, "team/red", level] as const) },
  records: keys(size).map((k) => record("vault", k, k, { login: k, owned: { "team/red": level } })),
  manifest: { attributes: [] },
  ...s,
});

describe("grants removed in one run", () => {
  test.each([
    [100, 10, []],
    [100, 11, ["removals"]],
    [600, 12, []],
    [600, 13, ["removals"]],
  ])("of %i owned %i removed", (size, lost, expected) => {
    expect(trips(planFrom(team(size, lost)))).toEqual(expected);
  });

  test("those of stopped accounts count as the stop, those of suspended ones as nothing", () => {
    const many = Object.fromEntries(keys(12, "badge/b").map((b) => [b, ""]));
    const edges = Object.keys(many).map((b) => ["p000", b] as const);
    const s = company(10, 1);
    expect(
      trips(
        planFrom({
          ...s,
          world: { ...s.world, edges },
          records: [record("vault", "p000", "p000", { owned: many }), ...s.records!.slice(1)],
        }),
      ),
    ).toEqual([]);
    const off = record("vault", "p000", "p000", { owned: many, status: "suspended", stoppedByUs: true, inputs: { status: "suspended" } });
    const accounts = [account("p000", { status: "suspended" }), ...s.world!.accounts!.slice(1)];
    expect(trips(planFrom({ ...s, world: { accounts, edges }, records: [off, ...s.records!.slice(1)] }))).toEqual([]);
  });

  test("a lowered level counts", () => {
    const lowered = team(
      100,
      0,
      { people: keys(100).map((k, i) => stays(k, i < 11 ? "vault/team/red:reader" : "vault/team/red:editor")) },
      "editor",
    );
    expect(trips(planFrom(lowered))).toEqual(["removals"]);
  });

  test("an allowance names the exact count", () => {
    expect(trips(planFrom(team(100, 11, { policies: [allow("vault", { removals: 11 })] })))).toEqual([]);
    expect(trips(planFrom(team(100, 11, { policies: [allow("vault", { removals: 12 })] })))).toEqual(["removals"]);
  });
});

describe("a group that loses over half", () => {
  test.each([
    [3, 3, []],
    [4, 2, []],
    [4, 3, ["group-loss"]],
    [9, 5, ["group-loss"]],
    [10, 5, []],
  ])("of %i members %i", (size, lost, expected) => {
    expect(trips(planFrom(team(size, lost)))).toEqual(expected);
  });

  test("only its revocations are refused", () => {
    const s = team(4, 4);
    const made = planFrom({
      ...s,
      world: { ...s.world, edges: [...s.world!.edges!, ["p000", "badge/a"]] },
      records: [record("vault", "p000", "p000", { login: "p000", owned: { "team/red": "reader", "badge/a": "" } }), ...s.records!.slice(1)],
    });
    expect(applicable(made).map((o) => o.target)).toEqual(["badge/a"]);
  });

  test("an allowance names the group and the count", () => {
    const at = (groups: Record<string, number>) => trips(planFrom(team(4, 3, { policies: [allow("vault", { groups })] })));
    expect([at({ "team/red": 3 }), at({ "team/red": 4 }), at({ "team/blue": 3 })]).toEqual([[], ["group-loss"], ["group-loss"]]);
  });

  test("members seen twice, through a nested team as well, are counted once; suspended ones not at all", () => {
    const s = team(6, 3);
    const doubled = keys(6).map((k) => [k, "team/red", "reader", "a nested team"] as const);
    expect(trips(planFrom({ ...s, world: { ...s.world, edges: [...s.world!.edges!, ...doubled] } }))).toEqual([]);
    const accounts = keys(6).map((k, i) => account(k, { login: k, status: i < 4 ? "active" : "suspended" }));
    expect(trips(planFrom({ ...s, world: { ...s.world, accounts } }))).toEqual(["group-loss"]);
  });

  test("where its list was cut short, those whom state knows make up its size", () => {
    const s = team(6, 4);
    expect(trips(planFrom({ ...s, world: { ...s.world, edges: s.world!.edges!.slice(0, 3), incomplete: ["edges"] } }))).toEqual([]);
    expect(trips(planFrom({ ...s, world: { ...s.world, edges: s.world!.edges!.slice(0, 4), incomplete: ["edges"] } }))).toEqual([
      "group-loss",
    ]);
  });
});

const admins = (n: number, s: PlanSketch = {}): PlanSketch => ({
  people: keys(5).map((k) => stays(k)),
  world: { accounts: keys(5).map((k, i) => account(k, { login: k, admin: i < n })), edges: keys(n).map((k) => [k, "admin"] as const) },
  records: keys(5).map((k, i) => record("vault", k, k, { login: k, ...(i < n ? { owned: { admin: "" } } : {}) })),
  manifest: { attributes: [], leaver: { stage1: ["suspend"], stage2: [], stage3: [] } },
  ...s,
});
const keep = (n: number, from = 0) => keys(5).map((k, i) => (i >= from && i < from + n ? stays(k, "vault/admin") : stays(k)));

describe("administrators", () => {
  test("one person loses administrative rights in a run, not two", () => {
    expect(trips(planFrom(admins(3, { people: keep(2, 1) })))).toEqual([]);
    expect(trips(planFrom(admins(3, { people: keep(1, 2) })))).toEqual(["admin-losses"]);
    expect(trips(planFrom(admins(3, { people: keep(1, 2), policies: [allow("vault", { adminLosses: 2 })] })))).toEqual([]);
    expect(trips(planFrom(admins(3, { people: keep(1, 2), policies: [limits({ adminLosses: 2 })] })))).toEqual([]);
    expect(trips(planFrom(admins(3, { people: keep(2, 1), policies: [limits({ adminLosses: 0 })] })))).toEqual([]);
  });

  test("the stop of an administrator counts once, with all she loses", () => {
    const people = [leaves("p000"), ...keep(2, 1).slice(1)];
    expect(trips(planFrom(admins(3, { people })))).toEqual([]);
    const made = planFrom(admins(3, { people: [leaves("p000"), leaves("p001"), ...keep(1, 2).slice(2)] }));
    expect([trips(made), vendorLines(made).every((l) => l.endsWith("[guard admin-losses]"))]).toEqual([["admin-losses"], true]);
  });

  test("the last one is never stopped or demoted, and no allowance lifts it", () => {
    const policies = [allow("vault", { adminLosses: 1, stops: 1, removals: 1 })];
    expect(trips(planFrom(admins(1, { policies })))).toEqual(["last-admin"]);
    const stopped = planFrom(admins(1, { policies, people: [leaves("p000"), ...keep(0).slice(1)] }));
    expect([trips(stopped), applicable(stopped)]).toEqual([["last-admin"], []]);
  });

  test("an administrator who was not seen in this run does not count as one who remains", () => {
    const s = admins(2, { people: [stays("p000"), ...keep(1, 1).slice(1)] });
    expect(trips(planFrom(s))).toEqual([]);
    expect(
      trips(
        planFrom({
          ...s,
          world: { ...s.world, accounts: s.world!.accounts!.filter((a) => a.ref.id !== "p001"), incomplete: ["accounts"] },
        }),
      ),
    ).toEqual(["last-admin"]);
  });

  test.each([
    ["suspended", { status: "suspended" as const }],
    ["invited", { status: "pending" as const }],
    ["an outsider", { outside: "a guest" }],
  ])("one who is %s does not count as one who remains", (_, as) => {
    const s = admins(2, { people: [stays("p000"), ...keep(1, 1).slice(1)] });
    const accounts = s.world!.accounts!.map((a) => (a.ref.id === "p001" ? { ...a, ...as } : a));
    expect(trips(planFrom({ ...s, world: { ...s.world, accounts } }))).toEqual(["last-admin"]);
  });

  test("whoever keeps another administrative edge stays one", () => {
    const s = admins(1, { people: [stays("p000", "vault/admin"), ...keep(0).slice(1)] });
    const made = planFrom({
      ...s,
      world: {
        ...s.world,
        edges: [
          ["p000", "admin"],
          ["p000", "team/red", "keeper"],
        ],
      },
      records: [record("vault", "p000", "p000", { login: "p000", owned: { admin: "", "team/red": "keeper" } }), ...s.records!.slice(1)],
    });
    expect([trips(made), vendorLines(made)]).toEqual([[], ["revoke p000 team/red keeper -> null"]]);
  });
});

describe("accounts that no run may touch", () => {
  const one = (s: PlanSketch) => planFrom(company(5, 1, s));

  test.each([
    ["by person", { app: "vault", person: "p000" }],
    ["by login, whatever its case", { app: "vault", login: "P000" }],
    ["by id", { app: "vault", id: "p000" }],
  ])("protected %s", (_, who) => {
    const made = one({ policies: [protect(who), allow("vault", { stops: 1 })] });
    expect([trips(made), vendorLines(made), made.apps[0]!.accounts[0]!.situation]).toEqual([
      ["protected"],
      ["suspend p000 active -> suspended [guard protected]"],
      "protected",
    ]);
  });

  test("protected in another app is not protected here", () => {
    expect(trips(one({ policies: [protect({ app: "forge", person: "p000" })] }))).toEqual([]);
  });

  test("a protected person stays so under a later key", () => {
    const s = company(5, 0, { policies: [protect({ app: "vault", person: "p000" })] });
    const renamed = person("newkey", { formerly: ["p000"], lastDay: "2026-06-01", grants: ["vault/member"] });
    expect(trips(planFrom({ ...s, people: [renamed, ...s.people!.slice(1)] }))).toEqual(["protected"]);
  });

  test("a protected account is not stripped either", () => {
    const made = planFrom(team(3, 1, { policies: [protect({ app: "vault", login: "p000" })] }));
    expect([trips(made), applicable(made)]).toEqual([["protected"], []]);
  });

  test("rollcall's own credential: as the account says, or as probe said", () => {
    const s = company(5, 1);
    expect(
      trips(planFrom({ ...s, world: { accounts: s.world!.accounts!.map((a, i) => (i === 0 ? { ...a, self: true as const } : a)) } })),
    ).toEqual(["self"]);
    expect(trips(planFrom({ ...s, world: { ...s.world, tenant: { self: { kind: "user", id: "p000" } } } }))).toEqual(["self"]);
  });

  test("what is refused for good uses up no budget", () => {
    expect(trips(planFrom(company(10, 4, { policies: [protect({ app: "vault", person: "p000" })] })))).toEqual(["protected"]);
  });
});

describe("what was not read, and where", () => {
  const half = (missing: number, s: PlanSketch = {}) => {
    const base = company(100, 0);
    return planFrom({
      ...base,
      people: [...base.people!, person("new", { email: "new@acme.example", grants: ["vault/member"] })],
      world: { accounts: base.world!.accounts!.slice(missing) },
      ...s,
    });
  };

  test("29 % missing is believed: absences count; 30 % is not: nothing rests on them", () => {
    expect([trips(half(29)), vendorLines(half(29)), half(29).findings.filter((f) => f.code === "VANISHED").length]).toEqual([
      [],
      ["create new null -> active"],
      29,
    ]);
    expect([trips(half(30)), vendorLines(half(30)), half(30).findings.filter((f) => f.code === "VANISHED").length]).toEqual([
      ["incomplete-read"],
      [],
      0,
    ]);
  });

  test("a grant to somebody who was seen waits as well: that she lacks it rests on the same read", () => {
    const base = company(100, 0);
    const people = [...base.people!.slice(0, 99), stays("p099", "vault/badge/a")];
    expect(vendorLines(half(29, { people }))).toEqual(["grant p099 badge/a null -> "]);
    expect(vendorLines(half(30, { people }))).toEqual([]);
  });

  test("the share is the policy's to choose", () => {
    expect(trips(half(29, { policies: [limits({ knownReturned: 75 })] }))).toEqual(["incomplete-read"]);
    expect(trips(half(30, { policies: [limits({ knownReturned: 60 })] }))).toEqual([]);
  });

  test("what was seen is stopped and revoked all the same", () => {
    const base = company(100, 0);
    const made = planFrom({
      ...base,
      people: [...base.people!.slice(0, 99), leaves("p099")],
      world: { accounts: base.world!.accounts!.slice(30) },
    });
    expect(applicable(made).map((o) => `${o.verb} ${o.person}`)).toEqual(["suspend p099"]);
  });

  test("a credential of another tenant plans nothing at all; nor does one that does not say", () => {
    const at = (tenant: { tenant: string } | null) =>
      planFrom({ ...company(5, 1), tenant: "acme", world: { ...company(5, 1).world, tenant } });
    for (const made of [at({ tenant: "evil" }), at(null)])
      expect([trips(made), made.operations, made.findings]).toEqual([["wrong-tenant"], [], []]);
    expect(trips(at({ tenant: "acme" }))).toEqual([]);
  });

  test("files that lack somebody whom state knows: nothing at all, in no app", () => {
    const people = [
      leaves("p001"),
      ...keys(5)
        .slice(2)
        .map((k) => stays(k)),
    ];
    const org = organization({ people: [...people, person("kim", { grants: ["forge/member"], accounts: { forge: { login: "kim" } } })] });
    const input = (of: string, known: string[]) => ({
      manifest: { ...vault, createNeeds: "nothing" as const },
      state: state(
        of,
        known.map((k) => record(of, k, k)),
      ),
      snapshot: snapshot(of, { accounts: known.map((k) => account(k)) }),
      normalise: <T>(w: T): T => w,
    });
    const made = makePlan({
      organization: org,
      desired: compileAt(org),
      apps: new Map([
        ["vault", input("vault", keys(5))],
        ["forge", input("forge", [])],
      ]),
      today: "2026-06-10",
      now,
    });
    expect([trips(made), applicable(made), made.operations.some((o) => o.app === "forge")]).toEqual([["checkout-incomplete"], [], true]);
    expect(made.trips[0]!.summary).toBe("a person has live accounts but no file: p000 (vault)");
  });

  test("what is refused is not asked of people instead", () => {
    const s = company(5, 1, { manifest: { human: true } });
    const [, ...others] = s.people!;
    expect(planFrom(s).tasks.some((t) => t.task.includes("block the account"))).toBe(true);
    const made = planFrom({ ...s, apps: [app("vault", { orphans: "suspend" })], people: [leaves("p001"), ...others.slice(1)] });
    expect([trips(made), made.tasks.filter((t) => t.task.includes("block the account"))]).toEqual([["checkout-incomplete"], []]);
  });

  test("somebody long gone from the files whose account is gone too holds nothing up", () => {
    expect(
      trips(planFrom({ ...company(5, 1), records: [...company(5, 1).records!, record("vault", "old", "old", { status: "absent" })] })),
    ).toEqual([]);
  });

  test("an account of somebody long gone that is there again is an orphan, not overlooked", () => {
    const s = company(5, 0);
    const made = planFrom({
      ...s,
      world: { accounts: [...s.world!.accounts!, account("old", { login: "old" })] },
      records: [...s.records!, record("vault", "old", "old", { status: "absent" })],
    });
    expect(made.findings.map((f) => [f.code, f.login])).toEqual([["ORPHAN", "old"]]);
  });

  test("every trip says what to do", () => {
    for (const made of [half(30), planFrom(company(10, 4)), planFrom(team(4, 3)), planFrom(admins(1))]) {
      for (const trip of made.trips) expect(trip.fix.length).toBeGreaterThan(20);
    }
    expect(operationOf(planFrom(company(10, 4)), "suspend").refused).toBe("guard stops");
  });
});
