import { compareText, tidyDiagnostics } from "../../diagnostic.ts";
import type { AccessChange, AccessDiff } from "../../plan/access-diff.ts";
import type { Risk } from "../../review/risks.ts";
import { sortedPlan } from "../sorted-plan.ts";
import { keysOnly } from "./keys-only.ts";
import type { PullReport } from "./pull-report.ts";

/** The order in which risks are read. */
const riskKinds: readonly Risk["kind"][] = ["settings", "app", "policy", "workflow", "code", "identity", "link", "foreign-path"];

/** The report in its one order (law 16), and without names where it is to have none. Everything that is shown is made of this. */
export function presentable(given: PullReport): PullReport {
  const report = sorted(given);
  return report.privacy === "keys" ? keysOnly(report) : report;
}

function sorted(report: PullReport): PullReport {
  const { live } = report;
  return {
    ...report,
    files: [...report.files].sort((a, b) => compareText(a.path, b.path)),
    access: sortedAccess(report.access),
    eventually: sortedAccess(report.eventually),
    problems: tidyDiagnostics(report.problems),
    live: live && {
      ...live,
      plan: sortedPlan(live.plan),
      headTrips: sortedPlan({ ...live.plan, operations: [], trips: live.headTrips }).trips,
    },
    risks: [...report.risks].sort(
      (a, b) =>
        riskKinds.indexOf(a.kind) - riskKinds.indexOf(b.kind) ||
        compareText(a.path, b.path) ||
        (a.line ?? 0) - (b.line ?? 0) ||
        compareText(a.detail, b.detail),
    ),
    allowances: [...report.allowances].sort((a, b) => compareText(a.file, b.file) || a.line - b.line || compareText(a.name, b.name)),
    overlaps: report.overlaps.map((o) => ({ ...o, people: [...o.people].sort(compareText) })).sort((a, b) => b.number - a.number),
  };
}

const sortedAccess = ({ changes }: AccessDiff): AccessDiff => ({ changes: [...changes].sort(compareAccess) });

const accountFirst = (target: string): string => (target === "account" ? "" : target);

const compareAccess = (a: AccessChange, b: AccessChange): number =>
  compareText(a.person, b.person) ||
  compareText(a.app, b.app) ||
  compareText(accountFirst(a.target), accountFirst(b.target)) ||
  compareText(a.direction, b.direction) ||
  compareText(a.after ?? "", b.after ?? "");
