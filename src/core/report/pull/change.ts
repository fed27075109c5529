import { parseAddress } from "../../model/address.ts";
import type { AccessChange } from "../../plan/access-diff.ts";
import type { Operation } from "../../plan/operation.ts";
import type { Situation } from "../../plan/situation.ts";
import type { Because } from "../../model/origin.ts";
import { accessLine, wordsOf } from "../access-diff.ts";
import { becauseText } from "../because.ts";
import { escapeMarkdown } from "../escape.ts";
import { type Line, lineOf } from "../markdown-changes.ts";
import { describe } from "../wording.ts";
import type { LivePlan, PullReport } from "./pull-report.ts";

/** One thing that the pull request brings about, as it is shown and counted. */
export interface Change {
  readonly line: Line;
  /** The same as plain text. */
  readonly text: string;
  readonly because: readonly Because[];
  readonly person: string | null;
  readonly admin: boolean;
  readonly irreversible: boolean;
  /**
   * asked: the merge brings it about, today or once what it waits for is there. refused: a guard or the app's mode does not let it happen.
   * nothing: the files ask for it and the world needs nothing done.
   */
  readonly state: "asked" | "refused" | "nothing";
}

/**
 * What a pull request changes. Without a live plan: the changes of the files. With one: the operations that it implies, and those changes of
 * the files that no operation stands for, each with the reason, so that nothing that the files take or give is missing.
 */
export function changesOf(report: PullReport): Change[] {
  const { live } = report;
  if (live === null) return report.access.changes.map((c) => fromAccess(c, "asked", ""));
  const known = new Map(report.access.changes.map((c) => [keyOf(c.app, c.person, c.target), c]));
  const operations = live.plan.operations.filter((o) => o.phase !== "state");
  const stoodFor = new Set(operations.flatMap(standsFor));
  return [
    ...operations.filter((o) => live.implied.has(o.id)).map((o) => fromOperation(o, known)),
    ...report.access.changes.filter((c) => !stoodFor.has(keyOf(c.app, c.person, c.target))).map((c) => withoutOperation(c, live)),
  ];
}

/** What the files will bring about by a date, and not yet: of people who have not started, or are on leave. */
export function laterOf(report: PullReport): AccessChange[] {
  const now = new Set(report.access.changes.map((c) => JSON.stringify([c.app, c.person, c.target, c.after])));
  return report.eventually.changes.filter((c) => !now.has(JSON.stringify([c.app, c.person, c.target, c.after])));
}

const keyOf = (app: string, person: string, target: string): string => JSON.stringify([app, person, target]);

/** The changes of the files that an operation is there for: its own, and what it carries in other apps. */
function standsFor(o: Operation): string[] {
  if (o.person === null) return [];
  const { person } = o;
  const carried = (o.carries ?? []).map(({ gives }) => {
    const address = parseAddress(gives);
    return address ? keyOf(address.app, person, address.entitlement) : keyOf(gives, person, "account");
  });
  return [keyOf(o.app, person, o.target), ...carried];
}

function fromOperation(o: Operation, known: ReadonlyMap<string, AccessChange>): Change {
  const line = lineOf(o);
  const first = o.person === null ? undefined : known.get(keyOf(o.app, o.person, o.target))?.because[0];
  const why = o.because.length === 0 && first !== undefined ? `${line.why}; so far ${escapeMarkdown(becauseText(first), 240)}` : line.why;
  // An address says which app it is about; a login, an attribute or a session does not.
  const what = plainVerbs.has(o.verb) ? `${line.what} in ${escapeMarkdown(o.app)}` : line.what;
  return {
    line: { ...line, what, why },
    text: describe(o),
    because: o.because,
    person: o.person,
    admin: o.admin,
    irreversible: !o.reversible,
    state: o.refused === undefined ? "asked" : "refused",
  };
}

const plainVerbs: ReadonlySet<string> = new Set([
  "create",
  "suspend",
  "restore",
  "delete",
  "endSessions",
  "revokeCredentials",
  "transfer",
  "update",
]);

const fromAccess = (c: AccessChange, state: Change["state"], remark: string): Change => ({
  line: { ...accessLine(c), remarks: remark === "" ? "" : ` (${remark})` },
  text: wordsOf(c),
  because: c.because,
  person: c.person,
  admin: c.admin,
  irreversible: false,
  state,
});

/** Why no operation stands for a change, and whether there will be one. */
function withoutOperation(c: AccessChange, { plan }: LivePlan): Change {
  const app = plan.apps.find((a) => a.app === c.app);
  if (app === undefined) return fromAccess(c, "asked", `${escapeMarkdown(c.app)} is not part of this plan`);
  if (app.failure) return fromAccess(c, "asked", `${escapeMarkdown(c.app)} was not read`);
  if (plan.tasks.some((t) => t.app === c.app && t.person === c.person)) return fromAccess(c, "asked", "for people to do");
  const situation = app.accounts.find((a) => a.person === c.person)?.situation;
  const meaning = situation === undefined ? "nothing of it was seen there" : meanings[situation];
  return fromAccess(c, situation === undefined || settled.has(situation) ? "nothing" : "asked", meaning);
}

/** Situations in which the world is as the files ask already. */
const settled: ReadonlySet<Situation> = new Set(["inSync", "drifted", "adopt", "leaver", "orphan"]);

const meanings: Readonly<Record<Situation, string>> = {
  inSync: "already so",
  drifted: "already so",
  adopt: "already there: taken over, in state only",
  create: "the account is made first",
  ambiguous: "whose account it is, is not clear: nothing is written",
  collision: "the account belongs to another key: nothing is written",
  vanished: "the account is gone from there: nothing is written",
  leaver: "already so",
  stoppedElsewhere: "suspended there, not by rollcall: left so",
  orphan: "left alone",
  outOfScope: "not this app's to change",
  protected: "the account is protected",
  pending: "once the invitation is accepted",
  awaited: "once another app has provisioned it",
  unknown: "what is there is not known",
  recentlyDeleted: "the account was deleted a short while ago",
};
