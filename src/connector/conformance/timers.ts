/** Watches for code that waits. */

export interface TimerWatch {
  /** Milliseconds of each timer that was set, in order. */
  readonly waits: readonly number[];
  /** Puts the platform's timer back. */
  stop(): void;
}

/**
 * Replaces `setTimeout` until stopped: timers of the platform's own HTTP client go on as they are, all others are noted and fire at once, so
 * that a connector which waits for an hour is found in a moment.
 */
export function watchTimers(): TimerWatch {
  const platform = globalThis.setTimeout;
  const waits: number[] = [];
  const watched = (run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]): ReturnType<typeof setTimeout> => {
    const own = /node:internal|\bundici\b/.test(new Error().stack?.split("\n").slice(2, 4).join("\n") ?? "");
    if (own || ms === undefined || ms <= 0) return platform(run, ms, ...args);
    waits.push(ms);
    return platform(run, 0, ...args);
  };
  globalThis.setTimeout = watched as unknown as typeof setTimeout;
  return {
    waits,
    stop() {
      globalThis.setTimeout = platform;
    },
  };
}
