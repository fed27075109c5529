/** SCIM servers, simulated: one HTTP server on the loopback interface that behaves as `world.server` says. */
import { z } from "zod";
import type { Census, Simulator } from "../../src/connector/index.ts";
import { type Exchange, type Reply, serve } from "../../src/connector/simulation/serve.ts";
import { manifest } from "./manifest.ts";
import { openListView } from "./simulator/lists.ts";
import { openRateLimit, openTokenBucket, type RateLimit } from "./simulator/rate-limit.ts";
import { Refusal } from "./simulator/refusal.ts";
import { answer, type Office } from "./simulator/routes.ts";
import { fromCensus, toCensus, type World, worldSchema } from "./simulator/world.ts";

const simulator: Simulator<World> = {
  schema: worldSchema,
  fromCensus,
  settings: { profile: "standard", server: { addresses: "managed" } },

  async start(options) {
    let office = openOffice(worldSchema.parse(structuredClone(options.world ?? {})));
    let requests = 0;
    const now = options.now ?? (() => new Date());
    let limit = limitOf(office.world);

    function openOffice(world: World): Office {
      return { world, lists: openListView(world, options.lag ?? 0) };
    }
    function limitOf({ server }: World): RateLimit | null {
      if (server.bucket) return openTokenBucket(server.bucket, now);
      return options.rateLimit ? openRateLimit(manifest.buckets["scim"]!, now) : null;
    }
    function accepted({ headers }: Exchange): boolean {
      const given = /^Bearer (\S+)$/.exec(headers["authorization"] ?? "")?.[1];
      return given !== undefined && (options.token === undefined || given === options.token);
    }
    function respond(exchange: Exchange): Reply {
      try {
        if (!accepted(exchange)) throw new Refusal(401, "No such token");
        const wait = limit?.take() ?? 0;
        return wait > 0 ? tooFast(wait) : answer(office, exchange);
      } catch (error) {
        if (error instanceof Refusal) return error.toReply();
        throw error;
      }
    }
    const tooFast = (seconds: number): Reply => ({
      ...new Refusal(429, "Too many requests").toReply(),
      headers: office.world.server.retryAfter ? { "retry-after": String(seconds) } : {},
    });
    const inFull = (reply: Reply): Reply => {
      requests += 1;
      const type = reply.body === undefined ? {} : { "content-type": "application/scim+json; charset=utf-8" };
      return { ...reply, headers: { "x-request-id": `scim-${String(requests).padStart(6, "0")}`, ...type, ...reply.headers } };
    };
    const load = (world: World): void => {
      office = openOffice(worldSchema.parse(structuredClone(world)));
      limit = limitOf(office.world);
    };

    const handle = await serve(
      {
        respond: (exchange) => inFull(respond(exchange)),
        throttle: () => inFull(tooFast(2)),
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

  /** Pages of the standard server; both lists have a first page even when they are empty, and groups come with their members. */
  minimumReads(census: Census): number {
    const pages = (rows: number, size: number): number => Math.max(1, Math.ceil(rows / size));
    return pages(census.accounts.length, manifest.pageSizes["users"]!) + pages(census.groups.length, manifest.pageSizes["groups"]!);
  },

  rename(running, id, login) {
    const world = running.world();
    const user = world.users.find((u) => u.id === id);
    if (!user) throw new Error(`No user ${id} in this world`);
    user.userName = login;
    user.emails = user.emails.map((e) => ({ ...e, value: `${login}@${e.value.slice(e.value.lastIndexOf("@") + 1)}` }));
    running.load(world);
  },

  /** SCIM makes accounts at once: there is never an invitation to accept. */
  acceptInvitations() {},
};

export default simulator;
