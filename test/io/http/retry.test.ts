import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { faultOf, json, room, vendor } from "./stage.ts";

const ok = { ok: true };

test("a read that meets an outage is repeated up to four times, each wait longer, and the answer is whole", async () => {
  const { url, seen } = await vendor((_, response, __, i) => (i < 3 ? json(response, 502, {}) : json(response, 200, ok)));
  const http = room(url);
  const response = await http.fetch("/things");
  expect(await response.json()).toEqual(ok);
  expect(seen.length).toBe(4);
  expect(http.counts).toEqual({ read: 4, write: 0 });
  const [first, second, third] = http.clock.slept;
  expect(first! >= 500 && first! <= 1000 && second! >= 1000 && second! <= 2000 && third! >= 2000 && third! <= 4000).toBe(true);
});

test("waits are the same in every run", async () => {
  const runs = [];
  for (let run = 0; run < 2; run++) {
    const { url } = await vendor((_, response) => json(response, 500, {}));
    const http = room(url);
    await faultOf(http.fetch("/things"));
    runs.push(http.clock.slept);
  }
  expect(runs[0]!.length).toBe(3);
  expect(runs[0]).toEqual(runs[1]);
});

test("an outage that lasts is a transient fault after four tries", async () => {
  const { url, seen } = await vendor((_, response) => json(response, 503, {}));
  expect(await faultOf(room(url).fetch("/things"))).toMatchObject({ kind: "transient", status: 503 });
  expect(seen.length).toBe(4);
});

describe("an answer that is lost", () => {
  test("of a write that cannot be repeated is ambiguous, and the vendor saw it once", async () => {
    const { url, seen } = await vendor((_, __, request) => request.socket.destroy());
    expect(await faultOf(room(url).fetch("/things", { method: "POST", body: "{}" }))).toMatchObject({ kind: "ambiguous" });
    expect(seen.length).toBe(1);
  });

  test("of a read or an idempotent write is asked for again", async () => {
    for (const [path, method] of [
      ["/things", "GET"],
      ["/things/1", "PUT"],
    ] as const) {
      const { url, seen } = await vendor((_, response, request, i) => (i === 0 ? request.socket.destroy() : json(response, 200, ok)));
      expect((await room(url).fetch(path, { method })).status).toBe(200);
      expect(seen.length).toBe(2);
    }
  });

  test("again and again leaves a read transient, and an idempotent write ambiguous", async () => {
    const { url, seen } = await vendor((_, __, request) => request.socket.destroy());
    expect((await faultOf(room(url).fetch("/things"))).kind).toBe("transient");
    expect(seen.length).toBe(4);
    expect((await faultOf(room(url).fetch("/things/1", { method: "PUT" }))).kind).toBe("ambiguous");
    expect(seen.length).toBe(8);
  });

  test("of an idempotent write stays ambiguous where the next tries only find the vendor down", async () => {
    const { url } = await vendor((_, response, request, i) => (i === 0 ? request.socket.destroy() : json(response, 503, {})));
    expect((await faultOf(room(url).fetch("/things/1", { method: "PUT" }))).kind).toBe("ambiguous");
  });
});

test("a 5xx to a write that cannot be repeated is ambiguous at once, to an idempotent one transient after four tries", async () => {
  const { url, seen } = await vendor((_, response) => json(response, 500, {}));
  expect((await faultOf(room(url).fetch("/things", { method: "POST" }))).kind).toBe("ambiguous");
  expect(seen.length).toBe(1);
  expect((await faultOf(room(url).fetch("/things/1", { method: "PUT" }))).kind).toBe("transient");
  expect(seen.length).toBe(5);
});

test("JSON cut in half counts as lost: a read is repeated, a write that cannot be is ambiguous", async () => {
  const { url, seen } = await vendor((_, response, __, i) => {
    if (i === 1) return json(response, 200, ok);
    response.writeHead(200, { "content-type": "application/json" });
    response.end('{"ok": tr');
  });
  expect(await (await room(url).fetch("/things")).json()).toEqual(ok);
  expect((await faultOf(room(url).fetch("/things", { method: "POST" }))).kind).toBe("ambiguous");
  expect(seen.length).toBe(3);
});

