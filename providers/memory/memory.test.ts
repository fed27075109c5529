import { afterEach, describe, expect, test } from "vitest";
import { openStrictIo, readAll } from "../../src/connector/conformance/index.ts";
import type { Census, RunningSimulator, SimulatorOptions, Tenant } from "../../src/connector/index.ts";
import connector from "./connector.ts";
import simulator from "./simulator.ts";
import { fromCensus, toCensus, type World, worldSchema } from "./simulator/world.ts";

const open: RunningSimulator<World>[] = [];
afterEach(async () => {
  for (const s of open.splice(0)) await s.close();
});

const ada = { kind: "account", id: "1" };
const grace = { kind: "account", id: "2" };
const docs = { name: "space/docs", ref: { kind: "space", id: "s1" } };
const world = worldSchema.parse({
  workspace: { domains: ["acme.example"] },
  accounts: [
    { id: "1", login: "Ada", name: "Ada Lovelace", email: "ada@acme.example", admin: true },
    { id: "2", login: "grace", name: "Grace Hopper", email: "grace@other.example" },
  ],
  groups: [{ id: "s1", name: "docs", members: [{ account: "1", level: "editor" }] }],
});

async function start(options: SimulatorOptions<World> = {}): Promise<{ running: RunningSimulator<World>; tenant: Tenant }> {
  const running = await simulator.start({ world, ...options });
  open.push(running);
  const { io } = openStrictIo({ connector, baseUrl: running.url, access: "write", token: "t" });
  return { running, tenant: await connector.open({}, io) };
}

const curl = (
  running: RunningSimulator<World>,
  path: string,
  init: Omit<RequestInit, "headers"> & { headers?: Record<string, string> } = {},
): Promise<Response> => fetch(`${running.url}${path}`, { ...init, headers: { authorization: "Bearer t", ...init.headers } });

