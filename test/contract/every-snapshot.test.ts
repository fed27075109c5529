import { describe, expect, test } from "vitest";
import type { Census } from "../../src/connector/index.ts";
import { readSnapshot } from "../../src/io/engine/read/read-snapshot.ts";
import { openRoom } from "../../src/cli/kit-room.ts";
import { connectorNames, targetOf } from "./targets.ts";

const token = "snapshot-token-8fK2";
const targets = await Promise.all(connectorNames.map(async (name) => [name, await targetOf(name)] as const));

/** The kit drives connectors by itself; this is the driver of real runs, over the real HTTP room. */
describe.each(targets.flatMap(([name, t]) => (t.simulator ? [[name, t.connector, t.simulator] as const] : [])))(
  "the snapshot reader on %s",
  (name, connector, simulator) => {
    const group = connector.manifest.entitlements.find((k) => k.group)!;
    const prefix = group.example.slice(0, group.example.lastIndexOf("/") + 1);
    const accounts = Array.from({ length: 260 }, (_, i) => ({
      id: String(5001 + i),
      login: `person-${i}`,
      email: `person-${i}@acme.example`,
      status: "active" as const,
      ...(i === 0 ? { admin: true as const } : {}),
    }));
    const census: Census = {
      accounts,
      groups: [
        {
          entitlement: `${prefix}all`,
          members: accounts.map((a) => ({ id: a.id, ...(group.levels.at(-1) ? { level: group.levels.at(-1)! } : {}) })),
        },
        { entitlement: `${prefix}none`, members: [] },
      ],
    };

    test("reads everything, complete, side by side, within the budget", async () => {
      const running = await simulator.start({ world: simulator.fromCensus(census, simulator.settings), token });
      try {
        const { io, counts, redact } = openRoom({ connector, baseUrl: running.url, access: "read", token, onLog() {} });
        const tenant = await connector.open(connector.config.parse(simulator.settings), io);
        const snapshot = await readSnapshot({ app: name, tenant, concurrency: 4, calls: () => counts.read, redact });
        expect(snapshot.failure).toBeUndefined();
        expect(snapshot.scopes.filter((s) => !s.complete)).toEqual([]);
        const seen = running.census();
        expect(snapshot.accounts.map((a) => a.ref.id).sort()).toEqual(seen.accounts.map((a) => a.id).sort());
        expect(snapshot.groups.map((g) => g.entitlement).sort()).toEqual(seen.groups.map((g) => g.entitlement).sort());
        const all = seen.groups.find((g) => g.entitlement === `${prefix}all`)!;
        expect(snapshot.edges.filter((e) => e.entitlement === `${prefix}all`)).toHaveLength(all.members.length);
        expect(snapshot.calls).toBe(running.seen.length);
        expect(snapshot.calls).toBeLessThanOrEqual(2 + Math.ceil(1.1 * simulator.minimumReads(seen)));
      } finally {
        await running.close();
      }
    });

    test("a list that stops in the middle is incomplete with the reason, and what was seen stays", async () => {
      const running = await simulator.start({ world: simulator.fromCensus(census, simulator.settings), token });
      try {
        const { io, counts, redact } = openRoom({ connector, baseUrl: running.url, access: "read", token, onLog() {} });
        const tenant = await connector.open(connector.config.parse(simulator.settings), io);
        const { seen } = running;
        await tenant.probe();
        const probes = seen.length;
        // The probe of the reader, then one page, then nothing but refusals.
        running.plant({ skip: probes + 1, times: 1000, kind: { answer: 403, body: { message: `no ${token}` } } });
        const snapshot = await readSnapshot({ app: name, tenant, concurrency: 1, calls: () => counts.read, redact });
        expect(snapshot.accounts.length).toBeGreaterThan(0);
        const unread = snapshot.scopes.filter((s) => !s.complete);
        expect(unread.map((s) => s.covers)).toContain("accounts");
        for (const scope of unread) expect(scope.reason).toBeTruthy();
        expect(JSON.stringify(snapshot)).not.toContain(token);
      } finally {
        await running.close();
      }
    });
  },
);
