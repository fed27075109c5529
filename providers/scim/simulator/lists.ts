/** The server's lists: pages by index or by cursor, over a view of the world that may lag behind it. */
import { Refusal } from "./refusal.ts";
import type { Traits } from "./traits.ts";
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

const listSchema = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/** One page as a ListResponse (RFC 7644 3.4.2, RFC 9865 for cursors). */
export function pageOf<T>(rows: readonly T[], query: URLSearchParams, traits: Traits, shown: (row: T) => object): object {
  const count = Math.min(wholeNumber(query.get("count")) ?? traits.defaultPage, traits.pageCap);
  const byCursor = traits.paging === "cursor" && query.has("cursor");
  const cursor = query.get("cursor") ?? "";
  const asked = byCursor ? (cursor === "" ? 1 : positionOf(cursor)) : (wholeNumber(query.get("startIndex")) ?? 1);
  const start = asked > rows.length && traits.pastEnd === "page 1" ? 1 : Math.max(1, asked);
  const page = rows.slice(start - 1, start - 1 + count);
  const more = start - 1 + page.length < rows.length;
  return {
    schemas: [listSchema],
    totalResults: traits.totals === "page" ? page.length : rows.length,
    itemsPerPage: page.length,
    ...(byCursor
      ? more
        ? { nextCursor: Buffer.from(`at:${start + page.length}`).toString("base64url") }
        : {}
      : { startIndex: Math.max(1, asked) }),
    // Empty lists are left out by many servers.
    ...(page.length === 0 && rows.length === 0 ? {} : { Resources: page.map(shown) }),
  };
}

function wholeNumber(text: string | null): number | null {
  if (text === null) return null;
  if (!/^\d{1,7}$/.test(text)) throw new Refusal(400, "Not a number", "invalidValue");
  return Number(text);
}

function positionOf(cursor: string): number {
  const at = /^at:(\d+)$/.exec(Buffer.from(cursor, "base64url").toString("utf8"));
  if (!at) throw new Refusal(400, "This cursor is not one of ours", "invalidCursor");
  return Number(at[1]);
}
