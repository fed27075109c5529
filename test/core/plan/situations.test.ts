import { describe, expect, test } from "vitest";
import { app, person } from "../../support/organization.ts";
import { codes, operationOf, type PlanSketch, planFrom, stateLines, vendorLines, viewOf } from "../../support/plan.ts";
import { account, record } from "../../support/world.ts";

const ada = person("ada", { email: "ada@acme.example", grants: ["vault/member"], accounts: { vault: { login: "ada" } } });
const left = person("ada", {
  email: "ada@acme.example",
  lastDay: "2026-06-01",
  grants: ["vault/member"],
  accounts: { vault: { login: "ada" } },
});
const gone = person("ada", { lastDay: "2026-01-01", grants: ["vault/member"], accounts: { vault: { login: "ada" } } });
const away = person("ada", { leave: { from: "2026-06-01" }, grants: ["vault/member"], accounts: { vault: { login: "ada" } } });
const soon = person("ada", { start: "2026-07-01", grants: ["vault/member"], accounts: { vault: { login: "ada" } } });
const active = account("u1", { login: "ada", attributes: { name: "ada", email: "ada@acme.example" } });
const suspended = { ...active, status: "suspended" as const };
const known = record("vault", "ada", "u1", { login: "ada", inputs: { attributes: { name: "ada", email: "ada@acme.example" } } });
const stopped = record("vault", "ada", "u1", {
  login: "ada",
  status: "suspended",
  stoppedByUs: true,
  inputs: { status: "suspended", attributes: { name: "ada", email: "ada@acme.example" } },
  steps: { endSessions: "2026-06-02", revokeCredentials: "2026-06-02" },
});
const absent = record("vault", "ada", "u1", {
  status: "absent",
  stoppedByUs: true,
  inputs: { status: "absent" },
  steps: { delete: "2026-05-01" },
});

/** Situation, vendor operations of ada. */
const outcome = (s: PlanSketch): [string, string[]] => {
  const plan = planFrom(s);
  return [viewOf(plan, "ada").situation, vendorLines(plan)];
};

/** Enough other accounts, known and seen, that one of ada's missing is no sign of a bad read. */
const company = ["bob", "kim", "lee", "max"].map((p, i) => record("vault", p, `u${i + 2}`));
const colleagues = company.map((r) => account(r.ref.id));

const steps = ["endSessions ada null -> done", "revokeCredentials ada null -> done"];
const create = "create ada null -> active";

