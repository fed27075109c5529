/** After "too fast": how long until it is tried again, against the least that the vendor's limit allows. No time goes by but the clock's. */
import { describe, expect, test } from "vitest";
import { openRecovery } from "../../../src/io/http/recovery.ts";
import { json, room, vendor } from "./stage.ts";

interface Limit {
  /** Whether a request may pass at this instant (milliseconds); else the seconds to wait. */
  take(at: number): number;
}

/** Full at first; a refused request takes nothing. */
function tokenBucket(capacity: number, perSecond: number): Limit {
  let held = capacity;
  let last = 0;
  return {
    take(at) {
      held = Math.min(capacity, held + ((at - last) / 1000) * perSecond);
      last = at;
      if (held < 1 - 1e-6) return (1 - held) / perSecond;
      held -= 1;
      return 0;
    },
  };
}

/** So many in each window that begins with its first request. */
function window(units: number, seconds: number): Limit {
  let began = Number.NEGATIVE_INFINITY;
  let used = 0;
  return {
    take(at) {
      if (at - began >= seconds * 1000) [began, used] = [at, 0];
      if (used >= units) return (began + seconds * 1000 - at) / 1000;
      used += 1;
      return 0;
    },
  };
}

/** Sends `count` requests, `inFlight` at once, to a vendor with this limit: seconds that went by, refusals, failures. */
async function sent(limit: Limit, count: number, inFlight: number, retryAfter: boolean) {
  let refusals = 0;
  const { url } = await vendor((_, response) => {
    const wait = limit.take(http.clock.elapsed());
    if (wait === 0) return json(response, 200, {});
    refusals += 1;
    json(response, 429, {}, retryAfter ? { "retry-after": String(Math.ceil(wait)) } : {});
  });
  const http = room(url);
  let left = count;
  let failures = 0;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await http.fetch("/things").catch(() => (failures += 1));
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return { seconds: http.clock.elapsed() / 1000, refusals, failures };
}

const limits: readonly [string, () => Limit, number][] = [
  ["a bucket of 10, 2 a second", () => tokenBucket(10, 2), 145],
  ["a bucket of 1, 1 a second", () => tokenBucket(1, 1), 299],
  ["a bucket of 5, one in two seconds", () => tokenBucket(5, 0.5), 590],
  ["20 in each 10 seconds", () => window(20, 10), 140],
  ["100 in each minute", () => window(100, 60), 120],
];

describe.each([true, false])("a vendor that says how long to wait: %s", (retryAfter) => {
  test.each(limits)("%s: 300 requests take at most 1.15 times the least, and none fails", async (_, limit, floor) => {
    for (const inFlight of [1, 4]) {
      const { seconds, refusals, failures } = await sent(limit(), 300, inFlight, retryAfter);
      expect(failures).toBe(0);
      expect(seconds).toBeGreaterThanOrEqual(floor - 0.001);
      expect(seconds / floor).toBeLessThanOrEqual(1.15);
      // A dry bucket is asked by one, not by all that are in flight.
      expect(refusals).toBeLessThanOrEqual(2 * 300);
    }
  });
});

describe("what refusals teach", () => {
  const open = () => openRecovery(4, (n) => 1000 * 2 ** (n - 1));

  test("after one, a single request at a time, and more as requests pass", () => {
    const recovery = open();
    expect(recovery.most()).toBe(4);
    recovery.refused(10, 5, null);
    expect(recovery.most()).toBe(1);
    for (let i = 0; i < 30; i += 1) recovery.passed(2000 + i, 2000 + i);
    expect(recovery.most()).toBe(4);
  });

  test("those in flight with it are not counted again, and a longer word of the vendor's holds", () => {
    const recovery = open();
    expect(recovery.refused(10, 0, null)).toBe(1000);
    expect(recovery.refused(20, 0, null)).toBe(990);
    expect(recovery.refused(20, 0, 5000)).toBe(5000);
    expect(recovery.refused(5020, 5020, 2000)).toBe(2000);
  });

  test("what was in flight when another was refused does not teach that one may come again at once", () => {
    const recovery = open();
    recovery.passed(0, 0);
    recovery.refused(10, 5, null);
    recovery.passed(12, 5);
    expect(recovery.refused(1010, 1010, null)).toBeGreaterThan(500);
  });

  test("nothing known, the waits double; the end of a window that may have begun with the first request is tried", () => {
    const recovery = open();
    recovery.passed(0, 0);
    expect(recovery.refused(700, 700, null)).toBe(300); // one second from the first
    expect(recovery.refused(1000, 1000, null)).toBe(1000); // two seconds from it
    expect(recovery.refused(2000, 2000, null)).toBe(3000); // five
    const fresh = open();
    expect(fresh.refused(0, 0, null)).toBe(1000);
    expect(fresh.refused(1000, 1000, null)).toBe(1000);
  });

  test("known, the wait is halved until little is left open, and given up where the vendor has become slower", () => {
    const recovery = open();
    recovery.passed(0, 0);
    recovery.refused(1, 1, null);
    recovery.passed(1000, 1000);
    expect(recovery.refused(1001, 1001, null)).toBeLessThan(510);
    recovery.refused(1500, 1500, null);
    recovery.passed(2000, 2000);
    expect(recovery.refused(2001, 2001, null)).toBeGreaterThan(700);
    recovery.refused(2750, 2750, null);
    expect(recovery.refused(3000, 3000, null)).toBeGreaterThanOrEqual(1000);
  });
});

test("the same request does not meet the wall over and over: who was refused goes first", async () => {
  const refused = new Map<string, number>();
  const limit = tokenBucket(1, 1);
  const { url } = await vendor((seen, response) => {
    const wait = limit.take(http.clock.elapsed());
    if (wait === 0) return json(response, 200, {});
    refused.set(seen.url, (refused.get(seen.url) ?? 0) + 1);
    json(response, 429, {}, { "retry-after": String(Math.ceil(wait)) });
  });
  const http = room(url);
  await Promise.all(Array.from({ length: 60 }, (_, n) => http.fetch(`/things/${n}`)));
  expect(Math.max(...refused.values())).toBeLessThanOrEqual(3);
});
