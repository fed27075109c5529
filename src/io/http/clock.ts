/** Time as the HTTP room sees it; an argument, so that tests wait for nothing. */
export interface Clock {
  now(): Date;
  /** Resolves after this many milliseconds; rejects with the signal's reason where it is aborted before. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Calls once after this many milliseconds, unless the returned function is called before. */
  after(milliseconds: number, act: () => void): () => void;
}

/** Longest a platform timer can run; longer waits are cut into pieces. */
const longestTimer = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => new Date(),
  async sleep(milliseconds, signal) {
    for (let left = milliseconds; left > 0; left -= longestTimer) await pause(Math.min(left, longestTimer), signal);
    signal?.throwIfAborted();
  },
  after(milliseconds, act) {
    const timer = setTimeout(act, Math.min(milliseconds, longestTimer));
    return () => clearTimeout(timer);
  },
};

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      settle();
    };
    const onAbort = (): void => finish(() => reject(signal!.reason as Error));
    const timer = setTimeout(() => finish(resolve), milliseconds);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener("abort", onAbort, { once: true });
  });
}
