import { describe, expect, test } from "vitest";
import type { Finding, HumanTask } from "../../../../src/core/plan/plan.ts";
import { annotationsOf, checkOf } from "../../../../src/core/report/pull/check.ts";
import { pullComment } from "../../../../src/core/report/pull/comment.ts";
import { driftIssue } from "../../../../src/core/report/pull/drift-issue.ts";
import { failureIssue } from "../../../../src/core/report/pull/failure-issue.ts";
import { jsonPull } from "../../../../src/core/report/pull/json.ts";
import { outcomeComment, type PullOutcome } from "../../../../src/core/report/pull/outcome.ts";
import { expiryNotice, leaverProposal } from "../../../../src/core/report/pull/proposals.ts";
import type { PullReport } from "../../../../src/core/report/pull/pull-report.ts";
import { jobSummary } from "../../../../src/core/report/pull/summary.ts";
import { operation, plan } from "../plans.ts";
import { change, live, marker, report } from "./reports.ts";

/** What must not be in any output: planted wherever a text may name somebody. */
const planted = "Zaphod";

/**
 * Fields that hold keys, codes, places, addresses of entitlements, dates and counts. Every other text of the report below is planted over, those of
 * fields that are yet to come as well: whoever adds one decides here whether it may be shown.
 */
const keys: ReadonlySet<string> = new Set(
  "app person people from target verb phase id kind code severity guard mode situation origin risk file path line column change direction head base baseRef digest seenAt today expires until url gives through by for operation connector dependsOn refuses privacy what implied formerKey".split(
    " ",
  ),
);

function plantOver<T>(value: T, trail: readonly string[] = []): T {
  const last = trail.findLast((step) => !/^\d+$/.test(step)) ?? "";
  if (typeof value === "string") {
    if (keys.has(last)) return value;
    if (trail.includes("allowances") && last === "name") return value;
    if (trail.includes("liveMissing")) return value;
    // Clauses of ours, in which accounts are `@login`.
    if (trail.includes("approval") && (last === "why" || last === "against" || last === "paths"))
      return `${value}: @${planted} had a hand in it` as T;
    return `${planted} ${value} <${planted}@planted.example>` as T;
  }
  if (value instanceof Set) return new Set(value) as T;
  if (value instanceof Map) return new Map([...value].map(([k, v]) => [k, plantOver(v, [...trail, "text"])])) as T;
  if (Array.isArray(value)) return value.map((v, i) => plantOver(v, [...trail, String(i)])) as T;
  if (value === null || typeof value !== "object") return value;
  const levels = "verb" in value && ["grant", "revoke", "suspend", "delete", "restore", "create"].includes(String(value.verb));
  return Object.fromEntries(
    Object.entries(value).map(([k, v]) => {
      // Levels and statuses are not of a person; a because's path reads keys of roles.
      if (k === "path" && Array.isArray(v)) return [k, v];
      if ((k === "before" || k === "after") && (levels || "direction" in value)) return [k, v];
      return [k, plantOver(v, [...trail, k])];
    }),
  ) as T;
}

