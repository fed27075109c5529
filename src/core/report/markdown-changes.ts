import { compareText } from "../diagnostic.ts";
import { isKey } from "../model/key.ts";
import type { Operation } from "../plan/operation.ts";
import { fitRows, richest, type Section } from "./budget.ts";
import { code, escapeMarkdown } from "./escape.ts";
import { count, tally } from "./text.ts";
import {
  consequences,
  type Direction,
  directionOf,
  directions,
  marksOf,
  reason,
  signOf,
  subjectOf,
  waitsOf,
  wordingOf,
} from "./wording.ts";

/** One change as Markdown, with what groups and counts go by. */
export interface Line {
  /** Whom it is about. */
  readonly who: string;
  readonly app: string;
  /** What, its names escaped: `&#45; revoke <code>github/team/infra</code>`. */
  readonly what: string;
  /** What a reader must not overlook, with a leading blank; "" for nothing. */
  readonly marks: string;
  /** What is refused, what it waits for, what follows from it elsewhere; each in brackets with a leading blank. */
  readonly remarks: string;
  readonly why: string;
  readonly direction: Direction;
}

interface Part {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly priority: number;
  /** Where the whole plan is; Markdown of ours. */
  readonly pointer: string;
  /** How somebody is called, as Markdown; absent: by `who` itself. */
  readonly nameOf?: (who: string) => string;
  /** More lines than these are told without reasons and by what they are about, whatever room there is; absent: as much as fits. */
  readonly readable?: number;
}

/** Signs as entities: a plain `-` or `+` after a bullet would open another list. */
export const signs = { "+": "&#43;", "-": "&#45;", "~": "&#126;", "±": "±" } as const;

/** `- revoke <code>github/team/infra</code>`, names escaped. */
export function operationMarkdown(o: Operation): string {
  const { words, name, turn } = wordingOf(o);
  const parts = [`${signs[signOf(o)]} ${escapeMarkdown(words)}`, ...(name === "" ? [] : [code(name, 220)])];
  if (turn) parts.push(`${code(turn.from, 60)} → ${code(turn.to, 60)}`);
  return parts.join(" ");
}

export const lineOf = (o: Operation): Line => ({
  who: subjectOf(o),
  app: o.app,
  what: operationMarkdown(o),
  marks: marksMarkdown(marksOf(o)),
  remarks: [
    ...(o.refused === undefined ? [] : [`refused: ${escapeMarkdown(o.refused)}`]),
    ...[...waitsOf(o), ...consequences(o)].map((text) => escapeMarkdown(text, 300)),
  ]
    .map((text) => ` (${text})`)
    .join(""),
  why: escapeMarkdown(reason(o), 300),
  direction: directionOf(o),
});

export const marksMarkdown = (marks: readonly string[]): string => (marks.length === 0 ? "" : ` **${marks.join(", ")}**`);

/** Lines by whom they are about, sorted by that name; each group keeps its order. */
const byWho = (lines: readonly Line[]): [string, Line[]][] => [...Map.groupBy(lines, (l) => l.who)].sort(([a], [b]) => compareText(a, b));

/**
 * Changes that must be seen: outside `<details>`. Person by person with reasons; else what, with the names of all whom it is about; else
 * exact counts of each person; else the keys of all, and where not even they fit exact counts by their first letter. Nobody's is cut for the sake of another section.
 */
export function listedSection({ title, lines, priority, pointer, nameOf = escapeMarkdown, readable = Infinity }: Part): Section {
  if (lines.length === 0) return { minimal: "", fill: () => "", priority };
  const head = `#### ${title} (${lines.length})\n\n`;
  const people = byWho(lines);
  const whom = peopleText(people);
  const minimal = `${head}${count(lines.length, "operation")} about ${whom}, too many to list here: ${pointer}.`;
  const reasons = (): string =>
    head +
    people
      .map(([who, own]) => `- **${nameOf(who)}**\n${own.map((l) => `  - ${l.what}${l.marks}${l.remarks}: ${l.why}`).join("\n")}`)
      .join("\n");
  const bare = (): string =>
    head + people.map(([who, own]) => `- **${nameOf(who)}**: ${own.map((l) => `${l.what}${l.marks}`).join("; ")}`).join("\n");
  const inverted = (): string =>
    head +
    [...Map.groupBy(lines, (l) => `${escapeMarkdown(l.app)}: ${l.what}${l.marks}`)]
      .map(([what, own]) => `- ${what}: ${own.map((l) => escapeMarkdown(l.who)).join(", ")}`)
      .join("\n");
  const each = (): string =>
    `${head}${people.map(([who, own]) => `- **${escapeMarkdown(who)}**: ${countsText(own)}`).join("\n")}\n\nToo many to list one by one here: ${pointer}.`;
  const short = (names: string): string => `${head}${count(lines.length, "operation")} about ${whom}; each one: ${pointer}.\n\n${names}`;
  const counted = (): string => short(people.map(([who, own]) => `${escapeMarkdown(who)} ${own.length}`).join(", "));
  const named = (): string => short(people.map(([who]) => escapeMarkdown(who)).join(", "));
  const folded = (): string => short(foldedKeys(people.map(([who]) => who)));
  const letters = (): string => short(byLetter(people));
  return {
    minimal,
    fill: (room) => {
      const full = lines.length > readable ? [shorter(inverted, bare)] : [reasons, bare, inverted];
      return richest([...full, each, counted, named, folded, letters], () => minimal, room);
    },
    keep: (room) => richest([folded, letters], () => minimal, room),
    priority,
  };
}

