import { kindOf } from "../compile/entitlement-kind.ts";
import { compareText } from "../diagnostic.ts";
import { refKey } from "../model/observed.ts";
import type { AllowancePolicy } from "../model/policy.ts";
import type { Operation } from "../plan/operation.ts";
import type { Trip } from "../plan/plan.ts";
import { adminLossesOf, type Guard, type GuardedApp, removalsOf, stopsOf, subjectOf, withConsequences } from "./guarded-app.ts";
import { allowancesFor, allowed, limitsFor } from "./limits.ts";

/** No run stops more accounts of an app than max(3, 5 % of those state knows). One leaver always passes. */
export const stopsGuard: Guard = (g) => {
  const stops = stopsOf(g);
  if (stops.length === 0) return [];
  const count = new Set(stops.map(subjectOf)).size;
  const known = [...g.state.accounts.values()].filter((r) => r.status === "active" || r.status === "pending").length;
  const most = Math.max(1, allowed(limitsFor(g.app.key, g.policies).stops, known));
  return trip(
    g,
    "stops",
    count,
    most,
    stops,
    (a) => a.expect.stops,
    `would stop ${count} accounts; ${most} of ${known} known are allowed in one run`,
    "stops",
  );
};

/** No run removes more grants of an app than max(10, 2 % of those rollcall owns); those of stopped accounts count as the stop. */
export const removalsGuard: Guard = (g) => {
  const removals = removalsOf(g);
  if (removals.length === 0) return [];
  let owned = 0;
  for (const record of g.state.accounts.values()) owned += Object.keys(record.owned).length;
  const most = allowed(limitsFor(g.app.key, g.policies).removals, owned);
  return trip(
    g,
    "removals",
    removals.length,
    most,
    removals,
    (a) => a.expect.removals,
    `would remove ${removals.length} grants; ${most} of ${owned} owned are allowed in one run`,
    "removals",
  );
};

/** No group of four or more loses over half of its members at once. */
export const groupLossGuard: Guard = (g) => {
  const losses = Map.groupBy(
    removalsOf(g).filter((o) => o.after === null),
    (o) => o.target,
  );
  if (losses.size === 0) return [];
  const members = membersOf(g);
  const trips: Trip[] = [];
  for (const [entitlement, lost] of [...losses].sort(([a], [b]) => compareText(a, b))) {
    const size = members.get(entitlement)?.size ?? 0;
    if (size < 4 || lost.length * 2 <= size || kindOf(g.manifest, entitlement)?.base) continue;
    if (allowancesFor(g.app.key, g.policies, g.today).some((a) => a.expect.groups?.[entitlement] === lost.length)) continue;
    trips.push({
      guard: "group-loss",
      app: g.app.key,
      summary: `${g.app.key}/${entitlement} would lose ${lost.length} of its ${size} members`,
      detail: "over half of a group of four or more",
      fix: hint(g, `groups: { ${entitlement}: ${lost.length} }`),
      refuses: lost.map((o) => o.id),
    });
  }
  return trips;
};

/**
 * Who can use each entitlement today: accounts seen with it and not suspended, and those whom state knows with it, in case its list was not
 * read to the end.
 */
function membersOf(g: GuardedApp): Map<string, Set<string>> {
  const members = new Map<string, Set<string>>();
  const add = (entitlement: string, ref: string): void => {
    if (g.world.byRef.get(ref)?.status === "suspended") return;
    const known = members.get(entitlement);
    if (known) known.add(ref);
    else members.set(entitlement, new Set([ref]));
  };
  for (const edge of g.world.snapshot.edges) add(edge.entitlement, refKey(edge.account));
  for (const record of g.state.accounts.values()) {
    for (const entitlement of Object.keys(record.owned)) {
      if (g.world.byRef.has(refKey(record.ref)) && !g.world.edgesComplete(entitlement)) add(entitlement, refKey(record.ref));
    }
  }
  return members;
}

/** At most one person loses administrative rights in an app and run. */
export const adminLossesGuard: Guard = (g) => {
  const losses = adminLossesOf(g);
  const count = new Set(losses.map(subjectOf)).size;
  const most = Math.max(1, limitsFor(g.app.key, g.policies).adminLosses);
  return trip(
    g,
    "admin-losses",
    count,
    most,
    losses,
    (a) => a.expect.adminLosses,
    `would take administrative rights from ${count} people; ${most} allowed in one run`,
    "admin-losses",
  );
};

function trip(
  g: GuardedApp,
  guard: Trip["guard"],
  count: number,
  most: number,
  operations: readonly Operation[],
  expected: (a: AllowancePolicy) => number | undefined,
  summary: string,
  key: string,
): Trip[] {
  if (count <= most) return [];
  const allowances = allowancesFor(g.app.key, g.policies, g.today);
  if (allowances.some((a) => expected(a) === count)) return [];
  const wrong = allowances.find((a) => expected(a) !== undefined);
  return [
    {
      guard,
      app: g.app.key,
      summary: `${g.app.key} ${summary}`,
      detail: wrong ? `the allowance ${wrong.name} expects ${expected(wrong)}, the plan has ${count}` : "no allowance covers it",
      fix: hint(g, `${key}: ${count}`),
      refuses: withConsequences(g, operations).map((o) => o.id),
    },
  ];
}

const hint = (g: GuardedApp, expect: string): string =>
  `if this is meant, add policies/allow-${g.app.key}.yaml to the change: { kind: allowance, name: allow-${g.app.key}, app: ${g.app.key}, expect: { ${expect} }, expires: ${g.today}, because: … }`;
