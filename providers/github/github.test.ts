import { afterEach, describe, expect, test } from "vitest";
import type { Call } from "../../src/connector/index.ts";
import connector from "./connector.ts";
import { normalise } from "./normalise.ts";
import type { Stage } from "./simulator/stage.ts";
import { acme, ids, readEverything, stage as openStage } from "./simulator/stage.ts";
import simulator from "./simulator.ts";

let open: Stage[] = [];
const stage = async (...args: Parameters<typeof openStage>): Promise<Stage> => {
  const made = await openStage(...args);
  open.push(made);
  return made;
};
afterEach(async () => {
  const stages = open;
  open = [];
  for (const s of stages) {
    const breaches = await s.close();
    if (breaches.length > 0) throw new Error(`Not as GitHub publishes it: ${breaches.join("; ")}`);
  }
});

const user = (id: number) => ({ kind: "user", id: String(id) });
const team = (slug: string) => ({ name: `team/${slug}` });
const create = (more: Partial<Extract<Call, { verb: "create" }>>): Call => ({
  verb: "create",
  key: "k",
  name: "Someone",
  attributes: {},
  grants: [],
  ...more,
});

describe("reading", () => {
  test("members, owners, direct team memberships and outside collaborators are read", async () => {
    const { tenant } = await stage();
    const { accounts, edges, groups, verdicts } = await readEverything(tenant);
    expect([...accounts.keys()]).toEqual(["user/1", "user/11", "user/12", "user/13", "user/14", "user/20"]);
    expect(accounts.get("user/11")).toEqual({
      ref: user(11),
      login: "AdaLove",
      name: "Ada Lovelace",
      emails: [{ address: "ada@acme.example", verified: true }],
      status: "active",
      admin: false,
      attributes: {},
    });
    expect(accounts.get("user/1")).toMatchObject({ admin: true, self: true });
    expect(accounts.get("user/20")).toMatchObject({ outside: "outside collaborator", emails: [] });
    // Carol is in dba, which is nested in infra: she is not in infra herself. Grace is an owner and therefore a maintainer.
    expect(edges).toEqual(
      [
        "1 owner",
        "12 owner",
        "11 team/infra:maintainer",
        "12 team/infra:maintainer",
        "13 team/infra:member",
        "14 team/dba:member",
        "13 team/board:member",
        "13 team/synced:member",
      ].sort(),
    );
    expect(groups).toEqual(["team/board", "team/dba in team/infra", "team/infra", "team/synced"]);
    expect([...verdicts.values()].every(Boolean)).toBe(true);
    expect(verdicts.has("team/infra members")).toBe(true);
  });

  test("without an owner's token no list is said to be complete", async () => {
    const { tenant } = await stage(acme(), { token: "user:bob" });
    expect(await tenant.probe()).toMatchObject({ tenant: "100", self: user(ids.bob), joinsByEmail: false });
    const members = await tenant.read({ id: "members", covers: "accounts" });
    const teams = await tenant.read({ id: "teams", covers: "groups" });
    const verdicts = [...(members.closes ?? []), ...(teams.closes ?? [])];
    expect(verdicts.length).toBeGreaterThan(4);
    expect(verdicts.filter((v) => v.complete)).toEqual([]);
    await expect(tenant.read({ id: "invitations", covers: "accounts" })).rejects.toMatchObject({ fault: { kind: "forbidden" } });
  });

  test("an open invitation is a pending account under the user's own id, one to an address under the invitation's", async () => {
    const { tenant } = await stage(
      acme((w) => {
        w.organizations[0]!.invitations.push(
          {
            id: 501,
            user: ids.stranger,
            email: null,
            role: "admin",
            createdAt: "2026-03-01T00:00:00Z",
            inviter: 1,
            teams: [],
            failedAt: null,
            failedReason: null,
          },
          {
            id: 502,
            user: null,
            email: "new@acme.example",
            role: "direct_member",
            createdAt: "2026-03-01T00:00:00Z",
            inviter: 1,
            teams: [],
            failedAt: null,
            failedReason: null,
          },
        );
      }),
    );
    const { accounts, edges } = await readEverything(tenant);
    expect(accounts.get("user/30")).toEqual({
      ref: user(30),
      login: "stranger",
      emails: [],
      status: "pending",
      admin: false,
      attributes: {},
      since: "2026-03-01T00:00:00.000Z",
    });
    expect(accounts.get("invitation/502")).toMatchObject({ status: "pending", emails: [{ address: "new@acme.example", verified: false }] });
    expect(edges).toContain("30 owner");
    expect(await tenant.get({ kind: "invitation", id: "502" })).toMatchObject({ account: { status: "pending" } });
    expect(await tenant.find([{ by: "email", value: "NEW@acme.example" }])).toMatchObject([
      { account: { ref: { kind: "invitation", id: "502" } } },
    ]);
  });

  test("an invitation that ran out is expired, unless its user became a member since", async () => {
    const s = await stage(
      acme((w) => {
        const old = {
          email: null,
          role: "direct_member" as const,
          createdAt: "2026-02-01T00:00:00Z",
          inviter: 1,
          teams: [],
          failedAt: null,
          failedReason: null,
        };
        w.organizations[0]!.invitations.push({ ...old, id: 501, user: ids.stranger }, { ...old, id: 502, user: ids.bob });
      }),
    );
    const { accounts } = await readEverything(s.tenant);
    expect(accounts.get("user/30")?.status).toBe("expired");
    expect(accounts.get("user/13")?.status).toBe("active");
    // Invited again: the open invitation is what counts.
    await s.perform(create({ login: "stranger" }));
    expect((await readEverything(s.tenant)).accounts.get("user/30")?.status).toBe("pending");
  });

  test("single sign-on joins work addresses to accounts; the profile's address never does", async () => {
    const s = await stage(
      acme((w) => {
        w.organizations[0]!.saml = { identities: [{ user: ids.bob, nameId: "bob@acme.example" }], credentials: [] };
      }),
    );
    expect(await s.tenant.probe()).toMatchObject({ joinsByEmail: true, unavailable: {} });
    expect((await readEverything(s.tenant)).accounts.get("user/13")?.emails).toEqual([{ address: "bob@acme.example", verified: true }]);
    expect(await s.find({ by: "email", value: "BOB@ACME.example" })).toMatchObject([{ account: { ref: user(13) } }]);
    expect(await s.find({ by: "email", value: "ada@private.example" })).toEqual([]);
  });

  test("700 members and 215 teams cost the fewest requests GitHub's pages allow", async () => {
    const census = {
      accounts: Array.from({ length: 700 }, (_, n) => ({
        id: String(1000 + n),
        login: `user-${n}`,
        status: "active" as const,
        ...(n === 0 ? { admin: true as const } : {}),
      })),
      groups: Array.from({ length: 215 }, (_, n) => ({
        entitlement: `team/t-${n}`,
        members: Array.from({ length: n === 7 ? 250 : 10 }, (_x, m) => ({ id: String(1001 + ((n + m) % 699)), level: "member" })),
      })),
    };
    const s = await stage(simulator.fromCensus(census, simulator.settings));
    await s.tenant.probe();
    s.github.forget();
    const { accounts, edges } = await readEverything(s.tenant);
    expect([accounts.size, edges.length]).toEqual([700, 1 + 214 * 10 + 250]);
    // 7 of members, 5 of teams, 2 more of the long team, 3 of people at the door.
    expect(s.github.seen.length).toBe(17);
    expect(simulator.minimumReads(census)).toBe(17);
  });

  test("what a list says, a look-up by id and by login says too", async () => {
    const s = await stage();
    const { accounts, edges } = await readEverything(s.tenant);
    for (const account of accounts.values()) {
      const own = edges.filter((e) => e.startsWith(`${account.ref.id} `));
      for (const subject of [
        await s.tenant.get(account.ref),
        ...(await s.tenant.find([{ by: "login", value: account.login!.toUpperCase() }])),
      ]) {
        expect(subject?.account).toEqual(account);
        expect(subject?.edges.map((e) => `${e.account.id} ${e.entitlement}${e.level === undefined ? "" : `:${e.level}`}`).sort()).toEqual(
          own,
        );
      }
    }
    expect(await s.tenant.get(user(ids.stranger))).toBeNull();
    expect(await s.tenant.get(user(99))).toBeNull();
    expect(await s.find({ by: "login", value: "nobody-at-all" })).toEqual([]);
  });

  test.each([
    ["an error inside 200", { answer: 200, body: { data: { organization: null }, errors: [{ type: "FORBIDDEN", message: "no" }] } }],
    [
      "data together with an error",
      {
        answer: 200,
        body: {
          data: { organization: { membersWithRole: { pageInfo: { hasNextPage: false, endCursor: null }, edges: [] } } },
          errors: [{ message: "half" }],
        },
      },
    ],
    [
      "a row without its user",
      {
        answer: 200,
        body: {
          data: {
            organization: {
              membersWithRole: { pageInfo: { hasNextPage: false, endCursor: null }, edges: [{ role: "MEMBER", node: null }] },
            },
          },
        },
      },
    ],
    [
      "another page without a cursor",
      {
        answer: 200,
        body: { data: { organization: { membersWithRole: { pageInfo: { hasNextPage: true, endCursor: null }, edges: [] } } } },
      },
    ],
  ])("a page with %s is no page", async (_what, kind) => {
    const { tenant, github } = await stage();
    await tenant.probe();
    github.plant({ match: "query Members", kind });
    await expect(tenant.read({ id: "members", covers: "accounts" })).rejects.toMatchObject({ name: "FaultError" });
    expect(github.unfired).toEqual([]);
  });
});

