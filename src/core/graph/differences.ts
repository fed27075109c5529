import { compareText } from "../diagnostic.ts";
import { typeToken, urn } from "../state/layout.ts";
import type { Graph } from "./graph.ts";

/** Something the plan and the engine do not agree on: "Account ada: rollcall plans update, Pulumi does nothing". */
export type Difference = string;

/**
 * Where Pulumi's steps are not those of the plan. `ops`: by URN, what Pulumi did or would do. `retried`: resources it updates in any case,
 * because their last update failed in part. `whole`: it came to its end, so that what has no step was left out.
 */
export function differencesOf(graph: Graph, ops: ReadonlyMap<string, string>, retried: ReadonlySet<string>, whole: boolean): Difference[] {
  const { app, connector } = graph;
  const expected = new Map<string, { name: string; step: string }>();
  for (const { kind, name, step } of graph.resources) {
    const again = step === "same" && retried.has(`${kind} ${name}`) ? "update" : step;
    expected.set(urn(app, typeToken(connector, kind), name), { name: `${kind} ${name}`, step: again });
  }
  for (const forgotten of graph.forgotten) {
    const [kind, name] = split(forgotten);
    expected.set(urn(app, typeToken(connector, kind), name), { name: forgotten, step: "delete" });
  }
  const result: Difference[] = [];
  for (const [key, { name, step }] of expected) {
    const op = ops.get(key);
    if (op === step || (op === undefined && !whole)) continue;
    result.push(`${name}: rollcall plans ${worded(step)}, Pulumi ${op === undefined ? "has no step" : `has ${worded(op)}`}`);
  }
  for (const [key, op] of ops) {
    if (!expected.has(key)) result.push(`${key.split("::").slice(2).join("::")}: rollcall knows nothing of it, Pulumi has ${worded(op)}`);
  }
  return result.sort(compareText);
}

const split = (name: string): ["Account" | "Group", string] => [
  name.startsWith("Group ") ? "Group" : "Account",
  name.slice(name.indexOf(" ") + 1),
];

const worded = (step: string): string => (step === "same" ? "no change" : step);
