import { describe, expect, test } from "vitest";
import type { EngineEvent } from "../../../../src/core/engine.ts";
import type { Snapshot } from "../../../../src/core/model/observed.ts";
import { readSnapshot, type ReadOptions } from "../../../../src/io/engine/read/read-snapshot.ts";
import { account, accounts, done, edge, fakeTenant, type FakeTenant, fault, group, membersOf, teams, user } from "./fake-tenant.ts";

const read = (tenant: FakeTenant, more: Partial<ReadOptions> = {}): Promise<Snapshot> =>
  readSnapshot({ app: "app", tenant, concurrency: 1, calls: () => 7, redact: (text) => text.replaceAll("hush", "[secret]"), ...more });

/** Scopes as `id: complete` or `id: reason`. */
const verdicts = (snapshot: Snapshot): string[] => snapshot.scopes.map((s) => `${s.id}: ${s.complete ? "complete" : s.reason}`);

test("pages are followed to the end, and what they open is read as well", async () => {
  const tenant = fakeTenant(
    {
      accounts: { accounts: [account("2"), account("1")], next: "b" },
      "accounts b": { accounts: [account("3")], closes: [done(accounts)] },
      teams: {
        groups: [group("b"), group("a")],
        edges: [edge("2", "a"), edge("1", "b", "x")],
        opens: [{ scope: membersOf("b"), cursor: "b2" }, { scope: membersOf("a") }],
        closes: [done(teams), done(membersOf("a"))],
      },
      "b members b2": { edges: [edge("3", "b", "y")], closes: [done(membersOf("b"))] },
    },
    { roots: () => [{ scope: accounts }, { scope: teams }] },
  );
  const snapshot = await read(tenant);
  expect(snapshot).toMatchObject({
    app: "app",
    accounts: [{ ref: user("1") }, { ref: user("2") }, { ref: user("3") }],
    groups: [{ entitlement: "a" }, { entitlement: "b" }],
    edges: [edge("1", "b", "x"), edge("2", "a"), edge("3", "b", "y")],
    tenant: { tenant: "t-1" },
    calls: 7,
  });
  expect(verdicts(snapshot)).toEqual(["a members: complete", "accounts: complete", "b members: complete", "teams: complete"]);
  expect(tenant.asked).toEqual(["accounts", "accounts b", "teams", "b members b2"]);
});

describe("a scope is incomplete, and the others go on, where", () => {
  const cases: readonly (readonly [string, Parameters<typeof fakeTenant>[0], string])[] = [
    ["a page fails", { accounts: { next: "b" }, "accounts b": fault("forbidden", "not for hush you") }, "not for [secret] you"],
    [
      "a page fails after the connector called it complete",
      { accounts: { next: "b", closes: [done(accounts)] }, "accounts b": fault("transient", "gone") },
      "gone",
    ],
    ["a page is not a page", { accounts: { edges: 5, closes: 5 } as never }, "TypeError"],
    ["nobody closes it", { accounts: { accounts: [account("1")] } }, "its end was never reached"],
    [
      "its cursor comes again",
      { accounts: { next: "b" }, "accounts b": { next: "c" }, "accounts c": { next: "b", closes: [done(accounts)] } },
      "the vendor gave the same cursor twice",
    ],
    ["its first page says it comes next", { accounts: { next: "" } }, "the vendor gave the same cursor twice"],
    [
      "the connector says so, whatever it says later",
      {
        accounts: { closes: [{ scope: "accounts", complete: false, reason: "hush, owners only" }], next: "b" },
        "accounts b": { closes: [done(accounts)] },
      },
      "[secret], owners only",
    ],
    [
      "it judges a scope that was never opened",
      { accounts: { closes: [done(accounts), { scope: "nowhere", complete: true }] } },
      "the connector judged nowhere, which was never opened",
    ],
    [
      "it is opened with another meaning",
      { accounts: { opens: [{ scope: { id: "accounts", covers: "edges" }, cursor: "x" }], closes: [done(accounts)] } },
      "the connector opened it with two meanings",
    ],
  ];
  test.each(cases)("%s", async (_, pages, reason) => {
    const tenant = fakeTenant(
      { ...pages, teams: { groups: [group("a")], closes: [done(teams)] } },
      { roots: () => [{ scope: accounts }, { scope: teams }] },
    );
    const snapshot = await read(tenant);
    expect(verdicts(snapshot)).toEqual([expect.stringContaining(`accounts: ${reason}`), "teams: complete"]);
    expect(snapshot.failure).toBeUndefined();
    expect(snapshot.groups.length).toBe(1);
  });

  test("it has more pages than any list", async () => {
    let page = 0;
    const endless = fakeTenant({}, { read: () => Promise.resolve({ accounts: [account(String(page))], next: String(++page) }) });
    const snapshot = await read(endless, { mostPages: 50 });
    expect([page, verdicts(snapshot)]).toEqual([50, ["accounts: it has more than 50 pages"]]);
  });
});

