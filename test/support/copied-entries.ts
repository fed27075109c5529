/** How many entries were copied into new Maps and Sets while something was done: what grows with the square of the work shows here first. */
export function copiedEntries(work: () => unknown): number;
export function copiedEntries(work: () => Promise<unknown>): Promise<number>;
export function copiedEntries(work: () => unknown): number | Promise<number> {
  const { Map: PlainMap, Set: PlainSet } = globalThis;
  let copied = 0;
  const counting = <T>(given: Iterable<T> | null | undefined): T[] => {
    const all = [...(given ?? [])];
    copied += all.length;
    return all;
  };
  globalThis.Map = class<K, V> extends PlainMap<K, V> {
    constructor(entries?: Iterable<readonly [K, V]> | null) {
      super(counting(entries));
    }
  } as MapConstructor;
  globalThis.Set = class<T> extends PlainSet<T> {
    constructor(values?: Iterable<T> | null) {
      super(counting(values));
    }
  } as SetConstructor;
  const restored = (): number => {
    globalThis.Map = PlainMap;
    globalThis.Set = PlainSet;
    return copied;
  };
  try {
    const result = work();
    return result instanceof Promise
      ? result.then(restored, (error: unknown) => Promise.reject(restored() < 0 ? null : (error as Error)))
      : restored();
  } catch (error) {
    restored();
    throw error;
  }
}
