import { compareText } from "../../diagnostic.ts";
import { assemble, fixed } from "../budget.ts";
import { code, escapeMarkdown } from "../escape.ts";
import { rowsSection } from "../outcomes.ts";
import { count, visible } from "../text.ts";

export interface LeaverProposal {
  readonly person: string;
  readonly name: string;
  /** Where somebody else suspended the account. `login` null: not known. */
  readonly apps: readonly { readonly app: string; readonly login: string | null }[];
  /** What the pull request writes as `last-day`. */
  readonly lastDay: string;
  readonly privacy: "names" | "keys";
}

export interface Proposal {
  /** Plain text. */
  readonly title: string;
  readonly body: string;
}

/** What changes by it stands below, in the same body. */
const mostCharacters = 45_000;

/** The pull request about somebody whose account was suspended elsewhere: has she left? */
export function leaverProposal(p: LeaverProposal): Proposal {
  const named = p.privacy === "names" && p.name !== p.person;
  const who = named ? `${escapeMarkdown(p.name, 80)} (${code(p.person)})` : escapeMarkdown(p.person);
  const rows = [...p.apps]
    .sort((a, b) => compareText(a.app, b.app))
    .map(({ app, login }) => `- ${escapeMarkdown(app)}${login === null || p.privacy === "keys" ? "" : `: ${code(login, 80)}`}`);
  const body = assemble(
    [
      fixed(
        `Somebody suspended ${count(rows.length, "account")} of ${who} outside the files. rollcall does not undo that. If it means that ${who} has left, this pull request says so to all other apps.`,
      ),
      rowsSection({ title: "Suspended elsewhere", lines: rows, open: true, priority: 1, pointer: "the run has them all" }),
      fixed(
        [
          "#### What to do",
          "",
          `- **Left**: set the right day if ${escapeMarkdown(p.lastDay)} is not it, have it approved and merge. Access ends everywhere.`,
          "- **Not left**: lift the suspension where it was made, and close this. Nothing else happens.",
        ].join("\n"),
      ),
    ],
    mostCharacters,
  );
  return {
    title: `Has ${visible(named ? p.name : p.person, 80)} left? Suspended in ${visible(appsText(p.apps.map((a) => a.app)), 120)}`,
    body,
  };
}

const appsText = (apps: readonly string[]): string => [...new Set(apps)].sort(compareText).join(", ");

/** A role or a grant that ends soon. */
export interface Expiring {
  readonly person: string;
  readonly name: string;
  /** An address, or `role oncall`. */
  readonly what: string;
  /** Last day as it is written now. */
  readonly until: string;
  /** What the pull request writes instead. */
  readonly to: string;
  readonly file: string;
  readonly line: number;
  /** Why it was given, as its author wrote. */
  readonly reason?: string;
}

/** The pull request about what ends within `days`: kept by merging, ended by doing nothing. */
export function expiryNotice(given: readonly Expiring[], options: { readonly days: number; readonly privacy: "names" | "keys" }): Proposal {
  const names = options.privacy === "names";
  const sorted = [...given].sort(
    (a, b) => compareText(a.until, b.until) || compareText(a.person, b.person) || compareText(a.what, b.what) || a.line - b.line,
  );
  const rows = sorted.map((e) => {
    const who = names && e.name !== e.person ? `${escapeMarkdown(e.name, 80)} (${code(e.person)})` : escapeMarkdown(e.person);
    const reason = e.reason === undefined || !names ? "" : `: ${escapeMarkdown(e.reason, 200)}`;
    return `- **${who}** ${code(e.what, 220)} ends after ${escapeMarkdown(e.until)}, here kept until ${escapeMarkdown(e.to)} (${code(`${e.file}:${e.line}`, 200)})${reason}`;
  });
  const people = new Set(given.map((e) => e.person)).size;
  const [first] = sorted;
  const whose = people === 1 && first ? visible(names ? first.name : first.person, 80) : count(people, "person", "people");
  const ends = given.length === 1 ? "ends" : "end";
  const body = assemble(
    [
      fixed(
        `${count(given.length, "role or grant", "roles and grants")} of ${people === 1 ? escapeMarkdown(whose, 120) : whose} ${ends} within ${count(options.days, "day")}.`,
      ),
      rowsSection({ title: "Ends soon", lines: rows, open: true, priority: 1, pointer: "the changed files have them all" }),
      fixed(
        [
          "#### What to do",
          "",
          "- **Still needed**: have it approved and merge. Take out the lines that are not needed any more first.",
          "- **Not needed**: close this. Each ends after its day, and nothing else has to be done.",
        ].join("\n"),
      ),
    ],
    mostCharacters,
  );
  return {
    title: `${count(given.length, "role or grant", "roles and grants")} of ${whose} ${ends} soon`,
    body,
  };
}
