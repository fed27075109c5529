import { Octokit } from "octokit";
import { afterEach, describe, expect, test } from "vitest";
import type { RunningSimulator } from "../../src/connector/index.ts";
import { acme, ids, monday } from "./simulator/stage.ts";
import simulator from "./simulator.ts";
import { openRates } from "./simulator/rate.ts";
import type { World } from "./simulator/world.ts";
import { conforming } from "./spec/conform.ts";

/** Parsed JSON, for reading by hand in assertions. */
// oxlint-disable-next-line typescript/no-explicit-any
type Loose = any;

interface Scene {
  readonly github: RunningSimulator<World>;
  readonly breaches: readonly string[];
  readonly spoken: ReadonlySet<string>;
  /** A stranger to rollcall: octokit with its plugins. Only its pause of a second after each write is off. */
  client(token?: string): Octokit;
  ask(method: string, path: string, body?: unknown, token?: string): Promise<{ status: number; headers: Headers; body: Loose }>;
  query(text: string, token?: string): Promise<Loose>;
  advance(seconds: number): void;
}

let open: Scene[] = [];
afterEach(async () => {
  const scenes = open;
  open = [];
  for (const s of scenes) {
    await s.github.close();
    if (s.breaches.length > 0) throw new Error(`Not as GitHub publishes it: ${s.breaches.join("; ")}`);
  }
});

