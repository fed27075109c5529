import { compareText } from "../../diagnostic.ts";
import { code, escapeMarkdown } from "../escape.ts";
import { count } from "../text.ts";
import type { Change } from "./change.ts";
import type { PullReport } from "./pull-report.ts";

/** What a pull request comes to, from the change alone. */
export interface PullCounts {
  /** Whom something is asked for. */
  readonly people: number;
  readonly losses: number;
  readonly gains: number;
  readonly changes: number;
  readonly adminGains: number;
  readonly adminLosses: number;
  readonly irreversible: number;
  readonly refused: number;
  readonly later: number;
}

export function countsOf(changes: readonly Change[], later: number): PullCounts {
  const asked = changes.filter((c) => c.state === "asked");
  const of = (direction: string): Change[] => asked.filter((c) => c.line.direction === direction);
  const people = new Set(asked.flatMap((c) => c.person ?? []));
  return {
    people: people.size,
    losses: of("loss").length,
    gains: of("gain").length,
    changes: of("change").length,
    adminGains: of("gain").filter((c) => c.admin).length,
    adminLosses: of("loss").filter((c) => c.admin).length,
    irreversible: asked.filter((c) => c.irreversible).length,
    refused: changes.filter((c) => c.state === "refused").length,
    later,
  };
}

/** "2 people: 3 losses, 5 gains; administrative rights: 1 given; 1 step that cannot be undone; 2 more refused". Plain text. */
export function countsLine(c: PullCounts): string {
  const some = (n: number, text: string): string[] => (n === 0 ? [] : [text]);
  const doing = [
    ...some(c.losses, count(c.losses, "loss", "losses")),
    ...some(c.gains, count(c.gains, "gain")),
    ...some(c.changes, count(c.changes, "other change")),
  ].join(", ");
  return [
    doing === "" ? "no access changes now" : `${c.people === 0 ? "" : `${count(c.people, "person", "people")}: `}${doing}`,
    ...some(
      c.adminGains + c.adminLosses,
      `administrative rights: ${[...some(c.adminGains, `${c.adminGains} given`), ...some(c.adminLosses, `${c.adminLosses} taken`)].join(", ")}`,
    ),
    ...some(c.irreversible, `${count(c.irreversible, "step")} that cannot be undone`),
    ...some(c.refused, `${c.refused} more refused`),
    ...some(c.later, `${c.later} later, by a date`),
  ].join("; ");
}

/** How many people the title calls by their names. */
const named = 3;

/** The title: who loses and who gains, at one look. `write` makes a name presentable: Markdown, or plain text. */
export function titleOf(report: PullReport, changes: readonly Change[], write: (who: string) => string): string {
  if (report.problems.some((p) => p.severity === "error")) return "These files do not check";
  const asked = changes.filter((c) => c.state === "asked" && c.person !== null);
  const directions = Map.groupBy(asked, (c) => c.person!);
  const losing: string[] = [];
  const gaining: string[] = [];
  const both: string[] = [];
  for (const [person, own] of [...directions].sort(([a], [b]) => compareText(a, b))) {
    const loses = own.some((c) => c.line.direction === "loss");
    const gains = own.some((c) => c.line.direction === "gain");
    if (loses) (gains ? both : losing).push(person);
    else if (gains) gaining.push(person);
  }
  const total = losing.length + gaining.length + both.length;
  if (total === 0) return changes.some((c) => c.state !== "nothing") ? "Nobody gains or loses access now" : "Nobody's access changes";
  const say = (people: readonly string[], one: string, many: string): string[] => {
    if (people.length === 0) return [];
    const who = total > named ? count(people.length, "person", "people") : people.map((p) => write(p)).join(" and ");
    return [`${who} ${people.length === 1 ? one : many}`];
  };
  return [
    ...say(losing, "loses access", "lose access"),
    ...say(both, "loses and gains access", "lose and gain access"),
    ...say(gaining, "gains access", "gain access"),
  ].join(", ");
}

/** Names by key, as far as the report has them. */
export function namesOf(report: PullReport): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { person, payload } of report.live?.plan.operations ?? []) if (person !== null && payload) names.set(person, payload.name);
  for (const { person, name } of [...report.eventually.changes, ...report.access.changes]) names.set(person, name);
  return names;
}

/** "Ada Lovelace (`ada`)" as Markdown; the key alone where that is all there is. */
export const nameMarkdown = (names: ReadonlyMap<string, string>, who: string): string => {
  const name = names.get(who);
  return name === undefined || name === who ? escapeMarkdown(who) : `${escapeMarkdown(name, 80)} (${code(who, 80)})`;
};
