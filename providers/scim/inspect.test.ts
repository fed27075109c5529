/** What `rollcall connectors probe` finds out: by reading alone, whatever the profile in force. */
import { describe, expect, test } from "vitest";
import type { Candidate, Inspection } from "../../src/connector/index.ts";
import { many, person, type ScimStage, stage, two } from "../../test/support/scim-stage.ts";
import connector from "./connector.ts";
import { vendorAt } from "./known-address.ts";
import { profileNames } from "./profiles.ts";

const empty = { id: "g2", displayName: "Empty", members: [] };
const some = { id: "g1", displayName: "Engineers", members: [{ value: "1" }, { value: "2" }] };
const names = { name: { givenName: "A", familyName: "B", formatted: "A B" } };
const users = [person("1", "ada", names), person("2", "grace", names), person("3", "alan", names)];

async function looked(setup: Parameters<typeof stage>[0]): Promise<{ found: Inspection; inForce: Candidate } & ScimStage> {
  const staged = await stage({ users, groups: [some, empty], ...setup });
  const found = await staged.tenant.inspect!();
  expect(staged.running.seen.filter((r) => r.mutating)).toEqual([]);
  expect(staged.running.seen.length).toBeLessThanOrEqual(30);
  expect(staged.strict.violations).toEqual([]);
  return { ...staged, found, inForce: found.candidates.find((c) => c.inForce)! };
}
const certain = (candidate: Candidate): object => Object.assign({}, ...candidate.differences.filter((d) => d.certain).map((d) => d.mend));
const fact = (found: Inspection, name: string): string => found.facts.find((f) => f.name === name)!.value;

describe("every profile at the server it is for", () => {
  test.each(profileNames)("%s: nothing that can be read speaks against it, and it is the first", async (profile) => {
    const { found, inForce } = await looked({ profile });
    expect(certain(inForce)).toEqual({});
    expect(found.candidates[0]).toBe(inForce);
    expect(found.candidates).toHaveLength(profileNames.length);
  });

  test.each(profileNames)("the settings that are proposed for the server of %s fit it", async (vendor) => {
    const first = await looked({ vendor });
    const proposed = connector.config.parse(first.found.candidates[0]!.settings);
    const again = await looked({ vendor, profile: proposed.profile!, own: proposed.server as never });
    expect(certain(again.inForce)).toEqual({});
    // What reading cannot show is not made up for a server that nobody knows.
    expect(again.inForce.assumes).toEqual([]);
  });

  test("a server of scimmy-routers is known by what it does", async () => {
    const { found } = await looked({ vendor: "scimmy" });
    expect(found.candidates[0]).toMatchObject({ name: "scimmy", settings: { profile: "scimmy" }, assumes: [] });
    expect(fact(found, "past the end")).toBe("page 1 comes again");
    expect(fact(found, "filter")).toContain("case matters");
  });
});

/** Each trait of a server and the setting that meets it. */
const quirks: readonly [string, Parameters<typeof stage>[0], object][] = [
  ["no PATCH", { server: { patch: "none" } }, { "server.userEdit": "put", "server.groupEdit": "put" }],
  ["members with each group", { server: { members: "single" } }, { "server.members": "group" }],
  ["members only by a filter on users", { server: { members: "nowhere" } }, { "server.members": "filter", "server.membership": "filter" }],
  ["empty lists left out", { server: { emptyMembers: "omitted" } }, { "server.emptyMembers": "omitted" }],
  ["totals of the page", { server: { totals: "page", pageCap: 2 } }, { "server.totals": "none" }],
  ["look-ups that heed case", { server: { filterCase: "sensitive" } }, { "server.filterCase": "sensitive" }],
  ["no look-up by address", { server: { filters: ["userName", "displayName"] } }, { "server.filters": ["userName", "displayName"] }],
  ["filters that are ignored", { server: { filters: [], otherFilters: "ignored" } }, { "server.filters": [] }],
  ["addresses called email", { server: { filters: ["userName", "email", "displayName"] } }, { "server.emailFilter": "email" }],
  ["no groups", { server: { groups: false } }, { "server.groups": "none" }],
  ["groups where the profile has none", { own: { groups: "none" } }, { "server.groups": "write" }],
  ["active as text", { server: { activeAs: "text" } }, { "server.activeAs": "text" }],
  ["groups of a user by a filter", { server: { userGroups: false } }, { "server.userGroups": "filter" }],
  ["cursors where there are none", { own: { paging: "cursor" } }, { "server.paging": "index" }],
  ["versions where there are none", { own: { etag: true } }, { "server.etag": false }],
  [
    "inactive users where none should be",
    { users: [...two, person("3", "alan", { active: false })], own: { inactive: "hidden" } },
    { "server.inactive": "flag" },
  ],
];