describe("the simulated vendor", () => {
  test("gives 50 rows a page and an opaque cursor, and the last page has none", async () => {
    const accounts = Array.from({ length: 120 }, (_, i) => ({ id: String(i + 1), login: `u${i}` }));
    const { running } = await start({ world: worldSchema.parse({ accounts }) });
    const sizes: number[] = [];
    const ids: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const page = (await (await curl(running, `/accounts?limit=500${cursor && `&cursor=${cursor}`}`)).json()) as {
        items: { id: string }[];
        next: string | null;
      };
      sizes.push(page.items.length);
      ids.push(...page.items.map((a) => a.id));
      cursor = page.next;
    }
    expect(sizes).toEqual([50, 50, 20]);
    expect(new Set(ids).size).toBe(120);
    expect((await curl(running, "/accounts?cursor=nonsense")).status).toBe(422);
  });

  test("refuses a login or an address that another account has in other letters", async () => {
    const { running } = await start();
    const post = async (body: object): Promise<unknown[]> => {
      const r = await curl(running, "/accounts", { method: "POST", body: JSON.stringify(body) });
      return [r.status, ((await r.json()) as { error?: { code: string } }).error?.code];
    };
    expect(await post({ name: "X", login: "aDA", email: "x@acme.example" })).toEqual([409, "duplicate_login"]);
    expect(await post({ name: "X", login: "x", email: "ADA@acme.example" })).toEqual([409, "duplicate_email"]);
    expect(await post({ name: "X", login: "x" })).toEqual([422, "invalid"]);
    expect(running.world().accounts).toHaveLength(2);
  });

  test("a login is free again once its account is renamed or deleted, and is found under the new one", async () => {
    const { running } = await start();
    const found = async (login: string): Promise<string[]> =>
      ((await (await curl(running, `/accounts?login=${login}`)).json()) as { items: { id: string }[] }).items.map((a) => a.id);
    await curl(running, "/accounts/2", { method: "PATCH", body: '{"login":"Hopper"}' });
    expect([await found("GRACE"), await found("hopper")]).toEqual([[], ["2"]]);
    await curl(running, "/accounts/2", { method: "PATCH", body: '{"login":"HOPPER"}' });
    expect(await found("hopper")).toEqual(["2"]);
    await curl(running, "/accounts/2", { method: "DELETE" });
    expect(await found("hopper")).toEqual([]);
    const again = await curl(running, "/accounts", { method: "POST", body: '{"name":"X","login":"hopper","email":"grace@other.example"}' });
    expect(again.status).toBe(201);
  });

  test("makes one account for one Idempotency-Key", async () => {
    const { running } = await start();
    const post = (): Promise<Response> =>
      curl(running, "/accounts", {
        method: "POST",
        headers: { "idempotency-key": "k" },
        body: JSON.stringify({ name: "X", email: "x@acme.example" }),
      });
    expect([(await post()).status, (await post()).status]).toEqual([201, 200]);
    expect(running.world().accounts.map((a) => a.login)).toEqual(["Ada", "grace", "x"]);
  });

  test("keeps the last administrator, whichever way she would go", async () => {
    const { running } = await start();
    for (const [method, path, body] of [
      ["DELETE", "/admins/1", undefined],
      ["DELETE", "/accounts/1", undefined],
      ["PATCH", "/accounts/1", '{"status":"suspended"}'],
    ] as const) {
      expect((await curl(running, path, { method, ...(body ? { body } : {}) })).status, `${method} ${path}`).toBe(409);
    }
    expect(running.world()).toEqual(world);
  });

  test("lists show a write after `lag` further list requests; records by id and look-ups show it at once", async () => {
    const { running } = await start({ lag: 2 });
    await curl(running, "/accounts/2", { method: "PATCH", body: '{"status":"suspended"}' });
    const listed = async (): Promise<string | undefined> =>
      ((await (await curl(running, "/accounts")).json()) as { items: { id: string; status: string }[] }).items.find((a) => a.id === "2")
        ?.status;
    expect(((await (await curl(running, "/accounts/2")).json()) as { status: string }).status).toBe("suspended");
    expect([await listed(), await listed(), await listed()]).toEqual(["active", "active", "suspended"]);
  });

  test("limits the rate by its own clock and says when to come again", async () => {
    let now = Date.parse("2026-01-01T00:00:00Z");
    const { running } = await start({ rateLimit: true, now: () => new Date(now) });
    const limit = connector.manifest.buckets["api"]!;
    for (let i = 0; i < limit.units; i += 1) expect((await curl(running, "/workspace")).status).toBe(200);
    const refused = await curl(running, "/workspace");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, String(limit.seconds)]);
    now += limit.seconds * 1000;
    expect((await curl(running, "/workspace")).status).toBe(200);
  });

  test("names each request, and lets nobody in without a token", async () => {
    const { running } = await start({ token: "t" });
    const ok = await curl(running, "/workspace");
    expect(ok.headers.get("x-request-id")).toBe("req-000001");
    expect((await fetch(`${running.url}/workspace`)).status).toBe(401);
    expect((await curl(running, "/workspace", { headers: { authorization: "Bearer other" } })).status).toBe(401);
    expect((await curl(running, "/nowhere")).status).toBe(404);
    expect((await curl(running, "/workspace", { method: "DELETE" })).status).toBe(405);
  });

  test("a census goes in and comes out unchanged, and what Memory cannot hold is refused", () => {
    const census: Census = {
      accounts: [{ id: "1", login: "ada", name: "Ada", email: "ada@acme.example", status: "suspended", admin: true }],
      groups: [{ entitlement: "space/docs", members: [{ id: "1", level: "editor" }] }],
    };
    expect(toCensus(fromCensus(census, {}))).toEqual(census);
    expect(() => fromCensus({ ...census, groups: [{ entitlement: "team/x", members: [] }] }, {})).toThrow("no team/x");
    expect(() => fromCensus({ ...census, groups: [{ entitlement: "space/docs", members: [{ id: "9" }] }] }, {})).toThrow("does not exist");
    expect(() =>
      worldSchema.parse({
        accounts: [
          { id: "1", login: "a" },
          { id: "2", login: "A" },
        ],
      }),
    ).toThrow("Two accounts have the login");
  });
});

