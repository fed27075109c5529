import { setImmediate as turn } from "node:timers/promises";
import { type Clock, systemClock } from "../../src/io/http/clock.ts";

export interface VirtualClock extends Clock {
  /** Seconds that were waited through since the start. */
  readonly waited: number;
}

/**
 * A clock that begins at an instant, goes on as time goes on, and jumps where somebody waits: 80 writes a minute are paced as GitHub wants
 * them, and nobody sits through the minutes. Timeouts of requests are real.
 */
export function openVirtualClock(start: Date): VirtualClock {
  const begun = performance.now();
  let jumped = 0;
  const now = (): number => start.getTime() + (performance.now() - begun) + jumped;
  return {
    now: () => new Date(now()),
    async sleep(milliseconds, signal) {
      signal?.throwIfAborted();
      const until = now() + milliseconds;
      await turn();
      signal?.throwIfAborted();
      // Others may have waited at the same time: then time is there already.
      jumped += Math.max(0, until - now());
    },
    after: (milliseconds, act) => systemClock.after(milliseconds, act),
    get waited() {
      return jumped / 1000;
    },
  };
}
