import { formatAddress } from "../model/address.ts";
import type { AccessChange, AccessDiff } from "../plan/access-diff.ts";
import { becauseText } from "./because.ts";
import { assemble, fixed } from "./budget.ts";
import { code, escapeMarkdown } from "./escape.ts";
import { aggregatedSection, type Line, listedSection, marksMarkdown, signs } from "./markdown-changes.ts";
import { plainStyle, type Style } from "./style.ts";
import { count, visible } from "./text.ts";
import type { Sign } from "./wording.ts";
import { wrap } from "./wrap.ts";

/** What of the files differs between two versions. */
export interface ChangedFile {
  readonly path: string;
  readonly change: "added" | "changed" | "removed";
}

/** An access diff with what it is between; names for people. */
export interface AccessReport {
  readonly base: string;
  readonly head: string;
  /** In order of path. */
  readonly files: readonly ChangedFile[];
  readonly diff: AccessDiff;
}

interface AccessSummary {
  readonly people: number;
  readonly accountsGained: number;
  readonly accountsLost: number;
  readonly grantsGained: number;
  readonly grantsLost: number;
  readonly adminGains: number;
  readonly adminLosses: number;
}

function summarise({ changes }: AccessDiff): AccessSummary {
  const number = (fits: (c: AccessChange) => boolean): number => changes.filter(fits).length;
  const account = (c: AccessChange): boolean => c.target === "account";
  const gain = (c: AccessChange): boolean => c.direction === "gain";
  return {
    people: new Set(changes.map((c) => c.person)).size,
    accountsGained: number((c) => account(c) && gain(c)),
    accountsLost: number((c) => account(c) && !gain(c)),
    grantsGained: number((c) => !account(c) && gain(c)),
    grantsLost: number((c) => !account(c) && !gain(c)),
    adminGains: number((c) => c.admin && gain(c)),
    adminLosses: number((c) => c.admin && !gain(c)),
  };
}

/** "2 people: 1 account and 3 grants gained, 2 grants lost; 1 gains admin rights"; "nobody's access changes" where that is so. */
function summaryLine(s: AccessSummary): string {
  const both = (accounts: number, grants: number, what: string): string[] => {
    const parts = [...(accounts > 0 ? [count(accounts, "account")] : []), ...(grants > 0 ? [count(grants, "grant")] : [])];
    return parts.length === 0 ? [] : [`${parts.join(" and ")} ${what}`];
  };
  if (s.people === 0) return "nobody's access changes";
  const doing = [...both(s.accountsLost, s.grantsLost, "lost"), ...both(s.accountsGained, s.grantsGained, "gained")].join(", ");
  return [
    `${count(s.people, "person", "people")}: ${doing}`,
    ...(s.adminGains > 0 ? [`administrative rights are given ${count(s.adminGains, "time")}`] : []),
    ...(s.adminLosses > 0 ? [`administrative rights are taken ${count(s.adminLosses, "time")}`] : []),
  ].join("; ");
}

/** For a terminal: person by person, losses before gains. Ends with a newline. `width` 0 = as wide as the text is. */
export function terminalAccess(report: AccessReport, options: { readonly width?: number; readonly style?: Style } = {}): string {
  const { width = 0, style = plainStyle } = options;
  const head = `${visible(report.base)} to ${visible(report.head)}: ${count(report.files.length, "file")} differ${report.files.length === 1 ? "s" : ""}`;
  const lines = [...wrap(style.strong, head, "", width), ""];
  for (const [person, own] of Map.groupBy(report.diff.changes, (c) => c.person)) {
    lines.push(style.strong(`${visible(person)}  ${visible(own[0]!.name)}`));
    for (const c of [...own.filter((x) => x.direction === "loss"), ...own.filter((x) => x.direction === "gain")]) {
      const shown = wrap(c.direction === "gain" ? style.gain : style.loss, visible(wordsOf(c)), `  ${signOf(c)} `, width);
      if (c.admin) shown[shown.length - 1] += ` ${style.alarm("[admin]")}`;
      lines.push(...shown, ...wrap(style.faint, visible(whyOf(c), 240), "      ", width));
    }
    lines.push("");
  }
  lines.push(...wrap(style.strong, summaryLine(summarise(report.diff)), "", width));
  return `${lines.join("\n")}\n`;
}

export interface AccessMarkdownOptions {
  /** Where the whole diff is, for what had to be left out; a part of a sentence, from us. */
  readonly pointer?: string;
  /** A hidden line by which a comment is found again; put in front as it is. */
  readonly marker?: string;
  readonly title?: string;
  /** UTF-16 units; at least 12,000. */
  readonly budget?: number;
}

