import type { Operation } from "../plan/operation.ts";
import type { AppPlan, Finding, HumanTask, Plan, Trip } from "../plan/plan.ts";
import { plainStyle, type Style } from "./style.ts";
import { summarise, summaryLine } from "./summary.ts";
import { count, visible } from "./text.ts";
import { bySubject, consequences, describe, directionOf, directions, marksOf, reason, signOf, waitsOf } from "./wording.ts";
import { inOrder, sortedPlan } from "./sorted-plan.ts";
import { wrap } from "./wrap.ts";

export interface TerminalOptions {
  /** Columns of the terminal; 0 = as wide as the text is (pipes). */
  readonly width?: number;
  readonly style?: Style;
  /** Also notes to state, accounts in sync, and findings about what is not ours. */
  readonly verbose?: boolean;
}

/** The plan for a terminal: app by app, each after those it waits for, person by person, losses before gains. Ends with a newline. */
export function terminalPlan(given: Plan, options: TerminalOptions = {}): string {
  const plan = sortedPlan(given);
  const style = options.style ?? plainStyle;
  const width = options.width ?? 0;
  const lines: string[] = [];
  for (const app of inOrder(plan.apps)) lines.push(...appLines(plan, app, style, width, options.verbose ?? false), "");
  const whole = plan.trips.filter((t) => t.app === null);
  for (const trip of whole) lines.push(...tripLines(trip, style, width));
  if (whole.length > 0) lines.push("");
  lines.push(...wrap(style.strong, summaryLine(summarise(plan)), "", width));
  return `${lines.join("\n")}\n`;
}

function appLines(plan: Plan, app: AppPlan, style: Style, width: number, verbose: boolean): string[] {
  const inSync = app.accounts.filter((a) => a.person !== null && a.situation === "inSync").length;
  const tenant = app.tenant === null ? "" : ` (${visible(app.tenant)})`;
  const mode = app.mode === "enforce" ? "" : `, mode ${app.mode}`;
  const lines = wrap(
    style.strong,
    `${app.app}${tenant}: ${inSync} of ${app.counts.desired} in sync${mode}; ${count(app.calls.read, "call")} to read, about ${app.calls.estimated} to apply`,
    "",
    width,
  );
  if (app.failure)
    lines.push(...wrap(style.alarm, `not read: ${visible(app.failure.kind)}: ${visible(app.failure.message, 400)}`, "  ! ", width));
  for (const { scope, reason: why } of app.unread)
    lines.push(...wrap(style.alarm, `not read to its end: ${visible(scope)}: ${visible(why, 400)}`, "  ! ", width));
  for (const trip of plan.trips.filter((t) => t.app === app.app)) lines.push(...tripLines(trip, style, width));
  const own = plan.operations.filter((o) => o.app === app.app);
  const plain = verbose ? [] : own.filter(isPlainAdoption);
  const shown = own.filter((o) => verbose || !(isPlainAdoption(o) || (o.verb === "record" && o.formerKey === undefined)));
  lines.push(
    ...operationLines(
      shown.filter((o) => o.origin !== "drift"),
      style,
      width,
    ),
  );
  if (plain.length > 0) {
    const text = `${count(plain.length, "account")} found and adopted, in rollcall's own state only (--verbose lists them)`;
    lines.push(...wrap(style.faint, text, "  ~ ", width));
  }
  const drift = shown.filter((o) => o.origin === "drift");
  if (drift.length > 0) lines.push(`  ${style.strong("drift: changed outside the files")}`, ...operationLines(drift, style, width));
  lines.push(
    ...taskLines(
      plan.tasks.filter((t) => t.app === app.app),
      style,
      width,
    ),
  );
  lines.push(
    ...findingLines(
      plan.findings.filter((f) => f.app === app.app),
      style,
      width,
      verbose,
    ),
  );
  if (lines.length === 1) lines.push(`  ${style.faint("nothing to do")}`);
  return lines;
}

/** An account that is what a line asks for, and is from now on known by its id: nobody's access changes, so that they are only counted. */
const isPlainAdoption = (o: Operation): boolean => o.verb === "adopt" && o.refused === undefined && !o.admin && o.risk !== "high";

function operationLines(operations: readonly Operation[], style: Style, width: number): string[] {
  const lines: string[] = [];
  for (const [subject, own] of bySubject(operations)) {
    lines.push(`  ${style.strong(visible(subject))}`);
    for (const direction of directions) {
      for (const o of own.filter((x) => directionOf(x) === direction)) lines.push(...operationLine(o, style, width));
    }
  }
  return lines;
}

function operationLine(o: Operation, style: Style, width: number): string[] {
  const direction = directionOf(o);
  const colour =
    direction === "loss" ? style.loss : direction === "gain" ? style.gain : direction === "change" ? style.change : style.faint;
  const marks = marksOf(o).filter((m) => m !== "drift");
  const lines = wrap(colour, describe(o), `    ${signOf(o)} `, width);
  if (marks.length > 0) lines[lines.length - 1] += ` ${style.alarm(`[${marks.join(", ")}]`)}`;
  if (o.refused !== undefined) lines.push(...wrap(style.alarm, `refused: ${visible(o.refused)}`, "        ", width));
  for (const text of waitsOf(o)) lines.push(...wrap(style.change, visible(text, 240), "        ", width));
  if (direction !== "state") lines.push(...wrap(style.faint, reason(o), "        ", width));
  for (const text of consequences(o)) lines.push(...wrap(style.faint, visible(text), "        ", width));
  return lines;
}

function tripLines(trip: Trip, style: Style, width: number): string[] {
  return [
    ...wrap(
      style.alarm,
      `guard ${trip.guard}: ${visible(trip.summary, 600)}; refuses ${count(trip.refuses.length, "operation")}`,
      "  ! ",
      width,
    ),
    ...wrap(style.faint, visible(trip.detail, 600), "      ", width),
    ...wrap(style.strong, `fix: ${visible(trip.fix, 600)}`, "      ", width),
  ];
}

function taskLines(tasks: readonly HumanTask[], style: Style, width: number): string[] {
  if (tasks.length === 0) return [];
  return [
    `  ${style.strong(`for people to do (${tasks.length})`)}`,
    ...tasks.flatMap((t) =>
      wrap(t.accessRemains ? style.alarm : style.change, visible(t.task, 600), t.accessRemains ? "    ! " : "    * ", width),
    ),
  ];
}

/** Findings about what is not ours can be many: without `verbose` those are only counted. */
function findingLines(findings: readonly Finding[], style: Style, width: number, verbose: boolean): string[] {
  if (findings.length === 0) return [];
  const quiet = new Set<Finding["code"]>(["OUT_OF_SCOPE", "FOREIGN_EDGE", "DERIVED_EDGE"]);
  const told = findings.filter((f) => verbose || !quiet.has(f.code));
  const rest = findings.length - told.length;
  return [
    `  ${style.strong(`seen and left alone (${findings.length})`)}`,
    ...told.flatMap((f) => [
      ...wrap(style.change, `${f.code} ${visible(f.summary, 600)}`, "    ? ", width),
      ...(f.fix === undefined ? [] : wrap(style.faint, `fix: ${visible(f.fix, 600)}`, "      ", width)),
    ]),
    ...(rest > 0
      ? wrap(
          style.faint,
          `${count(rest, told.length > 0 ? "more finding" : "finding")} about what is not ours (--verbose lists them)`,
          "    ",
          width,
        )
      : []),
  ];
}
