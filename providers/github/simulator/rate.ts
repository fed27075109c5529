/** GitHub's rate limits as of its docs of 2026-08: hourly allowances a user, and secondary limits a minute. */
import type { Exchange, Reply } from "../../../src/connector/simulation/serve.ts";

const hour = 3_600_000;
const minute = 60_000;
/** Of users and apps; a workflow's token has fewer requests, for each repository. */
const allowanceOf = (resource: Resource, viewer: number): number => (resource === "core" && viewer === workflowBot ? 1000 : 5000);
const workflowBot = 41_898_282;
const restPointsPerMinute = 900;
const contentPerMinute = 80;

export interface Rates {
  /** The refusal this request meets, or null; counts it. `cost`: points, for GraphQL. */
  admit(exchange: Exchange, viewer: number, cost: number): Reply | null;
  /** Headers that every answer carries. */
  headers(exchange: Exchange, viewer: number): Record<string, string>;
  /** What GET /rate_limit and GraphQL's rateLimit tell. */
  standing(resource: Resource, viewer: number): { limit: number; used: number; remaining: number; reset: number };
}

export type Resource = "core" | "graphql";

const resourceOf = (exchange: Exchange): Resource => (exchange.path === "/graphql" ? "graphql" : "core");

/** With `enforce` off nothing is refused and the allowance never shrinks. */
export function openRates(enforce: boolean, now: () => Date): Rates {
  const spent = new Map<string, { since: number; units: number }>();
  const window = (key: string, length: number): { since: number; units: number } => {
    const time = now().getTime();
    const current = spent.get(key);
    if (current && time - current.since < length) return current;
    const fresh = { since: time, units: 0 };
    spent.set(key, fresh);
    return fresh;
  };
  const standing: Rates["standing"] = (resource, viewer) => {
    const current = window(`${resource} ${viewer}`, hour);
    const allowance = allowanceOf(resource, viewer);
    const used = enforce ? Math.min(allowance, current.units) : 0;
    return { limit: allowance, used, remaining: allowance - used, reset: Math.ceil((current.since + hour) / 1000) };
  };
  const headers: Rates["headers"] = (exchange, viewer) => {
    const resource = resourceOf(exchange);
    const { limit, used, remaining, reset } = standing(resource, viewer);
    return {
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": String(remaining),
      "x-ratelimit-used": String(used),
      "x-ratelimit-reset": String(reset),
      "x-ratelimit-resource": resource,
    };
  };
  return {
    standing,
    headers,
    admit(exchange, viewer, cost) {
      if (!enforce || exchange.path === "/rate_limit") return null;
      const resource = resourceOf(exchange);
      const hourly = window(`${resource} ${viewer}`, hour);
      const allowance = allowanceOf(resource, viewer);
      if (hourly.units + cost > allowance) {
        hourly.units = allowance;
        return resource === "graphql" ? graphqlLimit(viewer) : primaryLimit(viewer);
      }
      const writes = resource === "core" && exchange.method !== "GET" && exchange.method !== "HEAD";
      const points = window(`points ${resource} ${viewer}`, minute);
      const content = window(`content ${viewer}`, minute);
      const price = resource === "graphql" ? 0 : writes ? 5 : 1;
      if (points.units + price > restPointsPerMinute) return secondaryLimit(points.since + minute - now().getTime());
      if (writes && content.units + 1 > contentPerMinute) return secondaryLimit(content.since + minute - now().getTime());
      hourly.units += cost;
      points.units += price;
      if (writes) content.units += 1;
      return null;
    },
  };
}

/** Over the hourly allowance of REST: a 403 whose headers tell when to come back. */
const primaryLimit = (viewer: number): Reply => ({
  status: 403,
  headers: { "x-ratelimit-remaining": "0" },
  body: { message: `API rate limit exceeded for user ID ${viewer}.`, documentation_url: "https://docs.github.com/rest/rate-limit" },
});

/** Over the hourly allowance of GraphQL: a success that is an error. */
export const graphqlLimit = (viewer: number): Reply => ({
  status: 200,
  headers: { "x-ratelimit-remaining": "0" },
  body: { errors: [{ type: "RATE_LIMITED", message: `API rate limit already exceeded for user ID ${viewer}.` }] },
});

/** Too fast: a 403 with retry-after in seconds. */
export const secondaryLimit = (wait: number): Reply => ({
  status: 403,
  headers: { "retry-after": String(Math.max(1, Math.ceil(wait / 1000))) },
  body: {
    message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
    documentation_url: "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits",
  },
});