describe("every row of the table of situations", () => {
  test.each<[string, PlanSketch, string, string[]]>([
    ["the app could not be read: unknown", { people: [ada], world: { failure: { kind: "auth", message: "401" } } }, "unknown", []],
    ["not seen in complete lists: create", { people: [ada] }, "create", [create]],
    ["not seen, list not complete: unknown", { people: [ada], world: { incomplete: ["accounts"] } }, "unknown", []],
    ["exists by login: adopt", { people: [ada], world: { accounts: [active] } }, "adopt", []],
    ["known and as wanted: in sync", { people: [ada], world: { accounts: [active] }, records: [known] }, "inSync", []],
    [
      "known, an attribute differs: drifted",
      { people: [ada], world: { accounts: [{ ...active, attributes: { name: "A.", email: "ada@acme.example" } }] }, records: [known] },
      "drifted",
      ["update ada name A. -> ada"],
    ],
    ["known, proven gone: vanished", { people: [ada], records: [known, ...company], world: { accounts: colleagues } }, "vanished", []],
    [
      "suspended, not by us: stopped elsewhere",
      { people: [ada], world: { accounts: [suspended] }, records: [known] },
      "stoppedElsewhere",
      [],
    ],
    ["suspended, in no record: stopped elsewhere", { people: [ada], world: { accounts: [suspended] } }, "stoppedElsewhere", []],
    [
      "suspended by us, wanted again: restored",
      { people: [ada], world: { accounts: [suspended] }, records: [stopped] },
      "drifted",
      ["restore ada suspended -> active"],
    ],
    [
      "status not told, wanted active: unknown",
      { people: [ada], world: { accounts: [{ ...active, status: "unknown" }] }, records: [known] },
      "unknown",
      [],
    ],
    [
      "an invitation is open: pending",
      { people: [ada], world: { accounts: [{ ...active, status: "pending" }] }, records: [known] },
      "pending",
      [],
    ],
    ["an outsider: made a member", { people: [ada], world: { accounts: [{ ...active, outside: "a guest" }] } }, "create", [create]],
    [
      "an outsider, list not complete: unknown",
      { people: [ada], world: { accounts: [{ ...active, outside: "a guest" }], incomplete: ["accounts"], lookups: { "login:ada": [] } } },
      "unknown",
      [],
    ],
    ["another app provisions it: awaited", { people: [ada], apps: [app("vault", { provisionedBy: "okta" })] }, "awaited", []],
    ["starts later, no account: nothing yet", { people: [soon] }, "inSync", []],
    ["starts later, has an account: left alone", { people: [soon], world: { accounts: [active] } }, "inSync", []],
    [
      "last day is over: stopped, then its steps",
      { people: [left], world: { accounts: [active] }, records: [known] },
      "leaver",
      ["suspend ada active -> suspended", ...steps],
    ],
    [
      "on leave: access off, nothing else",
      { people: [away], world: { accounts: [active] }, records: [known] },
      "leaver",
      ["suspend ada active -> suspended"],
    ],
    ["on leave and off: stays", { people: [away], world: { accounts: [suspended] }, records: [stopped] }, "leaver", []],
    [
      "a leaver's invitation: withdrawn",
      { people: [left], world: { accounts: [{ ...active, status: "pending" }] } },
      "leaver",
      ["delete ada pending -> absent"],
    ],
    ["a leaver who is off: stays", { people: [left], world: { accounts: [suspended] }, records: [stopped] }, "leaver", []],
    [
      "a leaver who was stopped elsewhere: only the steps",
      { people: [left], world: { accounts: [suspended] }, records: [known] },
      "leaver",
      steps,
    ],
    [
      "a leaver whose account is gone: nothing",
      { people: [left], records: [stopped, ...company], world: { accounts: colleagues } },
      "inSync",
      [],
    ],
    [
      "a leaver whose account was not seen in an incomplete list: unknown",
      { people: [left], records: [stopped], world: { incomplete: ["accounts"] } },
      "unknown",
      [],
    ],
    [
      "a leaver who is no more than an outsider: said, not done",
      { people: [left], world: { accounts: [{ ...active, outside: "a guest" }] }, records: [known] },
      "outOfScope",
      [],
    ],
    [
      "a leaver of unknown status: suspended all the same",
      { people: [left], world: { accounts: [{ ...active, status: "unknown" }] }, records: [known] },
      "leaver",
      ["suspend ada unknown -> suspended", ...steps],
    ],
    [
      "a leaver of unknown status after the stop: stays",
      { people: [left], world: { accounts: [{ ...active, status: "unknown" }] }, records: [stopped] },
      "leaver",
      [],
    ],
    [
      "a leaver of unknown status where a stop removes: unknown",
      { people: [left], world: { accounts: [{ ...active, status: "unknown" }] }, records: [known], manifest: { stop: "delete" } },
      "unknown",
      [],
    ],
    [
      "retention is over, still active: stopped first",
      { people: [gone], world: { accounts: [active] }, records: [known] },
      "leaver",
      ["suspend ada active -> suspended", ...steps],
    ],
    [
      "retention is over, off: deleted",
      { people: [gone], world: { accounts: [suspended] }, records: [stopped] },
      "leaver",
      ["delete ada suspended -> absent"],
    ],
    [
      "retention is over, no such call: stays",
      { people: [gone], world: { accounts: [suspended] }, records: [stopped], manifest: { verbs: {} } },
      "leaver",
      [],
    ],
    [
      "no line asks any more: stopped",
      { people: [person("ada")], world: { accounts: [active] }, records: [known] },
      "leaver",
      ["suspend ada active -> suspended", ...steps],
    ],
    ["removed by us, wanted again: created", { people: [ada], records: [absent] }, "create", [create]],
    [
      "deleted by us within the vendor's window: waits",
      { people: [ada], records: [{ ...absent, steps: { delete: "2026-05-21" } }] },
      "recentlyDeleted",
      [],
    ],
    [
      "absent, but not by us: vanished",
      { people: [ada], records: [{ ...absent, stoppedByUs: false, inputs: known.inputs }] },
      "vanished",
      [],
    ],
  ])("%s", (_, sketch, situation, operations) => {
    expect(outcome(sketch)).toEqual([situation, operations]);
  });

  test("two people with one login collide, and nothing is written for either", () => {
    const plan = planFrom({
      people: [ada, person("eve", { grants: ["vault/member"], accounts: { vault: { login: "ADA" } } })],
      world: { accounts: [active] },
    });
    expect([viewOf(plan, "ada").situation, viewOf(plan, "eve").situation, vendorLines(plan), stateLines(plan)]).toEqual([
      "collision",
      "collision",
      [],
      [],
    ]);
  });

  test("state's claim beats a hint: whoever names another's account gets nothing, and its owner is not disturbed", () => {
    const eve = person("eve", { grants: ["vault/team/red"], accounts: { vault: { id: "u1" } } });
    const plan = planFrom({ people: [ada, eve], world: { accounts: [active], groups: ["team/red"] }, records: [known] });
    expect([viewOf(plan, "ada").situation, viewOf(plan, "eve").situation, vendorLines(plan)]).toEqual(["inSync", "collision", []]);
  });

  test("a leaver's stop is not held back by somebody who claims her account", () => {
    const eve = person("eve", { grants: ["vault/member"], accounts: { vault: { login: "ada" } } });
    expect(vendorLines(planFrom({ people: [left, eve], world: { accounts: [active] }, records: [known] }))).toContain(
      "suspend ada active -> suspended",
    );
  });

  test("accounts nobody claims are reported, by kind", () => {
    const plan = planFrom({
      people: [person("bob", { accounts: { vault: { login: "bob" } } })],
      world: {
        accounts: [
          account("u1", { login: "x" }),
          account("u2", { login: "guest", outside: "a guest" }),
          account("u3", { login: "me", self: true }),
          account("u4", { login: "Bob" }),
        ],
      },
    });
    expect(plan.apps[0]!.accounts.map((a) => [a.login, a.person, a.situation])).toEqual([
      ["Bob", "bob", "orphan"],
      ["x", null, "orphan"],
      ["guest", null, "outOfScope"],
      ["me", null, "protected"],
    ]);
    expect(codes(plan)).toEqual(["ORPHAN", "ORPHAN", "OUT_OF_SCOPE"]);
    expect(vendorLines(plan)).toEqual([]);
  });

  test("each desired or observed account has exactly one view", () => {
    const plan = planFrom({
      people: [
        ada,
        person("bob", { email: "bob@acme.example", grants: ["vault/member"] }),
        person("kim", { grants: ["vault/member"], accounts: { vault: { login: "kim" } } }),
      ],
      world: {
        accounts: [
          active,
          account("u2", { unverified: "bob@acme.example" }),
          account("u3"),
          account("u4", { login: "kim", outside: "a guest" }),
        ],
      },
      records: [known],
    });
    const refs = plan.apps[0]!.accounts.flatMap((a) => (a.ref ? [a.ref.id] : []));
    expect(refs.toSorted()).toEqual(["u1", "u2", "u3", "u4"]);
  });
});

