import { richest, type Section } from "../budget.ts";
import { code, escapeMarkdown } from "../escape.ts";
import { count } from "../text.ts";
import { alertSection } from "./banner.ts";
import type { ApprovalNeed, ApprovalView, PullReport } from "./pull-report.ts";

/** What is needed and not given yet. */
const unmet = (approval: ApprovalView | null): ApprovalNeed[] => approval?.needs.filter((n) => n.given < n.approvals) ?? [];

/** Somebody still has to approve, or something stands against it. */
export const isOpen = (approval: ApprovalView | null): boolean => unmet(approval).length > 0 || (approval?.against?.length ?? 0) > 0;

/** What must still be approved, and by whom; else who approved. */
export function approvalSection({ approval, problems }: PullReport, name: (key: string) => string): Section {
  const none: Section = { minimal: "", fill: () => "", priority: 0 };
  // What does not check has to change first, and is looked at again then.
  if (approval === null || problems.some((p) => p.severity === "error")) return none;
  const who = (r: { person: string | null; login: string }): string =>
    r.person !== null ? name(r.person) : r.login === "" ? "an account" : escapeMarkdown(r.login, 60);
  if (isOpen(approval)) {
    return alertSection("IMPORTANT", "Still to be approved", [
      ...(approval.against ?? []).map((clause) => `**${escapeMarkdown(clause, 300)}**`),
      ...unmet(approval).map((need) => needMarkdown(need, name)),
      ...approval.discounted.map((d) => `not counted: ${who(d)}, ${escapeMarkdown(d.why, 300)}`),
    ]);
  }
  if (approval.counted.length === 0) return none;
  const by = [...new Set(approval.counted.map(who))];
  const text = `Approved by ${by.slice(0, 10).join(", ")}${by.length > 10 ? ` and ${by.length - 10} more` : ""}. The merge checks it again.`;
  const minimal = `Approved by ${count(by.length, "person", "people")}. The merge checks it again.`;
  return { minimal, fill: (room) => richest([() => text], () => minimal, room), priority: 0 };
}

/** "owner of the app github (`identities/people/hedy.yaml`): grace or alan". */
function needMarkdown({ why, paths, from, approvals, given }: ApprovalNeed, name: (key: string) => string): string {
  const shown = paths.slice(0, 3).map((path) => code(path, 200));
  const about = paths.length === 0 ? "" : ` (${shown.join(", ")}${paths.length > 3 ? ` and ${paths.length - 3} more` : ""})`;
  const have = given === 0 ? "" : `, ${given} of ${approvals} given`;
  return `${escapeMarkdown(why, 300)}${about}: ${from.length === 0 ? "**nobody can give it**" : either(from.map(name))}${have}`;
}

/** "grace or alan"; of more than five the first five. */
function either(names: readonly string[]): string {
  const shown = names.length > 5 ? [...names.slice(0, 5), `${names.length - 5} more`] : names;
  return shown.length === 1 ? shown[0]! : `${shown.slice(0, -1).join(", ")} or ${shown.at(-1)}`;
}
