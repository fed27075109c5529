import type { Risk } from "../../review/risks.ts";
import { fitRows, fixed, type Section } from "../budget.ts";
import { code, escapeMarkdown } from "../escape.ts";
import { heartbeatText } from "../heartbeat.ts";
import { count } from "../text.ts";
import type { PullReport } from "./pull-report.ts";

const none: Section = { minimal: "", fill: () => "", priority: 0 };

/** A box that GitHub sets in colour (https://docs.github.com "Alerts", 2026-11); elsewhere a quotation. Rows of at most `cap` characters in all. */
export function alertSection(kind: "CAUTION" | "IMPORTANT", title: string, rows: readonly string[], cap = 4_000): Section {
  const head = `> [!${kind}]\n> **${title}**\n`;
  const list = `${head}>\n`;
  const minimal = `${list}> ${count(rows.length, "point")}, too many to list here`;
  const fill = (room: number): string =>
    fitRows(
      rows.map((row) => `> - ${row}`),
      room,
      { head: list, tail: "", rest: (n) => `> - and ${n} more` },
    )?.trimEnd() ?? minimal;
  return { minimal, fill, priority: 0, cap };
}

/** Where nothing more may be said. */
const meanings: Readonly<Record<Risk["kind"], string>> = {
  settings: "settings of the whole repository",
  app: "an app's file: hosts, credentials, mode or rules",
  policy: "a policy, which judges changes",
  workflow: "what runs with credentials",
  code: "code or its dependencies",
  identity: "whose account it is",
  link: "a link or a submodule, not a file",
  "foreign-path": "outside of what rollcall reads",
};

/** What deserves another look whatever access it changes. */
export function riskSection(risks: readonly Risk[]): Section {
  if (risks.length === 0) return none;
  const rows = risks.map(
    (r) =>
      `${code(`${r.path}${r.line === undefined ? "" : `:${r.line}`}`, 200)} ${r.detail === "" ? meanings[r.kind] : escapeMarkdown(r.detail, 300)}`,
  );
  return alertSection(
    "CAUTION",
    `High risk: ${count(risks.length, "part")} of this change ${risks.length === 1 ? "needs" : "need"} a second look`,
    rows,
  );
}

/** That nothing may be running: what dates demand is then not done, and what was merged may wait as well. */
export function heartbeatSection({ heartbeat }: PullReport): Section {
  return heartbeat?.late ? fixed(`**Is anything running?** ${escapeMarkdown(heartbeatText(heartbeat))}`) : none;
}

/** That no app was asked, and why; or how old what is known of them is. */
export function sourceSection({ live, liveMissing, problems }: PullReport): Section {
  if (problems.some((p) => p.severity === "error")) return none;
  const note = (title: string, text: string): Section => fixed(`**${title}** ${text}`);
  if (live === null) {
    const why = liveMissing === null ? "" : `: ${escapeMarkdown(liveMissing, 300)}`;
    return note("From the files alone.", `No app was asked what is there${why}.`);
  }
  if (live.seenAt === null) return none;
  return note("Not asked again.", `The apps are shown as they were seen at ${escapeMarkdown(live.seenAt, 40)}.`);
}