describe("inviting", () => {
  test("a login is invited once, and stays pending until its owner accepts", async () => {
    const s = await stage();
    expect(await s.perform(create({ login: "STRANGER" }))).toMatchObject({ status: "invited", ref: user(30), login: "stranger" });
    const after = s.github.world();
    expect(await s.perform(create({ login: "stranger" }))).toMatchObject({ status: "invited", ref: user(30) });
    expect(s.github.world()).toEqual(after);
    expect(await s.tenant.get(user(30))).toMatchObject({ account: { status: "pending" } });
    simulator.acceptInvitations(s.github);
    expect(await s.perform(create({ login: "stranger" }))).toMatchObject({ status: "already", ref: user(30) });
    expect(await s.tenant.get(user(30))).toMatchObject({ account: { status: "active" } });
  });

  test("creating the account of an owner does not demote her", async () => {
    const s = await stage();
    const before = s.github.world();
    expect(await s.perform(create({ login: "gracehop" }))).toMatchObject({ status: "already", ref: user(12) });
    expect(s.github.world()).toEqual(before);
  });

  test("an id and a login that are two people invite nobody", async () => {
    const s = await stage();
    const before = s.github.world();
    expect(await s.perform(create({ id: "30", login: "stranger-twin" }))).toMatchObject({ status: "failed", fault: { kind: "conflict" } });
    expect(await s.perform(create({ id: "77777", login: "stranger" }))).toMatchObject({ status: "failed", fault: { kind: "notFound" } });
    expect(s.github.world()).toEqual(before);
  });

  test("without single sign-on an address alone is a task for a human", async () => {
    const s = await stage();
    expect(await s.perform(create({ email: "new@acme.example" }))).toMatchObject({ status: "human" });
    expect(s.github.seen.filter((r) => r.mutating)).toEqual([]);
  });

  test("with single sign-on an address is invited once, even where the first answer was lost", async () => {
    const s = await stage(
      acme((w) => {
        w.organizations[0]!.saml = { identities: [], credentials: [] };
      }),
    );
    s.github.plant({ method: "POST", match: "/invitations", kind: "lose-answer" });
    const wish = create({
      email: "new@acme.example",
      grants: [{ target: { name: "team/dba", ref: { kind: "team", id: "202" } }, level: "member" }],
    });
    expect(await s.perform(wish)).toMatchObject({ status: "failed" });
    expect(await s.perform(wish)).toMatchObject({ status: "invited", ref: { kind: "invitation" } });
    const [only, ...others] = s.github.world().organizations[0]!.invitations;
    expect(others).toEqual([]);
    expect(only).toMatchObject({ email: "new@acme.example", teams: [{ team: 202 }] });
    expect(await s.perform({ verb: "delete", ref: { kind: "invitation", id: String(only!.id) } })).toMatchObject({ status: "done" });
    expect(await s.perform({ verb: "delete", ref: { kind: "invitation", id: String(only!.id) } })).toMatchObject({ status: "already" });
  });
});