async function scene(
  world: World = acme(),
  options: { lag?: number; rateLimit?: boolean; token?: string } = {},
  checked = true,
): Promise<Scene> {
  let time = Date.parse(monday);
  const github = await simulator.start({ world, now: () => new Date(time), ...options });
  const spec = conforming();
  const ask: Scene["ask"] = async (method, path, body, token = "any") => {
    const response = await (checked ? spec.fetch : fetch)(`${github.url}${path}`, {
      method,
      headers: token === "" ? {} : { authorization: `token ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
  };
  const made: Scene = {
    github,
    breaches: spec.breaches,
    spoken: spec.spoken,
    client: (token = "any") =>
      new Octokit({ auth: token, baseUrl: github.url, request: { fetch: spec.fetch }, throttle: { enabled: false } }),
    ask,
    query: async (text, token) => (await ask("POST", "/graphql", { query: text }, token)).body,
    advance: (seconds) => void (time += seconds * 1000),
  };
  open.push(made);
  return made;
}

describe("other people's tools", () => {
  test("octokit's own pagination walks members, teams and team members by Link headers", async () => {
    const many = acme((w) => {
      for (let n = 0; n < 250; n += 1) {
        w.users.push({ id: 5000 + n, login: `many-${n}`, name: null, email: null, verifiedEmails: [], createdAt: monday });
        w.organizations[0]!.members.push({ user: 5000 + n, role: "member" });
        w.organizations[0]!.teams[1]!.members.push({ user: 5000 + n, role: "member" });
      }
    });
    const s = await scene(many);
    const kit = s.client();
    const members = await kit.paginate(kit.rest.orgs.listMembers, { org: "ACME", per_page: 100 });
    expect(new Set(members.map((m) => m.id)).size).toBe(255);
    const infra = await kit.paginate(kit.rest.teams.listMembersInOrg, { org: "acme", team_slug: "infra" });
    // Members of the nested team count as members here, as GitHub has it.
    expect(infra.length).toBe(3 + 251);
    expect((infra as { inherited?: boolean }[]).filter((m) => m.inherited).length).toBe(251);
    const owners = await kit.paginate(kit.rest.orgs.listMembers, { org: "acme", role: "admin" });
    expect(owners.map((m) => m.login)).toEqual(["acme-bot", "gracehop"]);
  });

  test("octokit's GraphQL pagination walks a connection by its cursors", async () => {
    const s = await scene();
    const answer = await s
      .client()
      .graphql.paginate(
        `query People($cursor: String) { organization(login: "acme") { membersWithRole(first: 2, after: $cursor) { totalCount nodes { login } pageInfo { hasNextPage endCursor } } } }`,
      );
    const people = answer.organization.membersWithRole;
    expect(people.totalCount).toBe(5);
    expect(people.nodes.map((n: { login: string }) => n.login)).toEqual(["acme-bot", "AdaLove", "gracehop", "bob", "carol"]);
  });

  test("the calls of infrastructure tools work: membership, team, team membership, and reading each back", async () => {
    const s = await scene();
    const { rest } = s.client();
    const org = "acme";
    expect((await rest.orgs.get({ org })).data.id).toBe(100);
    expect((await rest.users.getAuthenticated()).data.login).toBe("acme-bot");
    expect((await rest.users.getByUsername({ username: "adalove" })).data).toMatchObject({ id: ids.ada, email: "ada@private.example" });
    const made = await rest.teams.create({ org, name: "Site Reliability", privacy: "closed" });
    expect(made.data).toMatchObject({ slug: "site-reliability", members_count: 1 });
    const team_slug = made.data.slug;
    await rest.teams.addOrUpdateMembershipForUserInOrg({ org, team_slug, username: "bob", role: "maintainer" });
    expect((await rest.teams.getMembershipForUserInOrg({ org, team_slug, username: "BOB" })).data).toMatchObject({
      role: "maintainer",
      state: "active",
    });
    expect((await rest.teams.updateInOrg({ org, team_slug, description: "x" })).data.description).toBe("x");
    expect((await rest.teams.getByName({ org, team_slug })).data.members_count).toBe(2);
    await rest.teams.deleteInOrg({ org, team_slug });
    await expect(rest.teams.getByName({ org, team_slug })).rejects.toMatchObject({ status: 404 });
    expect((await rest.orgs.setMembershipForUser({ org, username: "dora", role: "member" })).data.state).toBe("pending");
    expect((await rest.orgs.listPendingInvitations({ org })).data.map((i) => i.login)).toEqual(["dora"]);
    expect((await rest.orgs.checkMembershipForUser({ org, username: "bob" })).status).toBe(204);
    await rest.orgs.removeMembershipForUser({ org, username: "dora" });
    expect((await rest.orgs.listPendingInvitations({ org })).data).toEqual([]);
    expect((await rest.rateLimit.get()).data.resources.core.limit).toBe(5000);
    expect((await rest.teams.list({ org })).data.length).toBe(4);
    expect((await rest.teams.listChildInOrg({ org, team_slug: "infra" })).data.map((t) => t.slug)).toEqual(["dba"]);
    expect((await rest.orgs.listOutsideCollaborators({ org })).data.map((u) => u.login)).toEqual(["outie"]);
    expect(s.spoken.size).toBeGreaterThan(15);
  });

  test("links are absolute, on the simulator's host, and name the organisation by its id", async () => {
    const s = await scene();
    const first = await s.ask("GET", "/orgs/acme/members?per_page=2");
    expect(first.headers.get("link")).toBe(
      `<${s.github.url}/organizations/100/members?per_page=2&page=2>; rel="next", <${s.github.url}/organizations/100/members?per_page=2&page=3>; rel="last"`,
    );
    const next = await s.ask("GET", "/organizations/100/members?per_page=2&page=3");
    expect([next.status, next.body.length]).toEqual([200, 1]);
    expect((await s.ask("GET", "/organizations/100/team/201/members")).body.length).toBe(4);
    expect(first.headers.get("x-github-request-id")).toMatch(/^[0-9A-F]{4}:[0-9A-F]{16}$/);
  });
});

describe("people", () => {
  test("an invitation is accepted by the invited user's own token, and only then is she a member", async () => {
    const s = await scene();
    await s.ask("PUT", "/orgs/acme/teams/dba/memberships/stranger", { role: "maintainer" });
    // Adding a stranger to a team invited her to the organisation.
    expect((await s.ask("GET", "/orgs/acme/memberships/stranger")).body).toMatchObject({ state: "pending", role: "member" });
    expect((await s.ask("GET", "/orgs/acme/teams/dba/memberships/stranger")).body).toMatchObject({ state: "pending", role: "maintainer" });
    const [invitation] = (await s.ask("GET", "/orgs/acme/teams/dba/invitations")).body;
    expect((await s.ask("GET", `/orgs/acme/invitations/${invitation.id}/teams`)).body.map((t: { slug: string }) => t.slug)).toEqual([
      "dba",
    ]);
    expect((await s.ask("GET", "/orgs/acme/members/stranger")).status).toBe(404);
    expect((await s.ask("PATCH", "/user/memberships/orgs/acme", { state: "active" }, "user:stranger")).body.state).toBe("active");
    expect((await s.ask("GET", "/orgs/acme/members/stranger")).status).toBe(204);
    expect((await s.ask("GET", "/orgs/acme/teams/dba/memberships/stranger")).body).toMatchObject({ state: "active", role: "maintainer" });
    expect((await s.ask("PATCH", "/user/memberships/orgs/acme", { state: "active" }, "user:dora")).status).toBe(404);
  });

  test("an invitation runs out after seven days of the simulator's clock", async () => {
    const s = await scene();
    await s.ask("PUT", "/orgs/acme/memberships/stranger");
    s.advance(6.9 * 86_400);
    expect((await s.ask("GET", "/orgs/acme/invitations")).body.length).toBe(1);
    s.advance(0.2 * 86_400);
    expect((await s.ask("GET", "/orgs/acme/invitations")).body).toEqual([]);
    expect((await s.ask("GET", "/orgs/acme/failed_invitations")).body).toMatchObject([
      { login: "stranger", failed_reason: expect.stringContaining("expired") },
    ]);
    expect((await s.ask("GET", "/orgs/acme/memberships/stranger")).status).toBe(404);
  });

  test("inviting twice, and inviting a member, are 422", async () => {
    const s = await scene();
    expect((await s.ask("POST", "/orgs/acme/invitations", { email: "new@acme.example" })).status).toBe(201);
    for (const body of [{ email: "NEW@acme.example" }, { invitee_id: ids.bob }, {}, { email: "x@acme.example", team_ids: [9] }]) {
      expect([body, (await s.ask("POST", "/orgs/acme/invitations", body)).status]).toEqual([body, 422]);
    }
    expect(s.github.world().organizations[0]!.invitations.length).toBe(1);
  });

  test("a rename keeps the id; the old login leads nowhere until somebody else takes it", async () => {
    const s = await scene();
    simulator.rename(s.github, String(ids.bob), "bobby");
    expect((await s.ask("GET", "/users/bob")).status).toBe(404);
    expect((await s.ask("GET", "/users/BOBBY")).body.id).toBe(ids.bob);
    simulator.rename(s.github, String(ids.stranger), "bob");
    expect((await s.ask("GET", "/users/bob")).body.id).toBe(ids.stranger);
    expect((await s.ask("GET", `/user/${ids.bob}`)).body.login).toBe("bobby");
  });

  test("the last owner stays, whoever asks", async () => {
    const s = await scene();
    expect((await s.ask("DELETE", "/orgs/acme/memberships/gracehop")).status).toBe(204);
    expect((await s.ask("DELETE", "/orgs/acme/memberships/acme-bot")).status).toBe(403);
    expect((await s.ask("PUT", "/orgs/acme/memberships/acme-bot", { role: "member" })).status).toBe(403);
    expect((await s.ask("DELETE", "/orgs/acme/outside_collaborators/bob")).status).toBe(422);
  });

  test("strangers, members and owners see and may do different things", async () => {
    const s = await scene();
    const titles = async (token: string) =>
      (await s.query(`{ organization(login: "acme") { teams(first: 9) { nodes { slug } } } }`, token)).data.organization.teams.nodes.length;
    expect([await titles("any"), await titles("user:bob"), await titles("user:carol"), await titles("user:stranger")]).toEqual([
      4, 4, 3, 0,
    ]);
    expect((await s.ask("GET", "/orgs/acme/invitations", undefined, "user:bob")).status).toBe(403);
    expect((await s.ask("GET", "/orgs/acme/invitations", undefined, "user:stranger")).status).toBe(404);
    expect((await s.ask("PUT", "/orgs/acme/memberships/stranger", {}, "user:bob")).status).toBe(403);
    expect((await s.ask("GET", "/orgs/acme/teams/board", undefined, "user:carol")).status).toBe(404);
    expect((await s.ask("PUT", "/orgs/acme/teams/infra/memberships/carol", {}, "user:adalove")).status).toBe(200);
    expect((await s.ask("PUT", "/orgs/acme/teams/infra/memberships/stranger", {}, "user:adalove")).status).toBe(403);
    expect((await s.ask("GET", "/orgs/acme/members", undefined, "user:stranger")).body).toEqual([]);
  });
});

describe("the wire", () => {
  test("no credential and a wrong one are 401, an unknown path is 404, all as JSON", async () => {
    const s = await scene(acme(), { token: "right" }, false);
    expect(await s.ask("GET", "/user", undefined, "")).toMatchObject({ status: 401, body: { message: "Requires authentication" } });
    expect(await s.ask("GET", "/user", undefined, "wrong")).toMatchObject({ status: 401, body: { message: "Bad credentials" } });
    expect(await s.ask("GET", "/user", undefined, "user:nobody")).toMatchObject({ status: 401 });
    expect(await s.ask("GET", "/nothing/here", undefined, "right")).toMatchObject({
      status: 404,
      body: { documentation_url: expect.any(String) },
    });
    const basic = await fetch(`${s.github.url}/user`, { headers: { authorization: `Basic ${Buffer.from("x:right").toString("base64")}` } });
    expect(basic.status).toBe(200);
  });

  test("lists show a write only after as many more lists as the lag says; reads by key see it at once", async () => {
    const s = await scene(acme(), { lag: 2 });
    await s.ask("DELETE", "/orgs/acme/memberships/bob");
    expect((await s.ask("GET", "/orgs/acme/memberships/bob")).status).toBe(404);
    const counts: number[] = [];
    for (let n = 0; n < 4; n += 1) counts.push((await s.ask("GET", "/orgs/acme/members")).body.length);
    expect(counts).toEqual([5, 5, 4, 4]);
  });

  test("the hourly allowance of REST ends with 403 and a reset time", () => {
    let time = Date.parse(monday);
    const rates = openRates(true, () => new Date(time));
    const asked = { method: "GET", path: "/user", query: new URLSearchParams(), headers: {}, body: undefined, raw: "", origin: "" };
    const answers = Array.from({ length: 5001 }, (_, n) => {
      if (n % 800 === 799) time += 61_000;
      return rates.admit(asked, 1, 1);
    });
    expect(answers.filter((a) => a !== null).length).toBe(1);
    expect(answers[5000]).toMatchObject({ status: 403, headers: { "x-ratelimit-remaining": "0" } });
    expect(rates.headers(asked, 1)).toMatchObject({
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String((Date.parse(monday) + 3_600_000) / 1000),
    });
    time = Date.parse(monday) + 3_600_000;
    expect(rates.admit(asked, 1, 1)).toBeNull();
  });

  test("the hourly allowance of GraphQL counts points, and ends with an error inside 200", async () => {
    const s = await scene(acme(), { rateLimit: true });
    const costly = `{ rateLimit { cost remaining } organization(login: "acme") { teams(first: 100) { nodes { childTeams(first: 100) { nodes { members(first: 40) { totalCount } } } } } } }`;
    const first = await s.query(costly);
    expect(first.data.rateLimit).toEqual({ cost: 101, remaining: 5000 - 101 });
    for (let n = 1; n < 49; n += 1) await s.query(costly);
    const refused = await s.ask("POST", "/graphql", { query: costly });
    expect([refused.status, refused.headers.get("x-ratelimit-remaining"), refused.body.errors[0].type]).toEqual([200, "0", "RATE_LIMITED"]);
    s.advance(3600);
    expect((await s.query(costly)).data).toBeDefined();
  });

  test("more than 80 writes a minute meet the secondary limit and its retry-after", async () => {
    const s = await scene(acme(), { rateLimit: true }, false);
    for (let n = 0; n < 80; n += 1) expect((await s.ask("PUT", "/orgs/acme/memberships/bob")).status).toBe(200);
    const refused = await s.ask("PUT", "/orgs/acme/memberships/bob");
    expect([refused.status, refused.headers.get("retry-after"), refused.body.message]).toEqual([
      403,
      "60",
      expect.stringContaining("secondary rate limit"),
    ]);
    s.advance(60);
    expect((await s.ask("PUT", "/orgs/acme/memberships/bob")).status).toBe(200);
  });

  test("GraphQL refuses unknown fields, unbounded lists, pages over 100, wild cursors and half a million nodes", async () => {
    const s = await scene(acme(), {}, false);
    const errors = async (text: string) => (await s.query(text)).errors[0];
    expect(await errors("{ viewer { shoeSize } }")).toMatchObject({ message: "Field 'shoeSize' doesn't exist on type 'User'" });
    const members = (args: string) => `{ organization(login: "acme") { membersWithRole${args} { totalCount } } }`;
    expect(await errors(members(""))).toMatchObject({ type: "MISSING_PAGINATION_BOUNDARIES" });
    expect(await errors(members("(first: 101)"))).toMatchObject({ type: "EXCESSIVE_PAGINATION" });
    expect(await errors(members('(first: 1, after: "x")'))).toMatchObject({ type: "INVALID_CURSOR_ARGUMENTS" });
    expect(await errors(`{ user(login: "nobody") { id } }`)).toMatchObject({ type: "NOT_FOUND", path: ["user"] });
    expect(await errors(`mutation { deleteUser }`)).toBeDefined();
    const deep = `{ organization(login: "acme") { teams(first: 100) { nodes { childTeams(first: 100) { nodes { members(first: 100) { totalCount } } } } } } }`;
    expect(await errors(deep)).toMatchObject({ type: "MAX_NODE_LIMIT_EXCEEDED" });
  });

  test("a team's members are its own, its nested teams', or both, as membership asks", async () => {
    const s = await scene();
    const team = await s.query(
      `{ organization(login: "acme") { team(slug: "infra") { own: members(first: 9, membership: IMMEDIATE) { nodes { login } } nested: members(first: 9, membership: CHILD_TEAM) { nodes { login } } both: members(first: 9) { nodes { login } } } } }`,
    );
    const logins = (c: { nodes: { login: string }[] }) => c.nodes.map((n) => n.login);
    const { own, nested, both } = team.data.organization.team;
    expect([logins(own), logins(nested), logins(both)]).toEqual([
      ["AdaLove", "gracehop", "bob"],
      ["carol"],
      ["AdaLove", "gracehop", "bob", "carol"],
    ]);
  });
});

test("a census comes back as it went in", async () => {
  const census = {
    accounts: [
      { id: "1", login: "boss", name: "Boss", email: "boss@acme.example", status: "active" as const, admin: true as const },
      { id: "2", login: "new", status: "pending" as const },
      { id: "3", login: "Person", status: "active" as const },
    ],
    groups: [
      {
        entitlement: "team/all",
        members: [
          { id: "1", level: "maintainer" },
          { id: "3", level: "member" },
        ],
      },
      { entitlement: "team/some", members: [], parent: "team/all" },
    ],
  };
  const s = await scene(simulator.fromCensus(census, simulator.settings));
  expect(s.github.census()).toEqual(census);
  expect(() => simulator.fromCensus({ accounts: [{ id: "1", login: "x", status: "suspended" }], groups: [] }, {})).toThrow("no suspended");
});

test("a world with a misspelt field is refused, and its schema can be published", () => {
  expect(simulator.schema.safeParse({ users: [{ id: 1, login: "a", shoes: 2 }] }).success).toBe(false);
  expect(simulator.schema.safeParse({}).success).toBe(true);
});
