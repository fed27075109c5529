/**
 * An Io without mercy, for the kit alone: it repeats nothing, waits for nothing, refuses and records every call that the manifest does not
 * declare, and lets a check answer in the vendor's place or do something between two requests.
 */
import { FaultError, faultOfStatus } from "../fault.ts";
import type { Connector, Io } from "../contract.ts";
import type { CallRule } from "../../core/model/manifest.ts";
import type { RegisterEntry } from "../../core/model/register.ts";

/** A request on its way out. */
export interface Outgoing {
  readonly method: string;
  /** Path below the base URL, and query. */
  readonly path: string;
  readonly rule: CallRule;
  /** By its rule, or for GraphQL by its document. */
  readonly writes: boolean;
}

/** What to do with a request instead of sending it as it is. */
export type Interference =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  /** Send it, then lose the answer. */
  | "lose-answer"
  /** Send it, then cut the answer in half. */
  | "truncate"
  | null;

export interface StrictIo {
  readonly io: Io;
  /** Requests that a rule allowed, in order, whether they were sent or answered by the check. */
  readonly outgoing: readonly Outgoing[];
  /** Calls outside the manifest, foreign hosts, writes in preview: each as a sentence. */
  readonly violations: readonly string[];
  readonly logs: readonly string[];
  /** Asked before each request; may do other work first. */
  interfere(hook: ((request: Outgoing, index: number) => Interference | Promise<Interference>) | null): void;
}

export interface StrictOptions {
  readonly connector: Connector;
  readonly baseUrl: string;
  readonly access: "read" | "write";
  readonly token: string;
  readonly register?: readonly RegisterEntry[];
}

export function openStrictIo({ connector, baseUrl, access, token, register = [] }: StrictOptions): StrictIo {
  const { manifest } = connector;
  const outgoing: Outgoing[] = [];
  const violations: string[] = [];
  const logs: string[] = [];
  let hook: ((request: Outgoing, index: number) => Interference | Promise<Interference>) | null = null;

  function refuse(message: string): never {
    violations.push(message);
    throw new FaultError({ kind: "refused", message });
  }

  function ruleOf(method: string, url: URL): { rule: CallRule; path: string } {
    const base = new URL(baseUrl);
    const prefix = base.pathname.replace(/\/$/, "");
    if (url.origin !== base.origin || !url.pathname.startsWith(`${prefix}/`)) refuse(`It called ${url.origin}, which is not its base URL`);
    const path = url.pathname.slice(prefix.length);
    const rule = manifest.calls.find((r) => r.method === method && pathMatches(r.path, path));
    return rule ? { rule, path: path + url.search } : refuse(`It called ${method} ${path}, which its manifest does not declare`);
  }

  async function fetchStrictly(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const target = typeof input === "string" && !URL.canParse(input) ? `${baseUrl}${input.startsWith("/") ? "" : "/"}${input}` : input;
    const request = new Request(target, { ...init, redirect: "manual" });
    const text = request.body === null ? "" : await request.text();
    const { rule, path } = ruleOf(request.method, new URL(request.url));
    const writes = rule.effect === "write" || (rule.effect === "graphql" && !onlyQueries(text));
    if (writes && access === "read") {
      throw new FaultError({ kind: "refused", message: `${request.method} ${path} is a write, and this is a preview` });
    }
    const entry: Outgoing = { method: request.method, path, rule, writes };
    const index = outgoing.push(entry) - 1;
    const interference = (await hook?.(entry, index)) ?? null;
    const headers = new Headers(request.headers);
    const { auth } = manifest;
    if (auth && !headers.has(auth.header)) headers.set(auth.header, auth.scheme === "" ? token : `${auth.scheme} ${token}`);
    const response =
      interference !== null && typeof interference === "object"
        ? inVendorsPlace(interference)
        : await send(request, headers, text, writes && rule.idempotent !== true, interference);
    return judged(connector, response);
  }

  return {
    io: {
      fetch: fetchStrictly,
      baseUrl,
      secret: async (name) => {
        if (!manifest.secrets.some((s) => s.name === name)) refuse(`It asked for the secret ${name}, which its manifest does not declare`);
        return token;
      },
      log: (message) => void logs.push(message),
      now: () => new Date("2026-03-02T09:00:00Z"),
      register,
    },
    outgoing,
    violations,
    logs,
    interfere(next) {
      hook = next;
    },
  };
}

async function send(
  request: Request,
  headers: Headers,
  text: string,
  unsafe: boolean,
  how: "lose-answer" | "truncate" | null,
): Promise<Response> {
  const lost = (cause?: unknown): FaultError =>
    new FaultError({ kind: unsafe ? "ambiguous" : "transient", message: `No answer to ${request.method}` }, { cause });
  let response: Response;
  let body: string;
  try {
    response = await fetch(request.url, { method: request.method, headers, redirect: "manual", ...(text === "" ? {} : { body: text }) });
    body = await response.text();
  } catch (error) {
    throw lost(error);
  }
  if (how === "lose-answer") throw lost();
  const kept = how === "truncate" ? body.slice(0, Math.floor(body.length / 2)) : body;
  return answerOf(response.status, kept, response.headers);
}

function inVendorsPlace(answer: {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}): Response {
  const headers = new Headers({ "content-type": "application/json; charset=utf-8", ...answer.headers });
  return answerOf(answer.status, answer.body === undefined ? "" : JSON.stringify(answer.body), headers);
}

const answerOf = (status: number, text: string, headers: Headers): Response =>
  new Response(status === 204 || status === 304 ? null : text, { status, headers });

/** The answer as the HTTP room would hand it over: 401, throttles and 5xx never reach a connector. */
async function judged(connector: Connector, response: Response): Promise<Response> {
  const text = await response.clone().text();
  const fault = connector.faultOf?.({ status: response.status, headers: response.headers, body: parsed(text) });
  if (fault) throw new FaultError(fault);
  const own = faultOfStatus(response.status, `The vendor answered ${response.status}`);
  if (own && (own.kind === "auth" || own.kind === "throttled" || own.kind === "transient" || own.kind === "unsupported"))
    throw new FaultError(own);
  return response;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** `*` matches one segment, `**` the rest. */
function pathMatches(pattern: string, path: string): boolean {
  const wanted = pattern.split("/");
  const given = path.split("/");
  const rest = wanted.indexOf("**");
  if (rest >= 0) return given.length >= rest && wanted.slice(0, rest).every((s, i) => s === "*" || s === given[i]);
  return wanted.length === given.length && wanted.every((s, i) => s === "*" || s === given[i]);
}

/** Whether a GraphQL body asks only. Coarse on purpose, and errs towards "writes": the HTTP room has the exact rule. */
function onlyQueries(body: string): boolean {
  const asked = parsed(body);
  const query = typeof asked === "object" && asked !== null && "query" in asked ? asked.query : null;
  if (typeof query !== "string") return false;
  const bare = query.replace(/"(?:[^"\\\n]|\\.)*"/g, "").replace(/#[^\n]*/g, "");
  return !/\b(?:mutation|subscription)\b/.test(bare);
}