/** For a pull request: losses and administrative rights outside `<details>`. Never longer than the budget, never cut within a line. */
export function markdownAccess(report: AccessReport, options: AccessMarkdownOptions = {}): string {
  const { budget = 60_000, pointer = "`rollcall diff` shows the whole of it" } = options;
  if (budget < 12_000) throw new RangeError(`A comment needs a budget of 12,000 characters at least, not ${budget}.`);
  const lines = (fits: (c: AccessChange) => boolean): Line[] => report.diff.changes.filter(fits).map(accessLine);
  const title = escapeMarkdown(options.title ?? "Access changes");
  const head = [
    ...(options.marker === undefined ? [] : [options.marker]),
    `### ${title}`,
    "",
    `**${escapeMarkdown(summaryLine(summarise(report.diff)), 1000)}**`,
  ];
  const sections = [
    fixed(head.join("\n")),
    listedSection({ title: "Losses", lines: lines((c) => c.direction === "loss"), priority: 1, pointer }),
    listedSection({
      title: "Administrative rights given",
      lines: lines((c) => c.direction === "gain" && c.admin),
      priority: 2,
      pointer,
    }),
    aggregatedSection({ title: "Person by person", lines: lines(() => true), priority: 3, pointer }),
    fixed(
      `From ${code(report.base)} to ${code(report.head)}: ${count(report.files.length, "file")} differ${report.files.length === 1 ? "s" : ""}`,
    ),
  ];
  return assemble(sections, budget);
}

/**
 * As JSON, version 1, for programs: fields may be added within a version, none is removed or changes its meaning.
 *
 * | field | holds |
 * |---|---|
 * | `base`, `head` | what was compared |
 * | `summary` | counts of people, accounts and grants gained and lost |
 * | `files[]` | `path, change` |
 * | `changes[]` | `app, person, name, target, direction, before, after, admin, because[] { file, line, path[], reason, until }` |
 */
export function jsonAccess({ base, head, files, diff }: AccessReport): string {
  const value = {
    version: 1,
    base,
    head,
    summary: summarise(diff),
    files: files.map(({ path, change }) => ({ path, change })),
    changes: diff.changes.map(changeValue),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** One change as a value for JSON. */
export const changeValue = (c: AccessChange) => ({
  app: c.app,
  person: c.person,
  name: c.name,
  target: c.target,
  direction: c.direction,
  before: c.before,
  after: c.after,
  admin: c.admin,
  because: c.because.map((b) => ({
    file: b.origin.file,
    line: b.origin.line,
    path: [...b.path],
    reason: b.reason ?? null,
    until: b.until ?? null,
  })),
});

/** One change of the files as Markdown. */
export const accessLine = (c: AccessChange): Line => {
  const { words, name, turn } = partsOf(c);
  const turned = turn === null ? [] : [`${code(turn.from, 60)} → ${code(turn.to, 60)}`];
  return {
    who: c.person,
    app: c.app,
    what: [signs[signOf(c)], ...(words === "" ? [] : [escapeMarkdown(words)]), code(name, 220), ...turned].join(" "),
    marks: marksMarkdown(c.admin ? ["admin"] : []),
    remarks: "",
    why: escapeMarkdown(whyOf(c), 300),
    direction: c.direction,
  };
};

/** "github/team/infra:member", "lower github/team/web maintainer → member": one change of the files, plain. */
export function wordsOf(c: AccessChange): string {
  const { words, name, turn } = partsOf(c);
  return `${words === "" ? "" : `${words} `}${name}${turn === null ? "" : ` ${turn.from} → ${turn.to}`}`;
}

const accountWords: Readonly<Record<string, string>> = {
  active: "account in",
  suspended: "account stopped in",
  absent: "account deleted in",
};

function partsOf(c: AccessChange): { words: string; name: string; turn: { from: string; to: string } | null } {
  if (c.target === "account") {
    const words = c.before === "suspended" && c.after === "active" ? "account again in" : accountWords[c.after ?? ""];
    return { words: words ?? "no more account in", name: c.app, turn: null };
  }
  const address = (level: string | null): string => formatAddress({ app: c.app, entitlement: c.target, level: level ?? "" });
  if (c.before !== null && c.after !== null) {
    return { words: c.direction === "gain" ? "raise" : "lower", name: address(null), turn: { from: c.before, to: c.after } };
  }
  return { words: "", name: address(c.after ?? c.before), turn: null };
}

export const signOf = (c: AccessChange): Sign =>
  c.before !== null && c.after !== null && c.target !== "account" ? "±" : c.direction === "gain" ? "+" : "-";

/** The first line that says so, and how many more there are. */
export function whyOf({ because, direction }: AccessChange): string {
  const [first] = because;
  if (first === undefined) return direction === "gain" ? "asked for by the files" : "no line asks for it any more";
  const more = because.length > 1 ? ` and ${count(because.length - 1, "more line")}` : "";
  return `${becauseText(first)}${more}`;
}
