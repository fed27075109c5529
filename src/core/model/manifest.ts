/** What a connector is, as data: check, plan labels, docs and the capability matrix read it without opening a tenant. */

export const verbs = [
  "create",
  "update",
  "suspend",
  "restore",
  "delete",
  "grant",
  "revoke",
  "endSessions",
  "revokeCredentials",
  "transfer",
  "createGroup",
  "updateGroup",
  "deleteGroup",
] as const;
export type Verb = (typeof verbs)[number];

/** One thing the vendor's API can do. A verb that is not in the manifest does not exist for this connector. */
export interface VerbFacts {
  /** Permissions the credential needs, in the vendor's words. */
  readonly scopes: readonly string[];
  /** Editions that have it; all where absent. */
  readonly editions?: readonly string[];
  readonly reversible: boolean;
  readonly destroysData?: true;
  readonly endsSessions?: true;
  readonly freesLicence?: true;
  /** Seconds during which the vendor's lists may still show the state before the write. */
  readonly settles: number;
  /** Calls that one `perform` takes; 1 where absent. */
  readonly batch?: number;
  /** A dated remark for the docs. */
  readonly remark?: string;
}

/** Entitlements that share a syntax. `pattern` is tried against the whole name, without the app. */
export interface EntitlementKind {
  readonly name: string;
  /** Source of a linear-time regular expression (no back-references, no nested quantifiers). */
  readonly pattern: string;
  /** Lowest first. Empty: held or not held. The first is the default of an address without a level. */
  readonly levels: readonly string[];
  /** Holding it (at any of these levels; all where absent) is administrative. */
  readonly admin?: true | readonly string[];
  /** It is the account itself: `app/member` asks for an account and nothing more, and no edge exists for it. */
  readonly base?: true;
  /** Edges are read but cannot be written: grants of it are refused at check, with this reason. */
  readonly readOnly?: string;
  /** The vendor object behind it is a group that can be created and deleted. */
  readonly group?: true;
  readonly example: string;
  readonly description: string;
}

/** A call of the vendor's API that this connector makes. Calls that match no rule are refused by the HTTP room. */
export interface CallRule {
  readonly name: string;
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path below the base URL: `*` matches one segment, `**` the rest. The first rule that matches holds. */
  readonly path: string;
  /**
   * read: allowed in preview. write: not. graphql: the body's `query` is parsed; only documents of query operations count as reads.
   */
  readonly effect: "read" | "write" | "graphql";
  readonly bucket: string;
  /** Cost in the bucket's units; 1 where absent. */
  readonly cost?: number;
  /** Sending it twice does no more than sending it once: it may be repeated after a lost answer. Reads always may. */
  readonly idempotent?: true;
}

/** A vendor's rate limit: at most `units` per `seconds`, and at most `concurrency` at once. */
export interface RateBucket {
  readonly units: number;
  readonly seconds: number;
  readonly concurrency: number;
}

export interface Manifest {
  /** Equal to the folder's name. */
  readonly name: string;
  readonly label: string;
  /** One sentence for `rollcall connectors`. */
  readonly description: string;
  /** Kinds of Ref this connector hands out, e.g. user, invitation, team. */
  readonly kinds: readonly string[];
  /** How a newcomer is joined to an account, strongest first. */
  readonly matchKeys: readonly ("id" | "login" | "email")[];
  /** A new account needs this to be created; without it a human task is planned. */
  readonly createNeeds: "login" | "email" | "nothing";
  readonly entitlements: readonly EntitlementKind[];
  readonly verbs: Readonly<Partial<Record<Verb, VerbFacts>>>;
  /** What stops an account. Where a vendor has no suspension, removal (`delete`) is the stop, and being absent counts as suspended. */
  readonly stop: "suspend" | "delete";
  /** Verbs of a leaver's stages, in order (DESIGN 8); `stop` is the first of stage 1 by itself. Data, not code. */
  readonly leaver: { readonly stage1: readonly Verb[]; readonly stage2: readonly Verb[]; readonly stage3: readonly Verb[] };
  /** What no API of this vendor can do for a leaver: each becomes a human task. */
  readonly residual: readonly string[];
  /** Attributes of the person that are written to the account. */
  readonly attributes: readonly ("name" | "email" | "title" | "department" | "manager")[];
  /** Hosts the credential may be sent to. `*.example.com` matches sub-domains. Empty for a connector without HTTP. */
  readonly hosts: readonly string[];
  /** `{name}` stands for the setting of that name, a host name or a part of one; the host that comes out must be one of `hosts`. */
  readonly baseUrl?: string;
  /** How the HTTP room signs a request; the connector never handles the secret. */
  readonly auth?: { readonly secret: string; readonly header: "authorization" | string; readonly scheme: "Bearer" | "token" | "SSWS" | "" };
  readonly calls: readonly CallRule[];
  readonly buckets: Readonly<Record<string, RateBucket>>;
  /** Rows per page by list, for call budgets and the estimate shown in a plan. */
  readonly pageSizes: Readonly<Record<string, number>>;
  /** Operations of one app in flight at once. */
  readonly concurrency: number;
  /** Seconds an unanswered request may take. */
  readonly timeout: number;
  /** Names of credentials, with a hint for `init` and docs. */
  readonly secrets: readonly { readonly name: string; readonly purpose: string }[];
  /** Days after which an invitation runs out, and how often it is sent again at most. */
  readonly invitations?: { readonly expireDays: number; readonly attempts: number };
  /** Days during which a deleted account blocks the making of a new one with the same login. */
  readonly restoreWindowDays?: number;
  /** What `rollcall init` writes under `settings:`. */
  readonly settingsExample?: Readonly<Record<string, string>>;
  /** Work is done by people: operations become tasks, and nothing counts as done until the register says so. */
  readonly human?: true;
}
