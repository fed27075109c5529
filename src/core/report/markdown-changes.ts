import type { Operation } from "../plan/operation.ts";
import { fitRows, richest, type Section } from "./budget.ts";
import { code, escapeMarkdown } from "./escape.ts";
import { count, tally } from "./text.ts";
import { bySubject, directionOf, directions, marksOf, reason, signOf, subjectOf, wordingOf } from "./wording.ts";

interface Part {
  readonly title: string;
  readonly operations: readonly Operation[];
  readonly priority: number;
  /** Where the whole plan is; Markdown of ours. */
  readonly pointer: string;
}

/** Signs as entities: a plain `-` or `+` after a bullet would open another list. */
const signs = { "+": "&#43;", "-": "&#45;", "~": "&#126;", "±": "±" } as const;

/** `- revoke <code>github/team/infra</code>`, names escaped. */
export function operationMarkdown(o: Operation): string {
  const { words, name, turn } = wordingOf(o);
  const parts = [`${signs[signOf(o)]} ${escapeMarkdown(words)}`, ...(name === "" ? [] : [code(name, 220)])];
  if (turn) parts.push(`${code(turn.from, 60)} → ${code(turn.to, 60)}`);
  return parts.join(" ");
}

const marks = (o: Operation): string => {
  const all = marksOf(o);
  return all.length === 0 ? "" : ` **${all.join(", ")}**`;
};

const refusal = (o: Operation): string => (o.refused === undefined ? "" : ` (refused: ${escapeMarkdown(o.refused)})`);

/**
 * Operations that must be seen: outside `<details>`. Person by person with reasons; else what, with the names of all whom it is about; else
 * exact counts of each person; else the count.
 */
export function listedSection({ title, operations, priority, pointer }: Part): Section {
  if (operations.length === 0) return { minimal: "", fill: () => "", priority };
  const head = `#### ${title} (${operations.length})\n\n`;
  const people = bySubject(operations);
  const minimal = `${head}${count(operations.length, "operation")} about ${count(people.length, "person or account", "people and accounts")}, too many to list here: ${pointer}.`;
  const reasons = (): string =>
    head +
    people
      .map(
        ([who, own]) =>
          `- **${escapeMarkdown(who)}**\n${own.map((o) => `  - ${operationMarkdown(o)}${marks(o)}: ${escapeMarkdown(reason(o), 300)}`).join("\n")}`,
      )
      .join("\n");
  const bare = (): string =>
    head +
    people
      .map(([who, own]) => `- **${escapeMarkdown(who)}**: ${own.map((o) => `${operationMarkdown(o)}${marks(o)}`).join("; ")}`)
      .join("\n");
  const inverted = (): string =>
    head +
    [...Map.groupBy(operations, (o) => `${o.app}: ${operationMarkdown(o)}${marks(o)}`)]
      .map(([what, own]) => `- ${what}: ${own.map((o) => escapeMarkdown(subjectOf(o))).join(", ")}`)
      .join("\n");
  const counts = (room: number): string =>
    fitRows(
      people.map(([who, own]) => `- **${escapeMarkdown(who)}**: ${countsText(own)}`),
      room,
      {
        head,
        tail: `\nToo many to list one by one here: ${pointer}.`,
        rest: (omitted) =>
          `- and ${count(omitted, "more person or account", "more people and accounts")}, with ${count(sum(people.slice(people.length - omitted)), "operation")}`,
      },
    ) ?? minimal;
  return { minimal, fill: (room) => richest([reasons, bare, inverted], counts, room), priority };
}

/** Operations in a `<details>`: a table person by person; else by what is given or changed, with how many people; else the counts alone. */
export function aggregatedSection({ title, operations, priority, pointer }: Part): Section {
  if (operations.length === 0) return { minimal: "", fill: () => "", priority };
  const people = bySubject(operations);
  const head = `<details><summary>${title} (${count(people.length, "person or account", "people and accounts")}, ${countsText(operations)})</summary>\n\n`;
  const tail = "\n</details>";
  const minimal = `${head}Too much to list here: ${pointer}.\n${tail}`;
  const table = (): string => {
    const rows = people.flatMap(([who, own]) => [...Map.groupBy(own, (o) => o.app)].map(([app, here]) => tableRow(who, app, here)));
    return `${head}| Who | App | What | Why |\n|---|---|---|---|\n${rows.join("\n")}\n${tail}`;
  };
  const grouped = (room: number): string => {
    const groups = [...Map.groupBy(operations, (o) => `${o.app}: ${operationMarkdown(o)}`)];
    const rows = groups.map(
      ([what, own]) => `- ${what}: ${count(new Set(own.map(subjectOf)).size, "person or account", "people and accounts")}`,
    );
    const frame = {
      head,
      tail: `\nPerson by person: ${pointer}.\n${tail}`,
      rest: (omitted: number) =>
        `- and ${count(omitted, "more kind of change", "more kinds of change")}, with ${count(sum(groups.slice(groups.length - omitted)), "operation")}`,
    };
    return fitRows(rows, room, frame) ?? minimal;
  };
  return { minimal, fill: (room) => richest([table], grouped, room), priority };
}

function tableRow(who: string, app: string, operations: readonly Operation[]): string {
  const sorted = directions.flatMap((d) => operations.filter((o) => directionOf(o) === d));
  const what = sorted.map((o) => `${operationMarkdown(o)}${marks(o)}${refusal(o)}`).join("<br>");
  const why = [...new Set(sorted.map((o) => escapeMarkdown(reason(o), 300)))].join("<br>");
  return `| ${escapeMarkdown(who)} | ${escapeMarkdown(app)} | ${what} | ${why} |`;
}

const nouns = {
  loss: ["loss", "losses"],
  change: ["change", "changes"],
  gain: ["gain", "gains"],
  state: ["note in state", "notes in state"],
} as const;

/** "2 losses, 1 gain". */
function countsText(operations: readonly Operation[]): string {
  const counts = tally(operations, directionOf);
  return directions.flatMap((d) => (counts.has(d) ? [count(counts.get(d)!, nouns[d][0], nouns[d][1])] : [])).join(", ");
}

const sum = (groups: readonly (readonly [string, readonly Operation[]])[]): number => groups.reduce((n, [, own]) => n + own.length, 0);
