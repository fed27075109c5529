/** A vendor of a few lines and the HTTP room in front of it. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { Manifest } from "../../../src/core/model/manifest.ts";
import { FaultError, type Fault } from "../../../src/connector/fault.ts";
import { type Http, type HttpOptions, openHttp } from "../../../src/io/http/http.ts";
import { createRedactor } from "../../../src/io/http/redact.ts";
import { type VirtualClock, virtualClock } from "./virtual-clock.ts";

export const token = "tok-9fQ/2+zLw=Xk7";

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Handler = (seen: Seen, response: ServerResponse, request: IncomingMessage, index: number) => void;

/** A server on the loopback interface, closed when the test ends. */
export async function vendor(handler: Handler): Promise<{ url: string; host: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const entry = { method: request.method!, url: request.url!, headers: request.headers, body: Buffer.concat(chunks).toString("utf8") };
      seen.push(entry);
      handler(entry, response, request, seen.length - 1);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}`, seen };
}

export function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

export const manifest: HttpOptions["manifest"] = {
  hosts: ["api.vendor.example"],
  auth: { secret: "token", header: "authorization", scheme: "Bearer" },
  timeout: 30,
  buckets: { api: { units: 1000, seconds: 60, concurrency: 4 } },
  calls: [
    { name: "things", method: "GET", path: "/things", effect: "read", bucket: "api" },
    { name: "thing", method: "GET", path: "/things/*", effect: "read", bucket: "api" },
    { name: "moved", method: "GET", path: "/moved/**", effect: "read", bucket: "api" },
    { name: "set", method: "PUT", path: "/things/*", effect: "write", bucket: "api", idempotent: true },
    { name: "make", method: "POST", path: "/things", effect: "write", bucket: "api" },
    { name: "graphql", method: "POST", path: "/graphql", effect: "graphql", bucket: "api" },
  ] satisfies Manifest["calls"],
};

export interface Room extends Http {
  readonly clock: VirtualClock;
  readonly waits: { readonly app: string; readonly seconds: number; readonly why: string }[];
}

/** The room in front of a base URL that the operator allows. */
export function room(baseUrl: string, options: Partial<HttpOptions> = {}): Room {
  const clock = virtualClock();
  const waits: Room["waits"] = [];
  const http = openHttp({
    manifest,
    app: "vendor",
    baseUrl,
    access: "write",
    secrets: { get: () => Promise.resolve(token) },
    clock,
    redactor: createRedactor(),
    extraHosts: [new URL(baseUrl).host],
    fetch: clock.transport(),
    onWait: (wait) => void waits.push(wait),
    ...options,
  });
  return { ...http, clock, waits };
}

/** The fault a request ends with; fails where there is none. */
export async function faultOf(attempt: Promise<unknown>): Promise<Fault> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof FaultError) return error.fault;
    throw error;
  }
  throw new Error("It succeeded");
}
