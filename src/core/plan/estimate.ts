import type { Manifest } from "../model/manifest.ts";
import type { Plan } from "./plan.ts";

/**
 * Seconds that carrying out a plan takes about: one request an operation, at most as fast as the vendor's limits on writing allow once what they
 * allow at once is used up; apps go side by side, so the slowest decides. `manifests` by app.
 */
export function secondsToApply(plan: Plan, manifests: ReadonlyMap<string, Manifest>): number {
  return Math.max(0, ...plan.apps.map(({ app, calls }) => secondsFor(calls.estimated, manifests.get(app))));
}

/** A vendor without limits still answers one by one. */
const perSecond = 5;

function secondsFor(requests: number, manifest: Manifest | undefined): number {
  const waits = (manifest?.calls ?? [])
    .filter((c) => c.effect === "write")
    .flatMap(({ bucket, cost = 1 }) => {
      const limit = manifest?.buckets[bucket];
      return limit ? [Math.max(0, ((requests * cost - limit.units) / limit.units) * limit.seconds)] : [];
    });
  return Math.ceil(Math.max(requests / perSecond, ...waits));
}
