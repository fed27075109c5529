/** The connector in the real HTTP room, against the simulator with its limits on. */
import { afterEach, expect, test } from "vitest";
import type { Call, RunningSimulator, Tenant } from "../../src/connector/index.ts";
import type { Clock } from "../../src/io/http/clock.ts";
import type { Http } from "../../src/io/http/http.ts";
import { openHttp } from "../../src/io/http/http.ts";
import { createRedactor } from "../../src/io/http/redact.ts";
import connector from "./connector.ts";
import { faultOf } from "./fault.ts";
import simulator from "./simulator.ts";
import { acme, ids, monday, readEverything } from "./simulator/stage.ts";
import type { World } from "./simulator/world.ts";

let running: RunningSimulator<World>[] = [];
afterEach(async () => {
  const all = running;
  running = [];
  for (const github of all) await github.close();
});

interface Scene {
  readonly github: RunningSimulator<World>;
  readonly tenant: Tenant;
  readonly room: Http;
  /** Seconds waited so far, none of them real. */
  elapsed(): number;
}

async function scene(access: "read" | "write", world = acme()): Promise<Scene> {
  let time = Date.parse(monday);
  const clock: Clock = {
    now: () => new Date(time),
    sleep: (milliseconds) => {
      time += milliseconds;
      return Promise.resolve();
    },
    after: () => () => undefined,
  };
  const github = await simulator.start({ world, token: "right", rateLimit: true, now: clock.now });
  running.push(github);
  const { manifest } = connector;
  const room = openHttp({
    manifest,
    baseUrl: github.url,
    access,
    clock,
    faultOf,
    redactor: createRedactor(),
    secrets: { get: () => Promise.resolve("right") },
    app: "github",
    extraHosts: [new URL(github.url).host],
  });
  const io = {
    ...room,
    baseUrl: github.url,
    now: clock.now,
    log: () => undefined,
    register: [],
    secret: () => Promise.reject(new Error("no secret")),
  };
  const tenant = await connector.open({ organization: "acme" }, { ...io, fetch: (input, init) => room.fetch(input, init) });
  return { github, tenant, room, elapsed: () => (time - Date.parse(monday)) / 1000 };
}

const grant = (id: number, login: string, slug: string): Call => ({
  verb: "grant",
  ref: { kind: "user", id: String(id) },
  login,
  target: { name: `team/${slug}` },
  level: "member",
});

test("200 grants keep to GitHub's limits without ever meeting them, and without dawdling", async () => {
  const s = await scene(
    "write",
    acme((w) => {
      for (let n = 0; n < 200; n += 1) {
        w.users.push({ id: 5000 + n, login: `many-${n}`, name: null, email: null, verifiedEmails: [], createdAt: monday });
        w.organizations[0]!.members.push({ user: 5000 + n, role: "member" });
      }
    }),
  );
  for (let n = 0; n < 200; n += 1) {
    expect(await s.tenant.perform([grant(5000 + n, `many-${n}`, "dba")])).toMatchObject([{ status: "done" }]);
  }
  expect(s.github.seen.filter((r) => r.status >= 400)).toEqual([]);
  expect(s.room.counts).toEqual({ read: 200, write: 200 });
  // 80 a minute: 200 take two minutes after the first 80.
  expect(s.elapsed()).toBeLessThan(190);
});

test("a preview reads everything and cannot write", async () => {
  const s = await scene("read");
  const { accounts, verdicts } = await readEverything(s.tenant);
  expect([accounts.size, [...verdicts.values()].every(Boolean)]).toEqual([6, true]);
  for (const call of [
    grant(ids.bob, "bob", "dba"),
    { verb: "delete", ref: { kind: "user", id: String(ids.bob) } },
    { verb: "create", key: "k", name: "S", login: "stranger", attributes: {}, grants: [] },
    { verb: "createGroup", key: "k", name: "team/new" },
  ] satisfies Call[]) {
    expect(await s.tenant.perform([call])).toMatchObject([{ status: "failed", fault: { kind: "refused" } }]);
  }
  expect(s.github.seen.filter((r) => r.mutating)).toEqual([]);
  expect(s.room.counts.write).toBe(0);
});

test("lost answers, outages, cut answers and both kinds of throttle end in one membership and a whole list", async () => {
  const s = await scene("write");
  s.github.plant({ method: "PUT", match: "memberships/stranger", kind: "lose-answer" });
  s.github.plant({ match: "query Members", kind: "throttle" });
  s.github.plant({ match: "query Members", kind: { answer: 502 } });
  s.github.plant({ match: "query Teams", kind: "truncate" });
  s.github.plant({ match: "outside_collaborators", kind: "throttle" });
  expect(await s.tenant.perform([{ verb: "create", key: "k", name: "S", login: "stranger", attributes: {}, grants: [] }])).toMatchObject([
    { status: "invited", ref: { kind: "user", id: "30" } },
  ]);
  expect(s.github.world().organizations[0]!.invitations.length).toBe(1);
  const { accounts, verdicts } = await readEverything(s.tenant);
  expect([accounts.size, [...verdicts.values()].every(Boolean)]).toEqual([7, true]);
  expect(s.github.unfired).toEqual([]);
});
