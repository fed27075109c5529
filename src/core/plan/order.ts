import { compareText } from "../diagnostic.ts";
import { type Operation, phases } from "./operation.ts";

const rank = new Map<string, number>([["state", -1], ...phases.map((p, i) => [p, i] as const)]);

/** Order of execution and of display: app, phase, person, target, verb, ref. Total, so that equal plans are equal texts. */
export function compareOperations(a: Operation, b: Operation): number {
  return (
    compareText(a.app, b.app) ||
    rank.get(a.phase)! - rank.get(b.phase)! ||
    compareText(a.person ?? "", b.person ?? "") ||
    compareText(a.target, b.target) ||
    compareText(a.verb, b.verb) ||
    compareText(a.id, b.id)
  );
}
