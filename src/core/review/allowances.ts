import type { AllowancePolicy, Policy } from "../model/policy.ts";
import { isStop, subjectOf } from "../policy/guarded-app.ts";
import type { Operation } from "../plan/operation.ts";
import type { Plan } from "../plan/plan.ts";

/** A reviewed exception to a guard, and how its exact counts compare with a plan's. */
export interface AllowanceView {
  readonly name: string;
  readonly app: string;
  /** Last day. */
  readonly expires: string;
  readonly file: string;
  readonly line: number;
  /** `what`: stops, removals, adminLosses, or an entitlement; `actual` null: not known, there is no plan. */
  readonly counts: readonly { readonly what: string; readonly expected: number; readonly actual: number | null }[];
}

/** Allowances that hold on the day, by name. */
export function allowancesIn(policies: readonly Policy[], today: string, plan: Plan | null): AllowanceView[] {
  return policies
    .filter((p): p is AllowancePolicy => p.kind === "allowance" && p.expires >= today)
    .map(({ name, app, expires, origin, expect }) => {
      const actual = plan === null ? null : countsIn(plan, app);
      const { groups = {}, ...numbers } = expect;
      const of = (what: string, expected: number, count: number | undefined) => ({ what, expected, actual: actual && (count ?? 0) });
      return {
        name,
        app,
        expires,
        file: origin.file,
        line: origin.line,
        counts: [
          ...(["stops", "removals", "adminLosses"] as const).flatMap((what) =>
            numbers[what] === undefined ? [] : [of(what, numbers[what], actual?.[what])],
          ),
          ...Object.entries(groups).map(([entitlement, expected]) => of(entitlement, expected, actual?.groups.get(entitlement))),
        ],
      };
    });
}

/** What guards would count of a plan, refused or not. */
function countsIn(plan: Plan, app: string): { stops: number; removals: number; adminLosses: number; groups: Map<string, number> } {
  const guarded = new Set(plan.trips.flatMap((t) => t.refuses));
  const own = plan.operations.filter((o) => o.app === app && (o.refused === undefined || guarded.has(o.id)));
  const people = (operations: readonly Operation[]): Set<string> => new Set(operations.map(subjectOf));
  const stopped = people(own.filter(isStop));
  const removals = own.filter((o) => o.verb === "revoke" && !stopped.has(subjectOf(o)));
  const groups = Map.groupBy(
    removals.filter((o) => o.after === null),
    (o) => o.target,
  );
  return {
    stops: stopped.size,
    removals: removals.length,
    adminLosses: people(own.filter((o) => o.admin && (o.verb === "revoke" || isStop(o)))).size,
    groups: new Map([...groups].map(([entitlement, lost]) => [entitlement, lost.length])),
  };
}
