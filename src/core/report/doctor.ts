import { type Finding, type Level, levels } from "../doctor/finding.ts";
import { plainStyle, type Style } from "./style.ts";
import { count, visible } from "./text.ts";
import { wrap } from "./wrap.ts";

export interface DoctorReport {
  /** owner/name; null: the forge was not looked at. */
  readonly repository: string | null;
  /** Commit whose files were judged; null: the folder's. */
  readonly commit: string | null;
  /** In order. */
  readonly findings: readonly Finding[];
}

const titles = {
  fail: ["Does not hold", "!"],
  warn: ["Warnings", "~"],
  unknown: ["Not known", "?"],
  note: ["To be known", "-"],
  ok: ["Holds", "+"],
} as const satisfies Record<Level, readonly [string, string]>;

const words: Readonly<Record<Level, (n: number) => string>> = {
  fail: (n) => count(n, "failure"),
  warn: (n) => count(n, "warning"),
  unknown: (n) => `${n} unknown`,
  note: (n) => count(n, "note"),
  ok: (n) => `${n} ok`,
};

/** For a terminal: by level, each with what to do; the last line counts. Ends with a newline. `width` 0 = as wide as the text is. */
export function terminalDoctor(report: DoctorReport, options: { readonly width?: number; readonly style?: Style } = {}): string {
  const { width = 0, style = plainStyle } = options;
  const paint: Readonly<Record<Level, (text: string) => string>> = {
    fail: style.alarm,
    warn: style.change,
    unknown: style.change,
    note: (text) => text,
    ok: style.gain,
  };
  const lines: string[] = [];
  for (const level of levels) {
    const some = report.findings.filter((f) => f.level === level);
    if (some.length === 0) continue;
    const [title, sign] = titles[level];
    lines.push(style.strong(title));
    for (const { code, summary, detail, fix } of some) {
      lines.push(...wrap(paint[level], shown(`${code}: ${summary}`), `  ${sign} `, width));
      if (detail !== null) lines.push(...wrap(style.faint, shown(detail), "    ", width));
      if (fix !== null) lines.push(...wrap((text) => text, shown(fix), "    > ", width));
    }
    lines.push("");
  }
  const { repository, commit } = report;
  const what = repository === null ? "the files" : visible(repository);
  const at = commit === null ? "" : ` at ${commit.slice(0, 12)}`;
  lines.push(`${what}${at}: ${levels.map((level) => words[level](of(report, level))).join(", ")}`);
  return `${lines.join("\n")}\n`;
}

const of = ({ findings }: DoctorReport, level: Level): number => findings.filter((f) => f.level === level).length;

/** Lists of administrators are never cut short of a few hundred. */
const shown = (text: string): string => visible(text, 10_000);

/**
 * As JSON, version 1, for programs: fields may be added within a version, none is removed or changes its meaning.
 *
 * | field | holds |
 * |---|---|
 * | `repository` | owner/name; null: the forge was not looked at |
 * | `commit` | whose files were judged; null: the folder's |
 * | `counts` | findings by level: `fail, warn, unknown, note, ok` |
 * | `findings[]` | `code, level, summary, detail, fix`; codes and levels are stable, words are for people |
 */
export function jsonDoctor(report: DoctorReport): string {
  const counts = Object.fromEntries(levels.map((level) => [level, of(report, level)]));
  const findings = report.findings.map(({ code, level, summary, detail, fix }) => ({ code, level, summary, detail, fix }));
  return `${JSON.stringify({ version: 1, repository: report.repository, commit: report.commit, counts, findings }, null, 2)}\n`;
}
