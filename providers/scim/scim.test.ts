import { describe, expect, onTestFinished, test } from "vitest";
import { incomplete, readAll } from "../../src/connector/conformance/read-all.ts";
import type { Call, Tenant } from "../../src/connector/index.ts";
import { ada, engineers, grace, many, members, person, stage, target, two, userOf } from "../../test/support/scim-stage.ts";
import connector from "./connector.ts";
import { nameOf, partsOf } from "./entitlement.ts";
import { profileNames } from "./profiles.ts";
import simulator from "./simulator.ts";

const reasons = async (tenant: Tenant): Promise<string> => incomplete(await readAll(tenant)).join("\n");

describe("names of entitlements", () => {
  test("any display name has one address, and comes back from it", () => {
    for (const own of ["Engineers", "R&D", "a", "Eng: Ops", "Ü", "100%", "+", " x ", "a/b.", "🛰 team", "+41"]) {
      const name = nameOf("group", own);
      expect(name).toMatch(/^group\/[A-Za-z0-9_+](?:[A-Za-z0-9 ._@+/-]*[A-Za-z0-9_+])?$/);
      expect(partsOf(name)).toEqual({ family: "group", own });
    }
  });
  test("a second spelling of one name is none", () => {
    expect(partsOf("group/+41da")).toBeNull();
    expect(partsOf("group/a+2z")).toBeNull();
    expect(partsOf("team/x")).toBeNull();
  });
});

describe("lists", () => {
  test.each(["index", "cursor"] as const)("250 users by %s cost the fewest pages", async (paging) => {
    const { tenant, running } = await stage({ users: many(250), server: { paging }, own: { paging } });
    const reading = await readAll(tenant);
    expect(incomplete(reading)).toEqual([]);
    expect(reading.accounts.size).toBe(250);
    expect(running.seen.filter((r) => r.path.startsWith("/Users"))).toHaveLength(3);
  });

  test("a server that gives fewer rows than asked for is read to its end", async () => {
    const { tenant } = await stage({ users: many(45), server: { pageCap: 20 } });
    const reading = await readAll(tenant);
    expect([reading.accounts.size, incomplete(reading)]).toEqual([45, []]);
  });

  test("totalResults that tells the rows of the page is found out", async () => {
    const { tenant, strict } = await stage({ users: many(45), server: { pageCap: 20, totals: "page" } });
    await tenant.probe();
    expect(await reasons(tenant)).toContain("server.totals");
    expect(strict.violations).toEqual([]);
  });

  test("where totals are not to be trusted, a list ends with an empty page and never with page 1 again", async () => {
    const honest = await stage({ users: many(45), server: { pageCap: 20, totals: "page" }, own: { totals: "none" } });
    expect((await readAll(honest.tenant)).accounts.size).toBe(45);
    expect(await reasons(honest.tenant)).toBe("");
    const circle = await stage({ users: many(45), server: { pageCap: 20, totals: "page", pastEnd: "page 1" }, own: { totals: "none" } });
    expect(await reasons(circle.tenant)).toContain("given before (page 1)");
  });

  test("a user who goes while the list is read leaves it incomplete", async () => {
    const { tenant, running, strict } = await stage({ users: many(150) });
    strict.interfere((request) => {
      if (request.path.includes("startIndex=101")) {
        const world = running.world();
        running.load({ ...world, users: world.users.slice(1), groups: [] });
      }
      return null;
    });
    expect(await reasons(tenant)).toContain("changed while it was read");
  });

  test("a server that ignores startIndex gives itself away by rows that come again", async () => {
    const { tenant, strict } = await stage({ users: many(150) });
    const first = { totalResults: 150, startIndex: 1, Resources: many(100) };
    strict.interfere((request) => (request.path.includes("/Users?") ? { status: 200, body: first } : null));
    expect(await reasons(tenant)).toContain("page 1");
  });

  test("an answer without rows and without a number is no empty list", async () => {
    const { tenant, strict } = await stage();
    for (const body of [{}, { totalResults: null }, { totalResults: "" }, { Resources: null }]) {
      strict.interfere(() => ({ status: 200, body }));
      await expect(tenant.read({ id: "users", covers: "accounts" })).rejects.toMatchObject({ fault: { kind: "transient" } });
    }
    strict.interfere(() => ({ status: 200, body: { totalResults: 0, Resources: [{ id: "1", userName: "ada" }] } }));
    expect(await reasons(tenant)).toContain("ended after 1 of 0 rows");
  });

  test("a throttle with and without Retry-After is told, not repeated", async () => {
    for (const retryAfter of [true, false]) {
      const { tenant, running } = await stage({ server: { retryAfter } });
      running.plant({ kind: "throttle" });
      await expect(tenant.read({ id: "users", covers: "accounts" })).rejects.toMatchObject({ fault: { kind: "throttled" } });
      expect(running.seen).toHaveLength(1);
    }
  });
});

