import { expect, test } from "vitest";
import type { Tenant } from "../../../src/connector/contract.ts";
import { FaultError } from "../../../src/connector/fault.ts";
import { inWorks } from "../../../src/io/http/work.ts";
import { faultOf, json, manifest as usual, type Room, room, vendor } from "./stage.ts";

/** A room that is stopped as soon as it says that it waits. */
function stoppedInItsWait(url: string): Room {
  const stop = new AbortController();
  return room(url, { stop: stop.signal, onWait: () => stop.abort() });
}

const tooFast = { "retry-after": "600" };

test("a write that is told to come back in ten minutes ends at once when rollcall is stopped, and was not carried out", async () => {
  const { url, seen } = await vendor((_, response) => json(response, 429, {}, tooFast));
  const http = stoppedInItsWait(url);
  const fault = await faultOf(http.fetch("/things", { method: "POST", body: "{}" }));
  expect(fault).toMatchObject({ kind: "interrupted", message: expect.stringContaining("600 s") as string });
  expect([seen.length, http.clock.elapsed(), http.clock.slept]).toEqual([1, 0, []]);
});

test("everybody who waits in the same queue is let go", async () => {
  const { url, seen } = await vendor((_, response) => json(response, 429, {}, tooFast));
  const http = stoppedInItsWait(url);
  const faults = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => faultOf(http.fetch(`/things/${n}`, { method: "PUT", body: "{}" }))));
  expect(faults.map((f) => f.kind)).toEqual(Array.from({ length: 6 }, () => "interrupted"));
  expect(seen.length).toBeLessThanOrEqual(4); // what the bucket lets through at once
  expect(http.clock.elapsed()).toBe(0);
});

test("a stopped room starts no wait, and still sends what need not wait", async () => {
  const { url, seen } = await vendor(({ url: path }, response) => json(response, path === "/things/slow" ? 429 : 200, {}, tooFast));
  const http = room(url, { stop: AbortSignal.abort() });
  expect((await http.fetch("/things/1", { method: "PUT", body: "{}" })).status).toBe(200);
  expect((await faultOf(http.fetch("/things/slow"))).kind).toBe("interrupted");
  expect((await faultOf(http.fetch("/things/2", { method: "PUT", body: "{}" }))).kind).toBe("interrupted");
  expect(seen.map((s) => s.url)).toEqual(["/things/1", "/things/slow"]);
  expect(http.waits).toEqual([]);
});

test("who waits only for another's end is not let go", async () => {
  const stop = new AbortController();
  const { url, seen } = await vendor((_, response) => {
    stop.abort();
    json(response, 200, {});
  });
  const http = room(url, { stop: stop.signal, manifest: { ...usual, buckets: { api: { units: 1000, seconds: 60, concurrency: 1 } } } });
  await Promise.all([1, 2, 3].map((n) => http.fetch(`/things/${n}`, { method: "PUT", body: "{}" })));
  expect(seen).toHaveLength(3);
});

test("a write whose answer was lost is ambiguous, whatever ended the waiting for its repetition", async () => {
  const { url, seen } = await vendor((_, _response, request) => request.socket.destroy());
  const stop = new AbortController();
  const http = room(url, { stop: stop.signal, onWait: () => stop.abort() });
  expect((await faultOf(http.fetch("/things/1", { method: "PUT", body: "{}" }))).kind).toBe("ambiguous");
  expect(seen.length).toBeLessThan(4); // it would have been sent so often
});

test("a read that waits to be repeated is interrupted", async () => {
  const { url } = await vendor((_, response) => json(response, 502, {}));
  expect((await faultOf(stoppedInItsWait(url).fetch("/things"))).kind).toBe("interrupted");
});

/** A connector that makes two requests of one call and hides what went wrong in words of its own. */
function twoStepped(http: Room): Tenant {
  return inWorks({
    probe: () => Promise.reject(new Error("not probed")),
    roots: () => [],
    read: () => Promise.reject(new Error("not read")),
    find: () => Promise.resolve([]),
    get: () => Promise.resolve(null),
    async perform() {
      await http.fetch("/things/first", { method: "PUT", body: "{}" });
      await http.fetch("/things/second", { method: "PUT", body: "{}" });
      return [];
    },
  });
}

test.each([
  { first: 200, kind: "ambiguous", why: "the first may have been carried out" },
  { first: 429, kind: "interrupted", why: "nothing was carried out" },
])("of two requests that belong together, interrupted after $first: $kind, because $why", async ({ first, kind }) => {
  const { url } = await vendor(({ url: path }, response) => json(response, path === "/things/first" ? first : 429, {}, tooFast));
  const http = stoppedInItsWait(url);
  const fault = await twoStepped(http)
    .perform([])
    .catch((error: unknown) => (error instanceof FaultError ? error.fault : error));
  expect(fault).toMatchObject({ kind });
});

test("works that run side by side are told apart", async () => {
  const { url } = await vendor(({ url: path }, response) => json(response, path === "/things/done" ? 200 : 429, {}, tooFast));
  const http = stoppedInItsWait(url);
  const [wrote, waited] = ["/things/done", "/things/late"].map((path) =>
    inWorks({
      ...twoStepped(http),
      async perform() {
        await http.fetch(path, { method: "PUT", body: "{}" });
        await http.fetch("/things/late", { method: "PUT", body: "{}" });
        return [];
      },
    }),
  );
  const faults = await Promise.all([faultOf(wrote!.perform([])), faultOf(waited!.perform([]))]);
  expect(faults.map((f) => f.kind)).toEqual(["ambiguous", "interrupted"]);
});
