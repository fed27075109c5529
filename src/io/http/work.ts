import { AsyncLocalStorage } from "node:async_hooks";
import type { Tenant } from "../../connector/contract.ts";
import { FaultError } from "../../connector/fault.ts";

/** The requests of one `perform`, however many the connector makes of it. */
interface Work {
  /** One of its writes may have been carried out. */
  wrote: boolean;
}

const current = new AsyncLocalStorage<Work>();

/**
 * The tenant, each `perform` of it one work: what is interrupted in the middle of one is then told from what was not begun, whatever the
 * connector's own code lies in between.
 */
export function inWorks(tenant: Tenant): Tenant {
  return {
    probe: () => tenant.probe(),
    roots: () => tenant.roots(),
    read: (scope, cursor) => tenant.read(scope, cursor),
    find: (keys) => tenant.find(keys),
    get: (ref) => tenant.get(ref),
    perform: (calls) => current.run({ wrote: false }, () => tenant.perform(calls)),
    ...(tenant.poll ? { poll: (handle: string) => tenant.poll!(handle) } : {}),
    ...(tenant.normalise ? { normalise: (desired) => tenant.normalise!(desired) } : {}),
  };
}

/** A write of the work under way was sent, and may have been carried out. */
export function noteWrite(): void {
  const work = current.getStore();
  if (work) work.wrote = true;
}

/** "Nothing was sent" holds of a request; of a work that wrote before it does not. */
export function ofWork(error: unknown): unknown {
  if (!(error instanceof FaultError) || error.fault.kind !== "interrupted" || !current.getStore()?.wrote) return error;
  return new FaultError({ ...error.fault, kind: "ambiguous", message: `${error.fault.message}; what came before it may have been done` });
}
