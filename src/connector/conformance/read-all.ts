/** Reads a tenant to its end, one page after the other, and notices what a connector may not do on the way. */
import { toFault } from "../fault.ts";
import type { Opening, Page, Tenant } from "../contract.ts";
import { type ObservedAccount, type ObservedEdge, type ObservedGroup, refKey, type Scope } from "../../core/model/observed.ts";

export interface Reading {
  readonly accounts: ReadonlyMap<string, ObservedAccount>;
  readonly groups: ReadonlyMap<string, ObservedGroup>;
  /** By account and entitlement. */
  readonly edges: ReadonlyMap<string, ObservedEdge>;
  readonly scopes: ReadonlyMap<string, { readonly scope: Scope; readonly complete: boolean; readonly reason: string }>;
  /** Breaches of the contract: a cursor twice, a verdict on a scope that nobody opened, the same scope opened in two meanings. */
  readonly breaches: readonly string[];
  /** Every page in the order of reading. */
  readonly pages: readonly Page[];
}

/** More pages than any census of the kit has. */
const mostPages = 2000;

export const edgeKey = (edge: { readonly account: { kind: string; id: string }; readonly entitlement: string }): string =>
  `${refKey(edge.account)} ${edge.entitlement}`;

/** Never rejects: a scope whose page failed stays incomplete, with the fault as its reason. */
export async function readAll(tenant: Tenant): Promise<Reading> {
  const accounts = new Map<string, ObservedAccount>();
  const groups = new Map<string, ObservedGroup>();
  const edges = new Map<string, ObservedEdge>();
  const scopes = new Map<string, { scope: Scope; complete: boolean; reason: string; closed: boolean; cursors: Set<string> }>();
  const breaches: string[] = [];
  const pages: Page[] = [];
  const queue: Opening[] = [];

  function open(openings: readonly Opening[]): void {
    for (const opening of openings) {
      if (!scopes.has(opening.scope.id)) {
        scopes.set(opening.scope.id, {
          scope: opening.scope,
          complete: false,
          reason: "not read to its end",
          closed: false,
          cursors: new Set(),
        });
        queue.push(opening);
      } else breaches.push(`It opened the scope ${opening.scope.id} twice`);
    }
  }

  open(tenant.roots());
  for (let next = queue.shift(); next; next = queue.shift()) {
    const state = scopes.get(next.scope.id)!;
    if (state.closed && next.cursor === undefined) continue; // answered in passing
    if (state.cursors.has(next.cursor ?? "")) {
      breaches.push(`It gave out the cursor ${next.cursor} of ${next.scope.id} twice`);
      continue;
    }
    state.cursors.add(next.cursor ?? "");
    if (pages.length === mostPages) {
      breaches.push(`It gave out more than ${mostPages} pages`);
      break;
    }
    let page: Page;
    try {
      page = await tenant.read(next.scope, next.cursor);
    } catch (error) {
      state.reason = toFault(error).message;
      continue;
    }
    pages.push(page);
    for (const a of page.accounts ?? []) accounts.set(refKey(a.ref), a);
    for (const g of page.groups ?? []) groups.set(g.entitlement, g);
    for (const e of page.edges ?? []) if (!edges.has(edgeKey(e)) || e.derived === undefined) edges.set(edgeKey(e), e);
    open(page.opens ?? []);
    for (const verdict of page.closes ?? []) {
      const closed = scopes.get(verdict.scope);
      if (!closed) breaches.push(`It judged the scope ${verdict.scope}, which nobody opened`);
      else Object.assign(closed, { complete: verdict.complete, reason: verdict.reason ?? "", closed: true });
    }
    if (page.next !== undefined) queue.unshift({ scope: next.scope, cursor: page.next });
  }
  return { accounts, groups, edges, scopes, breaches, pages };
}

/** Scopes that were not read to their end, each as a sentence. */
export const incomplete = (reading: Reading): string[] =>
  [...reading.scopes.values()].filter((s) => !s.complete).map((s) => `The scope ${s.scope.id} is incomplete: ${s.reason}`);
