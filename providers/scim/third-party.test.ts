/**
 * The connector at a SCIM server that others wrote: scimmy-routers (npm) on express 4. (On express 5 scimmy-routers 1.3.2 loses startIndex and
 * count, and every page is page 1; the connector then calls the list incomplete.) Its quirks, as seen with scimmy 1.3: each is shown at the
 * server itself first, then how the connector meets it.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { incomplete, readAll } from "../../src/connector/conformance/read-all.ts";
import { openStrictIo } from "../../src/connector/conformance/strict-io.ts";
import type { Outcome, Tenant } from "../../src/connector/index.ts";
import { membersOf, openScimmyServer, type ScimmyServer } from "../../test/support/scimmy-server.ts";
import connector from "./connector.ts";

interface ListBody {
  readonly totalResults: number;
  readonly Resources: readonly { readonly id: string; readonly members?: unknown }[];
}

describe("a third party's server", () => {
  let server: ScimmyServer;
  let tenant: Tenant;

  const perform = async (call: Parameters<Tenant["perform"]>[0][number]): Promise<Outcome> => (await tenant.perform([call]))[0]!;
  const raw = async (method: string, path: string, body?: object): Promise<Response> =>
    fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: "Bearer t", "content-type": "application/scim+json" },
      ...(body === undefined ? {} : { body: JSON.stringify({ schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], ...body }) }),
    });
  const page = async (path: string): Promise<ListBody> => (await (await raw("GET", path)).json()) as ListBody;

  beforeAll(async () => {
    server = await openScimmyServer("t");
    for (let i = 0; i < 250; i += 1) {
      const id = String(i + 1);
      server.users.set(id, {
        id,
        userName: `person-${i}`,
        displayName: `Person ${i}`,
        active: true,
        emails: [{ value: `person-${i}@acme.example`, type: "work" }],
      });
    }
    const twice = [{ value: "1" }, { value: "2" }, { value: "1" }];
    server.groups.set("g1", { id: "g1", displayName: "Engineers", members: twice });
    server.groups.set("g2", { id: "g2", displayName: "Empty" });
    const { io } = openStrictIo({ connector, baseUrl: server.url, access: "write", token: "t" });
    tenant = await connector.open({ profile: "scimmy" }, io);
    await tenant.probe();
  });
  afterAll(async () => server.close());

  test("gives page 1 again past the end: a list ends by totalResults, in the fewest pages", async () => {
    expect((await page("/Users?startIndex=251&count=100")).Resources[0]?.id).toBe("1");
    server.asked.length = 0;
    expect((await readAll(tenant)).accounts.size).toBe(250);
    expect(server.asked.filter((r) => r.startsWith("GET /scim/Users"))).toHaveLength(3);
  });

  test("gives pages of 20 unless asked: count is always given", async () => {
    expect((await page("/Users")).Resources).toHaveLength(20);
    expect(server.asked.filter((r) => /Users\?startIndex/.test(r)).every((r) => r.includes("count="))).toBe(true);
  });

  test("answers 204 to a PATCH without effect: it is looked at again, and done", async () => {
    const Operations = [{ op: "replace", path: "active", value: true }];
    expect((await raw("PATCH", "/Users/9", { Operations })).status).toBe(204);
    expect((await perform({ verb: "restore", ref: { kind: "user", id: "9" } })).status).toBe("done");
  });

  test("heeds case in filters: both spellings are asked for, and that nobody was found proves nothing", async () => {
    const found = async (name: string): Promise<number> =>
      (await page(`/Users?filter=${encodeURIComponent(`userName eq "${name}"`)}`)).totalResults;
    expect([await found("person-0"), await found("PERSON-0")]).toEqual([1, 0]);
    expect(await tenant.find([{ by: "login", value: "PERSON-0" }])).toHaveLength(1);
    await expect(tenant.find([{ by: "login", value: "NOBODY" }])).rejects.toMatchObject({ fault: { kind: "unsupported" } });
  });

  test("leaves empty lists of members out: they are empty, and complete", async () => {
    expect((await page("/Groups")).Resources.find((g) => g.id === "g2")).not.toHaveProperty("members");
    const reading = await readAll(tenant);
    expect(reading.scopes.get("group/Empty members")).toMatchObject({ complete: true });
  });

  test("tells the probe that it is what the profile scimmy is for", async () => {
    for (const settings of [{}, { profile: "scimmy" as const }]) {
      const { io, outgoing } = openStrictIo({ connector, baseUrl: server.url, access: "read", token: "t" });
      const { candidates, facts } = await (await connector.open(settings, io)).inspect!();
      expect(candidates[0]).toMatchObject({ name: "scimmy", settings: { profile: "scimmy" } });
      expect(candidates[0]!.differences.filter((d) => d.certain)).toEqual([]);
      expect(facts).toContainEqual({ name: "past the end", value: "page 1 comes again" });
      expect(facts).toContainEqual({ name: "members", value: "with the list of groups; some are stored twice" });
      expect(outgoing.filter((r) => r.writes)).toEqual([]);
    }
  });

  test("is read to its end, members that are stored twice once", async () => {
    const reading = await readAll(tenant);
    expect([incomplete(reading), reading.accounts.size]).toEqual([[], 250]);
    expect([...reading.edges.values()].map((e) => e.account.id)).toEqual(["1", "2"]);
  });

  test("finds by login and by id, and takes no silence for proof", async () => {
    expect((await tenant.find([{ by: "login", value: "PERSON-0" }]))[0]?.edges).toEqual([
      { account: { kind: "user", id: "1" }, entitlement: "group/Engineers" },
    ]);
    await expect(tenant.find([{ by: "login", value: "nobody" }])).rejects.toMatchObject({ fault: { kind: "unsupported" } });
    expect(await tenant.get({ kind: "user", id: "99999" })).toBeNull();
  });

  test("makes, changes, stops, restores and deletes an account, each once", async () => {
    const made = await perform({
      verb: "create",
      key: "app/alan/0",
      name: "Alan Turing",
      email: "alan@acme.example",
      attributes: {},
      grants: [],
    });
    expect(made).toMatchObject({ status: "done", login: "alan@acme.example" });
    const ref = (made as { ref: { kind: string; id: string } }).ref;
    const change = { verb: "update" as const, ref, attributes: { title: "Reader", name: "A. Turing" } };
    expect((await perform(change)).status).toBe("done");
    expect(server.users.get(ref.id)).toMatchObject({ title: "Reader", name: { familyName: "Turing" } });
    expect((await perform({ verb: "suspend", ref })).status).toBe("done");
    expect((await perform({ verb: "suspend", ref })).status).toBe("done"); // the PATCH changes nothing and is answered 204
    expect((await tenant.get(ref))?.account.status).toBe("suspended");
    expect((await perform({ verb: "restore", ref })).status).toBe("done");
    expect((await perform({ verb: "delete", ref })).status).toBe("done");
    expect((await perform({ verb: "delete", ref })).status).toBe("already");
  });

  test("edits one membership at a time, and removes both copies of one that is stored twice", async () => {
    const target = { name: "group/Engineers", ref: { kind: "group", id: "g1" } };
    const edge = (verb: "grant" | "revoke", id: string): Promise<Outcome> =>
      perform({ verb, ref: { kind: "user", id }, target, level: "" });
    const members = (): string[] => membersOf(server.groups.get("g1")!).map((m) => m.value);
    expect([(await edge("grant", "3")).status, (await edge("grant", "3")).status]).toEqual(["done", "already"]);
    expect(members()).toEqual(["1", "2", "1", "3"]);
    expect([(await edge("revoke", "1")).status, (await edge("revoke", "1")).status]).toEqual(["done", "already"]);
    expect(members()).toEqual(["2", "3"]);
  });

  test("makes, renames and deletes a group", async () => {
    const made = await perform({ verb: "createGroup", key: "app/group/R", name: "group/R+26D" });
    const ref = (made as { ref: { kind: string; id: string } }).ref;
    expect(server.groups.get(ref.id)).toMatchObject({ displayName: "R&D" });
    expect((await perform({ verb: "createGroup", key: "app/group/R", name: "group/R+26D" })).status).toBe("already");
    expect((await perform({ verb: "updateGroup", ref, name: "group/Research" })).status).toBe("done");
    expect((await perform({ verb: "deleteGroup", ref, name: "group/Research" })).status).toBe("done");
    expect(server.groups.has(ref.id)).toBe(false);
  });
});
