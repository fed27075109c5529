/** For the tests of this folder: a little GitHub, running, with the connector or a plain client in front of it. */
import type { Call, Io, MatchKey, Outcome, RunningSimulator, SimulatorOptions, Tenant } from "../../../src/connector/index.ts";
import { FaultError, faultOfStatus } from "../../../src/connector/index.ts";
import connector from "../connector.ts";
import simulator from "../simulator.ts";
import type { World } from "./world.ts";
import { world as schema } from "./world.ts";
import type { Conforming } from "../spec/conform.ts";
import { conforming } from "../spec/conform.ts";

export const ids = { automation: 1, ada: 11, grace: 12, bob: 13, carol: 14, dora: 15, outsider: 20, stranger: 30, twin: 31 } as const;
export const monday = "2026-03-02T09:00:00Z";

/** Acme: two owners, three members, one outside collaborator, two strangers; infra with a nested dba, and a secret team. */
export function acme(change?: (world: World) => void): World {
  const world = schema.parse({
    users: [
      { id: ids.automation, login: "acme-bot" },
      { id: ids.ada, login: "AdaLove", name: "Ada Lovelace", email: "ada@private.example", verifiedEmails: ["ada@acme.example"] },
      { id: ids.grace, login: "gracehop", name: "Grace Hopper" },
      { id: ids.bob, login: "bob" },
      { id: ids.carol, login: "carol" },
      { id: ids.dora, login: "dora" },
      { id: ids.outsider, login: "outie" },
      { id: ids.stranger, login: "stranger" },
      { id: ids.twin, login: "stranger-twin" },
    ],
    organizations: [
      {
        id: 100,
        login: "acme",
        name: "Acme",
        verifiedDomains: ["acme.example"],
        members: [
          { user: ids.automation, role: "admin" },
          { user: ids.ada },
          { user: ids.grace, role: "admin" },
          { user: ids.bob },
          { user: ids.carol },
        ],
        outside: [ids.outsider],
        teams: [
          {
            id: 201,
            slug: "infra",
            name: "infra",
            members: [{ user: ids.ada, role: "maintainer" }, { user: ids.grace }, { user: ids.bob }],
          },
          { id: 202, slug: "dba", name: "dba", parent: 201, members: [{ user: ids.carol }] },
          { id: 203, slug: "board", name: "board", privacy: "secret", members: [{ user: ids.bob }] },
          { id: 204, slug: "synced", name: "synced", synced: true, members: [{ user: ids.bob }] },
        ],
      },
    ],
    automation: ids.automation,
  });
  change?.(world);
  return world;
}

export interface Stage extends Conforming {
  readonly github: RunningSimulator<World>;
  readonly tenant: Tenant;
  /** Moves the simulator's clock. */
  advance(seconds: number): void;
  perform(call: Call): Promise<Outcome>;
  find(key: MatchKey): Promise<unknown>;
  /** Closes, and answers what was not as GitHub publishes it. */
  close(): Promise<readonly string[]>;
}

type StageOptions = Pick<SimulatorOptions<World>, "lag" | "rateLimit"> & { readonly token?: string };

export async function stage(world: World = acme(), { token = "right", ...options }: StageOptions = {}): Promise<Stage> {
  let time = Date.parse(monday);
  const now = (): Date => new Date(time);
  const github = await simulator.start({ world, token: "right", now, ...options });
  const spec = conforming();
  const tenant = await connector.open({ organization: "acme" }, openIo(github.url, spec.fetch, token, now));
  return {
    ...spec,
    github,
    tenant,
    advance: (seconds) => void (time += seconds * 1000),
    perform: async (call) => (await tenant.perform([call]))[0]!,
    find: (key) => tenant.find([key]),
    close: async () => {
      await github.close();
      return spec.breaches;
    },
  };
}

/** What the HTTP room does to answers, and nothing of its patience: no request is repeated. */
function openIo(baseUrl: string, fetch: typeof globalThis.fetch, token: string, now: () => Date): Io {
  return {
    baseUrl,
    now,
    register: [],
    log: () => undefined,
    secret: () => Promise.reject(new Error("the connector never handles the token")),
    fetch: async (input, init) => {
      const headers = new Headers(init?.headers);
      if (headers.has("authorization")) throw new Error("the connector must leave signing to the HTTP room");
      headers.set("authorization", `Bearer ${token}`);
      const response = await fetch(input, { ...init, headers });
      const body: unknown = await response
        .clone()
        .json()
        .catch(() => undefined);
      const fault = connector.faultOf!({ status: response.status, headers: response.headers, body });
      const plain = [401, 408, 429].includes(response.status) || response.status >= 500 ? faultOfStatus(response.status, "planted") : null;
      if (fault ?? plain) throw new FaultError((fault ?? plain)!);
      return response;
    },
  };
}

/** Everything the tenant's lists say, without paging rules: each scope once, in order. */
export async function readEverything(tenant: Tenant) {
  const queue = [...tenant.roots()];
  const accounts = new Map<string, NonNullable<Awaited<ReturnType<Tenant["read"]>>["accounts"]>[number]>();
  const edges: string[] = [];
  const verdicts = new Map<string, boolean>();
  const groups: string[] = [];
  for (let next = queue.shift(); next; next = queue.shift()) {
    if (next.cursor === undefined && verdicts.has(next.scope.id)) continue;
    const page = await tenant.read(next.scope, next.cursor);
    for (const a of page.accounts ?? []) accounts.set(`${a.ref.kind}/${a.ref.id}`, a);
    for (const e of page.edges ?? []) edges.push(`${e.account.id} ${e.entitlement}${e.level === undefined ? "" : `:${e.level}`}`);
    for (const g of page.groups ?? []) groups.push(g.parent === undefined ? g.entitlement : `${g.entitlement} in ${g.parent}`);
    for (const v of page.closes ?? []) verdicts.set(v.scope, v.complete);
    queue.push(...(page.opens ?? []));
    if (page.next !== undefined) queue.unshift({ scope: next.scope, cursor: page.next });
  }
  return { accounts, edges: edges.sort(), groups: groups.sort(), verdicts };
}
