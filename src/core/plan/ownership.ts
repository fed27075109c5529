/**
 * What is done about one edge of a known account (DESIGN 4). `desired` and `observed` are levels ("" without levels), null = not there.
 * Rows are tried from the top.
 *
 * | desired | observed | owned | group | reaction |
 * |---|---|---|---|---|
 * | yes | equal, direct | yes | | nothing |
 * | yes | equal, direct | no | | adopt: state only |
 * | yes | higher, direct | | | revoke (lower) |
 * | yes | equal or higher, derived | | | nothing: it is held through something else |
 * | yes | lower or none; access is off (a leave) | | | nothing: nobody gains while away |
 * | yes | lower | | | grant (raise) |
 * | yes | no, proven | | | grant |
 * | yes | no, not proven | | | unknown |
 * | no | derived | | | report |
 * | no | yes | yes | | revoke |
 * | no | yes | no | exclusive | revoke, as drift |
 * | no | yes | no | shared | report |
 * | no | no, not proven | yes | | unknown: it was to be taken away |
 * | no | no | | | nothing |
 */
export type EdgeReaction =
  "nothing" | "adopt" | "grant" | "raise" | "lower" | "revoke" | "revokeForeign" | "report" | "reportDerived" | "unknown";

export interface EdgeFacts {
  readonly desired: string | null;
  readonly observed: string | null;
  readonly derived: boolean;
  readonly owned: boolean;
  readonly exclusive: boolean;
  /** The account is wanted active. */
  readonly access: boolean;
  /** The edge's absence is proven. */
  readonly proven: boolean;
  /** Rank of a level; higher is more. */
  rank(level: string): number;
}

export function decideEdge(e: EdgeFacts): EdgeReaction {
  const { desired, observed } = e;
  if (desired !== null) {
    const more = observed === null ? -1 : observed === desired ? 0 : e.rank(observed) - e.rank(desired);
    if (observed !== null && !e.derived && observed === desired) return e.owned ? "nothing" : "adopt";
    if (observed !== null && more >= 0) return e.derived ? "nothing" : "lower";
    if (!e.access) return "nothing";
    if (observed !== null) return "raise";
    return e.proven ? "grant" : "unknown";
  }
  if (observed === null) return e.owned && !e.proven ? "unknown" : "nothing";
  if (e.derived) return "reportDerived";
  if (e.owned) return "revoke";
  return e.exclusive ? "revokeForeign" : "report";
}
