import type { Manifest } from "../model/manifest.ts";
import type { Plan } from "./plan.ts";

/**
 * Seconds that carrying out a plan takes at least: one request an operation at the pace of the slowest bucket that its vendor has for writing;
 * apps go side by side, so the slowest decides. `manifests` by app.
 */
export function secondsToApply(plan: Plan, manifests: ReadonlyMap<string, Manifest>): number {
  return Math.max(0, ...plan.apps.map(({ app, calls }) => secondsFor(calls.estimated, manifests.get(app))));
}

function secondsFor(requests: number, manifest: Manifest | undefined): number {
  const paces = (manifest?.calls ?? [])
    .filter((c) => c.effect === "write")
    .flatMap(({ bucket, cost = 1 }) => {
      const limit = manifest?.buckets[bucket];
      return limit ? [limit.units / limit.seconds / cost] : [];
    });
  // A vendor without limits still answers one by one.
  return paces.length === 0 ? Math.ceil(requests / 5) : Math.ceil(requests / Math.min(...paces));
}