describe("members", () => {
  test("hidden in the list, they are read group by group", async () => {
    const { tenant } = await stage({ server: { members: "single" } });
    const reading = await readAll(tenant);
    expect([reading.edges.size, incomplete(reading)]).toEqual([2, []]);
  });
  test("a list of them that may be cut is read in full", async () => {
    const { tenant } = await stage({
      users: many(30),
      server: { membersCap: 5 },
      own: { membersCap: 5 },
      groups: [{ ...engineers, members: many(30).map((_, i) => ({ value: String(i + 1) })) }],
    });
    const reading = await readAll(tenant);
    expect([reading.edges.size, incomplete(reading)]).toEqual([30, []]);
  });
  test("nowhere shown, nobody is said to be missing", async () => {
    const { tenant } = await stage({ server: { members: "nowhere" } });
    expect(await reasons(tenant)).toContain("group/Engineers members is incomplete");
    const aws = await stage({ profile: "aws-identity-center" });
    expect(await reasons(aws.tenant)).toContain("shows no members");
    expect((await aws.tenant.get(ada))?.edges).toEqual([{ account: ada, entitlement: "group/Engineers" }]);
  });
  test("by a filter on users they are paged", async () => {
    const { tenant } = await stage({
      users: many(30),
      server: { members: "nowhere", pageCap: 20 },
      own: { members: "filter" },
      groups: [{ ...engineers, members: many(30).map((_, i) => ({ value: String(i + 1) })) }],
    });
    const reading = await readAll(tenant);
    expect([reading.edges.size, incomplete(reading)]).toEqual([30, []]);
  });
  test("two groups of one name are not written to, and nothing is concluded of them", async () => {
    const { tenant } = await stage({ server: { unique: false }, groups: [engineers, { ...engineers, id: "g2", members: [] }] });
    const reading = await readAll(tenant);
    expect(reading.groups.get("group/Engineers")?.readOnly).toContain("same name");
    expect(incomplete(reading).join()).toContain("several groups are called Engineers");
  });
  test("a group within a group is nobody's membership", async () => {
    const { tenant } = await stage({ groups: [{ ...engineers, members: [{ value: "1" }, { value: "g9", type: "Group" }] }] });
    expect([...(await readAll(tenant)).edges.values()].map((e) => e.account.id)).toEqual(["1"]);
  });
});

const withGroups = profileNames.filter((p) => !["github-organization", "gitlab-group"].includes(p));

describe.each(["standard", "entra-style", "github-enterprise", "slack", "atlassian", "aws-identity-center", "figma", "scimmy"] as const)(
  "one edge at the server %s",
  (profile) => {
    test("goes and comes back, twice is once, and the others stay", async () => {
      expect(withGroups).toContain(profile);
      const { running, perform } = await stage({ profile });
      const revoke: Call = { verb: "revoke", ref: ada, target, level: "" };
      const grant: Call = { verb: "grant", ref: ada, target, level: "" };
      expect([(await perform(revoke)).status, members(running)]).toEqual(["done", ["2"]]);
      expect([(await perform(revoke)).status, members(running)]).toEqual(["already", ["2"]]);
      expect([(await perform(grant)).status, [...members(running)].sort()]).toEqual(["done", ["1", "2"]]);
      expect([(await perform(grant)).status, [...members(running)].sort()]).toEqual(["already", ["1", "2"]]);
    });
  },
);

