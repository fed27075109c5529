import { type MatchKey, type ObservedAccount, type Ref, type Snapshot, fold, matchKeyText, refKey } from "../model/observed.ts";
import type { Evidence } from "./operation.ts";

/**
 * A snapshot with the questions that planning asks of it. `trusted: false` (guard incomplete-read) makes every conclusion from absence in a
 * list fail, whatever the verdicts say; what was asked by key stays proven.
 */
export class World {
  readonly snapshot: Snapshot;
  readonly byRef = new Map<string, ObservedAccount>();
  readonly byLogin = new Map<string, ObservedAccount[]>();
  /** Verified addresses of accounts, and the addresses invitations were sent to. */
  readonly byEmail = new Map<string, ObservedAccount[]>();
  readonly byUnverifiedEmail = new Map<string, ObservedAccount[]>();
  /** Level and derivation by entitlement, by account. */
  readonly edges = new Map<string, Map<string, { level: string; derived?: string }>>();
  /** Groups by entitlement. */
  readonly groups = new Map<string, { ref: Ref; readOnly?: string; description?: string; name?: string }>();
  private readonly trusted: boolean;
  private readonly closed: { accounts: boolean; groups: boolean };
  private readonly edgeScopes = new Map<string, boolean>();

  constructor(snapshot: Snapshot, trusted: boolean) {
    this.snapshot = snapshot;
    this.trusted = trusted;
    for (const account of snapshot.accounts) {
      this.byRef.set(refKey(account.ref), account);
      if (account.login !== undefined) push(this.byLogin, fold(account.login), account);
      for (const { address, verified } of account.emails) {
        push(verified || account.status === "pending" ? this.byEmail : this.byUnverifiedEmail, fold(address), account);
      }
    }
    for (const group of snapshot.groups) this.groups.set(group.entitlement, group);
    for (const edge of snapshot.edges) {
      const key = refKey(edge.account);
      let held = this.edges.get(key);
      if (!held) this.edges.set(key, (held = new Map()));
      const seen = { level: edge.level ?? "", ...(edge.derived === undefined ? {} : { derived: edge.derived }) };
      // A direct edge says more than a derived one of the same entitlement.
      const known = held.get(edge.entitlement);
      if (!known || (known.derived !== undefined && seen.derived === undefined)) held.set(edge.entitlement, seen);
    }
    const complete = (covers: string): boolean => {
      const scopes = snapshot.scopes.filter((s) => s.covers === covers);
      return scopes.length > 0 && scopes.every((s) => s.complete);
    };
    this.closed = { accounts: complete("accounts"), groups: complete("groups") };
    for (const scope of snapshot.scopes) {
      if (scope.covers !== "edges") continue;
      const key = scope.entitlement ?? "";
      this.edgeScopes.set(key, (this.edgeScopes.get(key) ?? true) && scope.complete);
    }
  }

  /** Every list of accounts was read to its end, and enough of what state knows came back. */
  get accountsComplete(): boolean {
    return this.trusted && this.closed.accounts;
  }

  get groupsComplete(): boolean {
    return this.trusted && this.closed.groups;
  }

  /** That an account holds no such edge is proven: its list was read to the end, or the account was read afresh. */
  edgesComplete(entitlement: string, account: ObservedAccount | null): boolean {
    if (account && this.snapshot.fresh.get(refKey(account.ref)) === true) return true;
    if (!this.trusted) return false;
    return this.edgeScopes.get(entitlement) ?? this.edgeScopes.get("") ?? false;
  }

  /** The members of a group were read to the end. */
  membersComplete(entitlement: string): boolean {
    return this.trusted && (this.edgeScopes.get(entitlement) ?? this.edgeScopes.get("") ?? false);
  }

  /** Proof that no account answers to any of these keys or refs, or null where there is none (law 3). */
  absence(keys: readonly MatchKey[], ref: Ref | null): Evidence | null {
    if (this.accountsComplete) {
      return { kind: "absent", scopes: this.snapshot.scopes.filter((s) => s.covers === "accounts").map((s) => s.id) };
    }
    const asked = keys.map(matchKeyText);
    const empty = asked.length > 0 && asked.every((key) => this.snapshot.lookups.get(key)?.length === 0);
    if (ref && this.snapshot.fresh.get(refKey(ref)) === false && (empty || keys.length === 0)) {
      return { kind: "lookup", keys: [`ref:${refKey(ref)}`, ...asked] };
    }
    return !ref && empty ? { kind: "lookup", keys: asked } : null;
  }

  held(account: ObservedAccount): ReadonlyMap<string, { level: string; derived?: string }> {
    return this.edges.get(refKey(account.ref)) ?? none;
  }
}

const none: ReadonlyMap<string, { level: string }> = new Map();

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
