import type { RateBucket } from "../../../src/connector/index.ts";

export interface RateLimit {
  /** Takes one request: 0 where it may pass, else the whole seconds after which to come again. */
  take(): number;
}

/** `units` requests in each window of `seconds` that begins with the first request. */
export function openRateLimit(bucket: RateBucket, now: () => Date): RateLimit {
  let began = Number.NEGATIVE_INFINITY;
  let used = 0;
  return {
    take() {
      const at = now().getTime();
      if (at - began >= bucket.seconds * 1000) {
        began = at;
        used = 0;
      }
      if (used >= bucket.units) return Math.max(1, Math.ceil((began + bucket.seconds * 1000 - at) / 1000));
      used += 1;
      return 0;
    },
  };
}

/** A bucket that holds `capacity` requests and is filled by `perSecond`. Begins full; a refused request takes nothing. */
export function openTokenBucket(
  { capacity, perSecond }: { readonly capacity: number; readonly perSecond: number },
  now: () => Date,
): RateLimit {
  let held = capacity;
  let at = now().getTime();
  return {
    take() {
      const time = now().getTime();
      held = Math.min(capacity, held + ((time - at) / 1000) * perSecond);
      at = time;
      // Sums of fractions fall short of the whole by a hair.
      if (held < 1 - 1e-6) return Math.max(1, Math.ceil((1 - held) / perSecond));
      held -= 1;
      return 0;
    },
  };
}
