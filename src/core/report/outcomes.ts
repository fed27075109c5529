import { compareText } from "../diagnostic.ts";
import type { ApplyResult, AppOutcome, OperationOutcome } from "../engine.ts";
import type { Operation } from "../plan/operation.ts";
import { compareOperations } from "../plan/order.ts";
import type { Plan } from "../plan/plan.ts";
import { assemble, fixed, fitRows, type Section } from "./budget.ts";
import { code, escapeMarkdown } from "./escape.ts";
import { operationMarkdown } from "./markdown-changes.ts";
import { plainStyle, type Style } from "./style.ts";
import { count, tally, visible } from "./text.ts";
import { describe, signOf, subjectOf } from "./wording.ts";

type Status = OperationOutcome["status"];

/** What went wrong first, then what waits for somebody, then what is done. */
export const statuses: readonly Status[] = ["failed", "skipped", "refused", "human", "pending", "invited", "done", "already"];

/** What each status means to whoever reads it. */
export const meanings: Readonly<Record<Status, string>> = {
  failed: "failed",
  skipped: "skipped",
  refused: "refused",
  human: "for people to do",
  pending: "under way",
  invited: "invited",
  done: "done",
  already: "already so",
};

export interface OutcomeRow {
  readonly app: string;
  readonly outcome: OperationOutcome;
  /** null for an outcome whose operation is not in the plan; its id is shown. */
  readonly operation: Operation | null;
}

function rowsOf(plan: Plan, result: ApplyResult): OutcomeRow[] {
  const operations = new Map(plan.operations.map((o) => [o.id, o]));
  return result.apps
    .flatMap(({ app, outcomes }) =>
      outcomes.map((outcome): OutcomeRow => ({ app, outcome, operation: operations.get(outcome.id) ?? null })),
    )
    .sort(
      (a, b) =>
        statuses.indexOf(a.outcome.status) - statuses.indexOf(b.outcome.status) ||
        (a.operation && b.operation ? compareOperations(a.operation, b.operation) : 0) ||
        compareText(a.outcome.id, b.outcome.id),
    );
}

/** "12 done, 1 failed, 2 for people to do; 1 app could not be worked on; interrupted". */
export function outcomesLine(result: ApplyResult): string {
  const counts = tally(
    result.apps.flatMap((a) => a.outcomes),
    (o) => o.status,
  );
  const broken = result.apps.filter((a) => a.failure !== null).length;
  const parts = statuses.toReversed().flatMap((s) => (counts.has(s) ? [`${counts.get(s)} ${meanings[s]}`] : []));
  return [
    parts.length === 0 ? "nothing was done" : parts.join(", "),
    ...(broken === 0 ? [] : [`${count(broken, "app")} could not be worked on`]),
    ...(result.interrupted ? ["interrupted before everything was tried"] : []),
  ].join("; ");
}

const remarkOf = (o: OperationOutcome): string =>
  [
    ...(o.fault ? [`${o.fault.kind}: ${o.fault.message}`] : []),
    ...(o.note === undefined ? [] : [o.note]),
    ...(o.request === undefined ? [] : [`request ${o.request}`]),
  ].join("; ");

/** What became of a plan, for a terminal: failures first, then the line that counts. Ends with a newline. */
export function terminalOutcomes(plan: Plan, result: ApplyResult, style: Style = plainStyle): string {
  const lines = sortedApps(result).flatMap((a) =>
    a.failure ? [style.alarm(`  ! ${a.app} could not be worked on: ${visible(a.failure.kind)}: ${visible(a.failure.message, 400)}`)] : [],
  );
  for (const { app, outcome, operation } of rowsOf(plan, result)) {
    // What only state learnt is no news where it went well; the line that counts has it.
    if (operation?.phase === "state" && (outcome.status === "done" || outcome.status === "already")) continue;
    const what = operation ? `${signOf(operation)} ${visible(subjectOf(operation))}: ${describe(operation)}` : visible(outcome.id);
    const remark = outcome.status === "done" || outcome.status === "already" ? "" : remarkOf(outcome);
    const colour =
      outcome.status === "failed" ? style.alarm : outcome.status === "done" || outcome.status === "already" ? style.faint : style.change;
    lines.push(`  ${colour(meanings[outcome.status].padEnd(10))} ${app} ${what}${remark === "" ? "" : `: ${visible(remark, 400)}`}`);
  }
  lines.push(style.strong(outcomesLine(result)));
  return `${lines.join("\n")}\n`;
}

