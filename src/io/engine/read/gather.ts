import type { Page } from "../../../connector/contract.ts";
import { compareText } from "../../../core/diagnostic.ts";
import { type ObservedAccount, type ObservedEdge, type ObservedGroup, refKey, type Subject } from "../../../core/model/observed.ts";

/** The part of a snapshot that pages fill. */
export interface Rows {
  readonly accounts: readonly ObservedAccount[];
  readonly groups: readonly ObservedGroup[];
  readonly edges: readonly ObservedEdge[];
}

/**
 * Every object once. Lists shift while they are read: of rows of one list the later holds. Facts of one account from different lists are
 * joined. Equal rows, in equal order, make equal results.
 */
export class Gathered {
  private readonly accounts = new Map<string, ObservedAccount>();
  private readonly groups = new Map<string, ObservedGroup>();
  private readonly edges = new Map<string, Map<string, ObservedEdge>>();

  constructor(from?: Rows) {
    if (!from) return;
    for (const account of from.accounts) this.accounts.set(refKey(account.ref), account);
    for (const group of from.groups) this.groups.set(refKey(group.ref), group);
    for (const edge of from.edges) this.addEdge(edge);
  }

  /** The pages of one list, in the order of reading. Lists are added in an order that does not depend on which was read first. */
  addList(pages: readonly Page[]): void {
    const latest = new Map<string, ObservedAccount>();
    for (const page of pages) {
      for (const account of page.accounts ?? []) latest.set(refKey(account.ref), account);
      for (const group of page.groups ?? []) this.groups.set(refKey(group.ref), group);
      for (const edge of page.edges ?? []) this.addEdge(edge);
    }
    for (const [key, account] of latest) {
      const known = this.accounts.get(key);
      this.accounts.set(key, known ? joined(known, account) : account);
    }
  }

  /** A subject read afresh: its row and its edges replace what lists said. */
  replace({ account, edges }: Subject): void {
    const key = refKey(account.ref);
    this.accounts.set(key, account);
    this.edges.delete(key);
    for (const edge of edges) this.addEdge(edge);
  }

  /** Proven gone. */
  remove(key: string): void {
    this.accounts.delete(key);
    this.edges.delete(key);
  }

  /** Everything, sorted: accounts by ref, groups by entitlement, edges by account and entitlement. */
  result(): { accounts: ObservedAccount[]; groups: ObservedGroup[]; edges: ObservedEdge[] } {
    const byKey = <T>(map: ReadonlyMap<string, T>): [string, T][] => [...map].sort(([a], [b]) => compareText(a, b));
    return {
      accounts: byKey(this.accounts).map(([, account]) => account),
      groups: byKey(this.groups)
        .map(([, group]) => group)
        .sort((a, b) => compareText(a.entitlement, b.entitlement)),
      edges: byKey(this.edges).flatMap(([, held]) => byKey(held).map(([, edge]) => edge)),
    };
  }

  /** One edge for an account and entitlement; what was given directly says more than what the vendor derived. */
  private addEdge(edge: ObservedEdge): void {
    const key = refKey(edge.account);
    const held = this.edges.get(key) ?? new Map<string, ObservedEdge>();
    this.edges.set(key, held);
    const known = held.get(edge.entitlement);
    if (!known || edge.derived === undefined || known.derived !== undefined) held.set(edge.entitlement, edge);
  }
}

/**
 * One account in two lists. The row of an ordinary list holds over that of a list about outsiders, else the later one. What either list
 * proved is kept: admin rights (such an account is never adopted by e-mail), verified addresses, attributes.
 */
function joined(known: ObservedAccount, later: ObservedAccount): ObservedAccount {
  const [row, other] = later.outside !== undefined && known.outside === undefined ? [known, later] : [later, known];
  const emails = new Map(other.emails.map((e) => [e.address, e]));
  for (const email of row.emails)
    emails.set(email.address, { ...email, verified: email.verified || (emails.get(email.address)?.verified ?? false) });
  const login = row.login ?? other.login;
  const name = row.name ?? other.name;
  return {
    ...row,
    ...(login === undefined ? {} : { login }),
    ...(name === undefined ? {} : { name }),
    ...(row.self || other.self ? { self: true as const } : {}),
    admin: row.admin || other.admin,
    emails: [...emails.values()].sort((a, b) => compareText(a.address, b.address)),
    attributes: { ...other.attributes, ...row.attributes },
  };
}
