/**
 * What is done about one edge of a known account (DESIGN 4). `desired` and `observed` are levels ("" without levels), null = not there.
 *
 * | desired | observed | owned | group | reaction |
 * |---|---|---|---|---|
 * | yes | equal | yes | | nothing |
 * | yes | equal | no | | adopt: state only |
 * | yes | lower | | | grant (raise) |
 * | yes | higher | | | revoke (lower) |
 * | yes | derived | | | nothing: it is held through something else |
 * | yes | no, proven | | | grant |
 * | yes | no, not proven | | | unknown |
 * | no | derived | | | report |
 * | no | yes | yes | | revoke |
 * | no | yes | no | exclusive | revoke, as drift |
 * | no | yes | no | shared | report |
 * | no | no | yes | | forget: state only, once proven |
 */
export type EdgeReaction = "nothing" | "adopt" | "grant" | "raise" | "lower" | "revoke" | "revokeForeign" | "report" | "reportDerived" | "unknown" | "forget";

export interface EdgeFacts {
  readonly desired: string | null;
  readonly observed: string | null;
  readonly derived: boolean;
  readonly owned: boolean;
  readonly exclusive: boolean;
  /** The edge's absence is proven. */
  readonly proven: boolean;
  /** Rank of a level; higher is more. */
  rank(level: string): number;
}

export function decideEdge(e: EdgeFacts): EdgeReaction {
  if (e.desired !== null) {
    if (e.observed === null) return e.proven ? "grant" : "unknown";
    if (e.derived) return "nothing";
    if (e.observed === e.desired) return e.owned ? "nothing" : "adopt";
    return e.rank(e.observed) < e.rank(e.desired) ? "raise" : "lower";
  }
  if (e.observed === null) return e.owned && e.proven ? "forget" : "nothing";
  if (e.derived) return "reportDerived";
  if (e.owned) return "revoke";
  return e.exclusive ? "revokeForeign" : "report";
}