test("what was seen before a failure is kept: it is evidence of what is there", async () => {
  const snapshot = await read(fakeTenant({ accounts: { accounts: [account("1")], next: "b" }, "accounts b": fault("transient") }));
  expect(snapshot.accounts.map((a) => a.ref.id)).toEqual(["1"]);
});

describe("nothing is concluded from a reading that failed as a whole:", () => {
  test("a probe that fails", async () => {
    for (const [kind, error] of [
      ["auth", fault("auth", "bad hush")],
      ["transient", fault("transient", "bad hush")],
      ["invalid", new TypeError("bad hush")],
    ] as const) {
      const tenant = fakeTenant({}, { probe: () => Promise.reject(error) });
      const snapshot = await read(tenant);
      expect(snapshot).toMatchObject({
        accounts: [],
        scopes: [],
        tenant: null,
        failure: { kind, message: expect.stringContaining("bad [secret]") as string },
      });
      expect(tenant.asked).toEqual([]);
    }
  });

  test("a credential that is refused halfway, and nothing more is asked", async () => {
    const many = Array.from({ length: 20 }, (_, n) => ({ scope: membersOf(`t${n}`) }));
    const pages = Object.fromEntries(many.map(({ scope }) => [scope.id, { closes: [done(scope)] }]));
    const tenant = fakeTenant(
      { accounts: { accounts: [account("1")], next: "b" }, "accounts b": fault("auth", "revoked"), ...pages },
      {
        roots: () => [{ scope: accounts }, ...many],
      },
    );
    const snapshot = await read(tenant);
    expect(snapshot).toMatchObject({ accounts: [], scopes: [], tenant: { tenant: "t-1" }, failure: { kind: "auth", message: "revoked" } });
    expect(tenant.asked).toEqual(["accounts", "accounts b"]);
  });

  test("roots that cannot be named", async () => {
    const tenant = fakeTenant(
      {},
      {
        roots: () => {
          throw new Error("a defect");
        },
      },
    );
    expect((await read(tenant)).failure).toEqual({ kind: "invalid", message: "Error: a defect" });
  });
});

describe("lists that shift while they are read", () => {
  test("show an account twice: the row read later holds, and its edges are there once", async () => {
    const snapshot = await read(
      fakeTenant({
        accounts: { accounts: [account("1", { login: "old", admin: true })], edges: [edge("1", "a", "low")], next: "b" },
        "accounts b": { accounts: [account("1", { login: "new" })], edges: [edge("1", "a", "high")], closes: [done(accounts)] },
      }),
    );
    expect(snapshot.accounts).toEqual([account("1", { login: "new" })]);
    expect(snapshot.edges).toEqual([edge("1", "a", "high")]);
    expect(verdicts(snapshot)).toEqual(["accounts: complete"]);
  });

  test("show a group on two pages: its members are read once, and from a new cursor on once more", async () => {
    const members = membersOf("a");
    const opened = (cursor: string) => ({ groups: [group("a")], opens: [{ scope: members, cursor }] });
    const tenant = fakeTenant(
      {
        teams: { ...opened("m2"), next: "2" },
        "teams 2": { ...opened("m2"), next: "3" },
        "teams 3": { ...opened("m3"), closes: [done(teams)] },
        "a members m2": { edges: [edge("1", "a")], closes: [done(members)] },
        "a members m3": fault("transient", "broke"),
      },
      { roots: () => [{ scope: teams }] },
    );
    const snapshot = await read(tenant);
    expect(tenant.asked).toEqual(["teams", "teams 2", "teams 3", "a members m2", "a members m3"]);
    expect(verdicts(snapshot)).toEqual(["a members: broke", "teams: complete"]);
  });

  test("name a group anew: it is one group, under its later name", async () => {
    const snapshot = await read(
      fakeTenant({
        accounts: { groups: [group("old", "7")], next: "b" },
        "accounts b": { groups: [group("new", "7")], closes: [done(accounts)] },
      }),
    );
    expect(snapshot.groups).toEqual([group("new", "7")]);
  });
});

