import { compareText } from "../../../core/diagnostic.ts";
import { type ObservedAccount, type ObservedEdge, type ObservedGroup, refKey, type Subject } from "../../../core/model/observed.ts";
import type { Page } from "../../../connector/contract.ts";

/**
 * What came in so far, each object once. Lists shift while they are read: the same account may come twice, and the row read last holds.
 */
export class Gathered {
  private readonly accounts = new Map<string, ObservedAccount>();
  private readonly groups = new Map<string, ObservedGroup>();
  private readonly edges = new Map<string, Map<string, ObservedEdge>>();

  constructor(from?: { accounts: readonly ObservedAccount[]; groups: readonly ObservedGroup[]; edges: readonly ObservedEdge[] }) {
    if (from) this.add(from);
  }

  get size(): number {
    return this.accounts.size;
  }

  add(page: Pick<Page, "accounts" | "groups" | "edges">): void {
    for (const account of page.accounts ?? []) {
      const key = refKey(account.ref);
      const known = this.accounts.get(key);
      // A row of a special list (outside collaborators) must not hide the ordinary one, whichever came first.
      if (!known || account.outside === undefined || known.outside !== undefined) this.accounts.set(key, known ? joined(known, account) : account);
    }
    for (const group of page.groups ?? []) this.groups.set(group.entitlement, group);
    for (const edge of page.edges ?? []) this.addEdge(edge);
  }

  /** A subject read afresh: its edges replace the listed ones. */
  replace({ account, edges }: Subject): void {
    this.accounts.set(refKey(account.ref), account);
    this.edges.set(refKey(account.ref), new Map());
    for (const edge of edges) this.addEdge(edge);
  }

  /** Proven gone. */
  remove(key: string): void {
    this.accounts.delete(key);
    this.edges.delete(key);
  }

  /** Everything, sorted, so that equal worlds make equal snapshots. */
  result(): { accounts: ObservedAccount[]; groups: ObservedGroup[]; edges: ObservedEdge[] } {
    const byKey = <T>(map: ReadonlyMap<string, T>): [string, T][] => [...map].sort(([a], [b]) => compareText(a, b));
    return {
      accounts: byKey(this.accounts).map(([, a]) => a),
      groups: byKey(this.groups).map(([, g]) => g),
      edges: byKey(this.edges).flatMap(([, held]) => byKey(held).map(([, e]) => e)),
    };
  }

  private addEdge(edge: ObservedEdge): void {
    const key = refKey(edge.account);
    let held = this.edges.get(key);
    if (!held) this.edges.set(key, (held = new Map()));
    const known = held.get(edge.entitlement);
    if (!known || edge.derived === undefined || known.derived !== undefined) held.set(edge.entitlement, edge);
  }
}

/** Facts of one account from two lists: the later row holds, and addresses that either list proved are kept. */
function joined(known: ObservedAccount, later: ObservedAccount): ObservedAccount {
  const emails = new Map(known.emails.map((e) => [e.address, e]));
  for (const email of later.emails) emails.set(email.address, { ...email, verified: email.verified || (emails.get(email.address)?.verified ?? false) });
  return {
    ...known,
    ...later,
    admin: known.admin || later.admin,
    emails: [...emails.values()].sort((a, b) => compareText(a.address, b.address)),
    attributes: { ...known.attributes, ...later.attributes },
  };
}
