import type { Page, Tenant } from "../../../connector/contract.ts";
import { type Fault, toFault } from "../../../connector/fault.ts";
import type { EngineEvent } from "../../../core/engine.ts";
import { refKey, type Snapshot, type TenantFacts } from "../../../core/model/observed.ts";
import { Gathered } from "./gather.ts";
import { type Chain, Scopes } from "./scopes.ts";

export interface ReadOptions {
  readonly app: string;
  readonly tenant: Tenant;
  /** Scopes read side by side. */
  readonly concurrency: number;
  /** Requests sent so far with this tenant. */
  calls(): number;
  redact(text: string): string;
  onEvent?(event: EngineEvent): void;
  /** "groups": probe and list the groups, for a plan that asks for its accounts by key. false: only probe. Everything where absent. */
  readonly lists?: "groups" | false;
  /** Pages after which a scope is given up: 20,000 where absent. No vendor list is as long; a cursor that never ends is. */
  readonly mostPages?: number;
}

/**
 * Reads everything of one app, once: probes, then follows scopes and cursors. A fault, a cursor that comes again, or a verdict that makes no
 * sense leaves its scope incomplete and the others as they are. Only a refused credential or a failing probe ends the whole. Never throws.
 */
export async function readSnapshot(options: ReadOptions): Promise<Snapshot> {
  const { app, tenant } = options;
  let facts: TenantFacts | null = null;
  const scopes = new Scopes();
  const gathered = new Gathered();
  try {
    facts = await tenant.probe();
    const failure = options.lists === false ? null : await readLists(options, scopes);
    if (failure) return failed(options, failure, facts);
    for (const pages of scopes.lists()) gathered.addList(pages);
  } catch (error) {
    // Here come a failing probe, and defects of a connector that concern no single scope.
    return failed(options, toFault(error), facts);
  }
  return {
    app,
    ...gathered.result(),
    scopes: scopes.result(options.redact),
    lookups: new Map(),
    fresh: new Map(),
    tenant: facts,
    calls: options.calls(),
  };
}

/** Follows every scope to its end, several at once. The fault that ended all reading, or null. */
async function readLists(options: ReadOptions, scopes: Scopes): Promise<Fault | null> {
  const { app, tenant, mostPages = 20_000 } = options;
  const queue: Chain[] = [];
  const seen = new Set<string>();
  let refused: Fault | null = null;

  async function readChain({ scope, cursor: first }: Chain): Promise<void> {
    let cursor: string | null | undefined = first;
    for (let pages = 0; cursor !== null && !refused; pages++) {
      if (pages === mostPages) return scopes.spoil(scope.id, `it has more than ${mostPages} pages`);
      try {
        const whole = await tenant.read(scope, cursor);
        const page = options.lists === "groups" ? onlyGroups(whole, scopes) : whole;
        queue.push(...scopes.take(scope.id, page));
        for (const account of page.accounts ?? []) seen.add(refKey(account.ref));
        cursor = scopes.follow(scope.id, page.next);
      } catch (error) {
        const fault = toFault(error);
        if (fault.kind === "auth") refused ??= fault;
        return scopes.spoil(scope.id, fault.message);
      }
      options.onEvent?.({ kind: "reading", app, scope: scope.id, calls: options.calls(), accounts: seen.size });
    }
  }

  for (const opening of tenant.roots()) {
    if (options.lists === "groups" && opening.scope.covers !== "groups") continue;
    const chain = scopes.open(opening);
    if (chain) queue.push(chain);
  }
  const running = new Set<Promise<void>>();
  while (queue.length > 0 || running.size > 0) {
    while (queue.length > 0 && running.size < Math.max(1, options.concurrency)) {
      const chain = queue.shift()!;
      if (scopes.answered(chain)) continue;
      const reading = readChain(chain).finally(() => running.delete(reading));
      running.add(reading);
    }
    if (running.size > 0) await Promise.race(running);
    if (refused) queue.length = 0;
  }
  return refused;
}

/** What a page says of groups; who is in them is left to the accounts, which are read afresh. */
function onlyGroups({ groups, opens = [], closes = [], next }: Page, scopes: Scopes): Page {
  const further = opens.filter(({ scope }) => scope.covers === "groups");
  const wanted = (id: string): boolean => scopes.knows(id) || further.some(({ scope }) => scope.id === id);
  return {
    ...(groups === undefined ? {} : { groups }),
    opens: further,
    closes: closes.filter(({ scope }) => wanted(scope)),
    ...(next === undefined ? {} : { next }),
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
