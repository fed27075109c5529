import type { Opening, Page, Tenant } from "../../../connector/contract.ts";
import { type Fault, toFault } from "../../../connector/fault.ts";
import type { EngineEvent } from "../../../core/engine.ts";
import { compareText } from "../../../core/diagnostic.ts";
import type { Scope, Snapshot, TenantFacts } from "../../../core/model/observed.ts";
import { Gathered } from "./gather.ts";

export interface ReadOptions {
  readonly app: string;
  readonly tenant: Tenant;
  /** Scopes read side by side. */
  readonly concurrency: number;
  /** Requests sent so far with this tenant. */
  calls(): number;
  redact(text: string): string;
  onEvent?(event: EngineEvent): void;
  /** false: only probe; the rest is asked by key. */
  readonly lists?: boolean;
}

/** No vendor list is this long; a cursor that never ends is. */
const mostPages = 100_000;

interface Reading {
  readonly scope: Scope;
  /** null while nobody has given a verdict. */
  verdict: { complete: boolean; reason?: string } | null;
}

/**
 * Reads everything of one app, once: probes, then follows scopes and cursors. A scope is complete only where a page closed it and nothing of
 * it failed; a fault ends its scope and leaves the others. Only a refused credential or a failing probe ends the whole. Never throws.
 */
export async function readSnapshot(options: ReadOptions): Promise<Snapshot> {
  const { app, tenant } = options;
  let facts: TenantFacts;
  try {
    facts = await tenant.probe();
  } catch (error) {
    return failed(options, toFault(error), null);
  }
  const gathered = new Gathered();
  const readings = new Map<string, Reading>();
  let failure: Fault | null = null;
  if (options.lists !== false) {
    const queue: Opening[] = [];
    const open = (opening: Opening): void => {
      const known = readings.get(opening.scope.id);
      if (known && opening.cursor === undefined) return;
      if (!known) readings.set(opening.scope.id, { scope: opening.scope, verdict: null });
      queue.push(opening);
    };
    const take = (page: Page): void => {
      gathered.add(page);
      for (const verdict of page.closes ?? []) {
        let reading = readings.get(verdict.scope);
        if (!reading) {
          // A scope that is answered in passing, without ever having been opened, says itself what it is about by its id only.
          const scope = page.opens?.find((o) => o.scope.id === verdict.scope)?.scope;
          if (!scope) continue;
          readings.set(verdict.scope, (reading = { scope, verdict: null }));
        }
        const before = reading.verdict;
        reading.verdict = {
          complete: verdict.complete && (before?.complete ?? true),
          ...(verdict.reason === undefined ? (before?.reason === undefined ? {} : { reason: before.reason }) : { reason: verdict.reason }),
        };
      }
      // Answered in passing and opened in the same page: closed already, nothing is left to read.
      for (const opening of page.opens ?? []) {
        if (page.closes?.some((v) => v.scope === opening.scope.id)) continue;
        open(opening);
      }
    };
    const spoil = (scope: Scope, reason: string): void => {
      readings.set(scope.id, { scope, verdict: { complete: false, reason: options.redact(reason) } });
    };
    const follow = async ({ scope, cursor: first }: Opening): Promise<void> => {
      const cursors = new Set<string>();
      let cursor = first;
      for (let pages = 0; ; pages++) {
        if (failure) return spoil(scope, failure.message);
        if (pages >= mostPages) return spoil(scope, `more than ${mostPages} pages`);
        let page: Page;
        try {
          page = await tenant.read(scope, cursor);
        } catch (error) {
          const fault = toFault(error);
          if (fault.kind === "auth") failure = fault;
          return spoil(scope, fault.message);
        }
        take(page);
        options.onEvent?.({ kind: "reading", app, scope: scope.id, calls: options.calls(), accounts: gathered.size });
        if (page.next === undefined) return;
        if (cursors.has(page.next) || page.next === first) return spoil(scope, "the vendor gave the same cursor twice");
        cursors.add(page.next);
        cursor = page.next;
      }
    };
    tenant.roots().forEach(open);
    let running = 0;
    await new Promise<void>((done) => {
      const next = (): void => {
        if (queue.length === 0 && running === 0) return done();
        while (queue.length > 0 && running < Math.max(1, options.concurrency)) {
          running++;
          void follow(queue.shift()!).then(() => {
            running--;
            next();
          });
        }
      };
      next();
    });
    if (failure) return failed(options, failure, facts);
  }
  return {
    app,
    ...gathered.result(),
    scopes: [...readings.values()]
      .map(({ scope, verdict }) => ({ ...scope, complete: verdict?.complete ?? false, ...(verdict?.complete ? {} : { reason: verdict?.reason ?? "its end was never reached" }) }))
      .sort((a, b) => compareText(a.id, b.id)),
    lookups: new Map(),
    fresh: new Map(),
    tenant: facts,
    calls: options.calls(),
  };
}

/** A snapshot of nothing, with the reason. */
function failed(options: ReadOptions, fault: Fault, tenant: TenantFacts | null): Snapshot {
  return {
    app: options.app,
    accounts: [],
    groups: [],
    edges: [],
    scopes: [],
    lookups: new Map(),
    fresh: new Map(),
    tenant,
    failure: { kind: fault.kind, message: options.redact(fault.message) },
    calls: options.calls(),
  };
}