describe("writing a membership", () => {
  test("at a server that replaces, on condition of the version: who came in between stays", async () => {
    const { running, strict, perform } = await stage({
      profile: "figma",
      server: { etag: true },
      own: { etag: true },
      users: [...two, person("3", "alan")],
    });
    let late = false;
    strict.interfere((request) => {
      if (request.writes && !late) {
        late = true;
        const world = running.world();
        world.groups[0]!.members.push({ value: "3" });
        world.groups[0]!.version += 1;
        running.load(world);
      }
      return null;
    });
    const outcome = await perform({ verb: "revoke", ref: ada, target, level: "" });
    expect(outcome.status).toBe("done");
    expect(members(running)).toEqual(["2", "3"]);
  });
  test("two at once at a server that replaces do not undo each other", async () => {
    const { running, tenant } = await stage({ profile: "figma" });
    const revoke = (ref: typeof ada): Call => ({ verb: "revoke", ref, target, level: "" });
    await Promise.all([tenant.perform([revoke(ada)]), tenant.perform([revoke(grace)])]);
    expect(members(running)).toEqual([]);
  });
  test("a list that is not shown is never written back", async () => {
    const { running, perform, strict } = await stage({ profile: "figma", server: { members: "nowhere" }, own: { membership: "none" } });
    expect(await perform({ verb: "grant", ref: ada, target, level: "" })).toMatchObject({
      status: "failed",
      fault: { kind: "unsupported" },
    });
    expect(members(running)).toEqual(["1", "2"]);
    expect(strict.outgoing.filter((r) => r.writes)).toEqual([]);
  });
  test("a group that was renamed since is left alone", async () => {
    const { running, perform } = await stage({ groups: [{ ...engineers, displayName: "Owners", members: [] }] });
    expect(await perform({ verb: "grant", ref: ada, target, level: "" })).toMatchObject({ status: "failed", fault: { kind: "conflict" } });
    expect(members(running)).toEqual([]);
  });
  test("a revocation whose group this run has not seen fails: not seeing it proves nothing", async () => {
    const { perform, strict } = await stage();
    expect(await perform({ verb: "revoke", ref: ada, target: { name: target.name }, level: "" })).toMatchObject({
      status: "failed",
      fault: { kind: "invalid" },
    });
    expect(strict.outgoing).toEqual([]);
  });
  test("a server that takes the change and forgets it has done nothing", async () => {
    const { perform, strict } = await stage();
    strict.interfere((request) => (request.method === "PATCH" ? { status: 204 } : null));
    expect(await perform({ verb: "revoke", ref: ada, target, level: "" })).toMatchObject({
      status: "failed",
      fault: { message: expect.stringContaining("still has") as string },
    });
  });
});

