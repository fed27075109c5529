/**
 * What the refusals of one rate bucket teach: how long to wait after one, and how much to send until requests pass again. Times are in clock
 * milliseconds.
 *
 * After a refusal one request at a time tries whether the vendor lets it through, so that a dry bucket refuses one and not as many as are in
 * flight. Where the vendor says how long to wait, that holds. Where it does not, the wait is looked for between the longest after which a request
 * was refused and the shortest after which one passed, counted from the last that passed: a bucket that holds one token gives it away at a
 * steady pace, and whoever comes late has lost what ran over. As long as nothing is known, waits double; and since many vendors count in windows
 * of round lengths, the ends of those that may have begun with the first request are tried as well.
 */
export interface Recovery {
  /** Requests in flight at most. */
  most(): number;
  /** A request that was sent at `sentAt` was refused. `told`: the vendor's own wait, or null. Milliseconds until one may be sent again. */
  refused(now: number, sentAt: number, told: number | null): number;
  /** A request that was sent at `sentAt` was not refused. */
  passed(now: number, sentAt: number): void;
}

/** Requests that have to pass before one more may be in flight at once. */
const passesForMore = 10;
/** The search ends where this part of the wait is left open. */
const precision = 0.1;
const shortest = 50;
/** Lengths of windows in seconds. */
const windows = [1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 600, 900];

export function openRecovery(concurrency: number, backoff: (refusals: number) => number): Recovery {
  let allowed = concurrency;
  let passes = 0;
  /** Refusals since the last request that passed. */
  let refusals = 0;
  let refusedAt = Number.NEGATIVE_INFINITY;
  let heldUntil = Number.NEGATIVE_INFINITY;
  let lastPassed: number | null = null;
  /** The first request that passed since the last refusal. */
  let began: number | null = null;
  let tooSoon = 0;
  let enough = Number.POSITIVE_INFINITY;

  function ownWait(now: number): number {
    lastPassed ??= now;
    const elapsed = now - lastPassed;
    tooSoon = Math.max(tooSoon, elapsed);
    // The vendor has become slower, or the bucket had been full.
    if (tooSoon >= enough) enough = Number.POSITIVE_INFINITY;
    if (enough === Number.POSITIVE_INFINITY) {
      const from = began ?? now;
      const ends = windows.map((seconds) => from + seconds * 1000 - now).filter((wait) => wait >= shortest);
      return Math.min(backoff(refusals), ...ends);
    }
    const target = refusals > 1 || enough - tooSoon < precision * enough ? enough : (tooSoon + enough) / 2;
    return Math.max(shortest, Math.ceil(target - elapsed));
  }

  return {
    most: () => allowed,
    refused(now, sentAt, told) {
      allowed = 1;
      passes = 0;
      if (sentAt > refusedAt) {
        refusals += 1;
        refusedAt = now;
        heldUntil = now + (told ?? ownWait(now));
      } else if (told !== null) heldUntil = Math.max(heldUntil, now + told); // it was in flight with one that has been counted
      return Math.max(0, heldUntil - now);
    },
    passed(now, sentAt) {
      // What was in flight when another was refused says nothing of the wait after it.
      if (sentAt > refusedAt) {
        if (refusals > 0 && lastPassed !== null) {
          enough = now - lastPassed;
          // A little less each time: vendors become faster, too.
          tooSoon = tooSoon < enough ? tooSoon * 0.98 : 0;
        }
        if (refusals > 0 || began === null) began = sentAt;
        refusals = 0;
        passes += 1;
        if (passes % passesForMore === 0) allowed = Math.min(concurrency, allowed + 1);
      }
      lastPassed = now;
    },
  };
}