describe("removing", () => {
  test("removal ends membership and teams, and a second removal writes nothing", async () => {
    const s = await stage();
    expect(await s.perform({ verb: "delete", ref: user(ids.bob), login: "bob" })).toMatchObject({ status: "done" });
    const o = s.github.world().organizations[0]!;
    expect(JSON.stringify([o.members, o.teams])).not.toContain(`"user":${ids.bob}`);
    s.github.forget();
    expect(await s.perform({ verb: "delete", ref: user(ids.bob), login: "bob" })).toEqual({ status: "already" });
    expect(s.github.world().organizations[0]).toEqual(o);
  });

  test("a renamed user is removed under the new login, and whoever took the old one stays", async () => {
    const s = await stage();
    simulator.rename(s.github, String(ids.bob), "bobby");
    simulator.rename(s.github, String(ids.carol), "bob");
    expect(await s.perform({ verb: "revoke", ref: user(ids.bob), login: "bob", target: team("infra"), level: "member" })).toMatchObject({
      status: "done",
    });
    expect(await s.perform({ verb: "delete", ref: user(ids.bob), login: "bob" })).toMatchObject({ status: "done" });
    const o = s.github.world().organizations[0]!;
    expect(o.members.map((m) => m.user)).toEqual([ids.automation, ids.ada, ids.grace, ids.carol]);
    expect(o.teams[1]!.members).toEqual([{ user: ids.carol, role: "member" }]);
  });

  test("an open invitation and outside collaboration end as well", async () => {
    const s = await stage();
    await s.perform(create({ login: "stranger" }));
    expect(await s.perform({ verb: "delete", ref: user(ids.stranger) })).toMatchObject({ status: "done" });
    expect(await s.perform({ verb: "delete", ref: user(ids.outsider) })).toMatchObject({ status: "done" });
    expect(s.github.world().organizations[0]).toMatchObject({ invitations: [], outside: [] });
    expect(await s.perform({ verb: "delete", ref: user(ids.outsider) })).toEqual({ status: "already" });
  });

  test("the last owner cannot be removed or demoted", async () => {
    const s = await stage(
      acme((w) => {
        w.organizations[0]!.members[2]!.role = "member";
      }),
    );
    for (const call of [
      { verb: "delete", ref: user(ids.automation) },
      { verb: "revoke", ref: user(ids.automation), target: { name: "owner" }, level: "" },
    ] as const) {
      expect(await s.perform(call)).toMatchObject({
        status: "failed",
        fault: { kind: "forbidden", message: expect.stringContaining("last owner") },
      });
    }
  });

  test("credentials authorised for single sign-on are withdrawn; without it that is unsupported", async () => {
    const s = await stage(
      acme((w) => {
        const one = { type: "SSH key" as const, authorizedAt: "2026-01-05T09:00:00Z" };
        w.organizations[0]!.saml = {
          identities: [],
          credentials: [
            { ...one, id: 1, user: ids.bob },
            { ...one, id: 2, user: ids.carol },
            { ...one, id: 3, user: ids.bob },
          ],
        };
      }),
    );
    expect(await s.perform({ verb: "revokeCredentials", ref: user(ids.bob) })).toMatchObject({ status: "done" });
    expect(s.github.world().organizations[0]!.saml!.credentials.map((c) => c.id)).toEqual([2]);
    expect(await s.perform({ verb: "revokeCredentials", ref: user(ids.bob) })).toEqual({ status: "already" });
    const plain = await stage();
    expect(await plain.perform({ verb: "revokeCredentials", ref: user(ids.bob) })).toMatchObject({ fault: { kind: "unsupported" } });
  });
});

