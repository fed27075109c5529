import { type Graph, graphOf } from "../../core/graph/graph.ts";
import type { OperationOutcome } from "../../core/engine.ts";
import { withoutWaiting } from "../../core/graph/waiting.ts";
import type { Desired } from "../../core/model/desired.ts";
import { World } from "../../core/plan/evidence.ts";
import type { Operation } from "../../core/plan/operation.ts";
import { type HandOver, handOverOf } from "../../core/state/hand-over.ts";
import type { SeenApp } from "../session.ts";

/** One app's part of a plan, as resources and as what their providers are told. */
export interface AppGraph {
  readonly graph: Graph;
  readonly handOver: HandOver;
  /** What is left to a later run, because it waits for another app. */
  readonly waiting: readonly OperationOutcome[];
}

/** `operations`: those of the plan that may be carried out, of all apps. `known`: the stack has resources already. */
export function appGraph(seen: SeenApp, operations: readonly Operation[], desired: Desired, day: string, known: boolean): AppGraph {
  const { app, state, snapshot } = seen;
  const { ready: own, waiting } = withoutWaiting(operations.filter((o) => o.app === app.key));
  const world = new World(snapshot, true);
  const ended = [...(desired.groups.get(app.key)?.values() ?? [])].filter(
    (g) => g.status === "absent" && world.groupsComplete && !world.groups.has(g.entitlement),
  );
  const graph = graphOf({ state, operations: own, day, known, ended: new Set(ended.map((g) => g.entitlement)) });
  return { graph, handOver: handOverOf(state, snapshot, own, day), waiting };
}
