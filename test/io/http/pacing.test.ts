import { expect, test } from "vitest";
import type { HttpOptions } from "../../../src/io/http/http.ts";
import { slidingWindow } from "../../../src/io/http/window.ts";
import { faultOf, json, manifest as usual, room, vendor } from "./stage.ts";

const withBucket = (units: number, seconds: number, concurrency: number, cost = 1): HttpOptions["manifest"] => ({
  ...usual,
  buckets: { api: { units, seconds, concurrency } },
  calls: usual.calls.map((rule) => ({ ...rule, cost })),
});

/** The most requests that came in within any stretch of so many milliseconds. */
const densest = (times: readonly number[], length: number): number =>
  Math.max(...times.map((from) => times.filter((t) => t >= from && t < from + length).length));

test("a hundred calls at twenty in ten seconds never exceed the limit and take at most 1.15 times the least", async () => {
  const times: number[] = [];
  const { url } = await vendor((_, response) => {
    times.push(http.clock.elapsed());
    json(response, 200, {});
  });
  const http = room(url, { manifest: withBucket(20, 10, 4) });
  await Promise.all(Array.from({ length: 100 }, () => http.fetch("/things")));
  expect(times.length).toBe(100);
  expect(densest(times, 10_000)).toBe(20);
  const floor = 4 * 10_000; // the first twenty need no wait
  expect(http.clock.elapsed()).toBeGreaterThanOrEqual(floor);
  expect(http.clock.elapsed() / floor).toBeLessThanOrEqual(1.15);
});

test("a call that costs five units counts five", async () => {
  const { url, seen } = await vendor((_, response) => json(response, 200, {}));
  const http = room(url, { manifest: withBucket(20, 10, 4, 5) });
  await Promise.all(Array.from({ length: 8 }, () => http.fetch("/things")));
  expect([seen.length, http.clock.elapsed()]).toEqual([8, 10_000]);
});

test("no more requests are under way at once than the bucket allows", async () => {
  let now = 0;
  let most = 0;
  const slow: typeof fetch = async () => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setImmediate(resolve));
    now -= 1;
    return Response.json({});
  };
  const http = room("http://127.0.0.1:9", { fetch: slow, manifest: withBucket(1000, 1, 3) });
  await Promise.all(Array.from({ length: 30 }, () => http.fetch("/things")));
  expect(most).toBe(3);
});

test("requests are let through in the order in which they asked", async () => {
  const { url, seen } = await vendor((_, response) => json(response, 200, {}));
  const http = room(url, { manifest: withBucket(2, 1, 1) });
  await Promise.all([1, 2, 3, 4, 5].map((n) => http.fetch(`/things/${n}`)));
  expect(seen.map((s) => s.url)).toEqual(["/things/1", "/things/2", "/things/3", "/things/4", "/things/5"]);
});

test("what the vendor says is left is kept to: at none, everything waits for the reset, and nothing meets the limit", async () => {
  const date = "Mon, 02 Mar 2026 09:00:00 GMT";
  let left = 3;
  const { url, seen } = await vendor((_, response) => {
    if (http.clock.elapsed() >= 40_000) left = 100;
    left -= 1;
    json(
      response,
      left < 0 ? 429 : 200,
      {},
      {
        date: new Date(Date.parse(date) + http.clock.elapsed()).toUTCString(),
        "x-ratelimit-limit": "5000",
        "x-ratelimit-remaining": String(Math.max(0, left)),
        "x-ratelimit-reset": String(Date.parse(date) / 1000 + 40),
        "x-ratelimit-resource": "core",
      },
    );
  });
  const http = room(url, { manifest: withBucket(1000, 60, 1) });
  for (let n = 0; n < 6; n++) expect((await http.fetch("/things")).status).toBe(200);
  expect(seen.length).toBe(6);
  expect(http.clock.elapsed()).toBe(41_000);
  expect(http.waits).toEqual([{ app: "vendor", seconds: 41, why: "the vendor's rate limit (api)" }]);
});

test("a wait beyond rollcall's patience ends at once, and nothing is sent", async () => {
  const { url, seen } = await vendor((_, response) => json(response, 200, {}));
  const http = room(url, { manifest: withBucket(2, 86_400, 1) });
  await http.fetch("/things");
  await http.fetch("/things");
  expect(await faultOf(http.fetch("/things"))).toMatchObject({ kind: "throttled", retryAfter: 86_400 });
  expect([seen.length, http.clock.elapsed()]).toEqual([2, 0]);
});

test("a request given up while it waits leaves its place to the next", async () => {
  const { url, seen } = await vendor((_, response) => json(response, 200, {}));
  const http = room(url, { manifest: withBucket(1, 10, 1) });
  const stop = new AbortController();
  await http.fetch("/things/1");
  const given = http.fetch("/things/2", { signal: stop.signal });
  const kept = http.fetch("/things/3");
  stop.abort(new Error("given up"));
  await expect(given).rejects.toThrow("given up");
  await kept;
  expect([seen.map((s) => s.url), http.clock.elapsed()]).toEqual([["/things/1", "/things/3"], 10_000]);
});

test("a unit comes back a whole window after its request ended, not after it began", () => {
  const window = slidingWindow(2, 1000);
  window.take(2);
  expect(window.waitFor(1, 500)).toBe(Number.POSITIVE_INFINITY);
  window.settle(1, 600);
  window.settle(1, 900);
  expect([window.waitFor(1, 900), window.waitFor(2, 900), window.waitFor(1, 1600)]).toEqual([700, 1000, 0]);
});

test("what costs more than the whole allowance goes when all of it is free", () => {
  const window = slidingWindow(2, 1000);
  expect(window.waitFor(5, 0)).toBe(0);
  window.take(1);
  window.settle(1, 0);
  expect(window.waitFor(5, 400)).toBe(600);
});
