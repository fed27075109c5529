/** What a full snapshot costs: requests against the least that the server's pages allow. Over the real HTTP room and the reader of real runs. */
import { describe, expect, onTestFinished, test } from "vitest";
import { openRoom } from "../../src/cli/kit-room.ts";
import { readSnapshot } from "../../src/io/engine/read/read-snapshot.ts";
import connector from "./connector.ts";
import type { Profile } from "./profile.ts";
import simulator from "./simulator.ts";
import { traitsOf } from "./simulator/traits.ts";
import { worldSchema } from "./simulator/world.ts";

const pages = (rows: number, size = 100): number => Math.max(1, Math.ceil(rows / size));

/** So many users, and so many groups with 20 of them each. */
const worldOf = (users: number, groups: number, server: Parameters<typeof traitsOf>[1]) =>
  worldSchema.parse({
    server: traitsOf("standard", server),
    users: Array.from({ length: users }, (_, i) => ({ id: `u${i}`, userName: `person-${i}` })),
    groups: Array.from({ length: groups }, (_, g) => ({
      id: `g${g}`,
      displayName: `Group ${g}`,
      members: users === 0 ? [] : Array.from({ length: Math.min(20, users) }, (_u, m) => ({ value: `u${(g * 7 + m) % users}` })),
    })),
  });

async function snapshotOf(users: number, groups: number, server: Parameters<typeof traitsOf>[1], own: Partial<Profile>) {
  const running = await simulator.start({ world: worldOf(users, groups, server), token: "t" });
  onTestFinished(async () => running.close());
  const { io, counts, redact } = openRoom({ connector, baseUrl: running.url, access: "read", token: "t", onLog() {} });
  const tenant = await connector.open(connector.config.parse({ server: own }), io);
  const snapshot = await readSnapshot({ app: "chat", tenant, concurrency: 4, calls: () => counts.read, redact });
  expect(snapshot.scopes.filter((s) => !s.complete)).toEqual([]);
  expect([snapshot.accounts.length, snapshot.groups.length]).toEqual([users, groups]);
  expect(snapshot.edges).toHaveLength(groups * Math.min(20, users));
  expect(running.seen).toHaveLength(snapshot.calls);
  return snapshot.calls;
}

const sizes = [
  [0, 0],
  [1, 0],
  [1, 1],
  [100, 100],
  [101, 101],
  [250, 3],
  [10_000, 300],
] as const;

/** The probe, which proves tenant and credential before the first list, is one request; every other one is a page that has to be read. */
const probe = 1;

describe.each(["index", "cursor"] as const)("a full snapshot by %s", (paging) => {
  test.each(sizes)("of %i users and %i groups, members in the list: the pages and the probe", async (users, groups) => {
    const least = pages(users) + pages(groups);
    const calls = await snapshotOf(users, groups, { paging }, { paging });
    expect(calls - probe).toBe(least);
    if (least >= 10) expect(calls / least).toBeLessThanOrEqual(1.1);
  });

  test.each(sizes)("of %i users and %i groups, members group by group: one request for each group", async (users, groups) => {
    const least = pages(users) + pages(groups) + groups;
    const calls = await snapshotOf(users, groups, { paging, members: "single" }, { paging, members: "group" });
    expect(calls - probe).toBe(least);
    if (least >= 10) expect(calls / least).toBeLessThanOrEqual(1.1);
  });

  // The simulator looks through every user for each group: the largest is smaller here.
  test.each([...sizes.slice(0, -1), [2_000, 60] as const])(
    "of %i users and %i groups, members by a filter on users: their pages for each group",
    async (users, groups) => {
      const least = pages(users) + pages(groups) + groups * pages(Math.min(20, users));
      const calls = await snapshotOf(users, groups, { paging, members: "nowhere" }, { paging, members: "filter" });
      expect(calls - probe).toBe(least);
      if (least >= 10) expect(calls / least).toBeLessThanOrEqual(1.1);
    },
  );

  test("a server of small pages: as many as it has, whatever was asked for", async () => {
    const calls = await snapshotOf(1_000, 30, { paging, pageCap: 20 }, { paging });
    expect(calls - probe).toBe(pages(1_000, 20) + pages(30, 20));
    expect(calls / (pages(1_000, 20) + pages(30, 20))).toBeLessThanOrEqual(1.1);
  });
});