describe("the setting that mends a difference", () => {
  test.each(quirks)("%s", async (_quirk, setup, mend) => {
    const { inForce } = await looked(setup);
    expect(certain(inForce)).toMatchObject(mend);
    const proposed = connector.config.parse(inForce.settings);
    const again = await looked({ ...setup, own: proposed.server as never });
    expect(certain(again.inForce)).toEqual({});
  });

  test("advice is told apart: what costs requests, what would be safer, what may mean two things", async () => {
    const { inForce, found } = await looked({
      users: many(45),
      groups: [],
      server: { pageCap: 20, etag: true, patch: "none" },
      own: { userEdit: "put", groupEdit: "put" },
    });
    const advice = Object.assign({}, ...inForce.differences.filter((d) => !d.certain).map((d) => d.mend)) as object;
    expect(advice).toMatchObject({ "server.pageSize": 20, "server.etag": true });
    expect(fact(found, "page size")).toBe("20 rows at most; 20 at most, it says");
  });

  test("what an app's file has corrected already stays in what is proposed", async () => {
    const { inForce } = await looked({ server: { emptyMembers: "omitted" }, own: { addresses: "managed" } });
    expect(inForce.settings).toEqual({ profile: "standard", server: { addresses: "managed", emptyMembers: "omitted" } });
  });
});

describe("what cannot be seen", () => {
  test("a profile says what it takes for granted", async () => {
    const { inForce } = await looked({ profile: "slack" });
    expect(inForce.assumes).toEqual(["deletes: deactivates"]);
    expect(inForce.unavailable).toMatchObject({ delete: "DELETE only deactivates there" });
  });

  test("one user and one group prove as much: what nobody answers to is asked for as well", async () => {
    const { found } = await looked({ users: users.slice(0, 1), groups: [{ ...some, members: [{ value: "1" }] }] });
    expect(fact(found, "filter")).toContain("by userName, emails.value, emails, displayName, members, groups.value, id and members");
    const { inForce } = await looked({ users: users.slice(0, 1), groups: [], server: { filters: [], otherFilters: "ignored" } });
    expect(certain(inForce)).toMatchObject({ "server.filters": [] });
  });

  test("an empty server is told from one that was not asked: nothing is proven, nothing is proposed", async () => {
    const { inForce, found } = await looked({ users: [], groups: [] });
    expect(inForce.differences).toEqual([]);
    expect(fact(found, "filter")).toContain("nothing proven");
  });

  test("a server without discovery, and one that has it under the old name", async () => {
    const silent = await looked({ server: { discovery: false } });
    expect(fact(silent.found, "patch")).toBe("not told");
    expect(certain(silent.inForce)).toEqual({});
    const old = await looked({ vendor: "salesforce" });
    expect(fact(old.found, "patch")).toBe("yes, it says");
  });

  test("a server that answers what it does not know with 500 is probed all the same", async () => {
    const staged = await stage({ users, groups: [some] });
    staged.strict.interfere((request) => (/filter=|Config|Schemas|ResourceTypes|Groups/.test(request.path) ? { status: 500 } : null));
    const found = await staged.tenant.inspect!();
    expect(certain(found.candidates.find((c) => c.inForce)!)).toMatchObject({
      "server.filters": ["displayName"], // of groups, which there are none of
      "server.groups": "none",
    });
  });

  test("users that cannot be read, and a credential that is refused, are faults", async () => {
    for (const [status, kind] of [
      [401, "auth"],
      [403, "forbidden"],
    ] as const) {
      const staged = await stage({ users });
      staged.strict.interfere(() => ({ status }));
      await expect(staged.tenant.inspect!()).rejects.toMatchObject({ fault: { kind } });
    }
  });
});

describe("the address", () => {
  test.each([
    ["https://api.slack.com/scim/v2", "slack"],
    ["https://api.github.com/scim/v2/organizations/acme", "github-organization"],
    ["https://api.github.com/scim/v2/enterprises/acme", "github-enterprise"],
    ["https://gitlab.acme.example/api/scim/v2/groups/acme", "gitlab-group"],
    ["https://acme.my.salesforce.com/services/scim/v2", "salesforce"],
    ["https://scim.us-east-1.amazonaws.com/abc/scim/v2", "aws-identity-center"],
    ["https://api.slack.com.elsewhere.example/scim/v2", null],
    ["https://elsewhere.example/api.slack.com/scim/v2", null],
    ["https://chat.acme.example/scim/v2", null],
  ] as const)("%s is that of %s", (url, vendor) => {
    expect(vendorAt(url)).toBe(vendor);
  });
});
