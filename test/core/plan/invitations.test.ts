import { describe, expect, test } from "vitest";
import { app, person } from "../../support/organization.ts";
import { codes, operationOf, planFrom, type PlanSketch, stateLines, vendorLines, viewOf } from "../../support/plan.ts";
import { account, record } from "../../support/world.ts";

const byLogin = person("ada", { grants: ["forge/team/infra"], accounts: { forge: { login: "ada" } } });
const byMail = person("ada", { email: "ada@acme.example", grants: ["forge/member"] });
const pending = (at: string, sent: string, attempts: number) =>
  record("forge", "ada", at, {
    status: "pending",
    pending: { handle: "7", since: `${sent}T08:00:00Z`, attempts },
    ...(at === "u1" ? { login: "ada" } : {}),
  });
const plan = (s: PlanSketch) => planFrom({ of: "forge", ...s });
const situation = (s: PlanSketch) => viewOf(plan(s), "ada").situation;

describe("who can be invited", () => {
  test("by login, with the grants that shall follow", () => {
    const made = plan({ people: [byLogin], world: { groups: ["team/infra"] } });
    expect([vendorLines(made), operationOf(made, "create").payload]).toEqual([
      ["create ada null -> active", "grant ada team/infra null -> member"],
      { name: "ada", login: "ada", attributes: {}, grants: { "team/infra": "member" }, attempts: 0 },
    ]);
    expect(made.operations.map((o) => o.evidence)).toEqual([
      { kind: "absent", scopes: ["accounts"] },
      { kind: "absent", scopes: ["accounts"] },
    ]);
  });

  test("by e-mail only where the account can be joined later; else a human asks for the login", () => {
    expect(vendorLines(plan({ people: [byMail], world: { tenant: { joinsByEmail: true } } }))).toEqual(["create ada null -> active"]);
    const asked = plan({ people: [byMail] });
    expect([vendorLines(asked), asked.tasks.length, asked.tasks[0]!.task.includes("accounts.forge.login")]).toEqual([[], 1, true]);
  });

  test("a vendor that needs an address gets none made up from a login", () => {
    const made = planFrom({
      people: [person("ada", { grants: ["vault/member"], accounts: { vault: { login: "ada" } } })],
      manifest: { createNeeds: "email" },
    });
    expect([vendorLines(made), made.tasks.map((t) => t.task)]).toEqual([
      [],
      ["add an e-mail address to the file of ada: Vault needs one to make an account"],
    ]);
  });
});

describe("an invitation on its way", () => {
  test("waits while it is open, and is taken into state with its id", () => {
    const open = account("invitation/7", { status: "pending", login: "ada", since: "2026-06-09T08:00:00Z" });
    const made = plan({ people: [byLogin], world: { accounts: [open], groups: ["team/infra"] } });
    expect([vendorLines(made), codes(made), operationOf(made, "adopt").next]).toEqual([
      [],
      ["PENDING"],
      expect.objectContaining({
        status: "pending",
        ref: { kind: "invitation", id: "7" },
        pending: { handle: "invitation/7", since: "2026-06-09T08:00:00Z", attempts: 1 },
      }),
    ]);
  });

  test("keeps the user's id where state has it, although the list shows the invitation's", () => {
    const open = account("invitation/7", { status: "pending", login: "ada" });
    expect(stateLines(plan({ people: [byLogin], world: { accounts: [open] }, records: [pending("u1", "2026-06-09", 1)] }))).toEqual([]);
  });

  test("accepted: joined by login, then the grants follow", () => {
    const made = plan({
      people: [byLogin],
      world: { accounts: [account("u5", { login: "ada" })], groups: ["team/infra"] },
      records: [pending("invitation/7", "2026-06-09", 1)],
    });
    expect([vendorLines(made), operationOf(made, "record").next]).toEqual([
      ["grant ada team/infra null -> member"],
      expect.objectContaining({ status: "active", ref: { kind: "user", id: "u5" } }),
    ]);
    expect(operationOf(made, "record").next!.pending).toBeUndefined();
  });

  test("accepted: joined by a verified address, never an unverified one", () => {
    const at = (a: Parameters<typeof account>[1]) =>
      situation({ people: [byMail], world: { accounts: [account("u5", a)] }, records: [pending("invitation/7", "2026-06-09", 1)] });
    expect([
      at({ email: "ada@acme.example" }),
      at({ unverified: "ada@acme.example" }),
      at({ email: "ada@acme.example", admin: true }),
    ]).toEqual(["inSync", "ambiguous", "ambiguous"]);
  });

  test("gone while somebody new is there: ambiguous, never by elimination, and the newcomer is nobody's orphan", () => {
    const records = [pending("invitation/7", "2026-06-01", 1)];
    const made = plan({ people: [byMail], world: { accounts: [account("u5", { login: "newcomer" })] }, records });
    expect([viewOf(made, "ada").situation, vendorLines(made), stateLines(made)]).toEqual(["ambiguous", [], []]);
    const known = record("forge", "bob", "u5");
    expect(
      situation({
        people: [byMail, person("bob", { grants: ["forge/member"] })],
        world: { accounts: [account("u5")], tenant: { joinsByEmail: true } },
        records: [...records, known],
      }),
    ).toBe("create");
  });

  test("while an invited person may be any of them, no orphan is stopped", () => {
    const apps = [app("forge", { orphans: "suspend" })];
    const world = { accounts: [account("u5", { login: "newcomer" })] };
    expect(vendorLines(plan({ apps, people: [byMail], world, records: [pending("invitation/7", "2026-06-01", 1)] }))).toEqual([]);
    expect(vendorLines(plan({ apps, world }))).toEqual(["delete newcomer active -> absent"]);
  });

  test("a newcomer whom another file names is not in question", () => {
    const bob = person("bob", { grants: ["forge/member"], accounts: { forge: { id: "u5" } } });
    expect(
      situation({
        people: [byMail, bob],
        world: { accounts: [account("u5")], tenant: { joinsByEmail: true } },
        records: [pending("invitation/7", "2026-06-01", 1)],
      }),
    ).toBe("create");
  });
});