test("an edge given directly says more than one that the vendor derived, whichever came first", async () => {
  const derived = { ...edge("1", "a", "low"), derived: "nested team" };
  for (const edges of [
    [derived, edge("1", "a", "high")],
    [edge("1", "a", "high"), derived],
  ]) {
    expect((await read(fakeTenant({ accounts: { edges, closes: [done(accounts)] } }))).edges).toEqual([edge("1", "a", "high")]);
  }
});

test("an account in two lists is joined the same way in whatever order they arrive", async () => {
  const second = { id: "saml", covers: "accounts" } as const;
  const member = account("1", { admin: true, emails: [{ address: "ada@private.example", verified: false }] });
  const known = account("1", {
    outside: "outside collaborator",
    emails: [
      { address: "ada@acme.example", verified: true },
      { address: "ada@private.example", verified: true },
    ],
  });
  const snapshots = [];
  for (const late of ["accounts", "saml"]) {
    const settled = Promise.withResolvers<void>();
    const page = (id: string, row: typeof member) => async () => {
      if (id === late) await settled.promise;
      else setImmediate(settled.resolve);
      return { accounts: [row], closes: [{ scope: id, complete: true }] };
    };
    const tenant = fakeTenant(
      { accounts: page("accounts", member), saml: page("saml", known) },
      { roots: () => [{ scope: accounts }, { scope: second }] },
    );
    snapshots.push(await read(tenant, { concurrency: 2 }));
  }
  expect(snapshots[0]!.accounts).toEqual([
    account("1", {
      admin: true,
      emails: [
        { address: "ada@acme.example", verified: true },
        { address: "ada@private.example", verified: true },
      ],
    }),
  ]);
  expect(snapshots[1]).toEqual(snapshots[0]);
});

test("a scope that another page answers while it waits is not asked for", async () => {
  const tenant = fakeTenant(
    { accounts: { closes: [done(accounts), done(teams)] }, teams: { closes: [done(teams)] } },
    { roots: () => [{ scope: accounts }, { scope: teams }] },
  );
  expect(verdicts(await read(tenant))).toEqual(["accounts: complete", "teams: complete"]);
  expect(tenant.asked).toEqual(["accounts"]);
});

test("as many scopes are read side by side as allowed, and no more", async () => {
  let now = 0;
  let most = 0;
  const many = Array.from({ length: 12 }, (_, n) => ({ scope: membersOf(`t${n}`) }));
  const tenant = fakeTenant(
    {},
    {
      roots: () => many,
      read: async (scope) => {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setImmediate(resolve));
        now -= 1;
        return { closes: [done(scope)] };
      },
    },
  );
  const snapshot = await read(tenant, { concurrency: 5 });
  expect([most, snapshot.scopes.every((s) => s.complete)]).toEqual([5, true]);
});

test("progress names the scope and counts accounts once", async () => {
  const events: EngineEvent[] = [];
  await read(
    fakeTenant({
      accounts: { accounts: [account("1"), account("2")], next: "b" },
      "accounts b": { accounts: [account("2")], closes: [done(accounts)] },
    }),
    { onEvent: (event) => void events.push(event) },
  );
  expect(events).toEqual([
    { kind: "reading", app: "app", scope: "accounts", calls: 7, accounts: 2 },
    { kind: "reading", app: "app", scope: "accounts", calls: 7, accounts: 2 },
  ]);
});

test("without lists only the tenant is probed", async () => {
  const tenant = fakeTenant({});
  expect(await read(tenant, { lists: false })).toMatchObject({ scopes: [], accounts: [], tenant: { tenant: "t-1" } });
  expect(tenant.asked).toEqual([]);
});

test("a plan for one person lists the groups to their end, and reads neither accounts nor who is in which group", async () => {
  const tenant = fakeTenant(
    {
      teams: {
        groups: [group("team/a")],
        edges: [edge("1", "team/a", "member")],
        accounts: [account("1")],
        opens: [{ scope: membersOf("team/a"), cursor: "2" }],
        closes: [done(membersOf("team/a"))],
        next: "b",
      },
      "teams b": { groups: [group("team/b")], closes: [done(teams)] },
    },
    { roots: () => [{ scope: accounts }, { scope: teams }] },
  );
  const snapshot = await read(tenant, { lists: "groups" });
  expect(tenant.asked).toEqual(["teams", "teams b"]);
  expect(snapshot.groups.map((g) => g.entitlement)).toEqual(["team/a", "team/b"]);
  expect([snapshot.accounts, snapshot.edges]).toEqual([[], []]);
  expect(snapshot.scopes).toEqual([{ ...teams, complete: true }]);
});
