/** One at a time for each object: what is read, edited and written back must not be overtaken by another call of the same run. */
export type Turns = ReturnType<typeof openTurns>;

export function openTurns() {
  const last = new Map<string, Promise<unknown>>();
  return async function inTurn<T>(object: string, work: () => Promise<T>): Promise<T> {
    const before = last.get(object) ?? Promise.resolve();
    // Whoever was before has told its own caller of its failure.
    const mine = before.then(work, work);
    last.set(object, mine);
    try {
      return await mine;
    } finally {
      if (last.get(object) === mine) last.delete(object);
    }
  };
}
