/**
 * The server under every simulated vendor: HTTP on the loopback interface, planted misbehaviour, and a record of what was asked. What the
 * vendor answers is the simulator's own business.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { PlantedFault, SeenRequest } from "../simulator.ts";
import { type AdminHooks, answerAdmin } from "./admin.ts";
import { openPlantedBook } from "./planted.ts";
import { type Exchange, readBody, type Reply, send, toExchange } from "./wire.ts";

export type { Exchange, Reply } from "./wire.ts";

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
  // A test that runs programs in between may stop this thread for longer than idle connections live: a client that takes one up again in
  // that moment would be cut off. They end with the server.
  server.keepAliveTimeout = 0;
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