describe("granting", () => {
  test("a team membership is made, raised, lowered and taken, and nothing else changes", async () => {
    const s = await stage();
    const before = s.github.world();
    const edge = (level: string) => ({ verb: "grant", ref: user(ids.bob), login: "bob", target: team("dba"), level }) as const;
    for (const level of ["member", "maintainer", "maintainer", "member"]) {
      expect(await s.perform(edge(level))).toMatchObject({ status: "done" });
      expect(s.github.world().organizations[0]!.teams[1]!.members).toEqual([
        { user: ids.carol, role: "member" },
        { user: ids.bob, role: level },
      ]);
    }
    const taken = { ...edge("member"), verb: "revoke" } as const;
    expect(await s.perform(taken)).toMatchObject({ status: "done" });
    expect(await s.perform(taken)).toEqual({ status: "already" });
    expect(s.github.world()).toEqual(before);
  });

  test("a grant never brings back somebody who left", async () => {
    const s = await stage();
    await s.perform({ verb: "delete", ref: user(ids.bob) });
    const before = s.github.world();
    for (const target of [team("dba"), { name: "owner" }]) {
      expect(await s.perform({ verb: "grant", ref: user(ids.bob), login: "bob", target, level: "" })).toMatchObject({
        status: "failed",
        fault: { kind: "notFound" },
      });
      expect(await s.perform({ verb: "revoke", ref: user(ids.bob), login: "bob", target, level: "" })).toEqual({ status: "already" });
    }
    expect(s.github.world()).toEqual(before);
  });

  test("ownership is given and taken", async () => {
    const s = await stage();
    const call = { ref: user(ids.ada), login: "adalove", target: { name: "owner" }, level: "" };
    expect(await s.perform({ verb: "grant", ...call })).toMatchObject({ status: "done" });
    expect(await s.perform({ verb: "grant", ...call })).toEqual({ status: "already" });
    expect(await s.tenant.get(user(ids.ada))).toMatchObject({ account: { admin: true } });
    expect(await s.perform({ verb: "revoke", ...call })).toMatchObject({ status: "done" });
    expect(await s.perform({ verb: "revoke", ...call })).toEqual({ status: "already" });
  });

  test("a synced team refuses with the vendor's reason, and an owner cannot be lowered in a team", async () => {
    const s = await stage();
    const synced = await s.perform({ verb: "revoke", ref: user(ids.bob), login: "bob", target: team("synced"), level: "member" });
    expect(synced).toMatchObject({ status: "failed", fault: { kind: "forbidden", message: expect.stringContaining("managed by") } });
    const lowered = await s.perform({ verb: "grant", ref: user(ids.grace), login: "gracehop", target: team("infra"), level: "member" });
    expect(lowered).toMatchObject({ status: "failed", fault: { kind: "conflict" } });
    expect(normalise({ status: "active", attributes: {}, grants: { owner: "", "team/infra": "member" } }).grants).toEqual({
      owner: "",
      "team/infra": "maintainer",
    });
    const wish = { status: "active", attributes: {}, grants: { "team/infra": "member" } } as const;
    expect(normalise(wish)).toEqual(wish);
  });

  test("a grant to an invited person takes effect when she accepts", async () => {
    const s = await stage();
    await s.perform(create({ login: "stranger" }));
    const outcome = await s.perform({ verb: "grant", ref: user(30), login: "stranger", target: team("dba"), level: "maintainer" });
    expect(outcome).toMatchObject({ status: "done", note: expect.stringContaining("accepted") });
    simulator.acceptInvitations(s.github);
    expect((await s.tenant.get(user(30)))?.edges).toEqual([{ account: user(30), entitlement: "team/dba", level: "maintainer" }]);
  });
});

