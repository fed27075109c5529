/** How many entries were copied into new Maps and Sets while something was done: what grows with the square of the work shows here first. */
export async function copiedEntries(work: () => unknown): Promise<number> {
  const { Map: PlainMap, Set: PlainSet } = globalThis;
  let copied = 0;
  const counted = <T>(given: Iterable<T> | null | undefined): T[] => {
    const all = [...(given ?? [])];
    copied += all.length;
    return all;
  };
  globalThis.Map = class<K, V> extends PlainMap<K, V> {
    constructor(entries?: Iterable<readonly [K, V]> | null) {
      super(counted(entries));
    }
  };
  globalThis.Set = class<T> extends PlainSet<T> {
    constructor(values?: Iterable<T> | null) {
      super(counted(values));
    }
  };
  try {
    await work();
    return copied;
  } finally {
    globalThis.Map = PlainMap;
    globalThis.Set = PlainSet;
  }
}
