/** A forge of a few lines that speaks GitHub's documented shapes, and the room in front of it, with the HTTP room between. */
import type { ServerResponse } from "node:http";
import { forgeFaultOf } from "../../../src/io/pull-request/fault.ts";
import { openForge } from "../../../src/io/pull-request/open-forge.ts";
import { tokenSecret, wireOf } from "../../../src/io/pull-request/wire.ts";
import { openHttp } from "../../../src/io/http/http.ts";
import { createRedactor } from "../../../src/io/http/redact.ts";
import { json, type Seen, token, vendor } from "../http/stage.ts";
import { type VirtualClock, virtualClock } from "../http/virtual-clock.ts";

export interface Asked {
  /** What the `*` of the route stand for, decoded. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
  /** Address of the stage. */
  readonly origin: string;
}

export interface Said {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** By `METHOD /path` below the repository, or below the root where it begins with `//`; `*` stands for one segment. */
export type Routes = Readonly<Record<string, (asked: Asked) => Said>>;

/** lose: it is done, and the answer never comes. mangle: it is done, and the answer is of no known shape. Else: this is the answer, and all that is done. */
export type Plan = "lose" | "mangle" | Said | (() => Said);

export interface Stage {
  readonly forge: ReturnType<typeof openForge>;
  readonly clock: VirtualClock;
  readonly seen: readonly Seen[];
  /** Requests as `METHOD /path?query`, below the repository. */
  asked(): string[];
  /** What happens with the next requests of this method and path, one after another. */
  plan(route: string, ...plans: readonly Plan[]): void;
  readonly logged: string[];
}

export const repository = "acme/identity";
export const bot = { id: 41898282, login: "github-actions[bot]", type: "Bot" };
export const ada = { id: 1815, login: "adalove", type: "User" };
export const grace = { id: 1906, login: "ghopper", type: "User" };

export async function stage(
  routes: Routes,
  options: { access?: "read" | "write"; viewer?: typeof bot; token?: string } = {},
): Promise<Stage> {
  const { access = "write", viewer = bot } = options;
  const plans = new Map<string, Plan[]>();
  const all: Routes = {
    "POST //graphql": () => ({ body: { data: { viewer: { login: viewer.login, databaseId: viewer.id, type: "User" } } } }),
    ...routes,
  };
  const { url, host, seen } = await vendor((request, response) => answer(request, response));
  const origin = url;

  function answer(request: Seen, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url, origin);
    const own = pathname.replace(`/repos/${repository}`, "");
    const path = own === pathname ? `/${pathname}` : own;
    const found = Object.entries(all).find(([route]) => matches(route, request.method, path));
    const given = found?.[0].split(/[ /]/).slice(1) ?? [];
    const parts = path.split("/").flatMap((part, i) => (given[i] === "*" ? [decodeURIComponent(part)] : []));
    const body = request.body === "" ? {} : (JSON.parse(request.body) as Record<string, unknown>);
    const plan = plans.get(`${request.method} ${path}`)?.shift();
    const told = typeof plan === "function" ? plan() : typeof plan === "object" ? plan : undefined;
    const said = told ?? found?.[1]({ parts, query: searchParams, body, origin });
    if (plan === "lose") return void response.destroy();
    if (plan === "mangle") return json(response, 200, { odd: true });
    if (said === undefined)
      return json(response, 404, { message: "Not Found", documentation_url: "https://docs.github.com/rest", status: "404" });
    const status = said.status ?? 200;
    if (status === 204) return void response.writeHead(204).end();
    json(response, status, said.body ?? {}, said.headers ?? {});
  }

  const clock = virtualClock();
  const logged: string[] = [];
  const wire = wireOf(url);
  const http = openHttp({
    manifest: wire.manifest,
    app: "forge",
    baseUrl: wire.baseUrl,
    access,
    secrets: { get: (name) => (name === tokenSecret ? Promise.resolve(options.token ?? token) : Promise.reject(new Error(name))) },
    clock,
    redactor: createRedactor(),
    extraHosts: [host],
    fetch: clock.transport(),
    faultOf: forgeFaultOf,
  });
  const forge = openForge({ repository, baseUrl: url, fetch: http.fetch, log: (text) => void logged.push(text), now: () => clock.now() });
  return {
    forge,
    clock,
    seen,
    logged,
    asked: () => seen.map((s) => `${s.method} ${s.url.replace(`/repos/${repository}`, "")}`),
    plan: (route, ...more) => void plans.set(route, [...(plans.get(route) ?? []), ...more]),
  };
}

function matches(route: string, method: string, path: string): boolean {
  const [wanted, pattern = ""] = route.split(" ");
  const given = path.split("/");
  const parts = pattern.split("/");
  return wanted === method && parts.length === given.length && parts.every((part, i) => part === "*" || part === given[i]);
}

/** One page of a list, with GitHub's Link header. */
export function page(rows: readonly unknown[], { query, origin }: Asked, wrap: (rows: readonly unknown[]) => unknown = (r) => r): Said {
  const size = Number(query.get("per_page") ?? 30);
  const number = Number(query.get("page") ?? 1);
  const last = Math.max(1, Math.ceil(rows.length / size));
  const to = (n: number, relation: string): string => `<${origin}/repositories/1/list?per_page=${size}&page=${n}>; rel="${relation}"`;
  const link = number < last ? { link: `${to(number + 1, "next")}, ${to(last, "last")}` } : {};
  return { body: wrap(rows.slice((number - 1) * size, number * size)), headers: link };
}

export const created = (body: unknown): Said => ({ status: 201, body });

/** A pull request as GitHub describes one: what is read of it. */
export const pullOf = (given: Record<string, unknown> = {}): Record<string, unknown> => ({
  number: 7,
  title: "Ada joins",
  body: null,
  html_url: "https://github.com/acme/identity/pull/7",
  state: "open",
  draft: false,
  user: ada,
  base: { ref: "main", sha: "b".repeat(40), repo: { full_name: repository } },
  head: { ref: "joiner/ada", sha: "c2", repo: { full_name: repository } },
  created_at: "2026-11-20T09:00:00Z",
  labels: [{ name: "access" }],
  merged_at: null,
  merge_commit_sha: "f".repeat(40),
  merged_by: null,
  commits: 2,
  ...given,
});

export const issueOf = (number: number, given: Record<string, unknown> = {}): Record<string, unknown> => ({
  number,
  title: "Access for Ada",
  body: "please",
  html_url: `https://github.com/acme/identity/issues/${number}`,
  repository_url: `https://api.github.com/repos/${repository}`,
  state: "open",
  user: grace,
  labels: [],
  ...given,
});
