/**
 * The server under every simulated vendor: HTTP on the loopback interface, planted misbehaviour, and a record of what was asked. What the
 * vendor answers is the simulator's own business.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { PlantedFault, SeenRequest } from "../simulator.ts";
import { type AdminHooks, answerAdmin } from "./admin.ts";
import { openPlantedBook } from "./planted.ts";

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

export interface VendorServer {
  respond(exchange: Exchange): Reply | Promise<Reply>;
  /** Its own way of saying "too fast". */
  throttle(exchange: Exchange): Reply;
  mutates(exchange: Exchange): boolean;
}

export interface ServerHandle {
  readonly url: string;
  /** Requests in the order in which they came in; `status` is 0 where the connection was broken instead of answering. */
  readonly seen: readonly SeenRequest[];
  forget(): void;
  plant(fault: PlantedFault): void;
  readonly unfired: readonly PlantedFault[];
  onWrite(hook: ((request: { method: string; path: string }) => void) | null): void;
  /**
   * Ends every connection and frees the port. Rejects with the first defect of the simulator itself (an exception in `respond` or in the
   * hook): the client saw a 500, which could pass for a planted one.
   */
  close(): Promise<void>;
}

export interface ServeOptions {
  readonly port?: number;
  /** Milliseconds each answer takes. */
  readonly latency?: number;
  /** Answers `GET`/`PUT /_world`, `GET /_schema`, `GET`/`POST /_faults` and `GET`/`DELETE /_seen` for `rollcall sandbox`. */
  readonly admin?: AdminHooks;
}

export type Serve = (vendor: VendorServer, options: ServeOptions) => Promise<ServerHandle>;

const largestBody = 10 * 1024 * 1024;

/** Serves a vendor on 127.0.0.1. Rejects where the port is taken. */
export const serve: Serve = async (vendor, options) => {
  const book = openPlantedBook();
  let seen: SeenRequest[] = [];
  let hook: ((request: { method: string; path: string }) => void) | null = null;
  let origin = "";
  const defects: Error[] = [];

  /** The reply, or "break" where the connection ends without one, and whether its text is to be cut. */
  async function decide(exchange: Exchange, target: string, mutating: boolean): Promise<{ reply: Reply; cut: boolean } | "break"> {
    const strike = book.strike({ method: exchange.method, target, raw: exchange.raw });
    const kind = strike?.kind;
    if (kind === "lose-request") return "break";
    if (kind === "throttle") return { reply: vendor.throttle(exchange), cut: false };
    if (typeof kind === "object") return { reply: plantedReply(kind), cut: false };
    if (mutating) hook?.({ method: exchange.method, path: target });
    const reply = await vendor.respond(exchange);
    return kind === "lose-answer" ? "break" : { reply, cut: kind === "truncate" };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = request.url ?? "/";
    const method = request.method ?? "GET";
    const raw = await readBody(request);
    if (raw === null) return send(response, method, { status: 413, body: { message: "Body too large" } }, false);
    const exchange = toExchange(method, target, request, raw, origin);
    if (options.admin && exchange.path.startsWith("/_")) {
      // A page in a browser on this machine must not be able to rearrange the sandbox.
      const foreign = exchange.headers["origin"] !== undefined && exchange.headers["origin"] !== origin;
      const desk = { hooks: options.admin, book, seen, forget: () => void (seen = []) };
      return send(response, method, foreign ? { status: 403, body: { message: "Foreign origin" } } : answerAdmin(desk, exchange), false);
    }
    const mutating = vendor.mutates(exchange);
    const entry = {
      method,
      path: target,
      status: 0,
      mutating,
      host: exchange.headers["host"] ?? "",
      authorized: (exchange.headers["authorization"] ?? "") !== "",
    };
    seen.push(entry);
    const decision = await decide(exchange, target, mutating);
    if (options.latency) await new Promise((resolve) => setTimeout(resolve, options.latency));
    if (decision === "break") {
      request.socket.destroy();
      return;
    }
    entry.status = decision.reply.status;
    send(response, method, decision.reply, decision.cut);
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      const defect = error instanceof Error ? error : new Error(String(error));
      // The client went away while it was sending: nothing to answer, and nothing wrong here.
      if ((defect as NodeJS.ErrnoException).code === "ECONNRESET") return;
      defects.push(defect);
      if (!response.headersSent) send(response, "GET", { status: 500, body: { message: `Simulator defect: ${defect.message}` } }, false);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url: origin,
    get seen() {
      return seen;
    },
    forget() {
      seen = [];
    },
    plant: (fault) => book.plant(fault),
    get unfired() {
      return book.unfired();
    },
    onWrite(next) {
      hook = next;
    },
    async close() {
      await new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      });
      if (defects[0]) throw defects[0];
    },
  };
};

function plantedReply(kind: { readonly answer: number; readonly retryAfter?: number; readonly body?: unknown }): Reply {
  return {
    status: kind.answer,
    headers: kind.retryAfter === undefined ? {} : { "retry-after": String(kind.retryAfter) },
    body: kind.body ?? { message: `Planted ${kind.answer}` },
  };
}

/** The body as text, or null where it is too large. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= largestBody) chunks.push(chunk);
  }
  return size > largestBody ? null : Buffer.concat(chunks).toString("utf8");
}

function toExchange(method: string, target: string, request: IncomingMessage, raw: string, origin: string): Exchange {
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

function send(response: ServerResponse, method: string, reply: Reply, cut: boolean): void {
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
