import { FaultError } from "../../connector/fault.ts";
import type { RateBucket } from "../../core/model/manifest.ts";
import type { Clock } from "./clock.ts";
import { allowanceOf } from "./rate-headers.ts";
import { openRecovery, type Recovery } from "./recovery.ts";
import { backoff } from "./retry.ts";
import { slidingWindow, type SlidingWindow } from "./window.ts";

/** A request's leave to be sent; given back exactly once. */
export interface Turn {
  /** The vendor said "too fast", and after how many milliseconds to come again (null: not). Until the milliseconds that are returned nothing of the bucket is sent. */
  refused(told: number | null): number;
  /** The request ended; `headers` of its answer, or null where there was none. */
  done(headers: Headers | null): void;
}

export interface Pacer {
  /**
   * Waits until the bucket lets a request through, in the order of asking; one that was refused before (`again`) goes ahead of those that were
   * not, else the same one could meet the wall over and over. Throws FaultError `throttled` where that would take longer than `patience`
   * milliseconds, `interrupted` where it would take any time and the pacer was stopped, and the signal's reason where it is aborted.
   */
  turn(bucket: string, cost: number, patience: number, again: boolean, signal?: AbortSignal): Promise<Turn>;
}

interface PacerOptions {
  readonly buckets: Readonly<Record<string, RateBucket>>;
  readonly clock: Clock;
  /** From then on nobody waits for the vendor's limits; a turn that only waits for another's end comes. */
  readonly stop?: AbortSignal | undefined;
  onWait(seconds: number, why: string): void;
}

/** What the vendor said is left, and until when (clock milliseconds). Shared by the buckets that the vendor counts as one. */
interface Ledger {
  left: number;
  until: number;
}

interface Bucket {
  readonly limits: RateBucket;
  readonly window: SlidingWindow;
  readonly recovery: Recovery;
  readonly queue: Waiter[];
  inFlight: number;
  pausedUntil: number;
  /** The end of the wait that was last told of. */
  toldUntil: number;
  ledger: Ledger | null;
  /** Ends the sleep before the bucket's next turn. */
  alarm: AbortController | null;
}

interface Waiter {
  /** It was refused before. */
  readonly again: boolean;
  readonly cost: number;
  readonly deadline: number;
  grant(turn: Turn): void;
  refuse(error: Error): void;
}

/** Waits shorter than this are not worth a line of progress. */
const worthTelling = 1_000;

