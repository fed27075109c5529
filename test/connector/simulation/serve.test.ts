import { afterEach, describe, expect, test } from "vitest";
import { serve, type ServeOptions, type ServerHandle, type VendorServer } from "../../../src/connector/simulation/serve.ts";

let world: { items: string[] };
let open: ServerHandle[] = [];

const vendor: VendorServer = {
  respond(exchange) {
    if (exchange.path === "/boom") throw new Error("bug in the simulator");
    if (exchange.method === "GET")
      return { status: 200, headers: { "x-request-id": "r1" }, body: { items: world.items, q: exchange.query.get("q") } };
    world.items.push((exchange.body as { item?: string } | undefined)?.item ?? exchange.raw);
    return { status: 204 };
  },
  throttle: () => ({ status: 429, headers: { "retry-after": "7" }, body: { message: "slow down" } }),
  mutates: (exchange) => exchange.method !== "GET",
};

async function start(options: ServeOptions = {}): Promise<ServerHandle> {
  world = { items: [] };
  const handle = await serve(vendor, options);
  open.push(handle);
  return handle;
}

const post = (s: ServerHandle, item: string): Promise<Response> =>
  fetch(`${s.url}/items`, { method: "POST", body: JSON.stringify({ item }), headers: { authorization: "Bearer t" } });

afterEach(async () => {
  for (const s of open) await s.close();
  open = [];
});

describe("the simulation server", () => {
  test("answers JSON and remembers each request", async () => {
    const s = await start();
    const response = await fetch(`${s.url}/items?q=a%20b`);
    expect(await response.json()).toEqual({ items: [], q: "a b" });
    expect(response.headers.get("x-request-id")).toBe("r1");
    expect((await post(s, "x")).status).toBe(204);
    expect(s.seen.map((r) => [r.method, r.path, r.status, r.mutating, r.authorized])).toEqual([
      ["GET", "/items?q=a%20b", 200, false, false],
      ["POST", "/items", 204, true, true],
    ]);
    s.forget();
    expect(s.seen).toEqual([]);
  });

  test("a planted answer strikes as often as asked, after the skipped ones, and nothing is done", async () => {
    const s = await start();
    s.plant({ method: "POST", match: "/items", skip: 1, times: 2, kind: { answer: 503, retryAfter: 9 } });
    const statuses: number[] = [];
    for (const item of ["a", "b", "c", "d"]) statuses.push((await post(s, item)).status);
    expect(statuses).toEqual([204, 503, 503, 204]);
    expect(world.items).toEqual(["a", "d"]);
    expect(s.unfired).toEqual([]);
  });

  test("matches the raw body too, and lists what has not struck", async () => {
    const s = await start();
    const fault = { match: "needle", kind: "throttle" } as const;
    s.plant(fault);
    expect((await post(s, "hay")).status).toBe(204);
    expect(s.unfired).toEqual([fault]);
    const struck = await post(s, "needle");
    expect([struck.status, struck.headers.get("retry-after")]).toEqual([429, "7"]);
    expect(s.unfired).toEqual([]);
  });

  test("loses an answer after the work and a request before it", async () => {
    const s = await start();
    s.plant({ kind: "lose-answer" });
    s.plant({ kind: "lose-request" });
    await expect(post(s, "done")).rejects.toThrow();
    await expect(post(s, "not done")).rejects.toThrow();
    expect(world.items).toEqual(["done"]);
    expect(s.seen.map((r) => r.status)).toEqual([0, 0]);
  });

  test("cuts an answer in half", async () => {
    const s = await start();
    s.plant({ kind: "truncate" });
    const response = await fetch(`${s.url}/items`);
    await expect(response.json()).rejects.toThrow(SyntaxError);
  });

  test("lets a test change the world before each write, and not before reads or refused writes", async () => {
    const s = await start();
    const calls: string[] = [];
    s.onWrite((r) => {
      calls.push(`${r.method} ${r.path}`);
      world.items.push("first");
    });
    s.plant({ method: "POST", kind: { answer: 403 } });
    await post(s, "refused");
    await fetch(`${s.url}/items`);
    await post(s, "second");
    expect(calls).toEqual(["POST /items"]);
    expect(world.items).toEqual(["first", "second"]);
  });

  test("admin routes show and load the world, plant faults, and are no part of what was seen", async () => {
    const s = await start({
      admin: {
        world: () => world,
        load(next) {
          if (!Array.isArray((next as { items?: unknown }).items)) throw new Error("items must be a list");
          world = next as typeof world;
        },
        schema: () => ({ type: "object" }),
      },
    });
    const put = (body: unknown): Promise<Response> => fetch(`${s.url}/_world`, { method: "PUT", body: JSON.stringify(body) });
    expect((await put({ items: ["z"] })).status).toBe(204);
    expect((await put({})).status).toBe(422);
    expect(await (await fetch(`${s.url}/_world`)).json()).toEqual({ items: ["z"] });
    expect(await (await fetch(`${s.url}/_schema`)).json()).toEqual({ type: "object" });
    expect((await fetch(`${s.url}/_faults`, { method: "POST", body: JSON.stringify({ kind: { answer: 500 } }) })).status).toBe(204);
    expect((await fetch(`${s.url}/_faults`, { method: "POST", body: JSON.stringify({ kind: "explode" }) })).status).toBe(422);
    expect((await fetch(`${s.url}/items`)).status).toBe(500);
    expect(((await (await fetch(`${s.url}/_seen`)).json()) as unknown[]).length).toBe(1);
    expect((await fetch(`${s.url}/_world`, { headers: { origin: "https://evil.example" } })).status).toBe(403);
  });

  test("a defect of the simulator is a 500 for the client and fails close()", async () => {
    const s = await serve(vendor, {});
    expect((await fetch(`${s.url}/boom`)).status).toBe(500);
    await expect(s.close()).rejects.toThrow("bug in the simulator");
  });

  test("close() ends connections that a client keeps alive", async () => {
    const s = await serve(vendor, {});
    await fetch(`${s.url}/items`);
    await s.close();
    await expect(fetch(`${s.url}/items`)).rejects.toThrow();
  });
});
