/** Runs at most `most` tasks at once, in the order in which they came. */
export function limited(most: number): <T>(task: () => Promise<T>) => Promise<T> {
  let running = 0;
  const queue: (() => void)[] = [];
  return async (task) => {
    if (running >= Math.max(1, most)) await new Promise<void>((turn) => queue.push(turn));
    else running++;
    try {
      return await task();
    } finally {
      // The place is handed on, not given back, so that nobody overtakes the queue.
      const next = queue.shift();
      if (next) next();
      else running--;
    }
  };
}
