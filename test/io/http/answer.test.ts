import { gzipSync } from "node:zlib";
import { Octokit } from "octokit";
import { expect, test } from "vitest";
import { systemClock } from "../../../src/io/http/clock.ts";
import { faultOf, json, manifest, room, vendor } from "./stage.ts";

test("the answer is whole and unread: status, headers, body and address", async () => {
  const { url } = await vendor((_, response) => json(response, 422, { message: "no" }, { "x-request-id": "r-1", link: "<a>; rel=next" }));
  const response = await room(url).fetch("/things?page=2");
  expect([response.status, response.ok, response.headers.get("x-request-id"), response.url]).toEqual([
    422,
    false,
    "r-1",
    `${url}/things?page=2`,
  ]);
  expect(response.bodyUsed).toBe(false);
  expect(await response.clone().json()).toEqual({ message: "no" });
  expect(await response.text()).toBe('{"message":"no"}');
});

test("an answer without a body, a compressed one and text are returned as what they are", async () => {
  const { url } = await vendor((request, response) => {
    if (request.method === "PUT") response.writeHead(204).end();
    else if (request.url === "/things/zip")
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(gzipSync('{"a":1}'));
    else response.writeHead(200, { "content-type": "text/plain" }).end("{ not JSON");
  });
  const http = room(url, { fetch: globalThis.fetch, clock: systemClock });
  expect((await http.fetch("/things/1", { method: "PUT" })).status).toBe(204);
  const zipped = await http.fetch("/things/zip");
  expect([await zipped.json(), zipped.headers.get("content-encoding")]).toEqual([{ a: 1 }, null]);
  expect(await (await http.fetch("/things")).text()).toBe("{ not JSON");
});

test("a request can be text, a URL or a Request with its body, headers and signal", async () => {
  const { url, seen } = await vendor((_, response) => json(response, 200, {}));
  const http = room(url);
  await http.fetch(new URL(`${url}/things`));
  await http.fetch(
    new Request(`${url}/things/1`, { method: "PUT", body: '{"a":1}', headers: { "x-a": "b", "content-type": "application/json" } }),
  );
  expect(seen.map((s) => [s.method, s.url, s.body])).toEqual([
    ["GET", "/things", ""],
    ["PUT", "/things/1", '{"a":1}'],
  ]);
  expect(seen[1]!.headers).toMatchObject({ "x-a": "b", "content-type": "application/json" });
  const stopped = new Request(`${url}/things`, { signal: AbortSignal.abort(new Error("stopped")) });
  await expect(http.fetch(stopped)).rejects.toThrow("stopped");
  expect((await faultOf(http.fetch("/things", { method: "GET", body: "not allowed" }))).kind).toBe("refused");
});

test("a body is sent again whole when the request is repeated", async () => {
  const { url, seen } = await vendor((_, response, __, i) => json(response, i === 0 ? 502 : 200, {}));
  await room(url).fetch(new Request(`${url}/things/1`, { method: "PUT", body: "x".repeat(100_000) }));
  expect(seen.map((s) => s.body.length)).toEqual([100_000, 100_000]);
});

test("octokit works over it, pages and errors included", async () => {
  const { url, seen } = await vendor((request, response) => {
    if (request.url.startsWith("/things/")) json(response, 404, { message: "Not Found" });
    else if (request.url.includes("page=2")) json(response, 200, [{ id: 2 }]);
    else json(response, 200, [{ id: 1 }], { link: `<${url}/things?page=2>; rel="next"` });
  });
  const http = room(url);
  const octokit = new Octokit({ baseUrl: url, request: { fetch: http.fetch }, retry: { enabled: false }, throttle: { enabled: false } });
  expect(await octokit.paginate("GET /things")).toEqual([{ id: 1 }, { id: 2 }]);
  await expect(octokit.request("GET /things/9")).rejects.toMatchObject({ status: 404 });
  expect(seen.length).toBe(3);
});

test("an answer larger than 50 MiB is not taken", async () => {
  const { url } = await vendor((_, response) => {
    response.writeHead(200, { "content-type": "text/plain" });
    const chunk = Buffer.alloc(1024 * 1024);
    const more = (left: number): void => {
      if (left === 0 || response.destroyed) response.end();
      else response.write(chunk, () => more(left - 1));
    };
    more(60);
  });
  const http = room(url, { fetch: globalThis.fetch, clock: systemClock });
  expect(await faultOf(http.fetch("/things", { method: "POST" }))).toMatchObject({
    kind: "ambiguous",
    message: expect.stringContaining("50 MiB") as string,
  });
});

test("a call in a bucket that does not exist is refused", async () => {
  const { url, seen } = await vendor((_, response) => json(response, 200, {}));
  expect((await faultOf(room(url, { manifest: { ...manifest, buckets: {} } }).fetch("/things"))).kind).toBe("refused");
  expect(seen).toEqual([]);
});

test("the clock of the machine waits, and stops waiting when told", async () => {
  const stop = new AbortController();
  const wait = systemClock.sleep(60_000, stop.signal);
  stop.abort(new Error("enough"));
  await expect(wait).rejects.toThrow("enough");
  await expect(systemClock.sleep(1, AbortSignal.abort(new Error("before")))).rejects.toThrow("before");
  await systemClock.sleep(0);
  let rang = false;
  systemClock.after(0, () => (rang = true))();
  await systemClock.sleep(2);
  expect(rang).toBe(false);
});
