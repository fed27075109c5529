import type { AllowancePolicy, Budget, LimitsPolicy, Policy } from "../model/policy.ts";
import type { Day } from "../model/person.ts";

/** The budgets in force for one app and run. */
export interface Limits {
  readonly stops: Budget;
  readonly removals: Budget;
  readonly adminLosses: number;
  /** Share of known accounts, 0..100, that must come back in a read. */
  readonly knownReturned: number;
}

/** DESIGN 7: sized for a company of 40 as well as for one of 10,000. */
const defaultLimits: Limits = {
  stops: { count: 3, percent: 5 },
  removals: { count: 10, percent: 2 },
  adminLosses: 1,
  knownReturned: 70,
};

/** Defaults, then policies for all apps, then those for this one; of several of a kind the strictest number holds. */
export function limitsFor(app: string, policies: readonly Policy[]): Limits {
  const limits = policies.filter((p): p is LimitsPolicy => p.kind === "limits");
  const layer = (base: Limits, from: readonly LimitsPolicy[]): Limits => ({
    stops: strictest(from.flatMap((p) => p.stops ?? [])) ?? base.stops,
    removals: strictest(from.flatMap((p) => p.removals ?? [])) ?? base.removals,
    adminLosses: least(from.flatMap((p) => p.adminLosses ?? [])) ?? base.adminLosses,
    knownReturned: most(from.flatMap((p) => p.knownReturned ?? [])) ?? base.knownReturned,
  });
  const general = layer(
    defaultLimits,
    limits.filter((p) => p.app === undefined),
  );
  return layer(
    general,
    limits.filter((p) => p.app === app),
  );
}

/** How many a budget allows of a population: the larger of the count and the share, rounded down. */
export const allowed = (budget: Budget, population: number): number =>
  Math.max(budget.count, Math.floor((population * budget.percent) / 100));

/** Allowances of an app that have not run out. */
export const allowancesFor = (app: string, policies: readonly Policy[], today: Day): AllowancePolicy[] =>
  policies.filter((p): p is AllowancePolicy => p.kind === "allowance" && p.app === app && p.expires >= today);

const least = (all: readonly number[]): number | undefined => (all.length === 0 ? undefined : Math.min(...all));
const most = (all: readonly number[]): number | undefined => (all.length === 0 ? undefined : Math.max(...all));

function strictest(all: readonly Budget[]): Budget | undefined {
  if (all.length === 0) return undefined;
  return { count: Math.min(...all.map((b) => b.count)), percent: Math.min(...all.map((b) => b.percent)) };
}
