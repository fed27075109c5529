/** What a connector reports about the world: vendor facts, in rollcall's words. */

/** A vendor object by its immutable id. `kind` is one of the manifest's kinds: ids of different kinds may collide. */
export interface Ref {
  readonly kind: string;
  readonly id: string;
}

export const refKey = (ref: Ref): string => `${ref.kind}/${ref.id}`;
export const sameRef = (a: Ref, b: Ref): boolean => a.kind === b.kind && a.id === b.id;

export interface ObservedEmail {
  readonly address: string;
  /** True only where the vendor itself proves that the account's holder owns the address (law 6). */
  readonly verified: boolean;
}

export interface ObservedAccount {
  readonly ref: Ref;
  /** As the vendor spells it. Compared case-folded. */
  readonly login?: string;
  readonly emails: readonly ObservedEmail[];
  readonly name?: string;
  /**
   * active: can sign in. suspended: exists, cannot sign in. pending: invited, not yet accepted. expired: an invitation that ran out or
   * failed. unknown: the vendor does not say; nothing destructive or constructive may rest on it (law 13).
   */
  readonly status: "active" | "suspended" | "pending" | "expired" | "unknown";
  /** Holds administrative rights: never adopted by e-mail, counted by the last-admin guard. */
  readonly admin: boolean;
  /** The very account whose credential rollcall uses. */
  readonly self?: true;
  /** Present where the account lies outside what this app's lines manage (an outside collaborator, a bot): the reason, as a noun phrase. */
  readonly outside?: string;
  /** Attributes that the manifest declares as managed, by name. Absent = the vendor did not say. */
  readonly attributes: Readonly<Record<string, string>>;
  /** RFC 3339 time at which a pending account was invited, where the vendor tells. */
  readonly since?: string;
}

/** One account's hold of one entitlement. */
export interface ObservedEdge {
  readonly account: Ref;
  readonly entitlement: string;
  /** Absent where the entitlement has no levels. */
  readonly level?: string;
  /** The vendor derives this edge (nested team, rule, licence); it cannot be removed as such. The source, as a noun phrase. */
  readonly derived?: string;
}

/** A vendor object that carries edges: a team, a group, a licence pool. */
export interface ObservedGroup {
  /** The name used in addresses, without the app. */
  readonly entitlement: string;
  readonly ref: Ref;
  readonly name?: string;
  readonly description?: string;
  /** Entitlement of the group this one is nested in. */
  readonly parent?: string;
  /** Why its membership cannot be written here (synced from an identity provider, rule-based), as a noun phrase. */
  readonly readOnly?: string;
}

/** An account and every edge of it that the connector can see. */
export interface Subject {
  readonly account: ObservedAccount;
  readonly edges: readonly ObservedEdge[];
}

/**
 * A part of the vendor's data that is read as one list. `covers` says what its completeness proves: that an account, a group, or an edge
 * that was not seen does not exist. A scope for edges covers one entitlement where `entitlement` is given, else all of them.
 */
export interface Scope {
  /** Unique within a run, stable between runs; shown to people ("members", "team/infra members"). */
  readonly id: string;
  readonly covers: "accounts" | "groups" | "edges";
  readonly entitlement?: string;
}

/** The verdict on one scope at the end of reading it. Without a verdict a scope is incomplete. */
export interface Verdict {
  readonly scope: string;
  readonly complete: boolean;
  /** Why not; for people. */
  readonly reason?: string;
}

/** What was asked by key because it was not in the lists: an empty answer proves absence of that key. */
export type MatchKey =
  | { readonly by: "id"; readonly value: string }
  | { readonly by: "login"; readonly value: string }
  | { readonly by: "email"; readonly value: string };

export const matchKeyText = (k: MatchKey): string => `${k.by}:${k.by === "id" ? k.value : fold(k.value)}`;

/** Case folding for logins and e-mail addresses, applied once, at comparison (law 6). */
export const fold = (text: string): string => text.normalize("NFKC").toLowerCase();

/** Everything seen of one app in one run. */
export interface Snapshot {
  readonly app: string;
  readonly accounts: readonly ObservedAccount[];
  readonly groups: readonly ObservedGroup[];
  readonly edges: readonly ObservedEdge[];
  readonly scopes: readonly (Scope & { readonly complete: boolean; readonly reason?: string })[];
  /** Look-ups by key made beside the lists, by matchKeyText. Their subjects are also in accounts and edges. */
  readonly lookups: ReadonlyMap<string, readonly Ref[]>;
  /** Look-ups and fresh reads that got no answer, and why: nothing is proven about them. */
  readonly unanswered?: readonly { readonly asked: string; readonly reason: string }[];
  /** Accounts read afresh by id, by refKey: false = proven gone. */
  readonly fresh: ReadonlyMap<string, boolean>;
  /** The tenant's identity as `probe` said, and what it cannot do. null where even that failed. */
  readonly tenant: TenantFacts | null;
  /** Set where nothing could be read at all. */
  readonly failure?: { readonly kind: string; readonly message: string };
  /** Requests sent for this snapshot. */
  readonly calls: number;
}

export interface TenantFacts {
  /** The vendor's immutable name of the tenant; pinned in state: a token of another tenant is refused. */
  readonly tenant: string;
  /** For people. */
  readonly label?: string;
  readonly self?: Ref;
  readonly edition?: string;
  /** Verbs this tenant or edition cannot do, with the reason. */
  readonly unavailable: Readonly<Partial<Record<string, string>>>;
  /** An invitation by e-mail address can be joined to the account later (SAML identity, verified addresses). */
  readonly joinsByEmail: boolean;
}