describe("teams", () => {
  test("a team is made empty, renamed by id, and deleted; each twice changes nothing more", async () => {
    const s = await stage();
    const made = await s.perform({
      verb: "createGroup",
      key: "k",
      name: "team/sre",
      description: "Keeps it running",
      parent: { kind: "team", id: "201" },
    });
    expect(made).toMatchObject({ status: "done", ref: { kind: "team" } });
    if (made.status !== "done" || !made.ref) throw new Error("no team");
    expect(s.github.world().organizations[0]!.teams.at(-1)).toMatchObject({ slug: "sre", parent: 201, members: [] });
    expect(await s.perform({ verb: "createGroup", key: "k", name: "team/sre" })).toEqual({ status: "already", ref: made.ref });
    expect(await s.perform({ verb: "updateGroup", ref: made.ref, name: "team/reliability", description: "Still" })).toMatchObject({
      status: "done",
    });
    expect(s.github.world().organizations[0]!.teams.at(-1)).toMatchObject({ slug: "reliability", description: "Still" });
    expect(await s.perform({ verb: "deleteGroup", ref: made.ref, name: "team/sre" })).toMatchObject({ status: "done" });
    expect(await s.perform({ verb: "deleteGroup", ref: made.ref, name: "team/sre" })).toEqual({ status: "already" });
  });

  test("another team that took the name is not deleted, nor is one with nested teams", async () => {
    const s = await stage();
    const before = s.github.world();
    expect(await s.perform({ verb: "deleteGroup", ref: { kind: "team", id: "999" }, name: "team/dba" })).toEqual({ status: "already" });
    expect(await s.perform({ verb: "deleteGroup", ref: { kind: "team", id: "201" }, name: "team/infra" })).toMatchObject({
      status: "failed",
      fault: { kind: "conflict" },
    });
    expect(s.github.world()).toEqual(before);
  });
});

