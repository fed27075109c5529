import type { Octokit } from "octokit";
import { z } from "zod";
import { FaultError } from "../../connector/fault.ts";
import { faultOfAnswer, graphqlErrorsOf } from "./fault.ts";

/** An answer whose meaning is the caller's to say: any status below 500 that is neither a refusal (401, 403) nor a rate limit. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly data: unknown;
}

export type Parameters = Readonly<Record<string, unknown>>;

/** The one place that speaks HTTP: octokit, with its own waiting, repeating and paging left unused; whoever hands in `fetch` does the first two. */
export interface Api {
  /** A REST call, `route` as in GitHub's docs ("GET /repos/{owner}/{repo}/pulls/{pull_number}"). Throws FaultError. */
  rest(route: string, parameters: Parameters): Promise<Reply>;
  /** A successful call's parsed answer. Any other status is a FaultError. */
  get<T>(route: string, parameters: Parameters, shape: z.ZodType<T>): Promise<Reply & { readonly data: T }>;
  /** As `get`, but null where the thing does not exist (404), or does not any more (410). */
  look<T>(route: string, parameters: Parameters, shape: z.ZodType<T>): Promise<(Reply & { readonly data: T }) | null>;
  /**
   * All pages of a list, in the forge's order, `shape` being that of one page. It ends with the page whose Link header names no next one, or
   * after the first page of which `enough` says so.
   */
  pages<T>(route: string, parameters: Parameters, shape: z.ZodType<T[]>, enough?: (page: readonly T[]) => boolean): Promise<T[]>;
  /** A GraphQL query's parsed data; an answer with errors is a FaultError even where data came along. */
  query<T>(document: string, shape: z.ZodType<T>): Promise<T>;
}

export interface ApiOptions {
  /** REST address without a trailing slash. */
  readonly baseUrl: string;
  readonly fetch: typeof globalThis.fetch;
  /** Told what octokit warns of, such as an API that is going to end. */
  log(text: string): void;
}

/** The REST version whose fields are read here (GitHub docs "API versions", 2026-11). */
const version = "2022-11-28";
/** Longer lists are not believed: 100,000 rows of 100. */
const mostPages = 1000;
const rowsPerPage = 100;

export function openApi({ baseUrl, fetch, log }: ApiOptions): Api {
  // Loaded at the first call: most commands never talk to a forge.
  let opened: Promise<Octokit> | undefined;
  const octokit = (): Promise<Octokit> => (opened ??= open(baseUrl, fetch, log));
  const graphql = `POST ${graphqlUrl(baseUrl)}`;

  async function rest(route: string, parameters: Parameters): Promise<Reply> {
    for (const [, name] of route.matchAll(/\{(\w+)\}/g)) {
      const value = parameters[name!];
      // octokit escapes slashes; a dot segment would still walk up the path when the URL is read.
      const plain = typeof value === "number" ? Number.isSafeInteger(value) && value >= 0 : typeof value === "string" && isPlain(value);
      if (!plain) throw new FaultError({ kind: "invalid", message: `${JSON.stringify(value)} is no ${name} of anything at the forge` });
    }
    const reply = await send(await octokit(), route, parameters);
    if (reply.status === 401 || reply.status === 403 || reply.status === 429 || reply.status >= 500) throw faultOfReply(reply);
    return reply;
  }

  const checked = <T>(reply: Reply, route: string, shape: z.ZodType<T>): Reply & { readonly data: T } => {
    if (reply.status >= 300) throw faultOfReply(reply);
    return { ...reply, data: parse(shape, reply, route) };
  };

  return {
    rest,
    get: async (route, parameters, shape) => checked(await rest(route, parameters), route, shape),
    look: async (route, parameters, shape) => {
      const reply = await rest(route, parameters);
      return reply.status === 404 || reply.status === 410 ? null : checked(reply, route, shape);
    },
    pages: async <T>(route: string, parameters: Parameters, shape: z.ZodType<T[]>, enough?: (page: readonly T[]) => boolean) => {
      const rows: T[] = [];
      const asked = new Set<string>();
      let where: Parameters | null = {};
      while (where !== null) {
        const page = checked(await rest(route, { per_page: rowsPerPage, ...parameters, ...where }), route, shape);
        rows.push(...page.data);
        if (enough?.(page.data)) return rows;
        where = nextOf(page.headers);
        const key = JSON.stringify(where);
        if (asked.has(key) || asked.size >= mostPages) {
          throw new FaultError({
            kind: "invalid",
            message: `GitHub's answer to ${route} has no end: it names another page after ${asked.size}`,
          });
        }
        asked.add(key);
      }
      return rows;
    },
    query: async (document, shape) => {
      const reply = await rest(graphql, { query: document });
      if (reply.status >= 300) throw faultOfReply(reply);
      const error = graphqlErrorsOf(reply.data)[0];
      if (error) {
        const kind = error.type === "FORBIDDEN" || error.type === "INSUFFICIENT_SCOPES" ? "forbidden" : "invalid";
        throw new FaultError({ kind, message: `GitHub's GraphQL answered: ${error.message}` });
      }
      return parse(z.object({ data: shape }), reply, graphql).data;
    },
  };
}

