import type { Octokit } from "octokit";
import { z } from "zod";
import type { FaultKind, Io } from "../../src/connector/index.ts";
import { FaultError } from "../../src/connector/index.ts";
import type { GraphqlError } from "./fault.ts";
import { errorsOf, faultOfAnswer, requestOf } from "./fault.ts";

/** An answer whose meaning is the caller's to say: any status below 500 that is neither a refusal (401, 403) nor a rate limit. */
export interface Reply {
  readonly status: number;
  readonly data: unknown;
  /** GitHub's id of the request. */
  readonly request?: string;
  /** Page numbers from the Link header. */
  readonly next?: number;
  readonly last?: number;
}

/** The one place that speaks HTTP: octokit, with its own waiting and repeating switched off and rollcall's HTTP room underneath. */
export interface Api {
  /** A REST call, `route` as in GitHub's docs ("GET /orgs/{org}/teams"); what stands in its path is text. Throws FaultError. */
  rest(route: string, parameters: Record<string, unknown>): Promise<Reply>;
  /** A successful REST call's parsed answer. Any other status is a FaultError. */
  get<T>(route: string, parameters: Record<string, unknown>, shape: z.ZodType<T>): Promise<Reply & { data: T }>;
  /** As `get`, but null for 404. */
  look<T>(route: string, parameters: Record<string, unknown>, shape: z.ZodType<T>): Promise<(Reply & { data: T }) | null>;
  /**
   * A query's parsed data. An answer with errors is a FaultError even where data came along: what is missing cannot be told from what does
   * not exist. Only errors that `mayLack` accepts leave null in their place.
   */
  query<T>(
    document: string,
    variables: Record<string, unknown>,
    shape: z.ZodType<T>,
    mayLack?: (error: GraphqlError) => boolean,
  ): Promise<T>;
}

/** The REST version whose fields are read here (GitHub docs "API versions", 2026-08). */
const version = "2022-11-28";
const graphql = "POST /graphql";
const kinds: Readonly<Record<string, FaultKind>> = { NOT_FOUND: "notFound", FORBIDDEN: "forbidden", INSUFFICIENT_SCOPES: "forbidden" };

/** For `mayLack`: the one object that a path names does not exist. */
export const notFound = (error: GraphqlError): boolean => error.type === "NOT_FOUND" && error.path?.length === 1;

export async function openApi(io: Io): Promise<Api> {
  // Loaded here, so that `rollcall check` and the tables of verbs do not pay for an SDK.
  const { Octokit } = await import("octokit");
  const silent = (): void => undefined;
  const log = { debug: silent, info: silent, warn: (text: string) => io.log(text), error: (text: string) => io.log(text) };
  const octokit: Octokit = new Octokit({
    baseUrl: io.baseUrl,
    userAgent: "rollcall",
    // octokit warns of an API that is going to end on the console, past its own `log`, unless it is told here as well.
    request: { fetch: (input: string, init?: RequestInit) => io.fetch(input, init), log },
    retry: { enabled: false },
    throttle: { enabled: false },
    log,
  });

  const rest: Api["rest"] = async (route, parameters) => {
    for (const [, name] of route.matchAll(/\{(\w+)\}/g)) {
      // octokit escapes slashes; a dot segment would still walk up the path when the URL is read.
      const value = parameters[name!];
      if (typeof value !== "string" || /^\.{0,2}$/.test(value))
        throw new FaultError({ kind: "invalid", message: `${JSON.stringify(value)} is no ${name} of anything on GitHub.` });
    }
    const answer = await send(octokit, route, parameters);
    if (answer.status === 401 || answer.status === 403 || answer.status === 429 || answer.status >= 500) {
      throw new FaultError(faultOfAnswer(answer));
    }
    const request = requestOf(answer.headers);
    return { status: answer.status, data: answer.body, ...(request === undefined ? {} : { request }), ...pagesOf(answer.headers) };
  };

  const checked = <T>(reply: Reply, route: string, shape: z.ZodType<T>): Reply & { data: T } => {
    if (reply.status >= 300) throw faultOfReply(reply);
    return { ...reply, data: parse(shape, reply.data, route, reply.request) };
  };

  return {
    rest,
    get: async (route, parameters, shape) => checked(await rest(route, parameters), route, shape),
    look: async (route, parameters, shape) => {
      const reply = await rest(route, parameters);
      return reply.status === 404 ? null : checked(reply, route, shape);
    },
    query: async (document, variables, shape, mayLack) => {
      const reply = await rest(graphql, { query: document, variables });
      if (reply.status >= 300) throw faultOfReply(reply);
      const grave = errorsOf(reply.data).find((e) => mayLack?.(e) !== true);
      if (grave) {
        const kind = kinds[grave.type ?? ""] ?? "invalid";
        throw new FaultError({ kind, message: `GitHub's GraphQL answered: ${grave.message}`, ...requested(reply.request) });
      }
      return parse(z.object({ data: shape }), reply.data, graphql, reply.request).data;
    },
  };
}

/** The fault that a reply with an unwelcome status stands for. */
export function faultOfReply(reply: Reply): FaultError {
  const fault = faultOfAnswer({ status: reply.status, headers: new Headers(), body: reply.data });
  return new FaultError({ ...fault, ...requested(reply.request) });
}

interface Sent {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

async function send(octokit: Octokit, route: string, parameters: Record<string, unknown>): Promise<Sent> {
  try {
    const { status, headers, data } = await octokit.request(route, { ...parameters, headers: { "x-github-api-version": version } });
    return { status, headers: toHeaders(headers), body: data };
  } catch (error) {
    // octokit wraps what fetch threw; the room's own verdict, or the reason of an abort, is inside.
    if (error instanceof FaultError) throw error;
    const response = (error as { response?: { status: number; headers: Record<string, string | number | undefined>; data: unknown } })
      .response;
    if (response === undefined) throw error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { status: response.status, headers: toHeaders(response.headers), body: response.data };
  }
}

function toHeaders(plain: Readonly<Record<string, string | number | undefined>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(plain)) if (value !== undefined) headers.set(name, String(value));
  return headers;
}

/**
 * An answer that does not have the documented shape was cut or mangled on the way. A read is worth another try; what a write did is not
 * known. Neither is ever worth a conclusion.
 */
function parse<T>(shape: z.ZodType<T>, data: unknown, route: string, request: string | undefined): T {
  const result = shape.safeParse(data);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = issue === undefined || issue.path.length === 0 ? "the answer" : issue.path.join(".");
  throw new FaultError({
    kind: route.startsWith("GET ") || route === graphql ? "transient" : "ambiguous",
    message: `GitHub's answer to ${route} is not as documented: ${place}: ${issue?.message ?? "unreadable"}`,
    ...requested(request),
  });
}

const requested = (request: string | undefined): { request?: string } => (request === undefined ? {} : { request });

function pagesOf(headers: Headers): { next?: number; last?: number } {
  const page = (relation: string): number | undefined => {
    const link = (headers.get("link") ?? "").split(",").find((part) => part.includes(`rel="${relation}"`));
    const number = Number(/[?&]page=(\d+)/.exec(link ?? "")?.[1] ?? Number.NaN);
    return Number.isSafeInteger(number) ? number : undefined;
  };
  const next = page("next");
  const last = page("last");
  return { ...(next === undefined ? {} : { next }), ...(last === undefined ? {} : { last }) };
}
