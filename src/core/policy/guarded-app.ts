import type { App } from "../model/app.ts";
import type { Manifest } from "../model/manifest.ts";
import type { Policy } from "../model/policy.ts";
import { refKey } from "../model/observed.ts";
import type { AppState } from "../model/state.ts";
import type { World } from "../plan/evidence.ts";
import { taking } from "../plan/draft.ts";
import type { Operation } from "../plan/operation.ts";
import type { Trip } from "../plan/plan.ts";

/** What every guard of one app looks at. Operations that the mode refuses are not among them. */
export interface GuardedApp {
  readonly app: App;
  readonly manifest: Manifest;
  readonly state: AppState;
  readonly world: World;
  readonly operations: readonly Operation[];
  readonly untouchable: ReadonlyMap<string, string>;
  readonly policies: readonly Policy[];
  readonly today: string;
}

/** A guard is a pure function from one app's planned operations to what it refuses. */
export type Guard = (guarded: GuardedApp) => readonly Trip[];

/** Who an operation is about, for counting people and accounts once. */
export const subjectOf = (o: Operation): string => o.person ?? (o.ref ? refKey(o.ref) : o.id);

/** Ends an account's access altogether. */
export const isStop = (o: Operation): boolean => (o.verb === "suspend" || o.verb === "delete") && o.phase === "stop";

/** A stop that ends access now; the deletion of an account that is stopped already counts too: it cannot be undone. */
export const stopsOf = (g: GuardedApp): Operation[] => g.operations.filter(isStop);

/**
 * Operations with all that goes with them: who refuses the stop of an account refuses every other loss of it in this run. Else its sessions,
 * tokens and grants would go uncounted, although the stop they belong to was held to be a mistake.
 */
export function withConsequences(g: GuardedApp, operations: readonly Operation[]): Operation[] {
  const kept = new Set(operations.map((o) => o.id));
  const stopped = new Set(operations.filter(isStop).map(subjectOf));
  return g.operations.filter((o) => kept.has(o.id) || (taking.has(o.verb) && stopped.has(subjectOf(o))));
}

/** Edges taken from accounts that go on. */
export function removalsOf(g: GuardedApp): Operation[] {
  const stopped = new Set(stopsOf(g).map(subjectOf));
  return g.operations.filter((o) => o.verb === "revoke" && !stopped.has(subjectOf(o)) && !wasStopped(g, o));
}

/** The account is suspended already: losing edges there takes no access from anybody. */
function wasStopped(g: GuardedApp, o: Operation): boolean {
  return o.ref !== null && g.world.byRef.get(refKey(o.ref))?.status === "suspended";
}

/** What takes administrative rights from somebody who can use them: an admin edge, or the stop of an account that has them. */
export const adminLossesOf = (g: GuardedApp): Operation[] =>
  g.operations.filter((o) => o.admin && (o.verb === "revoke" || isStop(o)) && !wasStopped(g, o));
