/**
 * What a connector's simulator must offer (DESIGN 5): a stateful HTTP server with the vendor's wire protocol, in `simulator.ts` beside the
 * connector, default export. `rollcall sandbox`, the conformance kit, scenarios and the demo drive every simulator through this.
 */
import type { ZodType } from "zod";

/** A little organisation in neutral words; every simulator can be filled from one and can be asked for one. */
export interface Census {
  readonly accounts: readonly CensusAccount[];
  readonly groups: readonly CensusGroup[];
}

export interface CensusAccount {
  /** The vendor's immutable id; numeric text where the vendor's ids are numbers. */
  readonly id: string;
  readonly login: string;
  readonly name?: string;
  readonly email?: string;
  readonly status: "active" | "suspended" | "pending";
  readonly admin?: true;
}

export interface CensusGroup {
  /** The entitlement's name without the app, as in addresses. */
  readonly entitlement: string;
  readonly members: readonly { readonly id: string; readonly level?: string }[];
  readonly parent?: string;
}

/** A misbehaviour to plant. It strikes requests that match, `times` times (default 1), after letting `skip` matching ones pass. */
export interface PlantedFault {
  readonly method?: string;
  /** Substring of path and query, or for GraphQL of the body. */
  readonly match?: string;
  readonly times?: number;
  readonly skip?: number;
  readonly kind:
    /** `status` with an optional Retry-After, before anything is done. */
    | { readonly answer: number; readonly retryAfter?: number; readonly body?: unknown }
    /** Carry it out, then break the connection. */
    | "lose-answer"
    /** Break the connection, nothing done. */
    | "lose-request"
    /** Answer JSON cut in half. */
    | "truncate"
    /** The vendor's own way of saying "too fast" (429 or its 403), with its headers. */
    | "throttle";
}

export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly status: number;
  /** It changed, or tried to change, the world. */
  readonly mutating: boolean;
  /** Host header and whether a credential came with it. */
  readonly host: string;
  readonly authorized: boolean;
}

export interface SimulatorOptions<World> {
  /** Loopback port; a free one where absent. */
  readonly port?: number;
  readonly world?: World;
  /** Accepted credential; any non-empty one where absent. */
  readonly token?: string;
  /** Writes become visible in lists only after this many further list requests (eventual consistency). Default 0. */
  readonly lag?: number;
  /** Milliseconds each answer takes. */
  readonly latency?: number;
  /** Enforce the vendor's rate limits. Default false. */
  readonly rateLimit?: boolean;
  now?(): Date;
}

export interface RunningSimulator<World> {
  /** `http://127.0.0.1:PORT`, what the connector takes for the base URL. */
  readonly url: string;
  world(): World;
  load(world: World): void;
  census(): Census;
  /** Every request since the start or the last `forget()`. */
  readonly seen: readonly SeenRequest[];
  forget(): void;
  plant(fault: PlantedFault): void;
  /** Planted faults that have not struck as often as they should: a required fault that did not fire fails the test. */
  readonly unfired: readonly PlantedFault[];
  /** Called before each mutating request is carried out; lets a test change the world in between. */
  onWrite(hook: ((request: { method: string; path: string }) => void) | null): void;
  close(): Promise<void>;
}

export interface Simulator<World = unknown> {
  /** The documented schema of a world. */
  readonly schema: ZodType<World>;
  /** An empty world, or one that holds a census. `settings` are the app's. */
  fromCensus(census: Census, settings: Readonly<Record<string, unknown>>): World;
  start(options: SimulatorOptions<World>): Promise<RunningSimulator<World>>;
  /** Requests a full read of this census needs at the least, from the vendor's page sizes. */
  minimumReads(census: Census): number;
  /** Settings with which the connector opens this simulator's tenant, for kits and tests. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Changes an account's login (and e-mail) in a running world, keeping its id. */
  rename(running: RunningSimulator<World>, id: string, login: string): void;
  /** Somebody accepts every pending invitation. */
  acceptInvitations(running: RunningSimulator<World>): void;
}
