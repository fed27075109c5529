import { compareText } from "../../diagnostic.ts";
import type { OperationOutcome } from "../../engine.ts";
import type { Operation } from "../../plan/operation.ts";
import { compareOperations } from "../../plan/order.ts";
import type { HumanTask } from "../../plan/plan.ts";
import type { Warrant } from "../../record/record.ts";
import { assemble, fixed, type Section } from "../budget.ts";
import { code, escapeMarkdown } from "../escape.ts";
import { operationMarkdown } from "../markdown-changes.ts";
import { meanings, outcomesLine, rowMarkdown, rowsSection, statuses } from "../outcomes.ts";
import { count } from "../text.ts";
import { subjectOf } from "../wording.ts";
import { operationKeys, taskKeys } from "./keys-only.ts";
import { linkTo } from "./link.ts";

/** What a merge brought about for one pull request. */
export interface PullOutcome {
  readonly pull: number;
  /** The commit that the merge left. */
  readonly commit: string;
  readonly operations: readonly OutcomeOf[];
  /** What the change implies and was not tried: not approved, outside the review, … `why`: a clause. */
  readonly left: readonly { readonly operation: Operation; readonly why: string }[];
  readonly tasks: readonly HumanTask[];
  /** Apps that could not be worked on at all. */
  readonly failures: readonly { readonly app: string; readonly kind: string; readonly message: string }[];
  readonly interrupted: boolean;
  /** The record of the run; null where none could be written. */
  readonly record: { readonly sequence: number; readonly hash: string } | null;
  readonly privacy: "names" | "keys";
  readonly run: { readonly url: string | null };
}

export interface OutcomeOf {
  readonly operation: Operation;
  readonly outcome: OperationOutcome;
  readonly warrant: Warrant;
}

/** What became of a pull request, as a comment of at most `budget` UTF-16 units: what failed and what is left for people outside `<details>`. */
export function outcomeComment(given: PullOutcome, options: { readonly marker?: string; readonly budget?: number } = {}): string {
  const outcome = given.privacy === "keys" ? withoutNames(given) : given;
  const { marker, budget = 60_000 } = options;
  const pointer = `the record of ${linkTo("this run", outcome.run.url)} has them all`;
  const part = (title: string, lines: readonly string[], open: boolean, priority: number): Section =>
    rowsSection({ title, lines, open, priority, pointer });
  const rows = news(outcome).sort((a, b) => compareOperations(a.operation, b.operation));
  const sections: Section[] = [
    fixed(
      [...(marker === undefined ? [] : [marker]), `### ${titleOf(outcome)}`, "", `**${escapeMarkdown(lineOf(outcome), 1000)}**`].join("\n"),
    ),
    part(
      "Could not be worked on",
      [...outcome.failures]
        .sort((a, b) => compareText(a.app, b.app))
        .map((f) => `- **${escapeMarkdown(f.app)}**: ${escapeMarkdown(f.kind)}: ${escapeMarkdown(f.message, 400)}`),
      true,
      0,
    ),
  ];
  for (const [index, status] of statuses.entries()) {
    const own = rows.filter((r) => r.outcome.status === status);
    const lines = own.map(
      ({ operation, outcome: became, warrant }) =>
        `${rowMarkdown({ app: operation.app, operation, outcome: became })}${byOther(warrant, outcome.pull)}`,
    );
    if (status === "human") lines.push(...tasksOf(outcome.tasks));
    const title = `${meanings[status][0]!.toUpperCase()}${meanings[status].slice(1)}`;
    sections.push(part(title, lines, open.has(status), 2 * index + 1));
    if (status === "refused") sections.push(leftSection(outcome.left, part));
  }
  sections.push(fixed(footer(outcome)));
  return assemble(sections, budget);
}

const tasksOf = (tasks: readonly HumanTask[]): string[] =>
  [...tasks]
    .sort((a, b) => compareText(a.app, b.app) || compareText(a.person ?? "", b.person ?? "") || compareText(a.task, b.task))
    .map((t) => `- ${t.accessRemains ? "**access remains**, " : ""}${escapeMarkdown(t.app)}: ${escapeMarkdown(t.task, 600)}`);

