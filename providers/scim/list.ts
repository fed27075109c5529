/** What the pages of one list prove together. Kept in memory from the first page to the last: a page by itself cannot know that it is page 1 again. */
import type { NativeList } from "./native.ts";
import type { ListQuery } from "./api.ts";
import type { Profile } from "./profile.ts";

/** How a page goes on: from a cursor of ours, or it is the last, with what the whole list proves. */
export type Continuation = { readonly next: string } | { readonly complete: boolean; readonly reason?: string };

interface Watch {
  readonly seen: Set<string>;
  /** Id of the list's first row. */
  readonly first: string | undefined;
  total: number | undefined;
  flaw: string | null;
}

export type Lists = ReturnType<typeof openLists>;

export function openLists(profile: Pick<Profile, "paging" | "pageSize" | "totals">) {
  const watches = new Map<string, Watch>();
  const counted = profile.totals === "exact";
  /** `totalResults` of a request for one row, by list: a server that tells the rows of the page instead gives itself away. */
  const oneRow = new Map<string, number>();

  return {
    /** Notes what a request for a single row said. */
    probed(list: string, total: number): void {
      oneRow.set(list, total);
    },

    /** What to ask for: the first page, or the one a cursor of ours leads to. */
    query(cursor: string | undefined): ListQuery {
      if (profile.paging === "cursor") return { cursor: cursor ?? "", count: profile.pageSize };
      return { startIndex: cursor === undefined ? 1 : Number(cursor), count: profile.pageSize };
    },

    /** Takes a page, its rows' ids in order, and says how it goes on. */
    follow(list: string, cursor: string | undefined, page: NativeList<unknown>, ids: readonly string[]): Continuation {
      const watch: Watch = (cursor === undefined ? undefined : watches.get(list)) ?? {
        seen: new Set(),
        first: ids[0],
        total: page.totalResults,
        flaw: null,
      };
      watches.set(list, watch);
      const repeated = ids.filter((id) => watch.seen.size === watch.seen.add(id).size).length;
      const { totalResults: total } = page;
      if (counted && total !== watch.total) watch.flaw ??= `the list changed while it was read: it had ${watch.total} rows, then ${total}`;
      const one = oneRow.get(list);
      if (counted && one !== undefined && one <= 1 && watch.seen.size > 1)
        watch.flaw ??= "totalResults tells the rows of a page, not of the list (set server.totals to none)";
      if (repeated > 0) {
        watch.flaw ??=
          repeated === ids.length
            ? `the server gave rows again that it had given before${ids[0] === watch.first ? " (page 1)" : ""} where ${watch.seen.size} of ${total ?? "?"} were read`
            : `${repeated} rows came twice: the list shifted while it was read`;
        return ended(watch);
      }
      return profile.paging === "cursor" ? afterCursor(watch, page, ids.length) : afterIndex(watch, cursor, total, ids.length);
    },
  };

  function afterIndex(watch: Watch, cursor: string | undefined, total: number | undefined, rows: number): Continuation {
    if (counted) {
      if (total === undefined) watch.flaw ??= "the server tells no totalResults (set server.totals to none)";
      else if (watch.seen.size >= total) return ended(watch, total);
      if (rows === 0) return ended(watch, total);
    } else if (rows === 0) return ended(watch);
    // A server may give fewer rows than asked for: on by what came.
    return { next: String((cursor === undefined ? 1 : Number(cursor)) + rows) };
  }

  function afterCursor(watch: Watch, page: NativeList<unknown>, rows: number): Continuation {
    if (page.nextCursor === undefined) return ended(watch, counted ? page.totalResults : undefined);
    if (rows === 0) watch.flaw ??= "the server gave an empty page in the middle of a list";
    return { next: page.nextCursor };
  }
}

/** `total`: rows there should be, where that is known. */
function ended(watch: Watch, total?: number): Continuation {
  if (watch.flaw !== null) return { complete: false, reason: watch.flaw };
  if (total !== undefined && watch.seen.size !== total)
    return { complete: false, reason: `the list ended after ${watch.seen.size} of ${total} rows` };
  return { complete: true };
}
