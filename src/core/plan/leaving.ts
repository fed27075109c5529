import { refKey, type Snapshot } from "../model/observed.ts";
import type { Operation } from "./operation.ts";

/** By entitlement, the operations of a run after which somebody is not in it any more: ends of edges, and deletions of members. */
export function leavingOf({
  operations,
  snapshot,
}: {
  readonly operations: readonly Operation[];
  readonly snapshot: Pick<Snapshot, "edges">;
}): ReadonlyMap<string, readonly string[]> {
  const leaving = new Map<string, string[]>();
  const add = (entitlement: string, id: string): void => {
    const ids = leaving.get(entitlement);
    if (ids) ids.push(id);
    else leaving.set(entitlement, [id]);
  };
  const deletions = new Map<string, string>();
  for (const { verb, target, ref, id } of operations) {
    if (verb === "revoke") add(target, id);
    else if (verb === "delete" && ref) deletions.set(refKey(ref), id);
  }
  for (const edge of deletions.size === 0 ? [] : snapshot.edges) {
    const id = deletions.get(refKey(edge.account));
    if (id !== undefined) add(edge.entitlement, id);
  }
  return leaving;
}