/** What only state learnt is no news where it went well; the line that counts has it. */
const news = ({ operations }: PullOutcome): OutcomeOf[] =>
  operations.filter((o) => o.operation.phase !== "state" || trouble.has(o.outcome.status));

const trouble: ReadonlySet<string> = new Set(["failed", "skipped", "refused"]);
const open: ReadonlySet<string> = new Set(["failed", "skipped", "refused", "human"]);

function titleOf(outcome: PullOutcome): string {
  const { left, failures, interrupted } = outcome;
  const operations = news(outcome);
  const bad = failures.length > 0 || interrupted || operations.some((o) => trouble.has(o.outcome.status));
  if (operations.length === 0) return left.length > 0 ? "Nothing was applied" : bad ? "Could not be applied" : "Nothing had to be done";
  if (bad || left.length > 0) return "Applied in part";
  return operations.some((o) => o.outcome.status !== "done" && o.outcome.status !== "already")
    ? "Applied; some of it is under way"
    : "Applied";
}

function lineOf(outcome: PullOutcome): string {
  const { left, failures, interrupted } = outcome;
  const operations = news(outcome);
  const notes = outcome.operations.length - operations.length;
  const line = outcomesLine({
    interrupted,
    apps: [
      { app: "", calls: { read: 0, write: 0 }, failure: null, outcomes: operations.map((o) => o.outcome) },
      ...failures.map(({ app, kind, message }) => ({ app, calls: { read: 0, write: 0 }, failure: { kind, message }, outcomes: [] })),
    ],
  });
  return [
    line,
    ...(left.length === 0 ? [] : [`${left.length} left alone`]),
    ...(notes === 0 ? [] : [count(notes, "note in state", "notes in state")]),
  ].join("; ");
}

/** Why an operation that another word than this pull request's rests on is told here; "" where it is this one's. */
function byOther(warrant: Warrant, pull: number): string {
  switch (warrant.kind) {
    case "pull":
      return warrant.pull === pull ? "" : ` (reviewed in #${warrant.pull})`;
    case "date":
      return " (a date in the files demands it)";
    case "baseline":
      return " (asked for by the files since before rollcall took over)";
    case "revert":
      return ` (undone by the policy ${escapeMarkdown(warrant.policy, 80)})`;
    case "pushed":
      return " (a loss that nobody approved)";
    case "person":
    case "state":
      return "";
  }
}

/** By reason, each with all whom it is about. */
function leftSection(
  left: PullOutcome["left"],
  part: (title: string, lines: readonly string[], open: boolean, priority: number) => Section,
): Section {
  const groups = Map.groupBy(
    [...left].sort((a, b) => compareText(a.why, b.why) || compareOperations(a.operation, b.operation)),
    (l) => l.why,
  );
  const lines = [...groups].flatMap(([why, own]) =>
    own.map(
      ({ operation }) =>
        `- ${escapeMarkdown(operation.app)}: **${escapeMarkdown(subjectOf(operation))}** ${operationMarkdown(operation)}: ${escapeMarkdown(why, 300)}`,
    ),
  );
  return part("Left alone", lines, true, 2);
}

function footer({ commit, record, run }: PullOutcome): string {
  const link = record === null ? "No record was written." : `Record ${record.sequence}, ${code(record.hash.slice(0, 16))}.`;
  return `<sub>Commit ${code(commit.slice(0, 7))}. ${link}${run.url === null ? "" : ` ${linkTo("Run", run.url)}.`}</sub>`;
}

const withoutNames = (o: PullOutcome): PullOutcome => ({
  ...o,
  operations: o.operations.map((row) => outcomeKeys(row)),
  left: o.left.map(({ operation }) => ({ operation: operationKeys(operation), why: "not approved, or outside the reviewed change" })),
  tasks: o.tasks.map(taskKeys),
  failures: o.failures.map(({ app, kind }) => ({ app, kind, message: "what it said is not shown here" })),
});

export const outcomeKeys = ({ operation, outcome, warrant }: OutcomeOf): OutcomeOf => ({
  operation: operationKeys(operation),
  outcome: {
    id: operation.id,
    status: outcome.status,
    ...(outcome.request === undefined ? {} : { request: outcome.request }),
    ...(outcome.fault === undefined ? {} : { fault: { kind: outcome.fault.kind, message: "what it said is not shown here" } }),
  },
  warrant,
});
