import type { Label } from "../../forge/forge.ts";
import { isOpen } from "./approval.ts";
import { changesOf, laterOf } from "./change.ts";
import { countsOf } from "./headline.ts";
import type { PullReport } from "./pull-report.ts";

/** All labels that rollcall sets and takes away; others are left alone. */
export const pullLabels = [
  { name: "rollcall: invalid", colour: "b60205", description: "The files do not check" },
  { name: "rollcall: refused", colour: "b60205", description: "A guard refuses part of the change" },
  { name: "rollcall: high risk", colour: "d93f0b", description: "Touches settings, apps, policies, code, or whose account it is" },
  { name: "rollcall: admin", colour: "d93f0b", description: "Gives administrative rights" },
  { name: "rollcall: losses", colour: "fbca04", description: "Somebody loses access" },
  { name: "rollcall: gains", colour: "0e8a16", description: "Somebody gains access" },
  { name: "rollcall: needs approval", colour: "1d76db", description: "Not approved yet by those who have to" },
  { name: "rollcall: no change", colour: "c5def5", description: "Nobody's access changes" },
] as const satisfies readonly Label[];

type LabelName = (typeof pullLabels)[number]["name"];

/** Names of those that fit, in the order of `pullLabels`. */
export function labelsOf(report: PullReport): LabelName[] {
  const counts = countsOf(changesOf(report), laterOf(report).length);
  const invalid = report.problems.some((p) => p.severity === "error");
  const nothing = counts.losses + counts.gains + counts.changes + counts.refused + counts.later === 0;
  const fits: Readonly<Record<LabelName, boolean>> = {
    "rollcall: invalid": invalid,
    "rollcall: refused": refusesPart(report),
    "rollcall: high risk": report.risks.length > 0,
    "rollcall: admin": counts.adminGains > 0,
    "rollcall: losses": counts.losses > 0,
    "rollcall: gains": counts.gains > 0,
    "rollcall: needs approval": isOpen(report.approval),
    "rollcall: no change": nothing && !invalid,
  };
  return pullLabels.flatMap(({ name }) => (fits[name] ? [name] : []));
}

/** A guard refuses something that the change implies, by the policies of base or of head; or everything. */
export function refusesPart({ live }: PullReport): boolean {
  if (live === null) return false;
  return [...live.plan.trips, ...live.headTrips].some(
    (t) => t.refuses.some((id) => live.implied.has(id)) || (t.app === null && live.implied.size > 0),
  );
}