test("an answer that ends before its announced length counts as lost", async () => {
  const { url, seen } = await vendor((_, response) => {
    response.writeHead(200, { "content-type": "text/plain", "content-length": "100" });
    response.write("half");
    setImmediate(() => response.destroy());
  });
  expect((await faultOf(room(url).fetch("/things", { method: "POST" }))).kind).toBe("ambiguous");
  expect(seen.length).toBe(1);
});

test("where nothing was sent even a write that cannot be repeated is tried again, and ends transient", async () => {
  let tries = 0;
  const refusing: typeof fetch = () => {
    tries += 1;
    return Promise.reject(
      new TypeError("fetch failed", { cause: Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }) }),
    );
  };
  expect((await faultOf(room("http://127.0.0.1:9", { fetch: refusing }).fetch("/things", { method: "POST" }))).kind).toBe("transient");
  expect(tries).toBe(4);
});

test("a port on which nobody listens is known to have received nothing", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  expect((await faultOf(room(`http://127.0.0.1:${port}`).fetch("/things", { method: "POST" }))).kind).toBe("transient");
});

test("a write that gets no answer in time is ambiguous, a read is repeated", async () => {
  for (const [method, kind, requests] of [
    ["POST", "ambiguous", 1],
    ["GET", "transient", 4],
  ] as const) {
    let http: ReturnType<typeof room> | null = null;
    const { url, seen } = await vendor(() => http!.clock.expire());
    http = room(url);
    const fault = await faultOf(http.fetch("/things", { method }));
    expect(fault).toMatchObject({ kind, message: expect.stringContaining("within 30 s") as string });
    expect(seen.length).toBe(requests);
  }
});

