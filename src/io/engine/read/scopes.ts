import type { Opening, Page } from "../../../connector/contract.ts";
import { compareText } from "../../../core/diagnostic.ts";
import type { Scope, Snapshot, Verdict } from "../../../core/model/observed.ts";

/** A piece of work: one scope from one cursor on, to its end. */
export interface Chain {
  readonly scope: Scope;
  readonly cursor: string | undefined;
}

interface Entry {
  readonly scope: Scope;
  /** Cursors asked for; "" is the beginning. None is ever asked for twice. */
  readonly asked: Set<string>;
  readonly pages: Page[];
  /** Chains begun and not read to their end. */
  open: number;
  /** What the connector said, the worst of it. */
  verdict: { readonly complete: boolean; readonly reason?: string } | null;
  /** Why it cannot be complete, whatever the connector says. */
  spoilt: string | null;
}

/**
 * The books of one reading: which scopes there are, what was read of each, and what that proves. A scope is complete only where the connector
 * says so, every chain of it came to its end, and nothing contradicts it (law 3).
 */
export class Scopes {
  private readonly entries = new Map<string, Entry>();

  /** The chain to read for an opening, or null where there is nothing (more) to read: the scope was answered in passing, or is read already. */
  open({ scope, cursor }: Opening): Chain | null {
    const known = this.entries.get(scope.id);
    if (known && (known.scope.covers !== scope.covers || known.scope.entitlement !== scope.entitlement)) {
      this.spoil(scope.id, "the connector opened it with two meanings");
      return null;
    }
    const entry: Entry = known ?? { scope, asked: new Set(), pages: [], open: 0, verdict: null, spoilt: null };
    this.entries.set(scope.id, entry);
    // Lists shift while they are read: what shows up again is read again only from where it was not read yet.
    if (entry.asked.has(cursor ?? "") || (known && cursor === undefined)) return null;
    entry.asked.add(cursor ?? "");
    entry.open += 1;
    return { scope, cursor };
  }

  /** Whether another page answered a scope from its beginning while it waited: it need not be read. */
  answered({ scope, cursor }: Chain): boolean {
    const entry = this.entries.get(scope.id)!;
    if (cursor !== undefined || entry.verdict === null || entry.pages.length > 0) return false;
    entry.open -= 1;
    return true;
  }

  /** Takes a page of a chain; returns the chains it opens. The verdicts of a page hold for what it opens as well. */
  take(scope: string, page: Page): Chain[] {
    assertPage(page);
    this.entries.get(scope)!.pages.push(page);
    const closedHere = new Set((page.closes ?? []).map((verdict) => verdict.scope));
    const chains: Chain[] = [];
    for (const opening of page.opens ?? []) {
      if (closedHere.has(opening.scope.id) && opening.cursor === undefined) this.mention(opening.scope);
      else {
        const chain = this.open(opening);
        if (chain) chains.push(chain);
      }
    }
    for (const verdict of page.closes ?? []) this.close(scope, verdict);
    return chains;
  }

  /** The cursor to go on from, or null at the end of the chain or where the vendor goes in circles. */
  follow(scope: string, next: string | undefined): string | null {
    const entry = this.entries.get(scope)!;
    if (next !== undefined && !entry.asked.has(next)) {
      entry.asked.add(next);
      return next;
    }
    if (next !== undefined) this.spoil(scope, "the vendor gave the same cursor twice");
    entry.open -= 1;
    return null;
  }

  knows(scope: string): boolean {
    return this.entries.has(scope);
  }

  spoil(scope: string, reason: string): void {
    const entry = this.entries.get(scope)!;
    entry.spoilt ??= reason;
  }

  /** Pages by scope, in an order that does not depend on which came first. */
  lists(): readonly (readonly Page[])[] {
    return this.sorted().map((entry) => entry.pages);
  }

  result(redact: (text: string) => string): Snapshot["scopes"] {
    return this.sorted().map(({ scope, verdict, spoilt, open }) => {
      const complete = verdict?.complete === true && spoilt === null && open === 0;
      const reason = spoilt ?? verdict?.reason ?? "its end was never reached";
      return { ...scope, complete, ...(complete ? {} : { reason: redact(reason) }) };
    });
  }

  /** A scope that is answered in passing, by a verdict in the same page. */
  private mention(scope: Scope): void {
    const chain = this.open({ scope });
    if (chain) this.entries.get(scope.id)!.open -= 1;
  }

  private close(by: string, { scope, complete, reason }: Verdict): void {
    const entry = this.entries.get(scope);
    if (!entry) return this.spoil(by, `the connector judged ${scope}, which was never opened`);
    const before = entry.verdict;
    const worst = before && !before.complete ? before : { complete, ...(reason === undefined ? {} : { reason }) };
    entry.verdict = worst;
  }

  private sorted(): Entry[] {
    return [...this.entries.values()].sort((a, b) => compareText(a.scope.id, b.scope.id));
  }
}

/** Connectors of third parties are not compiled with ours: a page that is none must end its own scope only. */
function assertPage(page: Page): void {
  for (const part of ["accounts", "groups", "edges", "opens", "closes"] as const) {
    const rows: unknown = page[part];
    if (rows !== undefined && !Array.isArray(rows)) throw new TypeError(`the connector's page has ${part} that are not a list`);
  }
}
