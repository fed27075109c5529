/**
 * The connector contract (DESIGN 5). A connector turns a vendor's wire protocol into these types and back. The core drives it: it pages,
 * paces, retries, batches, times out, decides what is complete and what may be concluded. A connector never sleeps, never loops over pages,
 * never repeats a request, never decides that somebody shall lose access.
 */
import type { ZodType } from "zod";
import type { Manifest } from "../core/model/manifest.ts";
import type {
  MatchKey,
  ObservedAccount,
  ObservedEdge,
  ObservedGroup,
  Ref,
  Scope,
  Subject,
  TenantFacts,
  Verdict,
} from "../core/model/observed.ts";
import type { RegisterEntry } from "../core/model/register.ts";
import type { Fault } from "./fault.ts";
import type { Inspection } from "./inspection.ts";

export interface Connector<Config = unknown> {
  readonly manifest: Manifest;
  /** The `settings:` of an app file. Strict: unknown keys are errors. */
  readonly config: ZodType<Config>;
  /** Opens one tenant. No request is sent before the first method is called. */
  open(config: Config, io: Io): Promise<Tenant>;
  /**
   * Pure: the fault an answer means, beside what its status says by itself (an error inside HTTP 200, a 403 that is a rate limit). The HTTP
   * room asks it of every answer before it decides to wait and repeat. `body` is parsed JSON or text.
   */
  faultOf?(answer: Answer): Fault | null;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Everything a connector may touch. */
export interface Io {
  /**
   * The fetch of the HTTP room: same shape as the platform's, usable by SDKs. Relative URLs are below the base URL. It signs, paces, repeats
   * what may be repeated, refuses undeclared calls and hosts, and throws FaultError for what stays wrong; an answer it returns is never a
   * 401, a throttle or a 5xx. A 404, 409 or 422 is returned: what they mean is the connector's to say.
   */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** The base URL in force, without a trailing slash. */
  readonly baseUrl: string;
  /** The value of a declared secret, for SDKs that sign by themselves. Registered for redaction before it is returned. */
  secret(name: string): Promise<string>;
  /** A line for `--verbose`; redacted. */
  log(message: string): void;
  now(): Date;
  /** The committed register of this app, for connectors whose vendor is a file; empty otherwise. */
  readonly register: readonly RegisterEntry[];
}

export interface Tenant {
  /** Which tenant the credential opens, and what it cannot do there. At most two requests. */
  probe(): Promise<TenantFacts>;
  /** How the settings fit the server, for connectors whose servers differ. Some thirty read calls at most; what a server does not answer is no fault. */
  inspect?(): Promise<Inspection>;
  /** Pure: where reading starts. */
  roots(): readonly Opening[];
  /** One page of one scope: one request (two where the vendor forces it). Throws FaultError. */
  read(scope: Scope, cursor?: string): Promise<Page>;
  /** Subjects with any of these keys, read afresh, with their edges. Unknown keys answer nothing. */
  find(keys: readonly MatchKey[]): Promise<readonly Subject[]>;
  /** One account and its edges, read afresh by id. null = proven not to exist. */
  get(ref: Ref): Promise<Subject | null>;
  /**
   * Carries out up to `batch` calls of one verb and answers in the same order. Throws only where nothing was sent. What went wrong with a
   * call is its outcome, not an exception.
   */
  perform(calls: readonly Call[]): Promise<readonly Outcome[]>;
  /** Asks after an outcome that was `pending`. */
  poll?(handle: string): Promise<Outcome>;
  /** Pure: what this vendor makes of a wish (an owner is maintainer of every team). Must be idempotent and must not add or drop grants. */
  normalise?(wish: Wish): Wish;
}

/** A scope to read, from the start or from a cursor another page handed out. */
export interface Opening {
  readonly scope: Scope;
  readonly cursor?: string;
}

export interface Page {
  readonly accounts?: readonly ObservedAccount[];
  readonly groups?: readonly ObservedGroup[];
  readonly edges?: readonly ObservedEdge[];
  /** Scopes that this page revealed and that have to be read as well. */
  readonly opens?: readonly Opening[];
  /** Verdicts on scopes that are read to their end with this page: its own, or others it answered in passing. */
  readonly closes?: readonly Verdict[];
  /** Cursor of this scope's next page; absent on the last. */
  readonly next?: string;
}

/** The part of a desired account a vendor may bend. */
export interface Wish {
  readonly status: "active" | "suspended" | "absent";
  readonly attributes: Readonly<Record<string, string>>;
  readonly grants: Readonly<Record<string, string>>;
}

/** An entitlement and, where it is a vendor object, its id in the run's snapshot. */
export interface Target {
  readonly name: string;
  readonly ref?: Ref;
}

export type Call =
  | {
      readonly verb: "create";
      /** Stable for one wish: the same key twice must not make two accounts. */
      readonly key: string;
      readonly name: string;
      readonly login?: string;
      readonly id?: string;
      readonly email?: string;
      readonly attributes: Readonly<Record<string, string>>;
      /** Grants that come with the account where the vendor takes them in the same request; they are granted one by one anyway. */
      readonly grants: readonly { readonly target: Target; readonly level: string }[];
    }
  | { readonly verb: "update"; readonly ref: Ref; readonly attributes: Readonly<Record<string, string>> }
  | { readonly verb: "suspend" | "restore" | "delete" | "endSessions" | "revokeCredentials"; readonly ref: Ref; readonly login?: string }
  /** Brings one edge to exactly this level ("" without levels); used for lowering too. */
  | { readonly verb: "grant"; readonly ref: Ref; readonly login?: string; readonly target: Target; readonly level: string }
  | { readonly verb: "revoke"; readonly ref: Ref; readonly login?: string; readonly target: Target; readonly level: string }
  | { readonly verb: "transfer"; readonly ref: Ref; readonly to: Ref }
  /** `name` of these three is the entitlement's, as in Target; the vendor's own name of the group is the connector's to derive. */
  | { readonly verb: "createGroup"; readonly key: string; readonly name: string; readonly description?: string; readonly parent?: Ref }
  | { readonly verb: "updateGroup"; readonly ref: Ref; readonly name: string; readonly description?: string }
  | { readonly verb: "deleteGroup"; readonly ref: Ref; readonly name: string };

export type Outcome =
  /** done: changed now. already: it was so. Both name the object where the verb makes one. */
  | { readonly status: "done" | "already"; readonly ref?: Ref; readonly login?: string; readonly request?: string; readonly note?: string }
  /** An invitation is out. `ref` is the user where known, else the invitation. */
  | { readonly status: "invited"; readonly ref: Ref; readonly login?: string; readonly handle: string; readonly request?: string }
  /** The vendor works on it; `poll(handle)` tells. */
  | { readonly status: "pending"; readonly handle: string; readonly ref?: Ref; readonly request?: string }
  /** A person has to do it. */
  | { readonly status: "human"; readonly task: string }
  | { readonly status: "failed"; readonly fault: Fault };
