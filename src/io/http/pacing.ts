import { FaultError } from "../../connector/fault.ts";
import type { RateBucket } from "../../core/model/manifest.ts";
import type { Clock } from "./clock.ts";
import { allowanceOf } from "./rate-headers.ts";
import { slidingWindow, type SlidingWindow } from "./window.ts";

/** A request's leave to be sent; given back exactly once. */
export interface Turn {
  /** The request ended; `headers` of its answer, or null where there was none. */
  done(headers: Headers | null): void;
}

export interface Pacer {
  /**
   * Waits until the bucket lets a request through, in the order of asking. Throws FaultError `throttled` where that would take longer than
   * `patience` milliseconds, `interrupted` where it would take any time and the pacer was stopped, and the signal's reason where it is aborted.
   */
  turn(bucket: string, cost: number, patience: number, signal?: AbortSignal): Promise<Turn>;
  /** Nothing of this bucket is sent for so many milliseconds: the vendor said so. */
  pause(bucket: string, milliseconds: number): void;
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
    const bucket: Bucket = { limits, window, queue: [], inFlight: 0, pausedUntil: 0, toldUntil: 0, ledger: null, alarm: null };
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
      if (bucket.inFlight >= bucket.limits.concurrency) return; // the end of one in flight serves again
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
    let ended = false;
    return {
      done(headers) {
        if (ended) return;
        ended = true;
        bucket.inFlight -= 1;
        bucket.window.settle(cost, time());
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
    turn(name, cost, patience, signal) {
      const bucket = bucketOf(name);
      return new Promise<Turn>((resolve, reject) => {
        const finish = (settle: () => void): void => {
          signal?.removeEventListener("abort", onAbort);
          settle();
        };
        const waiter: Waiter = {
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
        bucket.queue.push(waiter);
        serve(name, bucket);
      });
    },
    pause(name, milliseconds) {
      const bucket = bucketOf(name);
      bucket.pausedUntil = Math.max(bucket.pausedUntil, time() + milliseconds);
      serve(name, bucket);
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