const because = [
  {
    origin: { file: "identities/people/ada.yaml", line: 3, column: 1 },
    path: ["role sre"],
    reason: "for her",
    until: "2026-12-31",
    via: [{ by: "github/team/x", origin: { file: "identities/apps/github.yaml", line: 2, column: 1 } }],
  },
];
const task: HumanTask = { app: "badges", person: "ada", task: "call her", because, accessRemains: true };
const findings = (["ORPHAN", "FOREIGN_EDGE", "STOPPED_ELSEWHERE", "AMBIGUOUS", "COLLISION", "VANISHED"] as const).map((code): Finding => ({
  code,
  app: "github",
  person: code === "ORPHAN" ? null : "ada",
  login: "login",
  summary: "about her",
  fix: "mend her",
}));
const operations = [
  operation({ verb: "revoke", target: "team/infra", before: "member", login: "login", because }),
  operation({
    verb: "suspend",
    person: null,
    login: "orphan",
    before: "active",
    after: "suspended",
    id: "github Zaphod/7 suspend account",
  }),
  operation({ verb: "update", target: "title", before: "old", after: "new", login: "login" }),
  operation({ verb: "transfer", target: "account", after: "heir", phase: "revoke" }),
  operation({
    verb: "create",
    person: "hedy",
    ref: null,
    after: "active",
    evidence: { kind: "lookup", keys: ["login:hedy"] },
    because,
    payload: {
      name: "name",
      email: "mail",
      login: "login",
      id: "7",
      attributes: { title: "title" },
      grants: {},
      attempts: 0,
      previous: "user/5",
      description: "words",
    },
    waits: [{ for: "okta/hedy", why: "made by hand", operation: null }],
    carries: [{ through: "group/x", gives: "okta" }],
  }),
  operation({ verb: "grant", target: "owner", after: "", admin: true, refused: "words of somebody" }),
  operation({ verb: "adopt", person: "alan", login: "login" }),
  operation({ verb: "record", person: "ada", login: "login", formerKey: "augusta", before: "x", after: "y" }),
  operation({
    verb: "grant",
    person: "grace",
    target: "team/z",
    after: "member",
    origin: "drift",
    evidence: { kind: "absent", scopes: ["members of her"] },
  }),
];
const trip = {
  guard: "last-admin" as const,
  app: "github",
  summary: "she is the last",
  detail: "of them",
  fix: "ask her",
  refuses: [operations[5]!.id],
};

const full = (): PullReport =>
  plantOver({
    ...report({
      files: [{ path: "identities/people/ada.yaml", change: "changed", kind: "file" }],
      access: {
        changes: [
          change({ person: "ada", name: "Ada", target: "team/infra", direction: "loss", because }),
          change({ person: "hedy", name: "Hedy", app: "badges", target: "account", direction: "gain", because }),
        ],
      },
      eventually: { changes: [change({ person: "alan", name: "Alan", target: "team/y", direction: "gain", because })] },
      problems: [
        {
          code: "EMAIL_TAKEN",
          severity: "warning",
          summary: "hers",
          detail: "of her",
          fix: "ask her",
          where: [{ file: "identities/people/ada.yaml", line: 2, column: 1 }],
        },
      ],
      sources: new Map([["identities/people/ada.yaml", "\nemail: her"]]),
      live: live(
        operations,
        {
          apps: [
            {
              ...plan([]).apps[0]!,
              tenant: "hers",
              unread: [{ scope: "login:her", reason: "she" }],
              accounts: [{ person: "ada", ref: { kind: "user", id: "her" }, login: "her", situation: "inSync", detail: "her" }],
            },
            { ...plan([]).apps[0]!, app: "badges", failure: { kind: "auth", message: "she said no" } },
          ],
          tasks: [task, { app: "badges", person: null, task: "call them", because: [] }],
          findings,
          trips: [trip],
        },
        { headTrips: [{ ...trip, guard: "protected" }], implied: new Set(operations.filter((o) => o.origin !== "drift").map((o) => o.id)) },
      ),
      risks: [{ kind: "identity", path: "identities/people/ada.yaml", line: 4, detail: "her id" }],
      approval: {
        needs: [{ why: "owner", paths: ["identities/people/ada.yaml"], from: ["grace"], approvals: 1, given: 0 }],
        counted: [{ person: "alan", login: "her" }],
        discounted: [{ person: null, login: "her", why: "she" }],
        against: ["she objects"],
      },
      allowances: [
        {
          name: "move",
          app: "github",
          expires: "2026-12-01",
          file: "policies/move.yaml",
          line: 1,
          counts: [{ what: "stops", expected: 1, actual: 1 }],
        },
      ],
      overlaps: [{ number: 8, title: "hers", people: ["ada"] }],
    }),
    pull: report().pull,
    run: report().run,
    liveMissing: null,
    privacy: "keys" as const,
  });

