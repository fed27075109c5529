import { compareText } from "../diagnostic.ts";
import {
  type MatchKey,
  type ObservedAccount,
  type ObservedGroup,
  type Ref,
  type Snapshot,
  fold,
  matchKeyText,
  refKey,
} from "../model/observed.ts";
import type { Evidence } from "./operation.ts";

/** One account's hold of one entitlement, as seen. */
export interface HeldEdge {
  readonly level: string;
  readonly derived?: string;
}

/**
 * A snapshot with the questions that planning asks of it. `trusted: false` (guard incomplete-read) makes every conclusion from absence in a
 * list fail, whatever the verdicts say; what was asked by key stays proven. `renames`: groups that the vendor still has under another name
 * than the files give them; their edges are looked at under the name of the files.
 */
export class World {
  readonly snapshot: Snapshot;
  /** Each account once, by ref. */
  readonly accounts: readonly ObservedAccount[];
  readonly byRef = new Map<string, ObservedAccount>();
  readonly byLogin = new Map<string, ObservedAccount[]>();
  /** Verified addresses of accounts, and the addresses invitations were sent to. */
  readonly byEmail = new Map<string, ObservedAccount[]>();
  readonly byUnverifiedEmail = new Map<string, ObservedAccount[]>();
  /** Groups by the vendor's name. */
  readonly groups = new Map<string, ObservedGroup>();
  private readonly edges = new Map<string, Map<string, HeldEdge>>();
  private readonly edgeLists = new Map<string, Snapshot["scopes"][number][]>();
  private readonly trusted: boolean;
  private readonly presentNames: ReadonlyMap<string, string>;

  constructor(snapshot: Snapshot, trusted: boolean, renames: ReadonlyMap<string, string> = new Map()) {
    this.snapshot = snapshot;
    this.trusted = trusted;
    this.presentNames = new Map([...renames].map(([present, wanted]) => [wanted, present]));
    for (const account of [...snapshot.accounts].sort(compareAccounts)) {
      if (!this.byRef.has(refKey(account.ref))) this.byRef.set(refKey(account.ref), account);
    }
    this.accounts = [...this.byRef.values()];
    for (const account of this.accounts) {
      if (account.login !== undefined) push(this.byLogin, fold(account.login), account);
      const invited = account.status === "pending" || account.status === "expired";
      for (const { address, verified } of account.emails)
        push(verified || invited ? this.byEmail : this.byUnverifiedEmail, fold(address), account);
    }
    for (const group of [...snapshot.groups].sort((a, b) => compareText(refKey(a.ref), refKey(b.ref))))
      this.groups.set(group.entitlement, group);
    for (const scope of snapshot.scopes) if (scope.covers === "edges") push(this.edgeLists, scope.entitlement ?? "", scope);
    for (const edge of snapshot.edges) {
      const key = refKey(edge.account);
      const entitlement = renames.get(edge.entitlement) ?? edge.entitlement;
      let held = this.edges.get(key);
      if (!held) this.edges.set(key, (held = new Map()));
      const seen: HeldEdge = { level: edge.level ?? "", ...(edge.derived === undefined ? {} : { derived: edge.derived }) };
      const known = held.get(entitlement);
      if (!known || compareHeld(seen, known) < 0) held.set(entitlement, seen);
    }
  }

  /** Every list of accounts was read to its end, and enough of what state knows came back. */
  get accountsComplete(): boolean {
    return this.trusted && this.complete("accounts");
  }

  get groupsComplete(): boolean {
    return this.trusted && this.complete("groups");
  }

  /** The scopes whose completeness proves the absence of something they cover. */
  scopesOf(covers: "accounts" | "groups"): string[] {
    return this.snapshot.scopes
      .filter((s) => s.covers === covers)
      .map((s) => s.id)
      .sort(compareText);
  }

  /** The name by which the vendor knows an entitlement today: another one while a rename is to come. */
  presentName(entitlement: string): string {
    return this.presentNames.get(entitlement) ?? entitlement;
  }

  groupOf(entitlement: string): ObservedGroup | undefined {
    return this.groups.get(this.presentName(entitlement));
  }

  /** Proof that no account answers to any of these keys or refs, or null where there is none (law 3). */
  absence(keys: readonly MatchKey[], ref: Ref | null): Evidence | null {
    if (this.accountsComplete) return { kind: "absent", scopes: this.scopesOf("accounts") };
    const asked = keys.map(matchKeyText);
    const empty = asked.length > 0 && asked.every((key) => this.snapshot.lookups.get(key)?.length === 0);
    if (ref && this.snapshot.fresh.get(refKey(ref)) === false && (empty || keys.length === 0)) {
      return { kind: "lookup", keys: [`ref:${refKey(ref)}`, ...asked] };
    }
    return !ref && empty ? { kind: "lookup", keys: asked } : null;
  }

  /** The list of who holds an entitlement was read to its end. `entitlement` as the vendor names it. */
  edgesComplete(entitlement: string): boolean {
    return this.trusted && this.edgeScopes(entitlement).every((s) => s.complete) && this.edgeScopes(entitlement).length > 0;
  }

  /**
   * Proof that an account does not hold an entitlement directly, or null: the account was read afresh, or the entitlement's list to its end,
   * or its group is proven not to exist.
   */
  edgeAbsence(entitlement: string, account: ObservedAccount, isGroup: boolean): Evidence | null {
    if (this.snapshot.fresh.get(refKey(account.ref)) === true) return { kind: "lookup", keys: [`ref:${refKey(account.ref)}`] };
    if (!this.trusted) return null;
    const present = this.presentName(entitlement);
    const scopes = this.edgeScopes(present);
    if (scopes.length > 0)
      return scopes.every((s) => s.complete) ? { kind: "absent", scopes: scopes.map((s) => s.id).sort(compareText) } : null;
    return isGroup && this.groupsComplete && !this.groups.has(present) ? { kind: "absent", scopes: this.scopesOf("groups") } : null;
  }

  held(account: ObservedAccount): ReadonlyMap<string, HeldEdge> {
    return this.edges.get(refKey(account.ref)) ?? none;
  }

  /** The scopes that cover an entitlement's edges: its own, else those for all of them. */
  edgeScopes(entitlement: string): Snapshot["scopes"] {
    const own = this.edgeLists.get(entitlement);
    return own ?? this.edgeLists.get("") ?? [];
  }

  private complete(covers: "accounts" | "groups"): boolean {
    const scopes = this.snapshot.scopes.filter((s) => s.covers === covers);
    return scopes.length > 0 && scopes.every((s) => s.complete);
  }
}

const none: ReadonlyMap<string, HeldEdge> = new Map();

/** By ref; of rows about one ref, the one that says most comes first: an account, an open invitation, one that ran out, an outsider. */
function compareAccounts(a: ObservedAccount, b: ObservedAccount): number {
  return compareText(refKey(a.ref), refKey(b.ref)) || weight(a) - weight(b) || compareText(JSON.stringify(a), JSON.stringify(b));
}

const weight = (a: ObservedAccount): number => (a.status === "pending" ? 1 : a.status === "expired" ? 2 : a.outside !== undefined ? 3 : 0);

/** A direct edge says more than a derived one of the same entitlement. */
const compareHeld = (a: HeldEdge, b: HeldEdge): number =>
  Number(a.derived !== undefined) - Number(b.derived !== undefined) ||
  compareText(a.level, b.level) ||
  compareText(a.derived ?? "", b.derived ?? "");

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
