import { FaultError } from "../../connector/fault.ts";
import type { CallRule, Manifest } from "../../core/model/manifest.ts";

/** What the HTTP room has to know of a forge. */
export interface Wire {
  readonly manifest: Pick<Manifest, "hosts" | "auth" | "timeout" | "buckets" | "calls">;
  /** Address that holds REST and GraphQL alike. */
  readonly baseUrl: string;
  /** Beside those of the manifest: the host of the operator's own forge. */
  readonly extraHosts: readonly string[];
}

/** Name of the secret that the HTTP room signs with. */
export const tokenSecret = "token";

/**
 * `apiUrl`: the REST address as the operator's environment has it, `https://api.github.com`, `https://ghe.example.com/api/v3` (GitHub
 * Enterprise Server, where GraphQL lies beside it at /api/graphql) or `https://api.acme.ghe.com`.
 */
export function wireOf(apiUrl: string): Wire {
  if (!URL.canParse(apiUrl)) throw new FaultError({ kind: "invalid", message: "The address of the forge is no URL" });
  const { host } = new URL(apiUrl);
  const prefix = apiUrl.endsWith("/v3") ? "/v3" : "";
  return {
    manifest: {
      hosts: ["api.github.com"],
      auth: { secret: tokenSecret, header: "authorization", scheme: "Bearer" },
      timeout: 30,
      // GitHub docs "Rate limits for the REST API", 2026-11: beside the hourly allowance, which is followed through the headers, 900 points and 80
      // content-creating requests a minute, one after another.
      buckets: {
        rest: { units: 900, seconds: 60, concurrency: 8 },
        writes: { units: 80, seconds: 60, concurrency: 1 },
        graphql: { units: 2000, seconds: 60, concurrency: 4 },
      },
      calls: calls.map((call) => (call.effect === "graphql" ? call : { ...call, path: `${prefix}${call.path}` })),
    },
    baseUrl: apiUrl.slice(0, apiUrl.length - prefix.length),
    extraHosts: host === "api.github.com" ? [] : [host],
  };
}

const read = (path: string): CallRule => ({ name: path, method: "GET", path, effect: "read", bucket: "rest" });
const ofRepository = (path: string): CallRule => read(`/repos/*/*${path}`);

const write = (method: CallRule["method"], path: string, twice: "harmless" | "twofold"): CallRule => ({
  name: path,
  method,
  path: `/repos/*/*${path}`,
  effect: "write",
  bucket: "writes",
  ...(twice === "harmless" ? { idempotent: true as const } : {}),
});

const calls: readonly CallRule[] = [
  { name: "graphql", method: "POST", path: "/graphql", effect: "graphql", bucket: "graphql" },
  read("/orgs/*"),
  ...[
    "",
    "/actions/organization-secrets",
    "/actions/permissions/workflow",
    "/actions/secrets",
    "/activity",
    "/branches/*",
    "/branches/*/protection",
    "/check-runs/*/annotations",
    "/collaborators",
    "/commits/*/check-runs",
    "/commits/*/pulls",
    "/commits/*/statuses",
    "/environments",
    "/environments/*/deployment-branch-policies",
    "/environments/*/secrets",
    "/git/ref/*",
    "/issues",
    "/issues/*",
    "/issues/*/comments",
    "/issues/*/labels",
    "/labels/*",
    "/pulls",
    "/pulls/*",
    "/pulls/*/commits",
    "/pulls/*/files",
    "/pulls/*/reviews",
    "/rules/branches/*",
    "/rulesets/*",
    "/teams",
  ].map(ofRepository),
  // Where the number of an issue leads that was moved to another repository.
  read("/repositories/*/issues/*"),
  write("POST", "/issues/*/comments", "twofold"),
  write("PATCH", "/issues/comments/*", "harmless"),
  write("DELETE", "/issues/comments/*", "harmless"),
  write("POST", "/check-runs", "twofold"),
  // Each adds its annotations once more.
  write("PATCH", "/check-runs/*", "twofold"),
  // The second time it answers that there is one.
  write("POST", "/labels", "harmless"),
  write("POST", "/issues/*/labels", "harmless"),
  write("DELETE", "/issues/*/labels/*", "harmless"),
  // The newest of equal statuses says the same.
  write("POST", "/statuses/*", "harmless"),
  write("POST", "/pulls", "twofold"),
  write("PATCH", "/pulls/*", "harmless"),
  write("POST", "/issues", "twofold"),
  write("PATCH", "/issues/*", "harmless"),
];
