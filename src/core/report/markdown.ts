import type { Operation } from "../plan/operation.ts";
import type { Plan } from "../plan/plan.ts";
import { assemble, fixed, type Section } from "./budget.ts";
import { code, escapeMarkdown } from "./escape.ts";
import { aggregatedSection, lineOf, listedSection } from "./markdown-changes.ts";
import { callsSection, findingsSection, guardsSection, tasksSection, unreadSection } from "./markdown-rest.ts";
import { summarise, summaryLine } from "./summary.ts";
import { directionOf } from "./wording.ts";
import { inOrder, sortedPlan } from "./sorted-plan.ts";

export interface MarkdownOptions {
  /** Of the canonical text, in hex; printed at the end. */
  readonly digest: string;
  /** Where the whole plan is, for what had to be left out. A sentence part from us, not from outside: "the artifact `plan.json` of this run". */
  readonly pointer?: string;
  /** A hidden line by which the comment is found again; put in front as it is. */
  readonly marker?: string;
  readonly title?: string;
  /** UTF-16 units; at least 12,000. GitHub takes 65,536 (REST answers 422 above, 2026-08). */
  readonly budget?: number;
}

/**
 * The plan as a comment on a pull request. What takes access away, gives administrative rights or cannot be undone stands outside `<details>`.
 * Never longer than the budget and never cut within a line: first everything with reasons; where that is too long losses keep their place
 * and gains are counted; where even losses do not fit, the losses of each person are counted. Counts are always exact.
 */
export function markdownPlan(given: Plan, options: MarkdownOptions): string {
  const plan = sortedPlan(given);
  const budget = options.budget ?? 60_000;
  if (budget < 12_000) throw new RangeError(`A comment needs a budget of 12,000 characters at least, not ${budget}.`);
  const pointer = options.pointer ?? "`rollcall preview` shows the whole plan";
  const summary = summarise(plan);
  // One person's apps stand in the order in which they wait for each other.
  const order = new Map(inOrder(plan.apps).map((a, i) => [a.app, i]));
  const byApp = (a: Operation, b: Operation): number => (order.get(a.app) ?? 0) - (order.get(b.app) ?? 0);
  const active = plan.operations.filter((o) => o.refused === undefined && o.phase !== "state");
  const losses = active.filter((o) => directionOf(o) === "loss");
  const rest = active.filter((o) => directionOf(o) !== "loss");
  const head = [
    ...(options.marker === undefined ? [] : [options.marker]),
    `### ${escapeMarkdown(options.title ?? "Access plan")}`,
    "",
    `**${escapeMarkdown(summaryLine(summary), 1000)}**`,
  ];
  const listed = (title: string, operations: readonly Operation[], priority: number): Section =>
    listedSection({ title, lines: operations.map(lineOf), priority, pointer });
  const aggregated = (title: string, operations: readonly Operation[], priority: number): Section =>
    aggregatedSection({ title, lines: operations.toSorted(byApp).map(lineOf), priority, pointer });
  const sections: Section[] = [
    fixed(head.join("\n")),
    guardsSection(plan.trips, pointer),
    unreadSection(plan.apps, pointer),
    listed("Losses", losses, 1),
    listed(
      "Administrative rights given",
      rest.filter((o) => o.admin),
      2,
    ),
    listed(
      "Cannot be undone",
      rest.filter((o) => !o.reversible && !o.admin),
      3,
    ),
    tasksSection(plan.tasks, pointer),
    aggregated(
      "Person by person",
      active.filter((o) => o.origin !== "drift"),
      5,
    ),
    aggregated(
      "Drift: changed outside the files",
      active.filter((o) => o.origin === "drift"),
      6,
    ),
    aggregated(
      "Accounts adopted (in state only)",
      plan.operations.filter((o) => o.refused === undefined && o.verb === "adopt"),
      8,
    ),
    aggregated(
      "Refused: shown, and not done",
      plan.operations.filter((o) => o.refused !== undefined && o.phase !== "state"),
      7,
    ),
    findingsSection(plan.findings, pointer),
    callsSection(plan.apps),
    fixed(`Plan for ${plan.today}, digest ${code(options.digest, 128)}`),
  ];
  return assemble(sections, budget);
}
