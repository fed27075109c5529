/** Requests and replies of a simulated vendor as values, and the way from and to the platform's. */
import type { IncomingMessage, ServerResponse } from "node:http";

const largestBody = 10 * 1024 * 1024;

/** A request as a simulated vendor sees it. */
export interface Exchange {
  readonly method: string;
  /** Path without query, percent-decoded per segment by the vendor itself. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, or undefined. */
  readonly body: unknown;
  readonly raw: string;
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; undefined sends no body. */
  readonly body?: unknown;
}

/** The body as text, or null where it is too large. */
export async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= largestBody) chunks.push(chunk);
  }
  return size > largestBody ? null : Buffer.concat(chunks).toString("utf8");
}

export function toExchange(method: string, target: string, request: IncomingMessage, raw: string, origin: string): Exchange {
  const question = target.indexOf("?");
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return {
    method,
    path: question < 0 ? target : target.slice(0, question),
    query: new URLSearchParams(question < 0 ? "" : target.slice(question + 1)),
    headers,
    body: parseJson(raw),
    raw,
    origin,
  };
}

/** A body that is not JSON reaches the vendor as `undefined` with its raw text: what to say about it is the vendor's. */
function parseJson(raw: string): unknown {
  if (raw === "") return undefined;
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}

/** Sends a reply; `cut` ends its text in the middle. */
export function send(response: ServerResponse, method: string, reply: Reply, cut: boolean): void {
  const whole = reply.body === undefined ? "" : JSON.stringify(reply.body);
  const text = cut ? whole.slice(0, Math.floor(whole.length / 2)) : whole;
  // 204 and 304 must not carry a length; everything else says how much comes, so that a cut body is a complete answer with broken JSON.
  const bodiless = reply.status === 204 || reply.status === 304;
  response.writeHead(reply.status, {
    ...(bodiless ? {} : { "content-type": "application/json; charset=utf-8", "content-length": Buffer.byteLength(text) }),
    ...reply.headers,
  });
  response.end(bodiless || method === "HEAD" ? undefined : text);
}
