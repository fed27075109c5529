import type { App } from "../model/app.ts";
import type { Manifest } from "../model/manifest.ts";
import type { Operation, Wait } from "./operation.ts";
import type { Upstream } from "./upstream.ts";

/**
 * `after`: what creations and grants wait for, person by person. What is taken away, changed or restored never waits (law 5), and one person's
 * waiting holds up nobody else.
 *
 * | her account in the app named | creations and grants here |
 * |---|---|
 * | no line asks for one | go on |
 * | is there | go on |
 * | is made, or let in again, by this plan | wait for that operation: skipped where it fails, pending where it is invited |
 * | is invited, unknown, ambiguous, vanished, refused, made by hand, … | held: shown, and not done in this run |
 * | the app could not be read, or is not part of the run | held |
 *
 * In an app whose work is done by people every wait is held: a task appears once it can be done.
 */
export function withWaits(
  app: App,
  manifest: Manifest,
  operations: readonly Operation[],
  upstream: (app: string) => Upstream,
): Operation[] {
  if (app.after.length === 0) return [...operations];
  const known = new Map<string, readonly Wait[]>();
  return operations.map((o) => {
    if (o.person === null || o.refused !== undefined || (o.verb !== "create" && o.verb !== "grant")) return o;
    const waits = known.get(o.person) ?? waitsOf(app, manifest, o.person, upstream);
    known.set(o.person, waits);
    return waits.length === 0 ? o : { ...o, waits };
  });
}

const waitsOf = (app: App, manifest: Manifest, person: string, upstream: (app: string) => Upstream): Wait[] =>
  app.after.flatMap((other): Wait[] => {
    const presence = upstream(other).presence(person);
    switch (presence.kind) {
      case "there":
      case "unwanted":
        return [];
      case "coming":
        return [{ for: `${other}/${person}`, why: presence.why, operation: manifest.human ? null : presence.operation }];
      case "missing":
        return [{ for: `${other}/${person}`, why: presence.why, operation: null }];
    }
  });

/** Waits for something that will not come about in this run: the operation is shown and not done. */
export const isHeld = (o: Operation): boolean => o.waits?.some((w) => w.operation === null) ?? false;
