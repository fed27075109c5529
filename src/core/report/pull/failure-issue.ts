import { compareText } from "../../diagnostic.ts";
import type { Operation } from "../../plan/operation.ts";
import { compareOperations } from "../../plan/order.ts";
import type { HumanTask } from "../../plan/plan.ts";
import { assemble, fixed } from "../budget.ts";
import { code, escapeMarkdown } from "../escape.ts";
import { operationMarkdown } from "../markdown-changes.ts";
import { rowMarkdown, rowsSection } from "../outcomes.ts";
import { count } from "../text.ts";
import { subjectOf } from "../wording.ts";
import { operationKeys } from "./keys-only.ts";
import { linkTo } from "./link.ts";
import { type OutcomeOf, outcomeKeys } from "./outcome.ts";

/** What a run could not do of what it was to do. */
export interface RunFailure {
  /** The commit that was applied. */
  readonly commit: string;
  readonly operations: readonly OutcomeOf[];
  /** Reviewed, and not tried: refused by a guard, waiting for an approval that is not there. */
  readonly left: readonly { readonly operation: Operation; readonly why: string }[];
  readonly failures: readonly { readonly app: string; readonly kind: string; readonly message: string }[];
  /** Merged pull requests, and pushes (`pull` null), that nobody approved as the rules ask, with the reasons. */
  readonly unapproved: readonly { readonly pull: number | null; readonly commit: string; readonly reasons: readonly string[] }[];
  /** Access that ought to have ended, and that rollcall could not end. */
  readonly remains: readonly Pick<HumanTask, "app" | "person" | "task">[];
  readonly interrupted: boolean;
  readonly record: { readonly sequence: number; readonly hash: string } | null;
  readonly privacy: "names" | "keys";
  readonly run: { readonly url: string | null };
}

/** By which the issue is found again. */
export const failureMarker = "<!-- rollcall:apply-failed -->";
export const failureTitle = "rollcall: apply failed";

/** The one issue about what does not work, brought up to date by every run until nothing of it is left. */
export function failureIssue(given: RunFailure, budget = 60_000): { readonly title: string; readonly body: string } {
  const run = given.privacy === "keys" ? withoutNames(given) : given;
  const pointer = `the record of ${linkTo("the run", run.run.url)} has them all`;
  const part = (title: string, lines: readonly string[], priority: number) => rowsSection({ title, lines, open: true, priority, pointer });
  const bad = run.operations
    .filter((o) => o.outcome.status === "failed" || o.outcome.status === "skipped" || o.outcome.status === "refused")
    .sort((a, b) => compareOperations(a.operation, b.operation));
  const rows = (status: string): string[] =>
    bad
      .filter((o) => o.outcome.status === status)
      .map(({ operation, outcome, warrant }) => {
        const from = warrant.kind === "pull" ? ` (#${warrant.pull})` : "";
        return `${rowMarkdown({ app: operation.app, operation, outcome })}${from}`;
      });
  const body = assemble(
    [
      fixed(
        [
          failureMarker,
          `The last run did not do everything it was to do${run.interrupted ? ": it was interrupted" : ""}. The next run tries again, and closes this issue once nothing is left.`,
        ].join("\n"),
      ),
      part(
        "Could not be worked on",
        [...run.failures]
          .sort((a, b) => compareText(a.app, b.app))
          .map((f) => `- **${escapeMarkdown(f.app)}**: ${escapeMarkdown(f.kind)}: ${escapeMarkdown(f.message, 400)}`),
        0,
      ),
      part(
        "Access remains, and somebody has to end it",
        run.remains.map((t) => `- ${escapeMarkdown(t.app)}: ${escapeMarkdown(t.task, 600)}`),
        0,
      ),
      part("Failed", rows("failed"), 1),
      part("Skipped", rows("skipped"), 3),
      part(
        "Refused",
        [
          ...rows("refused"),
          ...[...run.left]
            .sort((a, b) => compareOperations(a.operation, b.operation) || compareText(a.why, b.why))
            .map(
              ({ operation, why }) =>
                `- ${escapeMarkdown(operation.app)}: **${escapeMarkdown(subjectOf(operation))}** ${operationMarkdown(operation)}: ${escapeMarkdown(why, 300)}`,
            ),
        ],
        2,
      ),
      part(
        "On the branch without the approval that the rules ask for",
        [...run.unapproved]
          .sort((a, b) => (a.pull ?? 0) - (b.pull ?? 0) || compareText(a.commit, b.commit))
          .map(({ pull, commit, reasons }) => {
            const what = pull === null ? `pushed: ${code(commit.slice(0, 12))}` : `#${pull}`;
            return `- ${what}${reasons.length === 0 ? "" : `: ${reasons.map((r) => escapeMarkdown(r, 300)).join("; ")}`}`;
          }),
        2,
      ),
      fixed(
        `<sub>Commit ${code(run.commit.slice(0, 7))}. ${run.record === null ? "No record was written." : `Record ${run.record.sequence}, ${code(run.record.hash.slice(0, 16))}.`}${run.run.url === null ? "" : ` ${linkTo("Run", run.run.url)}.`} Nothing is decided from this issue.</sub>`,
      ),
    ],
    budget,
  );
  return { title: failureTitle, body };
}

/** The comment with which the issue closes itself. */
export function failureClosed(run: Pick<RunFailure, "record" | "run"> & { readonly done: number }): string {
  const record = run.record === null ? "" : `, record ${run.record.sequence} ${code(run.record.hash.slice(0, 16))}`;
  return `${linkTo("The last run", run.run.url)}${record} left nothing undone (${count(run.done, "operation")} done).\n`;
}

const withoutNames = (f: RunFailure): RunFailure => ({
  ...f,
  operations: f.operations.map(outcomeKeys),
  left: f.left.map(({ operation }) => ({ operation: operationKeys(operation), why: "not approved, or refused" })),
  failures: f.failures.map(({ app, kind }) => ({ app, kind, message: "what it said is not shown here" })),
  unapproved: f.unapproved.map(({ pull, commit }) => ({ pull, commit, reasons: [] })),
  remains: f.remains.map(({ app, person }) => ({ app, person, task: `${person ?? "an account"}: the record says what` })),
});