/** What became of a plan, as a comment of at most `budget` UTF-16 units (12,000 at least): failures outside `<details>`, counts always exact. */
export function markdownOutcomes(
  plan: Plan,
  result: ApplyResult,
  options: { readonly marker?: string; readonly pointer?: string; readonly budget?: number } = {},
): string {
  const budget = options.budget ?? 60_000;
  if (budget < 12_000) throw new RangeError(`A comment needs a budget of 12,000 characters at least, not ${budget}.`);
  const pointer = options.pointer ?? "the run's record has them all";
  const rows = rowsOf(plan, result);
  const head = [
    ...(options.marker === undefined ? [] : [options.marker]),
    "### Applied",
    "",
    `**${escapeMarkdown(outcomesLine(result), 1000)}**`,
  ];
  const broken = sortedApps(result).flatMap((a) =>
    a.failure ? [`- **${escapeMarkdown(a.app)}**: ${escapeMarkdown(a.failure.kind)}: ${escapeMarkdown(a.failure.message, 400)}`] : [],
  );
  const list = (title: string, lines: readonly string[], open: boolean, priority: number): Section =>
    rowsSection({ title, lines, open, priority, pointer });
  const sections: Section[] = [fixed(head.join("\n")), list("Could not be worked on", broken, true, 0)];
  for (const [index, status] of statuses.entries()) {
    const own = rows.filter((r) => r.outcome.status === status).map(rowMarkdown);
    sections.push(
      list(`${meanings[status][0]!.toUpperCase()}${meanings[status].slice(1)}`, own, status === "failed" || status === "human", index + 1),
    );
  }
  return assemble(sections, budget);
}

/** Lines under a heading, or in a `<details>`: as many as fit, and how many more there are. */
export function rowsSection(part: {
  readonly title: string;
  readonly lines: readonly string[];
  readonly open: boolean;
  readonly priority: number;
  readonly pointer: string;
}): Section {
  const { title, lines, open, priority, pointer } = part;
  if (lines.length === 0) return { minimal: "", fill: () => "", priority };
  const top = open ? `#### ${title} (${lines.length})\n\n` : `<details><summary>${title} (${lines.length})</summary>\n\n`;
  const tail = open ? "" : "\n</details>";
  const minimal = `${top}Too many to list here: ${pointer}.\n${tail}`.trimEnd();
  return {
    minimal,
    fill: (room) => fitRows(lines, room, { head: top, tail, rest: (n) => `- and ${n} more: ${pointer}` })?.trimEnd() ?? minimal,
    priority,
  };
}

/** "- github: **ada** - revoke `github/team/infra`: forbidden: …; request 5". */
export function rowMarkdown({ app, outcome, operation }: OutcomeRow): string {
  const what = operation ? `**${escapeMarkdown(subjectOf(operation))}** ${operationMarkdown(operation)}` : code(outcome.id);
  const remark = remarkOf(outcome);
  return `- ${escapeMarkdown(app)}: ${what}${remark === "" ? "" : `: ${escapeMarkdown(remark, 400)}`}`;
}

/**
 * What became of a plan as JSON, version 1: `{ version, interrupted, counts by status, apps[] { app, calls { read, write }, failure,
 * outcomes[] { id, status, ref, login, request, fault, note } } }`, sorted, what does not apply null.
 */
export function jsonOutcomes(result: ApplyResult): string {
  const counts = tally(
    result.apps.flatMap((a) => a.outcomes),
    (o) => o.status,
  );
  const value = {
    version: 1,
    interrupted: result.interrupted,
    counts: Object.fromEntries(statuses.map((s) => [s, counts.get(s) ?? 0])),
    apps: sortedApps(result).map((a) => ({
      app: a.app,
      calls: { read: a.calls.read, write: a.calls.write },
      failure: a.failure && { kind: a.failure.kind, message: a.failure.message },
      outcomes: [...a.outcomes]
        .sort((x, y) => compareText(x.id, y.id))
        .map((o) => ({
          id: o.id,
          status: o.status,
          ref: o.ref ? `${o.ref.kind}/${o.ref.id}` : null,
          login: o.login ?? null,
          request: o.request ?? null,
          fault: o.fault ? { kind: o.fault.kind, message: o.fault.message } : null,
          note: o.note ?? null,
        })),
    })),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

const sortedApps = (result: ApplyResult): AppOutcome[] => [...result.apps].sort((a, b) => compareText(a.app, b.app));
