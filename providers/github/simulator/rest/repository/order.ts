import type { Thread } from "../../repository/thread.ts";
import type { Visit } from "../route.ts";

/** Issues or pull requests as `sort` and `direction` ask: by creation where they do not. */
export function ordered<T extends Thread>(v: Visit, rows: readonly T[], otherwise: "asc" | "desc" = "desc"): T[] {
  const { query } = v.exchange;
  const sort = query.get("sort") ?? "created";
  const sign = (query.get("direction") ?? otherwise) === "asc" ? 1 : -1;
  const key = (t: T): string | number =>
    sort === "updated" ? (t.updatedAt ?? t.createdAt) : sort === "comments" || sort === "popularity" ? t.comments.length : t.createdAt;
  const compare = (a: T, b: T): number => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.number - b.number);
  return [...rows].sort((a, b) => sign * compare(a, b));
}
