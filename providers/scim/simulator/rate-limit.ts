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
