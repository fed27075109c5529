/** Contract of the simulation server; replaced by its implementation. */
import type { PlantedFault, SeenRequest } from "../simulator.ts";

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
  readonly seen: readonly SeenRequest[];
  forget(): void;
  plant(fault: PlantedFault): void;
  readonly unfired: readonly PlantedFault[];
  onWrite(hook: ((request: { method: string; path: string }) => void) | null): void;
  close(): Promise<void>;
}

export interface ServeOptions {
  readonly port?: number;
  readonly latency?: number;
  /** Answers `GET /_world`, `PUT /_world`, `POST /_faults` and `GET /_seen` for `rollcall sandbox`. */
  readonly admin?: { world(): unknown; load(world: unknown): void };
}

export type Serve = (vendor: VendorServer, options: ServeOptions) => Promise<ServerHandle>;
