import { FaultError, type Fault } from "../../connector/fault.ts";

/** How long and how often a request is repeated. Times in milliseconds. */
export interface Patience {
  /** Waiting for one request in all, pacing included. */
  readonly total: number;
  /** Sendings of one request that the vendor throttled. */
  readonly throttled: number;
  /** Sendings of one request whose answer was lost or broken. */
  readonly transient: number;
}

export const usualPatience: Patience = { total: 15 * 60_000, throttled: 30, transient: 4 };

/** How a sending ended without an answer that can be returned. */
export type Failed =
  /** The vendor answered, and the answer is a fault. */
  | { readonly how: "answered"; readonly fault: Fault }
  /** Nothing left this machine: no connection came about. */
  | { readonly how: "unsent"; readonly fault: Fault }
  /** It was sent, and no whole answer came. */
  | { readonly how: "lost"; readonly fault: Fault };

/** What one request has gone through so far. */
export interface Tries {
  throttled: number;
  transient: number;
  /** Clock milliseconds until which it may wait. */
  readonly deadline: number;
  /** An earlier sending may have been carried out. */
  maybeDone: boolean;
}

/** What may be done with the request. */
export interface Repeatable {
  readonly reads: boolean;
  readonly idempotent: boolean;
  /** Seed of the jitter: method and path. */
  readonly label: string;
}

const longestBackoff = 60_000;

/**
 * Milliseconds to wait before the request is sent again; throws the FaultError that ends it otherwise. `held`: how long the bucket of a throttled
 * request stays closed.
 *
 * | ended | read | idempotent write | other write |
 * |---|---|---|---|
 * | throttled | wait, repeat | wait, repeat | wait, repeat: nothing was done |
 * | unsent | repeat | repeat | repeat |
 * | lost answer | repeat, else transient | repeat, else ambiguous | ambiguous |
 * | 5xx | repeat, else transient | repeat, else transient | ambiguous: it may have been done |
 * | any other fault | thrown | thrown | thrown |
 */
export function nextTry(failed: Failed, request: Repeatable, tries: Tries, patience: Patience, now: number, held: number): number {
  const { fault } = failed;
  if (failed.how === "lost") tries.maybeDone = true;
  if (fault.kind === "throttled") {
    tries.throttled += 1;
    if (tries.throttled >= patience.throttled || now + held > tries.deadline) throw ended(fault, request, tries);
    return held;
  }
  if (fault.kind !== "transient") throw new FaultError(fault);
  if (!request.reads && !request.idempotent && failed.how !== "unsent") {
    tries.maybeDone = true;
    throw ended(fault, request, tries);
  }
  tries.transient += 1;
  const wait = backoff(tries.transient, request.label);
  if (tries.transient >= patience.transient || now + wait > tries.deadline) throw ended(fault, request, tries);
  return wait;
}

/** The fault that remains: ambiguous where a write may have been carried out by any of its sendings. */
export function ended(fault: Fault, request: { readonly reads: boolean }, tries: Tries): FaultError {
  if (request.reads || !tries.maybeDone || fault.kind === "ambiguous") return new FaultError(fault);
  const { retryAfter: _, ...rest } = fault;
  return new FaultError({ ...rest, kind: "ambiguous", message: `${fault.message}; whether it was carried out is not known` });
}

/** 1 s, 2 s, 4 s and so on up to a minute, less up to half of it by a jitter that is the same in every run. */
export function backoff(attempt: number, label: string): number {
  const full = Math.min(longestBackoff, 1000 * 2 ** (attempt - 1));
  return Math.round(full * (1 - fraction(`${label} ${attempt}`) / 2));
}

/** FNV-1a as a number from 0 to 1: different requests must not come back in step. */
function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash / 2 ** 32;
}
