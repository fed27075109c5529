import type { AllowanceView } from "../../review/allowances.ts";
import type { HumanTask } from "../../plan/plan.ts";
import { accessLine } from "../access-diff.ts";
import { assemble, fixed, type Section } from "../budget.ts";
import { code, escapeMarkdown } from "../escape.ts";
import { aggregatedSection, type Line, lineOf, listedSection } from "../markdown-changes.ts";
import { callsSection, findingsSection, folded, guardsSection, tasksSection, unreadSection } from "../markdown-rest.ts";
import { rowsSection } from "../outcomes.ts";
import { inOrder } from "../sorted-plan.ts";
import { duration } from "../text.ts";
import { directionOf } from "../wording.ts";
import { approvalSection } from "./approval.ts";
import { heartbeatSection, riskSection, sourceSection } from "./banner.ts";
import { type Change, changesOf, laterOf } from "./change.ts";
import { countsLine, countsOf, nameMarkdown, namesOf, titleOf } from "./headline.ts";
import { linkTo } from "./link.ts";
import { presentable } from "./presentable.ts";
import { problemsSection } from "./problems.ts";
import type { LivePlan, Overlap, PullReport } from "./pull-report.ts";

export interface CommentOptions {
  /** A hidden line by which the comment is found again; put in front as it is. */
  readonly marker: string;
  /** UTF-16 units; at least 12,000. GitHub takes 65,536. */
  readonly budget?: number;
}

/**
 * The one comment on a pull request. Who loses what, administrative rights and what cannot be undone stand outside `<details>`, and of everybody
 * who loses something at least the key, whatever else has to be counted instead of listed. Never longer than the budget, never cut within a
 * line; counts are always exact.
 */
export function pullComment(given: PullReport, { marker, budget = 60_000 }: CommentOptions): string {
  return `${marker}\n${pullMarkdown(given, budget - marker.length - 1)}`;
}

/** The same without a marker, at any length from 11,000 on. */
export function pullMarkdown(given: PullReport, budget: number): string {
  if (budget < 11_000) throw new RangeError(`A comment needs a budget of 12,000 characters at least, not ${budget}.`);
  const report = presentable(given);
  const { live } = report;
  const pointer = `all of it is in the summary and the artifact of ${linkTo("this run", report.run.url)}`;
  const names = namesOf(report);
  const name = (who: string): string => nameMarkdown(names, who);
  const changes = changesOf(report);
  const later = laterOf(report);
  const counts = countsOf(changes, later.length);
  const listed = (title: string, own: readonly Change[], priority: number): Section =>
    listedSection({ title, lines: own.map((c) => c.line), priority, pointer, nameOf: name, readable });
  const aggregated = (title: string, lines: readonly Line[], priority: number): Section =>
    aggregatedSection({ title, lines, priority, pointer, nameOf: name });
  const invalid = report.problems.some((p) => p.severity === "error");
  const asked = changes.filter((c) => c.state === "asked");
  const losses = asked.filter((c) => c.line.direction === "loss");
  const rest = asked.filter((c) => c.line.direction !== "loss");
  const plain = rest.filter((c) => !c.admin && !c.irreversible);
  return assemble(
    [
      fixed(
        `### ${titleOf(report, changes, (who) => escapeMarkdown(names.get(who) ?? who, 80))}\n\n**${invalid ? "Nothing can be previewed until the errors below are mended." : escapeMarkdown(countsLine(counts), 1000)}**`,
      ),
      riskSection(report.risks),
      heartbeatSection(report),
      sourceSection(report),
      approvalSection(report, name),
      problemsSection(report.problems, report.sources, pointer),
      listed("Losses", losses, 2),
      listed(
        "Refused, and not done",
        changes.filter((c) => c.state === "refused"),
        3,
      ),
      guardsSection(tripsOf(live), pointer),
      ...(live === null ? [] : [unreadSection(live.plan.apps, pointer), remainingSection(live.plan.tasks, pointer)]),
      listed(
        "Administrative rights given",
        rest.filter((c) => c.admin),
        4,
      ),
      listed(
        "Cannot be undone",
        rest.filter((c) => c.irreversible && !c.admin),
        5,
      ),
      gainsSection(plain, name, 7),
      aggregated(
        "Who, what and why",
        asked.map((c) => c.line),
        6,
      ),
      aggregated("Later, by a date", later.map(accessLine), 9),
      aggregated(
        "Asked for, and nothing to do",
        changes.filter((c) => c.state === "nothing").map((c) => c.line),
        12,
      ),
      allowancesSection(report.allowances),
      ...(live === null ? [] : unreviewed(live, aggregated)),
      ...(live === null ? [] : restOf(live, pointer)),
      overlapsSection(report.overlaps, name, pointer),
      ...(live === null ? [] : [callsSection(live.plan.apps, `applying takes about ${duration(live.seconds)}`)]),
      fixed(footer(report)),
    ],
    budget,
  );
}

