import type { AppPlan, Finding, HumanTask, Trip } from "../plan/plan.ts";
import { fitRows, richest, type Section } from "./budget.ts";
import { escapeMarkdown } from "./escape.ts";
import { count } from "./text.ts";

const none: Section = { minimal: "", fill: () => "", priority: 0 };

/** What guards refused, and what lifts the refusal: outside `<details>`. */
export function guardsSection(trips: readonly Trip[], pointer: string): Section {
  if (trips.length === 0) return none;
  const refused = new Set(trips.flatMap((t) => t.refuses)).size;
  const head = `#### Guards refuse ${count(refused, "operation")}\n\n`;
  const minimal = `${head}${count(trips.length, "guard")} tripped: ${pointer}.`;
  const brief = (t: Trip): string =>
    `- **${t.guard}**${t.app === null ? "" : ` (${escapeMarkdown(t.app)})`}: ${escapeMarkdown(t.summary, 500)}; refuses ${count(t.refuses.length, "operation")}`;
  const full = (): string =>
    head + trips.map((t) => `${brief(t)}<br>${escapeMarkdown(t.detail, 500)}<br>Fix: ${escapeMarkdown(t.fix, 500)}`).join("\n");
  const rows = (room: number): string =>
    fitRows(trips.map(brief), room, { head, tail: "", rest: (n) => `- and ${count(n, "more guard")}: ${pointer}` })?.trimEnd() ?? minimal;
  return { minimal, fill: (room) => richest([full], rows, room), priority: 0, cap: 12_000 };
}

/** Apps and lists that could not be read: nothing was concluded from what is absent there. */
export function unreadSection(apps: readonly AppPlan[], pointer: string): Section {
  const rows = apps.flatMap((app) => {
    const name = escapeMarkdown(app.app);
    if (app.failure)
      return [`- **${name}** was not read at all: ${escapeMarkdown(app.failure.kind)}: ${escapeMarkdown(app.failure.message, 400)}`];
    return app.unread.map((u) => `- **${name}**: ${escapeMarkdown(u.scope)} was not read to its end: ${escapeMarkdown(u.reason, 400)}`);
  });
  if (rows.length === 0) return none;
  const head = `#### Not read (${rows.length})\n\nNothing is concluded from what is missing there; what was seen is still taken away where it has to be.\n\n`;
  const minimal = `${head}Too many to list here: ${pointer}.`;
  const fill = (room: number): string =>
    fitRows(rows, room, { head, tail: "", rest: (n) => `- and ${count(n, "more")}: ${pointer}` })?.trimEnd() ?? minimal;
  return { minimal, fill, priority: 0, cap: 6_000 };
}

export const tasksSection = (tasks: readonly HumanTask[], pointer: string): Section =>
  folded(
    `For people to do (${tasks.length})`,
    tasks.map((t) => `- ${t.accessRemains ? "**access remains**, " : ""}${escapeMarkdown(t.app)}: ${escapeMarkdown(t.task, 600)}`),
    pointer,
    4,
  );

export const findingsSection = (findings: readonly Finding[], pointer: string): Section =>
  folded(
    `Seen and left alone (${findings.length})`,
    findings.map(
      (f) =>
        `- ${escapeMarkdown(f.app)}: ${escapeMarkdown(f.code)} ${escapeMarkdown(f.summary, 600)}${f.fix === undefined ? "" : `; fix: ${escapeMarkdown(f.fix, 600)}`}`,
    ),
    pointer,
    9,
  );

/** Calls spent on reading and estimated for applying, app by app; `time`: how long that takes, a clause. */
export function callsSection(apps: readonly AppPlan[], time?: string): Section {
  if (apps.length === 0) return none;
  const read = apps.reduce((n, a) => n + a.calls.read, 0);
  const estimated = apps.reduce((n, a) => n + a.calls.estimated, 0);
  const calls = `Calls: ${read} to read, about ${estimated} to apply, in ${count(apps.length, "app")}`;
  const end = time === undefined ? "" : `; ${time}`;
  const full = (): string =>
    `${calls} (${apps.map((a) => `${escapeMarkdown(a.app)} ${a.calls.read} and ${a.calls.estimated}${a.mode === "enforce" ? "" : `, mode ${a.mode}`}`).join("; ")})${end}`;
  const minimal = `${calls}${end}`;
  return { minimal, fill: (room) => richest([full], () => minimal, room), priority: 10 };
}

/** A list in a `<details>`: as many whole rows as fit. */
export function folded(title: string, rows: readonly string[], pointer: string, priority: number): Section {
  if (rows.length === 0) return none;
  const head = `<details><summary>${title}</summary>\n\n`;
  const tail = "\n</details>";
  const minimal = `${head}Too many to list here: ${pointer}.\n${tail}`;
  return {
    minimal,
    fill: (room) => fitRows(rows, room, { head, tail, rest: (n) => `- and ${count(n, "more")}: ${pointer}` }) ?? minimal,
    priority,
  };
}