describe("an invitation that ran out", () => {
  const at = (sent: string, attempts: number, s: PlanSketch = {}) =>
    plan({ people: [byLogin], records: [pending("u1", sent, attempts)], ...s });

  test("goes out again, counted, once its time is over", () => {
    const made = at("2026-06-03", 2);
    expect([viewOf(made, "ada").situation, operationOf(made, "create").payload!.attempts]).toEqual(["create", 2]);
  });

  test("gone before its time it was declined or withdrawn: not sent again", () => {
    expect(viewOf(at("2026-06-04", 1), "ada").situation).toBe("vanished");
  });

  test("never more often than the manifest says", () => {
    expect([viewOf(at("2026-05-01", 3), "ada").situation, vendorLines(at("2026-05-01", 3))]).toEqual(["vanished", []]);
  });

  test("not while the lists are incomplete", () => {
    expect(viewOf(at("2026-05-01", 1, { world: { incomplete: ["accounts"] } }), "ada").situation).toBe("unknown");
  });

  test("shown as run out by the vendor it counts as sent once, whatever the date", () => {
    const expired = account("invitation/7", { status: "expired", login: "ada", since: "2026-06-09T08:00:00Z" });
    const made = plan({ people: [byLogin], world: { accounts: [expired] } });
    expect([viewOf(made, "ada").situation, operationOf(made, "create").payload!.attempts]).toEqual(["create", 1]);
  });

  test("by e-mail it is found by the address it was sent to, although nobody proved to own it", () => {
    const expired = account("invitation/7", { status: "expired", unverified: "ADA@acme.example" });
    expect(situation({ people: [byMail], world: { accounts: [expired], tenant: { joinsByEmail: true } } })).toBe("create");
  });

  test("an invitation that somebody made by hand for a member who is gone does not hide that she is gone", () => {
    const expired = account("invitation/7", { status: "expired", login: "ada" });
    const others = ["b", "c", "d", "e"].map((p) => record("forge", p, p));
    const made = plan({
      people: [byLogin, ...others.map((r) => person(r.person))],
      world: { accounts: [expired, ...others.map((r) => account(r.person))] },
      records: [record("forge", "ada", "u1", { login: "ada" }), ...others],
    });
    expect(viewOf(made, "ada").situation).toBe("vanished");
  });

  test("a leaver's is left alone", () => {
    const left = person("ada", { lastDay: "2026-06-01", grants: ["forge/member"], accounts: { forge: { login: "ada" } } });
    const made = plan({ people: [left], world: { accounts: [account("invitation/7", { status: "expired", login: "ada" })] } });
    expect([viewOf(made, "ada").situation, vendorLines(made)]).toEqual(["inSync", []]);
  });
});
