import { compareText } from "../diagnostic.ts";
import { compareOperations } from "../plan/order.ts";
import { inDependencyOrder } from "../model/dependencies.ts";
import type { AppPlan, Plan } from "../plan/plan.ts";

/** The same plan in its one order, so that reports do not depend on who put it together (law 16). */
export function sortedPlan(plan: Plan): Plan {
  const by = <T>(all: readonly T[], ...keys: readonly ((item: T) => string | null)[]): T[] =>
    [...all].sort((a, b) => keys.reduce((order, key) => order || compareText(key(a) ?? "", key(b) ?? ""), 0));
  return {
    ...plan,
    apps: by(plan.apps, (a) => a.app),
    operations: [...plan.operations].sort(compareOperations),
    tasks: by(
      plan.tasks,
      (t) => t.app,
      (t) => (t.accessRemains ? "" : "later"),
      (t) => t.person,
      (t) => t.task,
    ),
    findings: by(
      plan.findings,
      (f) => f.app,
      (f) => f.code,
      (f) => f.person,
      (f) => f.login,
      (f) => f.summary,
    ),
    trips: by(
      plan.trips,
      (t) => t.app,
      (t) => t.guard,
      (t) => t.summary,
    ),
  };
}

/** Apps as a reader follows somebody through them: each after those that it waits for, else by name. */
export function inOrder(apps: readonly AppPlan[]): AppPlan[] {
  const byKey = new Map(apps.map((a) => [a.app, a]));
  return inDependencyOrder([...byKey.keys()], (key) => byKey.get(key)!.dependsOn).map((key) => byKey.get(key)!);
}
