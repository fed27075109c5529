import type { Because } from "../../model/origin.ts";
import type { AccessDiff } from "../../plan/access-diff.ts";
import type { Operation } from "../../plan/operation.ts";
import type { AppPlan, Finding, HumanTask, Plan, Trip } from "../../plan/plan.ts";
import type { PullReport } from "./pull-report.ts";

/**
 * The report without anything that could name a person: every field is written anew, from keys, addresses of entitlements, places in files, codes and counts.
 * Free text (names, logins, addresses, titles, values of attributes, reasons, messages of vendors, vendor ids) does not get in, so that no
 * renderer has to think of it. The report is sorted already: what has no key is numbered in that order.
 */
export function keysOnly(report: PullReport): PullReport {
  const { live } = report;
  const ids = live === null ? new Map<string, string>() : idsOf(live.plan.operations);
  const id = (of: string): string => ids.get(of) ?? "an operation";
  const trips = (all: readonly Trip[]): Trip[] => all.map((t) => tripKeys(t, id));
  return {
    pull: report.pull,
    files: report.files,
    access: accessKeys(report.access),
    eventually: accessKeys(report.eventually),
    problems: report.problems.map(({ code, severity, where }) => ({ code, severity, where, summary: "the check of the files says what" })),
    sources: new Map(),
    live: live && {
      plan: { ...planKeys(live.plan, id), trips: trips(live.plan.trips) },
      implied: new Set([...live.implied].map(id)),
      digest: live.digest,
      seenAt: live.seenAt,
      headTrips: trips(live.headTrips),
      seconds: live.seconds,
    },
    liveMissing: report.liveMissing,
    risks: report.risks.map(({ kind, path, line }) => ({ kind, path, detail: "", ...(line === undefined ? {} : { line }) })),
    approval: report.approval && {
      needs: report.approval.needs.map((n) => ({ ...n, why: withoutLogins(n.why), paths: n.paths.map(withoutLogins) })),
      counted: report.approval.counted.map(({ person }) => ({ person, login: "" })),
      discounted: report.approval.discounted.map(({ person, why }) => ({ person, login: "", why: withoutLogins(why) })),
      ...(report.approval.against === undefined ? {} : { against: report.approval.against.map(withoutLogins) }),
    },
    allowances: report.allowances,
    overlaps: report.overlaps.map(({ number, people }) => ({ number, title: "", people })),
    privacy: "keys",
    run: report.run,
    ...(report.heartbeat === undefined ? {} : { heartbeat: report.heartbeat }),
  };
}

/** Clauses of ours name accounts as `@login`, and no other way. */
const withoutLogins = (clause: string): string => clause.replace(/(?<=^|[\s(])@[^\s,;:]+/g, "an account");

export const accessKeys = (diff: AccessDiff): AccessDiff => ({
  changes: diff.changes.map((c) => ({ ...c, name: c.person, because: c.because.map(becauseKeys) })),
});

const becauseKeys = ({ origin, path, until, via }: Because): Because => ({
  origin,
  path,
  ...(until === undefined ? {} : { until }),
  ...(via === undefined ? {} : { via }),
});

/** Ids hold the vendor's name for an account that nobody claims: those are numbered instead. */
function idsOf(operations: readonly Operation[]): Map<string, string> {
  const ids = new Map<string, string>();
  for (const o of operations) {
    const unnamed = o.person === null && !o.verb.endsWith("Group");
    ids.set(o.id, unnamed ? `${o.app} account-${ids.size + 1} ${o.verb} ${o.target}` : o.id);
  }
  return ids;
}

const planKeys = (plan: Plan, id: (of: string) => string): Plan => ({
  today: plan.today,
  apps: plan.apps.map(appKeys),
  operations: plan.operations.map((o) => operationKeys(o, id)),
  tasks: plan.tasks.map(taskKeys),
  findings: plan.findings.map(findingKeys),
  trips: [],
});

const appKeys = (a: AppPlan): AppPlan => ({
  ...a,
  tenant: null,
  failure: a.failure && { kind: a.failure.kind, message: "what it said is not shown here" },
  unread: a.unread.map(() => ({ scope: "a list", reason: "why is not shown here" })),
  accounts: a.accounts.map(({ person, situation }) => ({ person, ref: null, login: null, situation, detail: "" })),
});

/** A value that is there, and not shown. */
const hidden = "…";
const hide = (value: string | null): string | null => (value === null ? null : hidden);
/** Verbs with a level or a status before and after; all others turn values. */
const plain: ReadonlySet<string> = new Set(["create", "suspend", "restore", "delete", "grant", "revoke"]);

export function operationKeys(o: Operation, id: (of: string) => string = (of) => of): Operation {
  return {
    id: id(o.id),
    app: o.app,
    person: o.person,
    verb: o.verb,
    phase: o.phase,
    target: o.target,
    ref: null,
    login: null,
    before: plain.has(o.verb) ? o.before : hide(o.before),
    after: plain.has(o.verb) ? o.after : hide(o.after),
    because: o.because.map(becauseKeys),
    evidence:
      o.evidence.kind === "seen"
        ? o.evidence
        : o.evidence.kind === "absent"
          ? { kind: "absent", scopes: [] }
          : { kind: "lookup", keys: [] },
    origin: o.origin,
    reversible: o.reversible,
    risk: o.risk,
    admin: o.admin,
    ...(o.formerKey === undefined ? {} : { formerKey: o.formerKey }),
    ...(o.carries === undefined ? {} : { carries: o.carries }),
    ...(o.waits === undefined
      ? {}
      : { waits: o.waits.map((w) => ({ for: w.for, why: "not there yet", operation: w.operation === null ? null : id(w.operation) })) }),
    ...(o.refused === undefined
      ? {}
      : { refused: /^(?:guard [a-z-]+(?:, )?)+$|^mode [a-z]+$/.test(o.refused) ? o.refused : "not allowed" }),
  };
}

export const taskKeys = (t: HumanTask): HumanTask => ({
  app: t.app,
  person: t.person,
  task: `something to do by hand about ${t.person ?? "an account"}`,
  because: t.because.map(becauseKeys),
  ...(t.accessRemains ? { accessRemains: true } : {}),
});

export const findingKeys = (f: Finding): Finding => ({
  code: f.code,
  app: f.app,
  person: f.person,
  login: null,
  summary: `about ${f.person ?? "an account that no file names"}`,
});

/** What each guard is about, in words that hold for any plan. */
const guards: Readonly<Record<Trip["guard"], string>> = {
  "incomplete-read": "too much of what state knows did not come back",
  "checkout-incomplete": "people with live accounts have no file",
  stops: "more accounts would be stopped than one run may stop",
  removals: "more grants would be removed than one run may remove",
  "group-loss": "a group would lose over half of its members",
  "admin-losses": "more people would lose administrative rights than one run may take from",
  "last-admin": "an app would be left without an administrator",
  self: "the account that rollcall works with",
  protected: "an account that a policy protects",
  "wrong-tenant": "the credential opens another tenant than state belongs to",
};

const tripKeys = (t: Trip, id: (of: string) => string): Trip => ({
  guard: t.guard,
  app: t.app,
  summary: guards[t.guard],
  detail: "names are not shown here",
  fix: "rollcall preview says it where names may be shown",
  refuses: t.refuses.map(id),
});
