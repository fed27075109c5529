import { formatAddress } from "../../model/address.ts";
import type { Operation } from "../../plan/operation.ts";
import { compareOperations } from "../../plan/order.ts";
import type { Finding } from "../../plan/plan.ts";
import { compareText } from "../../diagnostic.ts";
import { assemble, fixed, type Section } from "../budget.ts";
import { code, escapeMarkdown } from "../escape.ts";
import { operationMarkdown } from "../markdown-changes.ts";
import { rowsSection } from "../outcomes.ts";
import { subjectOf } from "../wording.ts";
import { findingKeys, operationKeys } from "./keys-only.ts";
import { linkTo } from "./link.ts";

/** What of one app differs from the files without any change of the files. */
export interface AppDrift {
  /** YYYY-MM-DD of the run. */
  readonly today: string;
  /** What would make the app agree with the files again, and was left alone. */
  readonly operations: readonly Operation[];
  /** Of this app. */
  readonly findings: readonly Finding[];
  readonly privacy: "names" | "keys";
  readonly run: { readonly url: string | null };
}

/** An app has one issue; reopened, brought up to date and closed, never another one made. */
export const driftTitle = (app: string): string => `rollcall: drift in ${app}`;
export const driftMarker = (app: string): string => `<!-- rollcall:drift:${app} -->`;

/** Findings that are drift, in the order in which they are read, with what they mean. Others are about this run and go by. */
const headings: readonly (readonly [Finding["code"], string])[] = [
  ["STOPPED_ELSEWHERE", "Suspended elsewhere, and left so"],
  ["VANISHED", "Gone from the app"],
  ["ORPHAN", "Accounts that no file names"],
  ["FOREIGN_EDGE", "Held, and asked for by no line"],
  ["DERIVED_EDGE", "Held by way of something else"],
  ["GROUP_MISSING", "Groups that are not there"],
  ["AMBIGUOUS", "Whose account it is, is not clear"],
  ["COLLISION", "Accounts that two keys claim"],
  ["NOT_PROVISIONED", "Assigned, and not there"],
  ["NOT_DEPROVISIONED", "To be ended elsewhere, and still there"],
];

/** Whether there is anything to open an issue about. */
export const isDrift = ({ operations, findings }: Pick<AppDrift, "operations" | "findings">): boolean =>
  operations.some((o) => o.phase !== "state") || findings.some((f) => headings.some(([kind]) => kind === f.code));

/** The issue about one app: who has what by hand, what was taken away by hand, and what to do. */
export function driftIssue(app: string, given: AppDrift, budget = 60_000): { readonly title: string; readonly body: string } {
  const drift = given.privacy === "keys" ? withoutNames(given) : given;
  const pointer = `${linkTo("the run", drift.run.url)} has them all`;
  const part = (title: string, lines: readonly string[], priority: number): Section =>
    rowsSection({ title, lines, open: true, priority, pointer });
  const operations = drift.operations.filter((o) => o.phase !== "state").sort(compareOperations);
  const of = (...verbs: readonly Operation["verb"][]): string[] => operations.filter((o) => verbs.includes(o.verb)).map(rowOf);
  const taken = ["revoke", "suspend", "delete", "endSessions", "revokeCredentials", "transfer"] as const;
  const sections: Section[] = [
    part("Given by hand: no line asks for it", of(...taken), 1),
    part("Taken away by hand: the files ask for it", of("grant", "create", "restore"), 2),
    part("Changed by hand", of("update", "createGroup", "updateGroup", "deleteGroup"), 3),
    ...headings.map(([kind, title], i) =>
      part(
        title,
        drift.findings
          .filter((f) => f.code === kind)
          .sort(compareFindings)
          .map(findingRow),
        4 + i,
      ),
    ),
  ];
  const body = assemble(
    [
      fixed(
        [
          driftMarker(app),
          `**${escapeMarkdown(app)} was changed outside the files.** As of ${escapeMarkdown(drift.today)} it differs from them in the points below. Nothing of it was touched.`,
          "",
          ...whatToDo(app, operations),
          "",
          "This issue is brought up to date by every scheduled run, and closes itself once the app and the files agree.",
        ].join("\n"),
      ),
      ...sections,
      fixed(`<sub>${drift.run.url === null ? "" : `${linkTo("Run", drift.run.url)}. `}Nothing is decided from this issue.</sub>`),
    ],
    budget,
  );
  return { title: driftTitle(app), body };
}

/** By the commands that open the pull requests; what no operation would undo is undone by hand alone. */
function whatToDo(app: string, operations: readonly Operation[]): string[] {
  const revert = `, or have it undone: ${code(`rollcall revert ${app} --reason "…"`, 100)} opens the pull request by which a run does just that much once it is merged`;
  return [
    `- **To keep it**, ask for it in the files: ${code(`rollcall adopt ${app}`, 100)} opens the pull request, ${code("--person")} takes one person's part of it.`,
    `- **To undo it**, undo it in the app${operations.length === 0 ? "" : revert}.`,
    "- **Without a checkout**, run the workflow of the schedule by hand, with the app's key under adopt or revert.",
  ];
}

/** The comment with which the issue of an app closes itself. */
export const driftClosed = (app: string, { today, run }: Pick<AppDrift, "today" | "run">): string =>
  `As of ${escapeMarkdown(today)} ${escapeMarkdown(app)} and the files agree again (${linkTo("run", run.url)}).\n`;

function rowOf(o: Operation): string {
  const account = o.login === null || o.person === null ? "" : ` (${code(o.login, 80)})`;
  const left = o.refused === undefined ? "" : ` (${escapeMarkdown(o.refused, 200)})`;
  return `- **${escapeMarkdown(subjectOf(o))}**${account} ${isNow(o)}${o.admin ? " **admin**" : ""}${left}`;
}

/** What is there now, of an operation that would undo it. */
function isNow(o: Operation): string {
  const address = (level: string | null): string => code(formatAddress({ app: o.app, entitlement: o.target, level: level ?? "" }), 220);
  const but = `${code(o.before ?? "nothing", 60)}, and the files say ${code(o.after ?? "nothing", 60)}`;
  switch (o.verb) {
    case "revoke":
      return o.after === null ? `holds ${address(o.before)}` : `holds ${address(null)} as ${but}`;
    case "grant":
      return o.before === null ? `lacks ${address(o.after)}` : `holds ${address(null)} as ${but}`;
    case "create":
      return "has no account";
    case "restore":
      return "has a suspended account";
    case "update":
      return `has the ${escapeMarkdown(o.target)} ${but}`;
    case "suspend":
    case "delete":
      return "has an account";
    default:
      return operationMarkdown(o);
  }
}

function findingRow(f: Finding): string {
  const who = f.person === null || f.summary.startsWith(`${f.person} `) ? "" : `**${escapeMarkdown(f.person)}**, `;
  return `- ${who}${escapeMarkdown(f.summary, 600)}${f.fix === undefined ? "" : `<br>What to do: ${escapeMarkdown(f.fix, 600)}`}`;
}

const compareFindings = (a: Finding, b: Finding): number =>
  compareText(a.person ?? "", b.person ?? "") || compareText(a.login ?? "", b.login ?? "") || compareText(a.summary, b.summary);

const withoutNames = (d: AppDrift): AppDrift => ({
  ...d,
  operations: d.operations.map((o) => operationKeys(o)),
  findings: d.findings.map(findingKeys),
});