/** The planted word in any spelling that a reader could read. */
const readable = (text: string): string => text.replace(/&#(\d+);/g, (_, n: string) => String.fromCodePoint(Number(n))).toLowerCase();

describe("with keys alone", () => {
  const r = full();
  // The same with errors, which leave no plan.
  const broken = { ...r, problems: r.problems.map((p) => ({ ...p, severity: "error" as const })) };

  test("the planted names are there where names may be shown, so that the other tests can fail", () => {
    const open = { ...r, privacy: "names" as const };
    for (const text of [
      pullComment(open, { marker }),
      jobSummary(open),
      jsonPull(open),
      JSON.stringify(checkOf(open)),
      JSON.stringify(annotationsOf(open)),
    ]) {
      expect(readable(text)).toContain("zaphod");
    }
    expect(readable(pullComment(open, { marker })).match(/zaphod/g)!.length).toBeGreaterThan(40);
  });

  test.each([
    ["comment", (x: PullReport) => pullComment(x, { marker })],
    ["job summary", jobSummary],
    ["JSON", jsonPull],
    ["check", (x: PullReport) => JSON.stringify(checkOf(x))],
    ["annotations", (x: PullReport) => JSON.stringify(annotationsOf(x))],
  ])("the %s names nobody", (_, render) => {
    for (const given of [r, broken, { ...r, live: null, liveMissing: "it comes from a fork" }]) {
      expect(readable(render(given))).not.toMatch(/zaphod|planted/);
      expect(render(given)).toContain("ada");
    }
  });

  test("the ids of operations on accounts without a key are numbers, the same everywhere", () => {
    const value = JSON.parse(jsonPull(r)) as {
      live: { implied: string[]; plan: { operations: { id: string; verb: string; person: string | null }[] } };
    };
    const nobody = value.live.plan.operations.find((o) => o.person === null)!;
    expect(nobody.id).toMatch(/^github account-\d+ suspend account$/);
    expect(value.live.implied).toContain(nobody.id);
  });

  test("what became of it, the issues and the proposals name nobody", () => {
    const outcome = plantOver<Omit<PullOutcome, "operations" | "record" | "privacy" | "run" | "commit">>({
      pull: 12,
      left: [{ operation: operations[5]!, why: "she said so" }],
      tasks: [task],
      failures: [{ app: "wiki", kind: "auth", message: "she is not let in" }],
      interrupted: false,
    });
    const rows = operations.map((o) => ({
      operation: plantOver(o),
      outcome: {
        id: o.id,
        status: "failed" as const,
        ref: { kind: "user", id: planted },
        login: planted,
        request: "R1",
        fault: { kind: "forbidden", message: planted },
        note: planted,
      },
      warrant: { kind: "pull" as const, pull: 12, commit: "c".repeat(40), approvers: ["grace"] },
    }));
    const common = { commit: "c".repeat(40), record: { sequence: 4, hash: "d".repeat(64) }, privacy: "keys" as const, run: { url: null } };
    const texts = (privacy: "names" | "keys"): string[] => [
      outcomeComment({ ...outcome, ...common, privacy, operations: rows }),
      failureIssue({
        ...outcome,
        ...common,
        privacy,
        operations: rows,
        unapproved: [{ pull: 12, commit: "c0ffee", reasons: [planted] }],
        remains: [{ app: "github", person: "ada", task: planted }],
      }).body,
      driftIssue("github", {
        today: "2026-11-25",
        operations: plantOver(operations),
        findings: plantOver(findings),
        privacy,
        run: { url: null },
      }).body,
      JSON.stringify(
        leaverProposal({ person: "ada", name: planted, apps: [{ app: "github", login: planted }], lastDay: "2026-11-25", privacy }),
      ),
      JSON.stringify(
        expiryNotice(
          [
            {
              person: "ada",
              name: planted,
              what: "github/team/x",
              until: "2026-12-01",
              to: "2027-03-01",
              file: "identities/people/ada.yaml",
              line: 3,
              reason: planted,
            },
          ],
          { days: 14, privacy },
        ),
      ),
    ];
    for (const text of texts("names")) expect(readable(text)).toContain("zaphod");
    for (const text of texts("keys")) {
      expect(readable(text)).not.toMatch(/zaphod|planted/);
      expect(text).toContain("ada");
    }
  });
});