describe("accounts", () => {
  test.each(["standard", "entra-style", "github-enterprise", "slack", "aws-identity-center", "figma", "scimmy"] as const)(
    "are stopped and let in again at the server %s",
    async (profile) => {
      const { running, perform } = await stage({ profile });
      expect((await perform({ verb: "suspend", ref: ada })).status).toBe("done");
      expect(userOf(running, "1")?.["active"]).toBe(false);
      expect((await perform({ verb: "restore", ref: ada })).status).toBe("done");
      expect(userOf(running, "1")?.["active"]).toBe(true);
    },
  );
  test("a stop that the server accepts and forgets is not done", async () => {
    const { perform } = await stage({ server: { forgetsActive: true, patchReply: 204 } });
    expect(await perform({ verb: "suspend", ref: ada })).toMatchObject({
      status: "failed",
      fault: { message: expect.stringContaining("still shows it as active") as string },
    });
  });
  test("where disabling removes, the stop is done, and restoring is said to be impossible", async () => {
    const { running, tenant, perform } = await stage({ profile: "github-organization" });
    expect((await tenant.probe()).unavailable).toMatchObject({
      restore: expect.stringContaining("gone") as string,
      grant: "the server has no groups",
    });
    expect(await perform({ verb: "suspend", ref: ada })).toMatchObject({ status: "done" });
    expect(userOf(running, "1")).toBeUndefined();
    expect(await tenant.get(ada)).toBeNull();
  });
  test("where DELETE only deactivates, nothing is deleted", async () => {
    const { running, perform } = await stage({ profile: "slack" });
    expect(await perform({ verb: "delete", ref: ada })).toMatchObject({ status: "failed", fault: { kind: "unsupported" } });
    expect(userOf(running, "1")?.["active"]).toBe(true);
  });
  test("a creation whose answer was lost makes one account, also where names are not unique; somebody else's is a conflict", async () => {
    const create: Call = {
      verb: "create",
      key: "app/alan/0",
      name: "Alan Turing",
      email: "alan@acme.example",
      attributes: { title: "Reader" },
      grants: [],
    };
    const { running, strict, perform } = await stage({ server: { unique: false } });
    strict.interfere((request) => (request.writes ? "lose-answer" : null));
    expect(await perform(create)).toMatchObject({ status: "failed", fault: { kind: "ambiguous" } });
    strict.interfere(null);
    expect(await perform(create)).toMatchObject({ status: "already", login: "alan@acme.example" });
    expect(await perform({ ...create, key: "app/other/0" })).toMatchObject({ status: "failed", fault: { kind: "conflict" } });
    expect(running.world().users.filter((u) => u.userName === "alan@acme.example")).toHaveLength(1);
  });
  test("an address changes alone: others stay, and the login follows where it was the address", async () => {
    const old = { value: "ada@acme.example", type: "work", primary: true };
    const home = { value: "ada@home.example", type: "home", display: "home" };
    const { running, perform } = await stage({
      users: [person("1", "x", { userName: "Ada@acme.example", emails: [old, home] })],
      groups: [],
    });
    expect(
      (await perform({ verb: "update", ref: ada, attributes: { email: "lovelace@acme.example", department: "analysis" } })).status,
    ).toBe("done");
    const user = userOf(running, "1")!;
    expect(user).toMatchObject({ userName: "lovelace@acme.example", emails: [{ ...old, value: "lovelace@acme.example" }, home] });
    expect((await perform({ verb: "update", ref: ada, attributes: { department: "analysis" } })).status).toBe("already");
    expect((await perform({ verb: "update", ref: ada, attributes: { department: "" } })).status).toBe("done");
  });
  test("replacing a user keeps what nobody asked to change", async () => {
    const { running, perform } = await stage({
      profile: "figma",
      users: [person("1", "ada", { nickName: "countess", name: { middleName: "Augusta" } })],
      groups: [],
    });
    await perform({ verb: "update", ref: ada, attributes: { title: "Analyst" } });
    expect(userOf(running, "1")).toMatchObject({ nickName: "countess", title: "Analyst", name: { middleName: "Augusta" }, active: true });
  });
  test("what the server does not keep is not wished for", async () => {
    const { tenant } = await stage({ profile: "gitlab-group" });
    expect(tenant.normalise!({ status: "active", attributes: { name: "A", title: "T" }, grants: {} }).attributes).toEqual({});
  });
});

describe("roles and entitlements", () => {
  test.each(["standard", "github-enterprise"] as const)("one value comes and goes at the server %s", async (profile) => {
    const users = [person("1", "ada", { roles: [{ value: "enterprise_owner" }] }), person("2", "grace")];
    const { running, perform, tenant } = await stage({ profile, users });
    const billing = { name: "admin/billing_manager" };
    expect((await perform({ verb: "grant", ref: ada, target: billing, level: "" })).status).toBe("done");
    expect((await perform({ verb: "grant", ref: ada, target: billing, level: "" })).status).toBe("already");
    expect((await tenant.get(ada))?.account.admin).toBe(true);
    expect((await perform({ verb: "revoke", ref: ada, target: { name: "admin/enterprise_owner" }, level: "" })).status).toBe("done");
    expect(userOf(running, "1")?.["roles"]).toEqual([{ value: "billing_manager" }]);
  });
  test("roles of which nobody has said that they are ordinary are administrative", async () => {
    const users = [person("1", "ada", { roles: [{ value: "viewer" }], entitlements: [{ value: "pro" }] })];
    const { tenant } = await stage({ users, groups: [] });
    const edges = [...(await readAll(tenant)).edges.values()].map((e) => e.entitlement);
    expect(edges).toEqual(["admin/viewer", "entitlement/pro"]);
    const told = await stage({ users, groups: [], own: { adminRoles: ["owner"] } });
    expect([...(await readAll(told.tenant)).accounts.values()][0]?.admin).toBe(false);
    expect(await told.perform({ verb: "revoke", ref: ada, target: { name: "admin/viewer" }, level: "" })).toMatchObject({
      status: "failed",
      fault: { kind: "invalid" },
    });
  });
});