export function openPacer({ buckets, clock, stop, onWait }: PacerOptions): Pacer {
  const open = new Map<string, Bucket>();
  const ledgers = new Map<string, Ledger>();
  const time = (): number => clock.now().getTime();

  function bucketOf(name: string): Bucket {
    const known = open.get(name);
    if (known) return known;
    const limits = buckets[name];
    if (!limits) throw new FaultError({ kind: "refused", message: `The connector declares no rate bucket ${name}` });
    const window = slidingWindow(limits.units, limits.seconds * 1000);
    const recovery = openRecovery(limits.concurrency, (refusals) => backoff(refusals, name));
    const bucket: Bucket = { limits, window, recovery, queue: [], inFlight: 0, pausedUntil: 0, toldUntil: 0, ledger: null, alarm: null };
    open.set(name, bucket);
    return bucket;
  }

  /** Milliseconds until the vendor's limits let `cost` through; concurrency is another matter. */
  function waitOf(bucket: Bucket, cost: number, now: number): number {
    const { ledger } = bucket;
    const byLedger = ledger && ledger.until > now && ledger.left < cost ? ledger.until - now : 0;
    return Math.max(bucket.pausedUntil - now, byLedger, bucket.window.waitFor(cost, now), 0);
  }

  function serve(name: string, bucket: Bucket): void {
    bucket.alarm?.abort();
    bucket.alarm = null;
    while (bucket.queue.length > 0) {
      const waiter = bucket.queue[0]!;
      const now = time();
      if (bucket.inFlight >= bucket.recovery.most()) return; // the end of one in flight serves again
      const wait = waitOf(bucket, waiter.cost, now);
      if (wait === 0) {
        bucket.queue.shift();
        waiter.grant(begin(name, bucket, waiter.cost));
      } else if (wait === Number.POSITIVE_INFINITY) return;
      else if (now + wait > waiter.deadline) {
        bucket.queue.shift();
        waiter.refuse(tooLong(name, wait));
      } else if (stop?.aborted) {
        bucket.queue.shift();
        waiter.refuse(interrupted(wait, limitOf(name)));
      } else {
        sleepThenServe(name, bucket, wait);
        return;
      }
    }
  }

  function sleepThenServe(name: string, bucket: Bucket, wait: number): void {
    const alarm = new AbortController();
    bucket.alarm = alarm;
    clock.sleep(wait, alarm.signal).then(
      () => {
        if (!alarm.signal.aborted) serve(name, bucket);
      },
      (error: unknown) => {
        if (alarm.signal.aborted) return; // woken early, and served by who woke it
        for (const waiter of bucket.queue.splice(0)) waiter.refuse(error as Error);
      },
    );
    const until = time() + wait;
    if (wait < worthTelling || until < bucket.toldUntil + worthTelling) return;
    bucket.toldUntil = until;
    onWait(Math.ceil(wait / 1000), limitOf(name)); // last: who is told may end the waiting
  }

  function begin(name: string, bucket: Bucket, cost: number): Turn {
    bucket.inFlight += 1;
    bucket.window.take(cost);
    if (bucket.ledger) bucket.ledger.left -= cost;
    const sentAt = time();
    let ended = false;
    let refused = false;
    return {
      refused(told) {
        refused = true;
        const wait = bucket.recovery.refused(time(), sentAt, told);
        bucket.pausedUntil = Math.max(bucket.pausedUntil, time() + wait);
        return wait;
      },
      done(headers) {
        if (ended) return;
        ended = true;
        bucket.inFlight -= 1;
        // What the vendor refused it has not carried out, and its own wait is kept.
        if (refused) bucket.window.release(cost);
        else bucket.window.settle(cost, time());
        if (headers && !refused) bucket.recovery.passed(time(), sentAt);
        if (headers) learn(name, bucket, headers);
        for (const [other, b] of open) if (b.ledger === bucket.ledger || b === bucket) serve(other, b);
      },
    };
  }

  /** Takes the vendor's word for what is left, less what is in flight and not yet in its count. */
  function learn(name: string, bucket: Bucket, headers: Headers): void {
    const now = clock.now();
    const told = allowanceOf(headers, now);
    if (!told) return;
    const key = told.resource === undefined ? `bucket ${name}` : `resource ${told.resource}`;
    const until = now.getTime() + told.resetIn;
    const known = ledgers.get(key);
    const left = told.remaining - bucket.inFlight;
    // Answers overtake each other: within one period the smallest count is the newest. Resets are told in whole seconds.
    const same = known !== undefined && Math.abs(known.until - until) <= 2_000 && known.until > now.getTime();
    const ledger = known ?? { left, until };
    ledger.left = same ? Math.min(known.left, left) : left;
    ledger.until = same ? Math.max(known.until, until) : until;
    ledgers.set(key, ledger);
    bucket.ledger = ledger;
  }

  stop?.addEventListener("abort", () => open.forEach((bucket, name) => serve(name, bucket)), { once: true });

  return {
    turn(name, cost, patience, again, signal) {
      const bucket = bucketOf(name);
      return new Promise<Turn>((resolve, reject) => {
        const finish = (settle: () => void): void => {
          signal?.removeEventListener("abort", onAbort);
          settle();
        };
        const waiter: Waiter = {
          again,
          cost,
          deadline: time() + patience,
          grant: (granted) => finish(() => resolve(granted)),
          refuse: (error) => finish(() => reject(error)),
        };
        const onAbort = (): void => {
          bucket.queue.splice(bucket.queue.indexOf(waiter), 1);
          waiter.refuse(signal!.reason as Error);
          serve(name, bucket);
        };
        if (signal?.aborted) {
          reject(signal.reason as Error);
          return;
        }
        signal?.addEventListener("abort", onAbort, { once: true });
        const fresh = again ? bucket.queue.findIndex((w) => !w.again) : -1;
        if (fresh < 0) bucket.queue.push(waiter);
        else bucket.queue.splice(fresh, 0, waiter);
        serve(name, bucket);
      });
    },
  };
}

const limitOf = (bucket: string): string => `the vendor's rate limit (${bucket})`;

/** What waited when rollcall was stopped. */
export const interrupted = (wait: number, why: string): FaultError =>
  new FaultError({ kind: "interrupted", message: `interrupted instead of waiting ${Math.ceil(wait / 1000)} s: ${why}` });

function tooLong(bucket: string, wait: number): FaultError {
  const retryAfter = Math.ceil(wait / 1000);
  return new FaultError({
    kind: "throttled",
    message: `The vendor's rate limit (${bucket}) asks to wait ${retryAfter} s, longer than rollcall waits`,
    retryAfter,
  });
}
