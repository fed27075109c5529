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
  /** Every list of accounts was read to its end, and enough of what state knows came back. */
  readonly accountsComplete: boolean;
  readonly groupsComplete: boolean;
  private readonly edges = new Map<string, Map<string, HeldEdge>>();
  private readonly edgeLists = new Map<string, Snapshot["scopes"][number][]>();
  private readonly trusted: boolean;
  private readonly presentNames: ReadonlyMap<string, string>;
  private readonly scopes: Readonly<Record<"accounts" | "groups", readonly string[]>>;
  /** What the lists say of the absence of an edge, by the vendor's name of the entitlement. */
  private readonly listAbsences = new Map<string, Evidence | null>();

  constructor(snapshot: Snapshot, trusted: boolean, renames: ReadonlyMap<string, string> = new Map()) {
    this.snapshot = snapshot;
    this.trusted = trusted;
    this.presentNames = new Map([...renames].map(([present, wanted]) => [wanted, present]));
    this.scopes = { accounts: scopesOf(snapshot, "accounts"), groups: scopesOf(snapshot, "groups") };
    this.accountsComplete = trusted && isComplete(snapshot, "accounts");
    this.groupsComplete = trusted && isComplete(snapshot, "groups");
    for (const { key, account } of snapshot.accounts.map((a) => ({ key: refKey(a.ref), account: a })).sort(compareAccounts)) {
      if (!this.byRef.has(key)) this.byRef.set(key, account);
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
    // Most edges are direct and of few levels: they look alike.
    const direct = new Map<string, HeldEdge>();
    for (const { account, entitlement: named, level = "", derived } of snapshot.edges) {
      const key = refKey(account);
      const entitlement = renames.get(named) ?? named;
      let held = this.edges.get(key);
      if (!held) this.edges.set(key, (held = new Map()));
      let seen = derived === undefined ? direct.get(level) : { level, derived };
      if (!seen) direct.set(level, (seen = { level }));
      const known = held.get(entitlement);
      if (!known || compareHeld(seen, known) < 0) held.set(entitlement, seen);
    }
  }

  /** The scopes whose completeness proves the absence of something they cover. */
  scopesOf(covers: "accounts" | "groups"): readonly string[] {
    return this.scopes[covers];
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
    if (this.edgeScopes(present).length === 0)
      return isGroup && this.groupsComplete && !this.groups.has(present) ? { kind: "absent", scopes: this.scopesOf("groups") } : null;
    let proof = this.listAbsences.get(present);
    if (proof === undefined) this.listAbsences.set(present, (proof = this.listAbsence(present)));
    return proof;
  }

  private listAbsence(present: string): Evidence | null {
    const scopes = this.edgeScopes(present);
    return scopes.every((s) => s.complete) ? { kind: "absent", scopes: scopes.map((s) => s.id).sort(compareText) } : null;
  }

  held(account: ObservedAccount): ReadonlyMap<string, HeldEdge> {
    return this.edges.get(refKey(account.ref)) ?? none;
  }

  /** The scopes that cover an entitlement's edges: its own, else those for all of them. */
  edgeScopes(entitlement: string): Snapshot["scopes"] {
    const own = this.edgeLists.get(entitlement);
    return own ?? this.edgeLists.get("") ?? [];
  }
}

const scopesOf = ({ scopes }: Snapshot, covers: "accounts" | "groups"): string[] =>
  scopes
    .filter((s) => s.covers === covers)
    .map((s) => s.id)
    .sort(compareText);

/** Whether every list that covers accounts, or groups, was read to its end; of none it was. */
export function isComplete({ scopes }: Snapshot, covers: "accounts" | "groups"): boolean {
  const own = scopes.filter((s) => s.covers === covers);
  return own.length > 0 && own.every((s) => s.complete);
}

const none: ReadonlyMap<string, HeldEdge> = new Map();

/** By ref; of rows about one ref, the one that says most comes first: an account, an open invitation, one that ran out, an outsider. */
function compareAccounts({ key, account: a }: KeyedAccount, { key: other, account: b }: KeyedAccount): number {
  return compareText(key, other) || weight(a) - weight(b) || compareText(JSON.stringify(a), JSON.stringify(b));
}

interface KeyedAccount {
  readonly key: string;
  readonly account: ObservedAccount;
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
