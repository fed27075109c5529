import type { World } from "./world.ts";

/** A world whose lists may lag behind its writes, as GitHub's read replicas do. */
export interface Replica {
  /** What reads by key and writes see. */
  readonly live: World;
  /** What the next list shows. Each call counts as one list request. */
  list(): World;
  /** To be called after every change of `live`. */
  committed(): void;
  load(world: World): void;
}

/** `lag`: further list requests after which a write shows. */
export function openReplica(world: World, lag: number): Replica {
  let live = world;
  let lists = 0;
  let history: { readonly from: number; readonly world: World }[] = [];
  const reset = (): void => {
    history = lag === 0 ? [] : [{ from: 0, world: structuredClone(live) }];
  };
  reset();
  return {
    get live() {
      return live;
    },
    list() {
      lists += 1;
      if (lag === 0) return live;
      const shown = history.findLastIndex((h) => h.from <= lists);
      history = history.slice(shown);
      return history[0]!.world;
    },
    committed() {
      if (lag > 0) history.push({ from: lists + lag + 1, world: structuredClone(live) });
    },
    load(next) {
      live = next;
      reset();
    },
  };
}
