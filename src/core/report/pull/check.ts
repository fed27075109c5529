import type { Risk } from "../../review/risks.ts";
import { compareText, type Diagnostic } from "../../diagnostic.ts";
import type { Annotation, Check } from "../../forge/forge.ts";
import { count, visible } from "../text.ts";
import { isOpen } from "./approval.ts";
import { type Change, changesOf, laterOf } from "./change.ts";
import { pullMarkdown } from "./comment.ts";
import { countsLine, countsOf, namesOf, titleOf } from "./headline.ts";
import { refusesPart } from "./labels.ts";
import { presentable } from "./presentable.ts";
import type { PullReport } from "./pull-report.ts";

/** Name of the check: branch protection names it. */
export const rollcall = "rollcall";

/** At most as many annotations: the forge takes 50 with one request (https://docs.github.com/en/rest/checks/runs, 2026-11), and nobody reads more. */
export const mostAnnotations = 50;

/**
 * The check run of a pull request.
 *
 * | report | conclusion |
 * |---|---|
 * | the files do not check | failure |
 * | a guard refuses part of the change, by the policies of base or of head | failure |
 * | no live plan, or an app was not read | neutral: it says less than it could, and branch protection lets it pass |
 * | all else | success |
 *
 * A missing approval is in the title and never in the conclusion: approving starts no run, so that a check which waited for it would stay red. What is
 * not approved is not applied. `action_required` is never said: nothing that a person does at the forge answers it.
 */
export function checkOf(given: PullReport): Pick<Check, "conclusion" | "title" | "summary" | "annotations"> {
  const report = presentable(given);
  const changes = changesOf(report);
  const invalid = report.problems.some((p) => p.severity === "error");
  const { shown, omitted } = annotationsOf(given);
  const more = omitted === 0 ? "" : `\n${count(omitted, "more annotation")} not shown at the lines.\n`;
  return {
    conclusion: conclusionOf(report, invalid),
    title: checkTitle(report, changes, invalid),
    summary: `${pullMarkdown(given, 60_000 - more.length)}${more}`,
    annotations: shown,
  };
}

function conclusionOf(report: PullReport, invalid: boolean): Check["conclusion"] {
  if (invalid || refusesPart(report)) return "failure";
  const unread = report.live?.plan.apps.some((a) => a.failure !== null) ?? true;
  return unread ? "neutral" : "success";
}

function checkTitle(report: PullReport, changes: readonly Change[], invalid: boolean): string {
  if (invalid) return `${count(report.problems.filter((p) => p.severity === "error").length, "error")} in the files`;
  const names = namesOf(report);
  const waits = isOpen(report.approval);
  return visible(
    [
      ...(refusesPart(report) ? ["Guards refuse part of it"] : []),
      titleOf(report, changes, (who) => visible(names.get(who) ?? who, 60)),
      countsLine(countsOf(changes, laterOf(report).length)),
      ...(waits ? ["still to be approved"] : []),
    ].join("; "),
    250,
  );
}

/**
 * Notes at lines of files: problems, high-risk parts, administrative rights given, with those in files that the pull request touches first.
 * `omitted`: how many there are beyond `mostAnnotations`.
 */
export function annotationsOf(given: PullReport): { readonly shown: readonly Annotation[]; readonly omitted: number } {
  const report = presentable(given);
  const touched = new Set(report.files.filter((f) => f.change !== "removed").map((f) => f.path));
  const all = [
    ...report.problems.flatMap(ofProblem),
    ...report.risks.map(ofRisk),
    ...changesOf(report).flatMap((c) => (c.state === "asked" && c.admin && c.line.direction !== "loss" ? ofAdmin(c) : [])),
  ];
  const levels = ["failure", "warning", "notice"];
  const key = (a: Annotation): string => JSON.stringify([a.path, a.line, a.level, a.title, a.message]);
  const tidy = [...new Map(all.map((a) => [key(a), a])).values()].sort(
    (a, b) =>
      Number(touched.has(b.path)) - Number(touched.has(a.path)) ||
      levels.indexOf(a.level) - levels.indexOf(b.level) ||
      compareText(a.path, b.path) ||
      a.line - b.line ||
      compareText(a.title, b.title) ||
      compareText(a.message, b.message),
  );
  return { shown: tidy.slice(0, mostAnnotations), omitted: Math.max(0, tidy.length - mostAnnotations) };
}

function ofProblem(d: Diagnostic): Annotation[] {
  const [place] = d.where;
  if (place === undefined) return [];
  const message = [d.summary, ...(d.detail === undefined ? [] : [d.detail]), ...(d.fix === undefined ? [] : [`Fix: ${d.fix}`])];
  return [
    {
      path: place.file,
      line: place.line,
      level: d.severity === "error" ? "failure" : "warning",
      title: visible(d.code),
      message: message.map((m) => visible(m, 1_000)).join("\n"),
    },
  ];
}

const ofRisk = (r: Risk): Annotation => ({
  path: r.path,
  line: r.line ?? 1,
  level: "warning",
  title: `High risk: ${r.kind}`,
  message: visible(r.detail === "" ? "needs a second look" : r.detail, 1_000),
});

const ofAdmin = ({ because, line, text }: Change): Annotation[] =>
  because.map(({ origin }) => ({
    path: origin.file,
    line: origin.line,
    level: "warning",
    title: "Gives administrative rights",
    message: visible(`${line.who}: ${text}`, 1_000),
  }));
