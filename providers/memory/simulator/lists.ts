/** Memory's lists: pages with opaque cursors, over a view of the world that may lag behind it. */
import { pageSize } from "../manifest.ts";
import { Refusal } from "./refusal.ts";
import type { World } from "./world.ts";

/** What lists show. */
export interface ListView {
  /** The view for the next list request; counts it. */
  next(): World;
  /** To be called after each write. */
  wrote(): void;
}

/** Lists show a write only after `lag` further list requests. */
export function openListView(world: World, lag: number): ListView {
  let requests = 0;
  let shown = lag > 0 ? structuredClone(world) : world;
  let waiting: { readonly after: number; readonly world: World }[] = [];
  return {
    next() {
      requests += 1;
      while (waiting[0] && requests > waiting[0].after) {
        shown = waiting[0].world;
        waiting = waiting.slice(1);
      }
      return shown;
    },
    wrote() {
      if (lag > 0) waiting.push({ after: requests + lag, world: structuredClone(world) });
    },
  };
}

/**
 * One page of rows after the cursor. Rows keep their order by key, so that a row which comes or goes between two pages shifts no other:
 * keys that are numbers go by value.
 */
export function pageOf<T>(rows: readonly T[], keyOf: (row: T) => string, query: URLSearchParams): { items: T[]; next: string | null } {
  const limit = limitOf(query.get("limit"));
  const cursor = query.get("cursor");
  const after = cursor === null ? null : readCursor(cursor);
  const rest = rows.filter((row) => after === null || compareKeys(keyOf(row), after) > 0).sort((a, b) => compareKeys(keyOf(a), keyOf(b)));
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last !== undefined && rest.length > limit ? writeCursor(keyOf(last)) : null };
}

function limitOf(text: string | null): number {
  if (text === null) return pageSize;
  if (!/^[1-9][0-9]{0,5}$/.test(text)) throw new Refusal(422, "invalid", "limit: a positive number");
  return Math.min(Number(text), pageSize);
}

const compareKeys = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

const writeCursor = (key: string): string => Buffer.from(`after:${key}`).toString("base64url");

function readCursor(cursor: string): string {
  const text = Buffer.from(cursor, "base64url").toString("utf8");
  if (!text.startsWith("after:")) throw new Refusal(422, "invalid_cursor", "This cursor is not one of ours");
  return text.slice("after:".length);
}
