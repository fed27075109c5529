/** The simulated GitHub: credentials, limits, and the way of a request to its route. */
import { createHash } from "node:crypto";
import type { Exchange, Reply, VendorServer } from "../../../src/connector/simulation/serve.ts";
import { botOf } from "./app.ts";
import { answerGraphql, prepare } from "./graphql/execute.ts";
import { expireInvitations } from "./membership.ts";
import type { Rates } from "./rate.ts";
import { graphqlLimit, openRates, secondaryLimit } from "./rate.ts";
import { Refusal } from "./refusal.ts";
import type { Replica } from "./replica.ts";
import { invitationRoutes } from "./rest/invitation.ts";
import { organizationRoutes } from "./rest/organization.ts";
import { match } from "./rest/route.ts";
import { repositoryRoutes } from "./rest/repository/repository.ts";
import { teamRoutes } from "./rest/team.ts";
import { userRoutes } from "./rest/user.ts";
import type { User, World } from "./world.ts";
import { userById, userByLogin } from "./world.ts";

const routes = [...userRoutes, ...organizationRoutes, ...invitationRoutes, ...teamRoutes, ...repositoryRoutes];

export interface VendorOptions {
  readonly replica: Replica;
  readonly rateLimit: boolean;
  readonly token?: string;
  now(): Date;
}

export function vendor(options: VendorOptions): VendorServer {
  const { replica, now } = options;
  const rates = openRates(options.rateLimit, now);
  let count = 0;

  const common = (exchange: Exchange, viewer: User | null): Record<string, string> => {
    count += 1;
    const stamp = createHash("sha256").update(`${exchange.method} ${exchange.path} ${count}`).digest("hex").slice(0, 20).toUpperCase();
    return {
      "x-github-request-id": `${stamp.slice(0, 4)}:${stamp.slice(4)}`,
      "x-github-media-type": "github.v3; format=json",
      "x-github-api-version-selected": exchange.headers["x-github-api-version"] ?? "2022-11-28",
      date: now().toUTCString(),
      ...(viewer?.scopes ? { "x-oauth-scopes": viewer.scopes.join(", "), "x-accepted-oauth-scopes": "repo" } : {}),
      ...(viewer ? rates.headers(exchange, viewer.id) : {}),
    };
  };

  const respond = async (exchange: Exchange): Promise<Reply> => {
    if (expireInvitations(replica.live, now())) replica.committed();
    const viewer = viewerOf(replica.live, exchange, options.token);
    const reply = "status" in viewer ? viewer : await admitted(exchange, viewer, replica, rates, now());
    return { ...reply, headers: { ...common(exchange, "status" in viewer ? null : viewer), ...reply.headers } };
  };

  return {
    respond,
    throttle: (exchange) => {
      const graphql = exchange.path === "/graphql";
      const reset = String(Math.ceil(now().getTime() / 1000) + 1);
      const reply = graphql ? graphqlLimit(0) : secondaryLimit(1000);
      const extra = graphql ? { "x-ratelimit-reset": reset } : {};
      return { ...reply, headers: { ...common(exchange, null), ...extra, ...reply.headers } };
    },
    // The schema that is served has no mutation.
    mutates: (exchange) => exchange.method !== "GET" && exchange.method !== "HEAD" && exchange.path !== "/graphql",
  };
}

async function admitted(exchange: Exchange, viewer: User, replica: Replica, rates: Rates, now: Date): Promise<Reply> {
  if (exchange.path === "/graphql" && exchange.method === "POST") {
    const prepared = prepare(exchange.body);
    const refused = rates.admit(exchange, viewer.id, "status" in prepared ? 1 : prepared.cost.points);
    if (refused) return refused;
    return "status" in prepared ? prepared : answerGraphql(prepared, viewer, replica, rates);
  }
  const refused = rates.admit(exchange, viewer.id, 1);
  if (refused) return refused;
  try {
    return rest(exchange, viewer, replica, rates, now);
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: error.body };
    throw error;
  }
}

function rest(exchange: Exchange, viewer: User, replica: Replica, rates: Rates, now: Date): Reply {
  const path = canonical(exchange.path, replica.live);
  for (const route of routes) {
    if (route.method !== exchange.method && !(exchange.method === "HEAD" && route.method === "GET")) continue;
    const found = match(route.path, path);
    if (!found) continue;
    return route.answer({
      exchange: { ...exchange, path },
      origin: exchange.origin,
      replica,
      rates,
      viewer,
      now,
      param: (name) => found.get(name)!,
    });
  }
  throw new Refusal(404, "Not Found");
}

/** GitHub's links name repositories, organisations and teams by id: `/organizations/1/team/2/members` is `/orgs/acme/teams/infra/members`. */
function canonical(path: string, world: World): string {
  const numbered = /^\/repositories\/(\d+)(\/.*)?$/.exec(path);
  const r = numbered ? world.repositories.find((x) => x.id === Number(numbered[1])) : undefined;
  if (r) return `/repos/${r.owner}/${r.name}${numbered?.[2] ?? ""}`;
  const parts = /^\/organizations\/(\d+)(?:\/team\/(\d+))?(\/.*)?$/.exec(path);
  if (!parts) return path;
  const o = world.organizations.find((x) => x.id === Number(parts[1]));
  const t = parts[2] === undefined ? undefined : o?.teams.find((x) => x.id === Number(parts[2]));
  if (!o || (parts[2] !== undefined && !t)) return path;
  return `/orgs/${o.login}${t ? `/teams/${t.slug}` : ""}${parts[3] ?? ""}`;
}

/** `user:LOGIN` acts as that user, `app:SLUG` as that app's bot, any other accepted token as the automation account. */
function viewerOf(world: World, exchange: Exchange, accepted: string | undefined): User | Reply {
  const header = exchange.headers["authorization"] ?? "";
  const [scheme = "", value = ""] = header.split(" ");
  const basic = /^basic$/i.test(scheme)
    ? Buffer.from(value, "base64")
        .toString("utf8")
        .replace(/^[^:]*:/, "")
    : null;
  const token = basic ?? (/^(bearer|token)$/i.test(scheme) ? value : "");
  if (token === "") return denied("Requires authentication");
  if (token.startsWith("user:")) return userByLogin(world, token.slice(5)) ?? denied("Bad credentials");
  if (/^app:[a-z0-9-]+$/.test(token)) return botOf(world, token.slice(4));
  if (accepted !== undefined && token !== accepted) return denied("Bad credentials");
  const fallback = world.organizations[0]?.members.find((m) => m.role === "admin")?.user ?? world.users[0]?.id ?? null;
  return userById(world, world.automation ?? fallback) ?? denied("Bad credentials");
}

const denied = (message: string): Reply => ({
  status: 401,
  body: { message, documentation_url: "https://docs.github.com/rest", status: "401" },
});