describe("look-ups", () => {
  test("a server that ignores a filter proves nothing", async () => {
    const { tenant } = await stage({ server: { filters: [], otherFilters: "ignored" } });
    await expect(tenant.find([{ by: "login", value: "nobody" }])).rejects.toMatchObject({ fault: { kind: "unsupported" } });
  });
  test("a server that heeds case finds by the usual spelling, and its silence proves nothing", async () => {
    const { tenant } = await stage({ profile: "scimmy" });
    expect(await tenant.find([{ by: "login", value: "ADA" }])).toHaveLength(1);
    await expect(tenant.find([{ by: "login", value: "nobody" }])).rejects.toMatchObject({ fault: { kind: "unsupported" } });
  });
  test("a user whose groups are not told is not read afresh as one without", async () => {
    const { tenant } = await stage({ server: { userGroups: false } });
    await expect(tenant.get(ada)).rejects.toMatchObject({ fault: { kind: "unsupported" } });
    expect(await tenant.get({ kind: "user", id: "99" })).toBeNull();
  });
  test("a user that does not say whether it is active is unknown", async () => {
    const { tenant, strict } = await stage();
    strict.interfere(() => ({ status: 200, body: { id: "1", userName: "ada", groups: [] } }));
    expect((await tenant.get(ada))?.account.status).toBe("unknown");
  });
});

describe("settings", () => {
  test.each(profileNames)("the profile %s is one that settings take", (profile) => {
    expect(connector.config.safeParse({ profile }).success).toBe(true);
    expect(connector.config.safeParse({ profile, url: "https://elsewhere.example" }).success).toBe(false);
  });
});

describe("the simulated servers", () => {
  test("by the RFC, removing members without a filter empties the group: why the dialect is never guessed", async () => {
    const { running } = await stage();
    const body = { Operations: [{ op: "remove", path: "members", value: [{ value: "1" }] }] };
    await fetch(`${running.url}/Groups/g1`, {
      method: "PATCH",
      headers: { authorization: "Bearer t", "content-type": "application/scim+json" },
      body: JSON.stringify(body),
    });
    expect(members(running)).toEqual([]);
  });
  test("a page past the end is page 1 again where the server does that", async () => {
    const { running } = await stage({ users: many(30), profile: "scimmy", groups: [] });
    const page = (await (await fetch(`${running.url}/Users?startIndex=99`, { headers: { authorization: "Bearer t" } })).json()) as {
      startIndex: number;
      Resources: { id: string }[];
    };
    expect([page.startIndex, page.Resources[0]?.id, page.Resources.length]).toEqual([99, "1", 20]);
  });
  test("nobody gets in without a token, and the rate is limited by its own clock", async () => {
    let now = 0;
    const running = await simulator.start({ rateLimit: true, token: "t", now: () => new Date(now) });
    onTestFinished(async () => running.close());
    const ask = async (token: string): Promise<number> =>
      (await fetch(`${running.url}/Users`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect(await ask("x")).toBe(401);
    const statuses = new Set<number>();
    for (let i = 0; i <= connector.manifest.buckets["scim"]!.units; i += 1) statuses.add(await ask("t"));
    expect([...statuses]).toEqual([200, 429]);
    now = 60_000;
    expect(await ask("t")).toBe(200);
  });
});
