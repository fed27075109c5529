/** A server that gives requests out of a bucket, with and without Retry-After: what a snapshot and 500 writes take, against the bucket's own least. */
import { expect, onTestFinished, test } from "vitest";
import { type VirtualClock, virtualClock } from "../../test/io/http/virtual-clock.ts";
import { readSnapshot } from "../../src/io/engine/read/read-snapshot.ts";
import { openHttp } from "../../src/io/http/http.ts";
import { createRedactor } from "../../src/io/http/redact.ts";
import type { RunningSimulator, Tenant } from "../../src/connector/index.ts";
import connector from "./connector.ts";
import simulator from "./simulator.ts";
import { traitsOf } from "./simulator/traits.ts";
import { type World, worldSchema } from "./simulator/world.ts";

interface Bucket {
  readonly capacity: number;
  readonly perSecond: number;
}
interface Stage {
  readonly tenant: Tenant;
  readonly running: RunningSimulator<World>;
  readonly clock: VirtualClock;
  calls(): number;
}

async function stage(users: number, bucket: Bucket, retryAfter: boolean): Promise<Stage> {
  const clock = virtualClock();
  const world = worldSchema.parse({
    server: traitsOf("standard", { bucket, retryAfter }),
    users: Array.from({ length: users }, (_, i) => ({ id: `u${i}`, userName: `person-${i}` })),
    groups: Array.from({ length: 300 }, (_, g) => ({ id: `g${g}`, displayName: `Group ${g}`, members: [{ value: `u${g}` }] })),
  });
  const running = await simulator.start({ world, token: "t", now: () => clock.now() });
  onTestFinished(async () => running.close());
  const { fetch, counts } = openHttp({
    manifest: connector.manifest,
    app: "chat",
    baseUrl: running.url,
    access: "write",
    secrets: { get: async () => "t" },
    clock,
    redactor: createRedactor(),
    extraHosts: [new URL(running.url).host],
    fetch: clock.transport(),
    faultOf: connector.faultOf!,
  });
  const io = { fetch, baseUrl: running.url, secret: async () => "t", log: () => undefined, now: () => clock.now(), register: [] };
  return { tenant: await connector.open({}, io), running, clock, calls: () => counts.read + counts.write };
}

/** Seconds that the bucket needs to give so many requests. */
const least = (requests: number, { capacity, perSecond }: Bucket): number => Math.max(0, requests - capacity) / perSecond;
const passed = ({ running }: Stage): number => running.seen.filter((r) => r.status < 400).length;
const ratio = (s: Stage, bucket: Bucket): number => s.clock.elapsed() / 1000 / least(passed(s), bucket);

const buckets: readonly Bucket[] = [
  { capacity: 10, perSecond: 2 },
  { capacity: 1, perSecond: 1 },
  { capacity: 50, perSecond: 4 },
  { capacity: 20, perSecond: 10 },
];

for (const retryAfter of [true, false])
  for (const bucket of buckets) {
    const name = `a bucket of ${bucket.capacity}, ${bucket.perSecond} a second, ${retryAfter ? "with" : "without"} Retry-After`;

    test(`${name}: a snapshot of 10,000 users and 300 groups is whole and takes at most 1.15 times the least`, async () => {
      const s = await stage(10_000, bucket, retryAfter);
      const snapshot = await readSnapshot({ app: "chat", tenant: s.tenant, concurrency: 4, calls: s.calls, redact: (t) => t });
      expect(snapshot.scopes.filter((scope) => !scope.complete)).toEqual([]);
      expect([snapshot.accounts.length, snapshot.groups.length]).toEqual([10_000, 300]);
      expect(passed(s)).toBe(104);
      expect(ratio(s, bucket)).toBeLessThanOrEqual(1.15);
    });

    test(`${name}: 500 stops are all done and take at most 1.15 times the least`, async () => {
      const s = await stage(500, bucket, retryAfter);
      const queue = s.running.world().users.map((u) => u.id);
      const statuses = new Set<string>();
      // As many at once as the executor has in flight.
      const worker = async (): Promise<void> => {
        for (let id = queue.shift(); id !== undefined; id = queue.shift())
          statuses.add((await s.tenant.perform([{ verb: "suspend", ref: { kind: "user", id } }]))[0]!.status);
      };
      await Promise.all(Array.from({ length: connector.manifest.concurrency }, worker));
      expect([...statuses]).toEqual(["done"]);
      expect(s.running.world().users.filter((u) => u.active)).toEqual([]);
      expect(passed(s)).toBe(500);
      expect(ratio(s, bucket)).toBeLessThanOrEqual(1.15);
    });
  }
