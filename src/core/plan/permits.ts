import type { Operation } from "./operation.ts";

/** Whether an operation may be carried out at all, apart from modes and guards: null, or why not. */
export type Permit = (operation: Operation) => string | null;

/**
 * Marks what is not permitted, before guards count: what is left alone uses up no budget. An account that is made does not bring along the
 * grants that are refused beside it.
 */
export function withPermits(operations: readonly Operation[], permit: Permit): Operation[] {
  const marked = operations.map((o) => {
    const why = o.refused === undefined ? permit(o) : null;
    return why === null ? o : { ...o, refused: why };
  });
  const refused = new Set(marked.filter((o) => o.verb === "grant" && o.refused !== undefined).map(edgeOf));
  if (refused.size === 0) return marked;
  return marked.map((o) => {
    if (o.verb !== "create" || o.payload === undefined || o.refused !== undefined) return o;
    const grants = Object.entries(o.payload.grants).filter(([target]) => !refused.has(edgeOf({ ...o, target })));
    return { ...o, payload: { ...o.payload, grants: Object.fromEntries(grants) } };
  });
}

const edgeOf = ({ person, target }: Pick<Operation, "person" | "target">): string => JSON.stringify([person, target]);
