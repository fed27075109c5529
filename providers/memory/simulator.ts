/** Memory, simulated: the whole vendor as an HTTP server on the loopback interface. */
import { z } from "zod";
import type { Census, Simulator } from "../../src/connector/index.ts";
import { type Exchange, type Reply, serve } from "../../src/connector/simulation/serve.ts";
import { manifest, pageSize } from "./manifest.ts";
import { openListView } from "./simulator/lists.ts";
import { openRateLimit } from "./simulator/rate-limit.ts";
import { Refusal } from "./simulator/refusal.ts";
import { answer, type Office } from "./simulator/routes.ts";
import { fromCensus, toCensus, type World, worldSchema } from "./simulator/world.ts";

const simulator: Simulator<World> = {
  schema: worldSchema,
  fromCensus,
  settings: {},

  async start(options) {
    let office = openOffice(structuredClone(options.world ?? worldSchema.parse({})));
    let requests = 0;
    const limit = options.rateLimit ? openRateLimit(manifest.buckets["api"]!, options.now ?? (() => new Date())) : null;

    function openOffice(world: World): Office {
      return { world, lists: openListView(world, options.lag ?? 0), keys: new Map() };
    }
    function accepted({ headers }: Exchange): boolean {
      const given = /^Bearer (\S+)$/.exec(headers["authorization"] ?? "")?.[1];
      return given !== undefined && (options.token === undefined || given === options.token);
    }
    function respond(exchange: Exchange): Reply {
      try {
        if (!accepted(exchange)) throw new Refusal(401, "unauthorized", "No such token");
        const wait = limit?.take() ?? 0;
        return wait > 0 ? tooFast(wait) : answer(office, exchange);
      } catch (error) {
        if (error instanceof Refusal) return error.toReply();
        throw error;
      }
    }
    const withRequestId = (reply: Reply): Reply => {
      requests += 1;
      return { ...reply, headers: { "x-request-id": `req-${String(requests).padStart(6, "0")}`, ...reply.headers } };
    };
    const load = (world: World): void => {
      office = openOffice(worldSchema.parse(structuredClone(world)));
    };

    const handle = await serve(
      {
        respond: (exchange) => withRequestId(respond(exchange)),
        throttle: () => withRequestId(tooFast(2)),
        mutates: (exchange) => exchange.method !== "GET" && exchange.method !== "HEAD",
      },
      {
        ...(options.port === undefined ? {} : { port: options.port }),
        ...(options.latency === undefined ? {} : { latency: options.latency }),
        admin: {
          world: () => office.world,
          load: (world) => load(world as World),
          schema: () => z.toJSONSchema(worldSchema, { io: "input" }),
        },
      },
    );
    return {
      url: handle.url,
      world: () => structuredClone(office.world),
      load,
      census: () => toCensus(office.world),
      get seen() {
        return handle.seen;
      },
      forget: () => handle.forget(),
      plant: (fault) => handle.plant(fault),
      get unfired() {
        return handle.unfired;
      },
      onWrite: (hook) => handle.onWrite(hook),
      close: () => handle.close(),
    };
  },

  /** Lists of accounts and of spaces have a first page even when they are empty; that of spaces holds each one's first page of members. */
  minimumReads(census: Census): number {
    const pages = (rows: number): number => Math.max(1, Math.ceil(rows / pageSize));
    const continued = census.groups.reduce((sum, g) => sum + pages(g.members.length) - 1, 0);
    return pages(census.accounts.length) + pages(census.groups.length) + continued;
  },

  rename(running, id, login) {
    const world = running.world();
    const account = world.accounts.find((a) => a.id === id);
    if (!account) throw new Error(`No account ${id} in this world`);
    account.login = login;
    if (account.email !== null) account.email = `${login}@${account.email.slice(account.email.lastIndexOf("@") + 1)}`;
    running.load(world);
  },

  /** Memory makes accounts at once: there is never an invitation to accept. */
  acceptInvitations() {},
};

const tooFast = (seconds: number): Reply => ({
  status: 429,
  headers: { "retry-after": String(seconds) },
  body: { error: { code: "too_fast", message: `Wait ${seconds} s` } },
});

export default simulator;
