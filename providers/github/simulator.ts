/** A stateful GitHub on the loopback interface: REST and GraphQL over one world of users and organisations. See README.md. */
import type { Census, RunningSimulator, Simulator, SimulatorOptions } from "../../src/connector/index.ts";
import { serve } from "../../src/connector/simulation/serve.ts";
import { pageSizes } from "./manifest.ts";
import { automationOf, fromCensus, toCensus } from "./simulator/census.ts";
import type { Hosting } from "./simulator/hosting.ts";
import { openHosting } from "./simulator/hosting.ts";
import { accept } from "./simulator/membership.ts";
import { openReplica } from "./simulator/replica.ts";
import { vendor } from "./simulator/server.ts";
import type { Organization, User, World } from "./simulator/world.ts";
import { dated, takeId, userById, world as schema } from "./simulator/world.ts";
import { z } from "zod";

const settings = { organization: "acme" } as const;

export interface RunningGitHub extends RunningSimulator<World> {
  /** Pushes, forks and merges that come by no API. */
  readonly hosting: Hosting;
}

interface GitHub extends Simulator<World> {
  start(options: SimulatorOptions<World>): Promise<RunningGitHub>;
}

const simulator: GitHub = {
  schema,
  settings,
  fromCensus: (census, given) =>
    fromCensus(census, typeof given["organization"] === "string" ? given["organization"] : settings.organization),
  minimumReads,
  async start(options) {
    const now = options.now ?? (() => new Date());
    const read = (world: unknown): World => dated(schema.parse(structuredClone(world)), now());
    const replica = openReplica(read(options.world ?? {}), options.lag ?? 0);
    const load = (world: unknown): void => replica.load(read(world));
    const server = await serve(
      vendor({ replica, rateLimit: options.rateLimit ?? false, now, ...(options.token === undefined ? {} : { token: options.token }) }),
      {
        ...(options.port === undefined ? {} : { port: options.port }),
        ...(options.latency === undefined ? {} : { latency: options.latency }),
        admin: { world: () => replica.live, load, schema: () => z.toJSONSchema(schema, { io: "input" }) },
      },
    );
    return {
      url: server.url,
      get seen() {
        return server.seen;
      },
      forget: server.forget,
      plant: server.plant,
      get unfired() {
        return server.unfired;
      },
      onWrite: server.onWrite,
      close: server.close,
      world: () => structuredClone(replica.live),
      hosting: openHosting(replica, now),
      load,
      census: () => {
        const first = replica.live.organizations[0];
        return first ? toCensus(replica.live, first) : { accounts: [], groups: [] };
      },
    };
  },
  rename(running, id, login) {
    const world = running.world();
    const who = userById(world, Number(id));
    if (!who) throw new Error(`There is no user ${id}.`);
    for (const o of world.organizations) {
      for (const identity of o.saml?.identities ?? []) if (identity.user === who.id) identity.nameId = `${login}@renamed.example`;
    }
    who.login = login;
    running.load(world);
  },
  acceptInvitations(running) {
    const world = running.world();
    for (const o of world.organizations) {
      for (const open of o.invitations.filter((i) => i.failedAt === null)) accept(o, open, invitee(world, o, open.user, open.email));
    }
    running.load(world);
  },
};

export default simulator;

/** The invited user; for an address, the user it is the work identity of, or a newcomer. */
function invitee(world: World, o: Organization, id: number | null, email: string | null): User {
  const known = userById(world, id) ?? userById(world, o.saml?.identities.find((i) => i.nameId === email)?.user ?? null);
  if (known) return known;
  const made: User = {
    id: takeId(world),
    login: `newcomer-${world.nextId}`,
    name: null,
    email: null,
    verifiedEmails: email === null ? [] : [email],
    createdAt: new Date(0).toISOString(),
  };
  world.users.push(made);
  return made;
}

/** Members (twice with single sign-on: their identities are a list of their own), teams, long teams, and three lists of others. */
function minimumReads(census: Census): number {
  const pages = (rows: number, size: number): number => Math.max(1, Math.ceil(rows / size));
  const active = census.accounts.filter((a) => a.status === "active").length + (automationOf(census) === null ? 1 : 0);
  const pending = census.accounts.filter((a) => a.status === "pending").length;
  const identities = census.accounts.some((a) => a.email !== undefined) ? 2 : 1;
  const long = census.groups.reduce((sum, g) => sum + pages(g.members.length, pageSizes["team members"]) - 1, 0);
  return (
    pages(active, pageSizes.members) * identities +
    pages(census.groups.length, pageSizes.teams) +
    long +
    2 +
    pages(pending, pageSizes.invitations) +
    // Invitations name no ids: the users behind a page of them are one more question.
    Math.ceil(pending / pageSizes.invitations)
  );
}
