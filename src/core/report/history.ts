import { clockIn } from "../compile/day.ts";
import type { HistoryEntry, TracedChange } from "../record/history.ts";
import { signOf, whyOf, wordsOf } from "./access-diff.ts";
import { plainStyle, type Style } from "./style.ts";
import { count, visible } from "./text.ts";
import { provenanceText, traceText, warrantText } from "./trace.ts";
import { wrap } from "./wrap.ts";

/** Somebody's history with what is to be said about it. */
export interface HistoryReport {
  readonly person: string;
  readonly name: string;
  /** Other keys she was known by. */
  readonly formerly: readonly string[];
  /** IANA zone in which times are shown. */
  readonly zone: string;
  /** Newest first. */
  readonly entries: readonly HistoryEntry[];
  /** Older ones that were not asked for. */
  readonly omitted: number;
  /** Number of run records there are. */
  readonly records: number;
  /** What this account cannot know, in sentences. */
  readonly remarks: readonly string[];
}

/** For a terminal. Ends with a newline. `width` 0 = as wide as the text is. */
export function terminalHistory(report: HistoryReport, options: { readonly width?: number; readonly style?: Style } = {}): string {
  const { width = 0, style = plainStyle } = options;
  const { zone } = report;
  const formerly = report.formerly.length === 0 ? "" : `  (formerly ${report.formerly.map((k) => visible(k)).join(", ")})`;
  const lines = [style.strong(`${visible(report.person)}  ${visible(report.name)}${formerly}`), style.faint(`times in ${zone}`), ""];
  const changeLines = (changes: readonly TracedChange[]): void => {
    for (const c of [...changes.filter((x) => x.direction === "loss"), ...changes.filter((x) => x.direction === "gain")]) {
      const shown = wrap(c.direction === "gain" ? style.gain : style.loss, visible(wordsOf(c)), `  ${signOf(c)} `, width);
      if (c.admin) shown[shown.length - 1] += ` ${style.alarm("[admin]")}`;
      lines.push(...shown, ...wrap(style.faint, visible(whyOf(c), 240), "      ", width));
      const trace = traceText(c.trace, zone, report.records > 0);
      if (trace !== null) lines.push(...wrap(c.trace.kind === "done" ? style.faint : style.alarm, trace, "      ", width));
    }
  };
  for (const entry of report.entries) {
    const at = clockIn(entry.at, zone);
    switch (entry.kind) {
      case "commit": {
        const { commit } = entry.step.cause;
        lines.push(...wrap(style.strong, `${at}  ${visible(commit.subject, 120)}`, "", width));
        const dated = commit.dated === commit.at ? "" : `, dated ${clockIn(commit.dated, zone)}`;
        const by = `commit ${commit.id.slice(0, 12)} by ${visible(commit.author, 80)}${dated}; ${provenanceText(entry.provenance)}`;
        lines.push(...wrap(style.faint, by, "  ", width));
        if (entry.step.renamedFrom !== null)
          lines.push(`  renamed from ${visible(entry.step.renamedFrom)} to ${visible(entry.step.person)}`);
        changeLines(entry.changes);
        break;
      }
      case "date":
        lines.push(style.strong(`${at}  by a date in the files`));
        changeLines(entry.changes);
        break;
      case "run": {
        lines.push(style.strong(`${at}  run ${entry.sequence} (${entry.run.trigger}, ${visible(entry.run.actor, 80)})`));
        for (const o of entry.operations) {
          const turn = o.before === null && o.after === null ? "" : ` ${visible(o.before ?? "-", 80)} → ${visible(o.after ?? "-", 80)}`;
          lines.push(...wrap(style.change, `${o.verb} ${visible(o.target)} in ${visible(o.app)}${turn} [${o.origin}]`, "  ~ ", width));
          const fault = o.fault === null ? "" : `, ${visible(o.fault, 240)}`;
          lines.push(...wrap(style.faint, `${o.outcome}${fault}; ${warrantText(o.by)}`, "      ", width));
        }
      }
    }
    lines.push("");
  }
  if (report.entries.length === 0) lines.push("nothing changed for her in what was looked at", "");
  if (report.omitted > 0) lines.push(`${count(report.omitted, "older entry", "older entries")} not shown (--limit)`);
  for (const remark of report.remarks) lines.push(...wrap(style.faint, visible(remark, 400), "", width));
  return `${lines.join("\n").trimEnd()}\n`;
}

/**
 * As JSON, version 1, for programs: fields may be added within a version, none is removed or changes its meaning. Times are RFC 3339 in UTC.
 *
 * | field | holds |
 * |---|---|
 * | `person, name, formerly[]` | whose history, and her other keys |
 * | `entries[]` | newest first: `kind` commit, date or run, `at`, and of |
 * | commit | `commit, dated` (the date it bears)`, author, subject, person, renamedFrom, pull, approvers, provenance, changes[]` |
 * | date | `day, person, changes[]` |
 * | run | `sequence, trigger, actor, url, operations[]` as recorded |
 * | `changes[]` | `app, target, direction, before, after, admin, because[] { file, line, path[], reason, until }, trace` |
 * | `trace` | `kind` done, open, left, outstanding or none; `sequence, at, attempts, operation` (as recorded), `why` |
 * | `omitted`, `records`, `remarks[]` | older entries left out, number of records, what cannot be known |
 */
export function jsonHistory(report: HistoryReport): string {
  const { person, name, formerly, omitted, records, remarks } = report;
  const entries = report.entries.map((entry) => {
    switch (entry.kind) {
      case "commit": {
        const { commit } = entry.step.cause;
        const { provenance } = entry;
        return {
          kind: entry.kind,
          at: entry.at,
          commit: commit.id,
          dated: commit.dated,
          author: commit.author,
          subject: commit.subject,
          person: entry.step.person,
          renamedFrom: entry.step.renamedFrom,
          pull: provenance?.pull ?? null,
          approvers: provenance?.kind === "approved" ? provenance.approvers : null,
          provenance,
          changes: entry.changes.map(changeToJson),
        };
      }
      case "date": {
        const { day } = entry.step.cause;
        return { kind: entry.kind, at: entry.at, day, person: entry.step.person, changes: entry.changes.map(changeToJson) };
      }
      case "run":
        return { kind: entry.kind, at: entry.at, sequence: entry.sequence, ...entry.run, operations: entry.operations };
    }
  });
  return `${JSON.stringify({ version: 1, person, name, formerly, entries, omitted, records, remarks }, null, 2)}\n`;
}

function changeToJson({ trace, because, ...c }: TracedChange) {
  const { app, target, direction, before, after, admin } = c;
  const lines = because.map((b) => ({
    file: b.origin.file,
    line: b.origin.line,
    path: b.path,
    reason: b.reason ?? null,
    until: b.until ?? null,
  }));
  return { app, target, direction, before, after, admin, because: lines, trace: traceToJson(trace) };
}

function traceToJson(trace: TracedChange["trace"]) {
  switch (trace.kind) {
    case "done":
    case "open": {
      const { operation, sequence, at } = trace.by;
      return { kind: trace.kind, sequence, at, attempts: trace.attempts, operation };
    }
    case "left":
    case "outstanding":
    case "none":
      return trace;
  }
}
