import { changeValue } from "../access-diff.ts";
import { planValue } from "../json.ts";
import { changesOf, laterOf } from "./change.ts";
import { countsOf } from "./headline.ts";
import { labelsOf } from "./labels.ts";
import { presentable } from "./presentable.ts";
import type { PullReport } from "./pull-report.ts";

/**
 * All of a pull request's report as JSON, version 1, for programs: fields may be added within a version, none is removed or changes its meaning.
 *
 * | field | holds |
 * |---|---|
 * | `pull` | `number, head, base, baseRef, fork` |
 * | `privacy` | `names`, or `keys`: no name, login, address, title or other free text of anybody is in it |
 * | `counts` | `people, losses, gains, changes, adminGains, adminLosses, irreversible, refused, later`: of the change alone |
 * | `labels[]` | names of the labels that fit |
 * | `files[]` | `path, change, kind` |
 * | `changes[]` | what the files change now, as in the JSON form of `rollcall diff` |
 * | `later[]` | the same, of what a date brings later |
 * | `problems[]` | `code, severity, summary, detail, fix, where[] { file, line, column }` |
 * | `live` | null, or `plan` (as in the JSON form of `rollcall preview`), `implied[]` (ids of its operations that the change implies), `seenAt, seconds`, `headGuards[]` |
 * | `liveMissing` | why there is no live plan |
 * | `risks[]` | `kind, path, line, detail` |
 * | `approval` | null, or `needs[] { why, paths[], from[], approvals, given }`, `counted[] { person, login }`, `discounted[] { person, login, why }`, `against[]` |
 * | `allowances[]` | `name, app, expires, file, line, counts[] { what, expected, actual }` |
 * | `overlaps[]` | `number, title, people[]` |
 * | `run` | address of the run's log |
 * | `lastRun` | of the last run over the default branch, RFC 3339; null where it is not known |
 *
 * What does not apply is null; lists are sorted; the same report gives the same bytes.
 */
export function jsonPull(given: PullReport): string {
  const report = presentable(given);
  const { live, pull, approval } = report;
  const value = {
    version: 1,
    pull: { number: pull.number, head: pull.head, base: pull.base, baseRef: pull.baseRef, fork: pull.fork },
    privacy: report.privacy,
    counts: countsOf(changesOf(report), laterOf(report).length),
    labels: labelsOf(report),
    files: report.files.map(({ path, change, kind }) => ({ path, change, kind })),
    changes: report.access.changes.map(changeValue),
    later: laterOf(report).map(changeValue),
    problems: report.problems.map((p) => ({
      code: p.code,
      severity: p.severity,
      summary: p.summary,
      detail: p.detail ?? null,
      fix: p.fix ?? null,
      where: p.where.map(({ file, line, column }) => ({ file, line, column })),
    })),
    live: live && {
      plan: planValue(live.plan, live.digest),
      implied: live.plan.operations.filter((o) => live.implied.has(o.id)).map((o) => o.id),
      seenAt: live.seenAt,
      seconds: live.seconds,
      headGuards: live.headTrips.map(({ guard, app, summary, detail, fix, refuses }) => ({
        guard,
        app,
        summary,
        detail,
        fix,
        refuses: [...refuses],
      })),
    },
    liveMissing: report.liveMissing,
    risks: report.risks.map(({ kind, path, line, detail }) => ({ kind, path, line: line ?? null, detail })),
    approval: approval && {
      needs: approval.needs.map(({ why, paths, from, approvals, given: already }) => ({
        why,
        paths: [...paths],
        from: [...from],
        approvals,
        given: already,
      })),
      counted: approval.counted.map(({ person, login }) => ({ person, login })),
      discounted: approval.discounted.map(({ person, login, why }) => ({ person, login, why })),
      against: [...(approval.against ?? [])],
    },
    allowances: report.allowances.map(({ name, app, expires, file, line, counts }) => ({
      name,
      app,
      expires,
      file,
      line,
      counts: counts.map(({ what, expected, actual }) => ({ what, expected, actual })),
    })),
    overlaps: report.overlaps.map(({ number, title, people }) => ({ number, title, people: [...people] })),
    run: report.run.url,
    lastRun: report.heartbeat?.at ?? null,
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}
