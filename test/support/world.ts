import type { ObservedAccount, ObservedEdge, ObservedGroup, Ref, Scope, Snapshot, TenantFacts } from "../../src/core/model/observed.ts";
import type { AccountRecord, AppState, GroupRecord } from "../../src/core/model/state.ts";

/** Short builders of what an app holds and what state remembers of it. Refs are written `u1` (a user) or `invitation/7`. */

export function ref(text: string): Ref {
  const [kind, id] = text.split("/");
  return id === undefined ? { kind: "user", id: text } : { kind: kind!, id };
}

export interface AccountSketch extends Partial<Omit<ObservedAccount, "ref" | "emails">> {
  /** Verified. */
  readonly email?: string;
  readonly unverified?: string;
}

export function account(at: string, { email, unverified, ...s }: AccountSketch = {}): ObservedAccount {
  return {
    ref: ref(at),
    status: "active",
    admin: false,
    attributes: {},
    ...s,
    emails: [
      ...(email === undefined ? [] : [{ address: email, verified: true }]),
      ...(unverified === undefined ? [] : [{ address: unverified, verified: false }]),
    ],
  };
}

/** Account, entitlement, level; a fourth part says through what the edge is derived. */
export type EdgeSketch = readonly [at: string, entitlement: string, level?: string, derived?: string];

export interface WorldSketch {
  readonly accounts?: readonly ObservedAccount[];
  readonly edges?: readonly EdgeSketch[];
  /** Entitlements, or whole groups. Those of the edges are added. */
  readonly groups?: readonly (string | ObservedGroup)[];
  /** Scopes that were not read to their end: accounts, groups, edges, or a group's own list of members. */
  readonly incomplete?: readonly string[];
  /** Groups whose members are a list of their own. */
  readonly lists?: readonly string[];
  readonly noScopes?: true;
  readonly lookups?: Readonly<Record<string, readonly string[]>>;
  readonly fresh?: Readonly<Record<string, boolean>>;
  readonly tenant?: Partial<TenantFacts> | null;
  readonly failure?: { readonly kind: string; readonly message: string };
}

export function snapshot(app: string, w: WorldSketch = {}): Snapshot {
  const edges = (w.edges ?? []).map(([at, entitlement, level, derived]): ObservedEdge => ({
    account: ref(at),
    entitlement,
    ...(level === undefined || level === "" ? {} : { level }),
    ...(derived === undefined ? {} : { derived }),
  }));
  const given = (w.groups ?? []).map((g): ObservedGroup =>
    typeof g === "string" ? { entitlement: g, ref: { kind: "team", id: `id-of-${g}` } } : g,
  );
  const named = new Set(given.map((g) => g.entitlement));
  const implied = [...new Set(edges.map((e) => e.entitlement))].filter((e) => e.startsWith("team/") && !named.has(e));
  const scopes: Scope[] = [
    { id: "accounts", covers: "accounts" },
    { id: "groups", covers: "groups" },
    { id: "edges", covers: "edges" },
    ...(w.lists ?? []).map((e): Scope => ({ id: `${e} members`, covers: "edges", entitlement: e })),
  ];
  const incomplete = new Set(w.incomplete);
  return {
    app,
    accounts: w.accounts ?? [],
    groups: [...given, ...implied.map((e) => ({ entitlement: e, ref: { kind: "team", id: `id-of-${e}` } }))],
    edges,
    scopes: w.noScopes
      ? []
      : scopes.map((s) => (incomplete.has(s.id) ? { ...s, complete: false, reason: "403" } : { ...s, complete: true })),
    lookups: new Map(Object.entries(w.lookups ?? {}).map(([key, refs]) => [key, refs.map(ref)])),
    fresh: new Map(Object.entries(w.fresh ?? {}).map(([at, there]) => [`${ref(at).kind}/${ref(at).id}`, there])),
    tenant: w.tenant === null ? null : { tenant: "acme", unavailable: {}, joinsByEmail: false, ...w.tenant },
    ...(w.failure ? { failure: w.failure } : {}),
    calls: 1,
  };
}

export interface RecordSketch extends Partial<Omit<AccountRecord, "person" | "ref" | "inputs">> {
  readonly inputs?: Partial<AccountRecord["inputs"]>;
}

/** A principal's active account, as after a quiet run: what is owned was also applied. */
export function record(app: string, person: string, at: string, { inputs, ...s }: RecordSketch = {}): AccountRecord {
  const owned = s.owned ?? {};
  return {
    person,
    ref: ref(at),
    status: "active",
    stoppedByUs: false,
    steps: {},
    ...s,
    owned,
    inputs: { app, person, status: "active", attributes: {}, grants: owned, ...inputs },
  };
}

export function state(app: string, records: readonly AccountRecord[] = [], groups: readonly GroupRecord[] = [], tenant?: string): AppState {
  return {
    app,
    connector: app,
    ...(tenant === undefined ? {} : { tenant }),
    accounts: new Map(records.map((r) => [r.person, r])),
    groups: new Map(groups.map((g) => [g.entitlement, g])),
  };
}