describe("the connector", () => {
  test("reads accounts, administrators and members in the fewest requests", async () => {
    const { running, tenant } = await start();
    expect(await tenant.probe()).toMatchObject({ tenant: "w-1", label: "acme" });
    running.forget();
    const reading = await readAll(tenant);
    expect(running.seen.map((r) => r.path)).toEqual(["/accounts", "/groups"]);
    expect([...reading.scopes.values()].map((s) => [s.scope.id, s.complete])).toEqual([
      ["accounts", true],
      ["spaces", true],
      ["admins", true],
      ["space/docs members", true],
    ]);
    expect([...reading.edges.values()]).toEqual([
      { account: ada, entitlement: "admin" },
      { account: ada, entitlement: "space/docs", level: "editor" },
    ]);
  });

  test("only an address in a domain of the workspace is verified", async () => {
    const { tenant } = await start();
    const [subject] = await tenant.find([{ by: "email", value: "GRACE@other.example" }]);
    expect(subject?.account).toMatchObject({ ref: grace, emails: [{ address: "grace@other.example", verified: false }] });
  });

  test("refuses a credential of another workspace", async () => {
    const { running } = await start();
    const { io } = openStrictIo({ connector, baseUrl: running.url, access: "read", token: "t" });
    const tenant = await connector.open({ workspace: "umbrella" }, io);
    await expect(tenant.probe()).rejects.toMatchObject({ fault: { kind: "auth" } });
  });

  test("marks the credential's own account", async () => {
    const { tenant } = await start({ world: { ...world, workspace: { ...world.workspace, credentialOf: "1" } } });
    expect((await tenant.probe()).self).toEqual(ada);
    expect((await tenant.get(ada))?.account.self).toBe(true);
    expect((await tenant.get(grace))?.account.self).toBeUndefined();
  });

  test("carries the vendor's request id and the account's id into the outcome", async () => {
    const { running, tenant } = await start();
    const [outcome] = await tenant.perform([
      { verb: "create", key: "k1", name: "Alan Turing", email: "alan@acme.example", attributes: { title: "Reader" }, grants: [] },
    ]);
    const made = running.world().accounts.at(-1)!;
    expect(made).toMatchObject({ login: "alan", name: "Alan Turing", title: "Reader", status: "active" });
    expect(outcome).toEqual({ status: "done", ref: { kind: "account", id: made.id }, login: "alan", request: "req-000001" });
  });

  test("a revocation whose space this run has not seen fails: not seeing it proves nothing", async () => {
    const { running, tenant } = await start();
    const [outcome] = await tenant.perform([{ verb: "revoke", ref: ada, target: { name: "space/docs" }, level: "editor" }]);
    expect(outcome).toMatchObject({ status: "failed", fault: { kind: "invalid" } });
    expect(running.seen).toEqual([]);
  });

  test("removing the last administrator is refused as a conflict, with the vendor's code and request", async () => {
    const { running, tenant } = await start();
    const [outcome] = await tenant.perform([{ verb: "revoke", ref: ada, target: { name: "admin" }, level: "" }]);
    expect(outcome).toMatchObject({ status: "failed", fault: { kind: "conflict", status: 409, request: "req-000001" } });
    expect(outcome).toHaveProperty("fault.message", "Memory answered 409 to DELETE /admins/1 (last_admin)");
    expect(running.world()).toEqual(world);
  });

  test("an empty attribute clears the vendor's field, others stay", async () => {
    const { running, tenant } = await start();
    await tenant.perform([{ verb: "update", ref: ada, attributes: { title: "Countess", department: "analysis" } }]);
    await tenant.perform([{ verb: "update", ref: ada, attributes: { title: "" } }]);
    expect(running.world().accounts[0]).toMatchObject({ title: null, department: "analysis", name: "Ada Lovelace" });
  });

  test("an id that would walk up the path is never asked for", async () => {
    const { running, tenant } = await start();
    const [outcome] = await tenant.perform([{ verb: "delete", ref: { kind: "account", id: ".." } }]);
    expect(outcome).toMatchObject({ status: "failed", fault: { kind: "invalid" } });
    await tenant.perform([{ verb: "revoke", ref: { kind: "account", id: "1/../../../accounts/2" }, target: docs, level: "editor" }]);
    expect(running.seen.map((r) => r.path)).toEqual(["/groups/s1/members/1%2F..%2F..%2F..%2Faccounts%2F2"]);
    expect(running.world()).toEqual(world);
  });
});