const shorter = (a: () => string, b: () => string) => (): string => {
  const [x, y] = [a(), b()];
  return y.length < x.length ? y : x;
};

/** Every key, those with a common beginning under it: `anna.{berg, bauer}, bob`. */
function foldedKeys(keys: readonly string[]): string {
  const groups = Map.groupBy(keys, (key) => (isKey(key) ? (/^(?:.*[._-]|\D+(?=\d))/.exec(key)?.[0] ?? "") : ""));
  const parts = [...groups].flatMap(([start, own]) => {
    const ends = own.map((key) => key.slice(start.length));
    if (start === "" || own.length < 2 || ends.includes("")) return own.map((key) => escapeMarkdown(key));
    return [`${escapeMarkdown(start)}{${ends.map((end) => escapeMarkdown(end)).join(",")}}`];
  });
  return parts.join(", ");
}

/** "2 people"; where accounts without a person, or groups, are among them "2 people and accounts". */
function peopleText(people: readonly [string, readonly Line[]][]): string {
  const all = people.every(([who]) => isKey(who) && who !== "groups");
  return all ? count(people.length, "person", "people") : count(people.length, "person or account", "people and accounts");
}

/** "- a…: 12 people, 3 changes, 20 losses", a line for each first letter. */
function byLetter(people: readonly [string, Line[]][]): string {
  const letter = (who: string): string => (isKey(who) ? `${who[0]}…` : "others");
  return [...Map.groupBy(people, ([who]) => letter(who))]
    .map(([start, own]) => {
      const lines = own.flatMap(([, l]) => l);
      return `- ${start}: ${peopleText(own)}, ${countsText(lines)}`;
    })
    .join("\n");
}

/** Changes in a `<details>`: a table person by person; else by what is given or changed, with how many people; else the counts alone. */
export function aggregatedSection({ title, lines, priority, pointer, nameOf = escapeMarkdown }: Part): Section {
  if (lines.length === 0) return { minimal: "", fill: () => "", priority };
  const people = byWho(lines);
  const head = `<details><summary>${title} (${peopleText(people)}, ${countsText(lines)})</summary>\n\n`;
  const tail = "\n</details>";
  const minimal = `${head}Too much to list here: ${pointer}.\n${tail}`;
  const table = (): string => {
    const rows = people.flatMap(([who, own]) => [...Map.groupBy(own, (l) => l.app)].map(([app, here]) => tableRow(nameOf(who), app, here)));
    return `${head}| Who | App | What | Why |\n|---|---|---|---|\n${rows.join("\n")}\n${tail}`;
  };
  const grouped = (room: number): string => {
    const groups = [...Map.groupBy(lines, (l) => `${escapeMarkdown(l.app)}: ${l.what}`)];
    const rows = groups.map(([what, own]) => `- ${what}: ${peopleText(byWho(own))}`);
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

function tableRow(name: string, app: string, lines: readonly Line[]): string {
  const sorted = directions.flatMap((d) => lines.filter((l) => l.direction === d));
  const what = sorted.map((l) => `${l.what}${l.marks}${l.remarks}`).join("<br>");
  const why = [...new Set(sorted.map((l) => l.why))].join("<br>");
  return `| ${name} | ${escapeMarkdown(app)} | ${what} | ${why} |`;
}

const nouns = {
  loss: ["loss", "losses"],
  change: ["change", "changes"],
  gain: ["gain", "gains"],
  state: ["note in state", "notes in state"],
} as const;

/** "2 losses, 1 gain". */
function countsText(lines: readonly Line[]): string {
  const counts = tally(lines, (l) => l.direction);
  return directions.flatMap((d) => (counts.has(d) ? [count(counts.get(d)!, nouns[d][0], nouns[d][1])] : [])).join(", ");
}

const sum = (groups: readonly (readonly [string, readonly Line[]])[]): number => groups.reduce((n, [, own]) => n + own.length, 0);
