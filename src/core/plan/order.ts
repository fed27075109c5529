import { compareText } from "../diagnostic.ts";
import { verbs } from "../model/manifest.ts";
import { type Operation, phases } from "./operation.ts";

const phaseRank = new Map<string, number>([["state", -1], ...phases.map((p, i) => [p, i] as const)]);

/** Within one account's phase: first what shuts or opens it (sessions ended before the stop could begin again), then the rest as listed. */
const verbRank = new Map<string, number>(
  [...["suspend", "delete", "restore"].map((v) => [v, -1] as const), ...verbs.map((v, i) => [v, i] as const)].toReversed(),
);

/** Order of execution and of display: app, phase, person, verb, target. Total, so that equal plans are equal texts. */
export function compareOperations(a: Operation, b: Operation): number {
  return (
    compareText(a.app, b.app) ||
    phaseRank.get(a.phase)! - phaseRank.get(b.phase)! ||
    compareText(a.person ?? "", b.person ?? "") ||
    (verbRank.get(a.verb) ?? -1) - (verbRank.get(b.verb) ?? -1) ||
    compareText(a.target, b.target) ||
    compareText(a.id, b.id)
  );
}