describe("faults", () => {
  test("an id, a login or a slug of dots never walks up the path", async () => {
    const s = await stage();
    for (const dots of ["..", "."]) {
      expect(
        await s.tenant.find([
          { by: "login", value: dots },
          { by: "id", value: dots },
        ]),
      ).toEqual([]);
      expect(await s.perform(create({ login: dots }))).toMatchObject({ status: "failed", fault: { kind: "invalid" } });
      const call = { ref: user(ids.bob), login: dots, target: team(dots), level: "member" };
      expect(await s.perform({ verb: "grant", ...call })).toMatchObject({ status: "failed", fault: { kind: "invalid" } });
      expect(await s.perform({ verb: "delete", ref: { kind: "invitation", id: dots } })).toMatchObject({ fault: { kind: "invalid" } });
    }
    expect(s.github.seen.filter((r) => r.mutating)).toEqual([]);
  });

  test("nothing is repeated by the SDK, and rate limits are told as such", async () => {
    const s = await stage();
    await s.tenant.probe();
    s.github.forget();
    s.github.plant({ kind: "throttle", match: "memberships/bob" });
    expect(await s.perform({ verb: "grant", ref: user(ids.bob), login: "bob", target: team("dba"), level: "member" })).toMatchObject({
      fault: { kind: "throttled", retryAfter: 1 },
    });
    s.github.plant({ kind: { answer: 502 }, match: "/user/13" });
    expect(await s.perform({ verb: "delete", ref: user(ids.bob) })).toMatchObject({ fault: { kind: "transient" } });
    s.github.plant({ kind: "throttle", match: "query Members" });
    await expect(s.tenant.read({ id: "members", covers: "accounts" })).rejects.toMatchObject({
      fault: { kind: "throttled", retryAfter: 2 },
    });
    expect(s.github.seen.length).toBe(3);
  });

  test.each([403, 409, 422, 404])("a %i on any write is never success", async (status) => {
    const calls: [string, Call][] = [
      ["PUT", create({ login: "stranger" })],
      ["PUT", { verb: "grant", ref: user(ids.bob), login: "bob", target: team("dba"), level: "member" }],
      ["PUT", { verb: "grant", ref: user(ids.bob), login: "bob", target: { name: "owner" }, level: "" }],
      ["POST", { verb: "createGroup", key: "k", name: "team/new" }],
      ["PATCH", { verb: "updateGroup", ref: { kind: "team", id: "202" }, name: "team/dba", description: "x" }],
      ...(status === 404
        ? []
        : ([
            ["DELETE", { verb: "delete", ref: user(ids.bob) }],
            ["DELETE", { verb: "revoke", ref: user(ids.bob), login: "bob", target: team("infra"), level: "member" }],
            ["DELETE", { verb: "deleteGroup", ref: { kind: "team", id: "202" }, name: "team/dba" }],
          ] as [string, Call][])),
    ];
    const s = await openStage();
    for (const [method, call] of calls) {
      s.github.plant({ method, kind: { answer: status, body: { message: "planted", documentation_url: "https://docs.github.com/rest" } } });
      expect([call.verb, await s.perform(call)]).toMatchObject([call.verb, { status: "failed" }]);
    }
    expect(s.github.unfired).toEqual([]);
    // Not checked against the published answers: some of these are planted where GitHub does not give them.
    await s.close();
  });

  test("a token that may not see single sign-on reads the rest; one without scopes is told so", async () => {
    const s = await stage();
    const organization = { databaseId: 100, login: "acme", name: null, viewerCanAdminister: true, samlIdentityProvider: null };
    const error = { type: "FORBIDDEN", path: ["organization", "samlIdentityProvider"], message: "Resource not accessible" };
    const data = { viewer: { databaseId: 1, login: "acme-bot" }, organization };
    s.github.plant({
      match: "query Probe",
      kind: { answer: 200, body: { data: null, errors: [{ type: "INSUFFICIENT_SCOPES", message: "no scopes" }] } },
    });
    await expect(s.tenant.probe()).rejects.toMatchObject({ fault: { kind: "forbidden" } });
    s.github.plant({ match: "query Probe", kind: { answer: 200, body: { data, errors: [error] } } });
    expect(await s.tenant.probe()).toMatchObject({ tenant: "100", joinsByEmail: false });
  });

  test("a token of nobody is refused at the first question", async () => {
    const s = await stage(acme(), { token: "wrong" });
    await expect(s.tenant.probe()).rejects.toMatchObject({ fault: { kind: "auth" } });
  });

  test("an unknown organisation and a stranger's token are told apart from an empty one", async () => {
    const s = await stage(
      acme((w) => {
        w.organizations[0]!.login = "other";
      }),
    );
    await expect(s.tenant.probe()).rejects.toMatchObject({ fault: { kind: "notFound" } });
  });
});

test("settings are strict, and the endpoint is not among them", () => {
  expect(connector.config.safeParse({ organization: "acme" }).success).toBe(true);
  for (const wrong of [{}, { organization: "acme", baseUrl: "https://evil.example" }, { organization: "a/b" }, { organization: "" }]) {
    expect(connector.config.safeParse(wrong).success).toBe(false);
  }
});