describe("a throttle", () => {
  test("is waited out for as long as the vendor says, writes included", async () => {
    const { url, seen } = await vendor((_, response, __, i) =>
      i === 0 ? json(response, 429, {}, { "retry-after": "7" }) : json(response, 200, ok),
    );
    const http = room(url);
    expect((await http.fetch("/things", { method: "POST" })).status).toBe(200);
    expect([seen.length, http.clock.elapsed()]).toEqual([2, 7000]);
    expect(http.waits).toEqual([{ app: "vendor", seconds: 7, why: expect.stringContaining("rate limit") as string }]);
  });

  test("that says a date, or a reset in epoch seconds by the vendor's clock, is understood", async () => {
    const date = "Mon, 02 Mar 2026 09:00:00 GMT";
    const at = Date.parse(date) / 1000;
    const cases = [
      [429, { date, "retry-after": "Mon, 02 Mar 2026 09:00:20 GMT" }, 20],
      [429, { date, "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(at + 30), "x-ratelimit-limit": "5000" }, 31],
      [429, { date, "x-rate-limit-remaining": "0", "x-rate-limit-reset": String(at + 10), "x-rate-limit-limit": "600" }, 11],
      [429, { date, "ratelimit-remaining": "0", "ratelimit-reset": "12", "ratelimit-limit": "600" }, 12],
      [429, { date, ratelimit: '"default";r=0;t=9' }, 9],
      [503, { date, "retry-after": "5" }, 5],
    ] as const;
    for (const [status, headers, seconds] of cases) {
      const { url } = await vendor((_, response, __, i) =>
        i === 0 ? json(response, status, {}, { ...headers }) : json(response, 200, ok),
      );
      const http = room(url);
      expect((await http.fetch("/things", { method: "POST" })).status).toBe(200);
      expect(http.clock.elapsed()).toBe(seconds * 1000);
    }
  });

  test("that the connector finds behind a 403 or inside a 200 is one, and never returned", async () => {
    const throttled = ({ body }: { body: unknown }) =>
      JSON.stringify(body).includes("slow down") ? ({ kind: "throttled", message: "slow down", retryAfter: 60 } as const) : null;
    for (const status of [403, 200]) {
      const { url, seen } = await vendor((_, response, __, i) =>
        json(response, i === 0 ? status : 200, i === 0 ? { message: "slow down" } : ok),
      );
      const http = room(url, { faultOf: throttled });
      expect(await (await http.fetch("/things")).json()).toEqual(ok);
      expect([seen.length, http.clock.elapsed()]).toEqual([2, 60_000]);
    }
  });

  test("that would take longer than fifteen minutes in all is told and not waited for", async () => {
    const { url, seen } = await vendor((_, response, __, i) => json(response, 429, {}, { "retry-after": i === 0 ? "600" : "301" }));
    const http = room(url);
    expect(await faultOf(http.fetch("/things"))).toMatchObject({ kind: "throttled", retryAfter: 301 });
    expect([seen.length, http.clock.elapsed()]).toEqual([2, 600_000]);
  });

  test("without a hint is waited out ever longer, and not for ever", async () => {
    const { url, seen } = await vendor((_, response) => json(response, 429, {}));
    const http = room(url);
    expect((await faultOf(http.fetch("/things"))).kind).toBe("throttled");
    expect(seen.length).toBeGreaterThan(8);
    expect(seen.length).toBeLessThanOrEqual(30);
    expect(http.clock.elapsed()).toBeLessThanOrEqual(15 * 60_000);
  });

  test("too long to wait for spares the vendor the next requests of its bucket, too", async () => {
    const { url, seen } = await vendor((_, response) => json(response, 429, {}, { "retry-after": "3600" }));
    const http = room(url);
    for (let n = 0; n < 3; n++) expect(await faultOf(http.fetch("/things"))).toMatchObject({ kind: "throttled", retryAfter: 3600 });
    expect([seen.length, http.clock.elapsed()]).toEqual([1, 0]);
  });

  test("holds back the other requests of its bucket", async () => {
    const times: number[] = [];
    const { url } = await vendor((_, response, __, i) => {
      times.push(http.clock.elapsed());
      if (i === 0) json(response, 429, {}, { "retry-after": "30" });
      else json(response, 200, ok);
    });
    const http = room(url, { manifest: { ...manifestOfOne() } });
    await Promise.all([http.fetch("/things"), http.fetch("/things"), http.fetch("/things")]);
    expect(times).toEqual([0, 30_000, 30_000, 30_000]);
  });
});

function manifestOfOne() {
  const rule = { name: "things", method: "GET", path: "/things", effect: "read", bucket: "api" } as const;
  return { hosts: [], timeout: 30, calls: [rule], buckets: { api: { units: 100, seconds: 60, concurrency: 1 } } };
}

test("a 401 is an auth fault and is not repeated; a 404, 409 and 422 are the connector's to judge", async () => {
  const { url, seen } = await vendor((request, response) => json(response, Number(request.url.slice(-3)), { message: "no" }));
  expect(await faultOf(room(url).fetch("/things/401"))).toMatchObject({ kind: "auth", status: 401 });
  expect(seen.length).toBe(1);
  for (const status of [403, 404, 409, 410, 412, 422]) expect((await room(url).fetch(`/things/${status}`)).status).toBe(status);
  expect((await faultOf(room(url).fetch("/things/501"))).kind).toBe("unsupported");
});

test("a connector that fails to judge the answer to a write leaves it ambiguous", async () => {
  const { url } = await vendor((_, response) => json(response, 200, ok));
  const http = room(url, {
    faultOf() {
      throw new TypeError("a defect");
    },
  });
  expect((await faultOf(http.fetch("/things", { method: "POST" }))).kind).toBe("ambiguous");
  expect((await faultOf(http.fetch("/things"))).kind).toBe("invalid");
});

describe("an interruption", () => {
  test("ends a wait with its reason", async () => {
    const stop = new AbortController();
    const { url, seen } = await vendor((_, response) => json(response, 429, {}, { "retry-after": "60" }));
    const http = room(url, { signal: stop.signal, onWait: () => stop.abort(new Error("stopped by a signal")) });
    await expect(http.fetch("/things", { method: "POST" })).rejects.toThrow("stopped by a signal");
    expect(seen.length).toBe(1);
  });

  test("of a write that is under way leaves it ambiguous", async () => {
    const stop = new AbortController();
    const { url, seen } = await vendor(() => stop.abort(new Error("stopped by a signal")));
    expect((await faultOf(room(url, { signal: stop.signal }).fetch("/things/1", { method: "PUT" }))).kind).toBe("ambiguous");
    expect(seen.length).toBe(1);
  });

  test("before anything is sent sends nothing", async () => {
    const { url, seen } = await vendor((_, response) => json(response, 200, ok));
    await expect(room(url).fetch("/things", { signal: AbortSignal.abort(new Error("too late")) })).rejects.toThrow("too late");
    expect(seen).toEqual([]);
  });
});
