import type { Clock } from "../../../src/io/http/clock.ts";

export interface VirtualClock extends Clock {
  /** Milliseconds that have gone by, none of them real. */
  elapsed(): number;
  /** Every sleep that ran to its end, in milliseconds. */
  readonly slept: readonly number[];
  /** A transport that holds the clock still while a request is under way. */
  transport(fetch?: typeof globalThis.fetch): typeof globalThis.fetch;
  /** Runs the timers set by `after`, as if their time had come. */
  expire(): void;
}

/** A clock that jumps to the next sleeper as soon as nothing else is going on. */
export function virtualClock(start = Date.parse("2026-03-02T09:00:00Z")): VirtualClock {
  let now = start;
  let busy = 0;
  let scheduled = false;
  let sleepers: { at: number; wake(): void }[] = [];
  const timers = new Set<() => void>();
  const slept: number[] = [];

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    quiet(4);
  }

  function quiet(rounds: number): void {
    setImmediate(() => {
      if (rounds > 0) return quiet(rounds - 1);
      scheduled = false;
      if (busy > 0 || sleepers.length === 0) return;
      now = Math.max(now, Math.min(...sleepers.map((s) => s.at)));
      const due = sleepers.filter((s) => s.at <= now);
      sleepers = sleepers.filter((s) => s.at > now);
      for (const sleeper of due) sleeper.wake();
      schedule();
    });
  }

  return {
    now: () => new Date(now),
    elapsed: () => now - start,
    slept,
    sleep(milliseconds, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error);
        const sleeper = { at: now + milliseconds, wake: () => (slept.push(milliseconds), resolve()) };
        sleepers.push(sleeper);
        signal?.addEventListener("abort", () => {
          sleepers = sleepers.filter((s) => s !== sleeper);
          reject(signal.reason as Error);
        });
        schedule();
      });
    },
    after(_milliseconds, act) {
      timers.add(act);
      return () => void timers.delete(act);
    },
    expire() {
      for (const act of timers) act();
    },
    transport:
      (fetch = globalThis.fetch) =>
      async (input, init) => {
        busy += 1;
        try {
          const response = await fetch(input, init);
          const body = await response.arrayBuffer();
          const empty = [204, 205, 304].includes(response.status);
          return new Response(empty ? null : body, { status: response.status, headers: response.headers });
        } finally {
          busy -= 1;
          schedule();
        }
      },
  };
}
