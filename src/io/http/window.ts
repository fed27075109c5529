/**
 * At most `units` in any stretch of `length` milliseconds. A unit counts from the moment its request ends, so that a request which took long
 * to arrive cannot fall into the vendor's next window together with the ones sent there. Times are in milliseconds.
 */
export interface SlidingWindow {
  /** Milliseconds until `cost` units are free; 0 = now. */
  waitFor(cost: number, now: number): number;
  /** Takes units for a request in flight. */
  take(cost: number): void;
  /** Its request was refused: the units are free again. */
  release(cost: number): void;
  /** Its request ended: the units come back a window later. */
  settle(cost: number, now: number): void;
}

export function slidingWindow(units: number, length: number): SlidingWindow {
  const spent: { until: number; cost: number }[] = [];
  let used = 0;
  let oldest = 0;

  function expire(now: number): void {
    while (oldest < spent.length && spent[oldest]!.until <= now) used -= spent[oldest++]!.cost;
    if (oldest > 1024) {
      spent.splice(0, oldest);
      oldest = 0;
    }
  }

  return {
    waitFor(cost, now) {
      expire(now);
      // What costs more than the whole allowance goes alone, when all of it is free.
      let missing = used + Math.min(cost, units) - units;
      if (missing <= 0) return 0;
      for (let i = oldest; i < spent.length; i++) {
        missing -= spent[i]!.cost;
        if (missing <= 0) return spent[i]!.until - now;
      }
      return Number.POSITIVE_INFINITY; // only requests in flight can free it
    },
    take(cost) {
      used += cost;
    },
    release(cost) {
      used -= cost;
    },
    settle(cost, now) {
      const last = spent.at(-1);
      const until = Math.max(now + length, last?.until ?? 0);
      if (last && last.until === until && oldest < spent.length) last.cost += cost;
      else spent.push({ until, cost });
    },
  };
}