/** A list up to this long is told line by line with its reasons; a longer one by what it is about, with the names of all. */
const readable = 60;

/** Guards that refuse something of the change, by base's policies or, where the change touches policies, by head's. */
function tripsOf(live: LivePlan | null) {
  if (live === null) return [];
  const about = live.plan.trips.filter((t) => t.refuses.length === 0 || t.refuses.some((id) => live.implied.has(id)));
  const said = new Set(about.map((t) => JSON.stringify([t.guard, t.app, t.summary])));
  const head = live.headTrips.filter((t) => !said.has(JSON.stringify([t.guard, t.app, t.summary])));
  return [...about, ...head.map((t) => ({ ...t, summary: `by the policies of this change: ${t.summary}` }))];
}

/** The few gains of a small change in sight; of a larger one the table has them. */
function gainsSection(changes: readonly Change[], name: (who: string) => string, priority: number): Section {
  if (changes.length === 0 || changes.length > 30) return { minimal: "", fill: () => "", priority };
  const { fill } = listedSection({
    title: "Gains and other changes",
    lines: changes.map((c) => c.line),
    priority,
    pointer: "",
    nameOf: name,
  });
  // Optional: the table says the same, with the reasons.
  return { minimal: "", fill: (room) => (fill(Infinity).length <= room ? fill(Infinity) : ""), priority };
}

/** What the world needs apart from the change: what dates demand, and what this pull request leaves alone. */
function unreviewed(live: LivePlan, aggregated: (title: string, lines: readonly Line[], priority: number) => Section): Section[] {
  const order = new Map(inOrder(live.plan.apps).map((a, i) => [a.app, i]));
  const others = live.plan.operations
    .filter((o) => !live.implied.has(o.id) && o.phase !== "state")
    .sort((a, b) => (order.get(a.app) ?? 0) - (order.get(b.app) ?? 0));
  const due = others.filter(
    (o) => (o.origin === "expiry" || o.origin === "lifecycle") && directionOf(o) === "loss" && o.refused === undefined,
  );
  const left = others.filter((o) => !due.includes(o));
  return [
    aggregated("Due by a date: done by the next run, with or without this pull request", due.map(lineOf), 10),
    aggregated("Not part of this pull request; left alone by the merge", left.map(lineOf), 11),
  ];
}

function restOf({ plan }: LivePlan, pointer: string): Section[] {
  return [
    tasksSection(
      plan.tasks.filter((t) => !t.accessRemains),
      pointer,
    ),
    findingsSection(plan.findings, pointer),
  ];
}

/** What access goes on until people end it: never behind a `<details>`. */
function remainingSection(tasks: readonly HumanTask[], pointer: string): Section {
  const lines = tasks.filter((t) => t.accessRemains).map((t) => `- ${escapeMarkdown(t.app)}: ${escapeMarkdown(t.task, 600)}`);
  return rowsSection({ title: "Access remains until people do this", lines, open: true, priority: 1, pointer });
}

/** Exceptions to guards that hold, with what they expect and what the plan has. */
function allowancesSection(allowances: readonly AllowanceView[]): Section {
  const rows = allowances.map((a) => {
    const counts = a.counts.map(
      (c) =>
        `${escapeMarkdown(c.what)} expected ${c.expected}${c.actual === null ? "" : c.actual === c.expected ? `, planned ${c.actual}` : `, **planned ${c.actual}: it does not count**`}`,
    );
    return `- ${escapeMarkdown(a.name)} (${code(`${a.file}:${a.line}`, 200)}) in ${escapeMarkdown(a.app)}, until ${escapeMarkdown(a.expires)}: ${counts.join("; ")}`;
  });
  return folded(`Allowances (${allowances.length})`, rows, "the policies have them", 8);
}

function overlapsSection(overlaps: readonly Overlap[], name: (who: string) => string, pointer: string): Section {
  const rows = overlaps.map((o) => {
    const people = o.people.slice(0, 5).map(name).join(", ");
    return `- #${o.number}${o.title === "" ? "" : ` ${escapeMarkdown(o.title)}`}: ${people}${o.people.length > 5 ? ` and ${o.people.length - 5} more` : ""}`;
  });
  return folded(`Other open pull requests about the same people (${overlaps.length})`, rows, pointer, 8);
}

function footer({ pull, live, run }: PullReport): string {
  const plan = live === null ? "" : `Plan of ${escapeMarkdown(live.plan.today)}, digest ${code(live.digest.slice(0, 16))}. `;
  const commits = `${code(pull.base.slice(0, 7))} (${escapeMarkdown(pull.baseRef, 80)}) to ${code(pull.head.slice(0, 7))}`;
  const log = run.url === null ? "" : ` ${linkTo("Run", run.url)}.`;
  return `<sub>${plan}${commits}.${log} Nothing is decided from this comment.</sub>`;
}