/** The fault that a reply with an unwelcome status stands for. */
export const faultOfReply = ({ status, headers, data }: Reply): FaultError =>
  new FaultError(faultOfAnswer({ status, headers, body: data }));

/** What a fault stands for where all that matters is whether this token sees something: null where it does not. */
export async function visible<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof FaultError && (error.fault.kind === "forbidden" || error.fault.kind === "notFound")) return null;
    throw error;
  }
}

/** Whether a write's answer was lost, or was no answer: it may have been carried out. */
export const isAmbiguous = (error: unknown): boolean => error instanceof FaultError && error.fault.kind === "ambiguous";

/** GitHub Enterprise Server has REST below /api/v3 and GraphQL at /api/graphql; github.com and ghe.com have it below the REST address (GitHub docs, 2026-11). */
const graphqlUrl = (baseUrl: string): string => `${baseUrl.replace(/\/v3$/, "")}/graphql`;

const isPlain = (value: string): boolean => !value.split("/").some((part) => /^\.{0,2}$/.test(part));

async function open(baseUrl: string, fetch: typeof globalThis.fetch, log: (text: string) => void): Promise<Octokit> {
  const { Octokit } = await import("octokit");
  const silent = (): void => undefined;
  const logger = { debug: silent, info: silent, warn: log, error: silent };
  return new Octokit({
    baseUrl,
    userAgent: "rollcall",
    // octokit warns of an API that is going to end on the console, past its own `log`, unless it is told here as well.
    request: { fetch: (input: string, init?: RequestInit) => fetch(input, init), log: logger },
    retry: { enabled: false },
    throttle: { enabled: false },
    log: logger,
  });
}

async function send(octokit: Octokit, route: string, parameters: Parameters): Promise<Reply> {
  try {
    const { status, headers, data } = await octokit.request(route, { ...parameters, headers: { "x-github-api-version": version } });
    return { status, headers: toHeaders(headers), data };
  } catch (error) {
    // octokit wraps what fetch threw; the verdict of the HTTP room, or the reason of an abort, is inside.
    if (error instanceof FaultError) throw error;
    const { response } = error as { response?: { status: number; headers: Plain; data: unknown } };
    if (response === undefined) throw error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { status: response.status, headers: toHeaders(response.headers), data: response.data };
  }
}

type Plain = Readonly<Record<string, string | number | undefined>>;

function toHeaders(plain: Plain): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(plain)) if (value !== undefined) headers.set(name, String(value));
  return headers;
}

/**
 * An answer that does not have the documented shape was cut or mangled on the way: nothing is concluded from it. What a write did is then
 * not known.
 */
function parse<T>(shape: z.ZodType<T>, reply: Reply, route: string): T {
  const result = shape.safeParse(reply.data);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = issue === undefined || issue.path.length === 0 ? "the answer" : issue.path.join(".");
  const request = reply.headers.get("x-github-request-id");
  throw new FaultError({
    kind: route.startsWith("GET ") || route.endsWith("/graphql") ? "transient" : "ambiguous",
    message: `GitHub's answer to ${route} is not as documented: ${place}: ${issue?.message ?? "unreadable"}`,
    status: reply.status,
    ...(request === null ? {} : { request }),
  });
}

/** Parameters of the next page: a page number or a cursor, as the Link header has it. The rest of its address is not followed. */
function nextOf(headers: Headers): Parameters | null {
  const link = /<([^>]*)>\s*;[^,]*\brel="next"/.exec(headers.get("link") ?? "")?.[1];
  if (link === undefined) return null;
  const next = URL.canParse(link) ? new URL(link).searchParams : new URLSearchParams();
  const where = Object.fromEntries(["page", "after"].flatMap((name) => (next.has(name) ? [[name, next.get(name)]] : [])));
  if (Object.keys(where).length === 0)
    throw new FaultError({ kind: "invalid", message: "GitHub's Link header names a next page without a number or a cursor" });
  return where;
}