describe("law 4: whose stop it was", () => {
  const run = (people: PlanSketch["people"], records: PlanSketch["records"]) =>
    planFrom({ people: people!, world: { accounts: [suspended] }, records: records! });

  test("a stop whose outcome was lost with the journal counts as ours: its intent was in the checkpoint", () => {
    const intent = { ...known, inputs: { ...known.inputs, status: "suspended" as const } };
    expect(vendorLines(run([ada], [intent]))).toEqual(["restore ada suspended -> active"]);
    const next = operationOf(run([left], [intent]), "record").next!;
    expect([next.stoppedByUs, next.status]).toEqual([true, "suspended"]);
  });

  test("whoever is let in again is let in before anything else is changed", () => {
    const married = person("ada", {
      name: "Ada King",
      email: "ada@acme.example",
      grants: ["vault/member"],
      accounts: { vault: { login: "ada" } },
    });
    expect(vendorLines(run([married], [stopped]))).toEqual(["restore ada suspended -> active", "update ada name ada -> Ada King"]);
  });

  test("a removal whose outcome was lost counts as ours: the account is made again", () => {
    const intent = { ...known, inputs: { ...known.inputs, status: "absent" as const } };
    const plan = planFrom({ people: [ada], records: [intent, ...company], world: { accounts: colleagues } });
    expect(viewOf(plan, "ada").situation).toBe("create");
  });

  test("a foreign suspension stays foreign in state however often the leaver is seen", () => {
    let records = [known];
    for (let i = 0; i < 3; i++) {
      const plan = run([left], records);
      const next = plan.operations.find((o) => o.next)?.next;
      if (next) records = [next];
      expect([records[0]!.status, records[0]!.stoppedByUs, records[0]!.inputs.status]).toEqual(["suspended", false, "active"]);
    }
    expect(viewOf(run([ada], records), "ada").situation).toBe("stoppedElsewhere");
  });

  test("a foreign suspension seen for the first time on a leaver is adopted as foreign", () => {
    const next = operationOf(run([left], []), "adopt").next!;
    expect([next.stoppedByUs, next.inputs.status]).toEqual([false, "active"]);
  });

  test("another account than the one we stopped is not restored", () => {
    const other = { ...suspended, ref: { kind: "user", id: "u9" } };
    const plan = planFrom({ people: [ada], world: { accounts: [other] }, records: [absent] });
    expect([viewOf(plan, "ada").situation, vendorLines(plan)]).toEqual(["stoppedElsewhere", []]);
  });

  test("the window of a deleted account is inclusive, and ends", () => {
    const on = (day: string) => viewOf(planFrom({ people: [ada], records: [{ ...absent, steps: { delete: day } }] }), "ada").situation;
    expect([on("2026-05-21"), on("2026-05-20")]).toEqual(["recentlyDeleted", "create"]);
  });
});
