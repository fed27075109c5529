import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OperationOutcome } from "../../../../src/core/engine.ts";
import { driftClosed, driftIssue, driftMarker, driftTitle, isDrift } from "../../../../src/core/report/pull/drift-issue.ts";
import {
  failureClosed,
  failureIssue,
  failureMarker,
  failureTitle,
  type RunFailure,
} from "../../../../src/core/report/pull/failure-issue.ts";
import { outcomeComment, type OutcomeOf, type PullOutcome } from "../../../../src/core/report/pull/outcome.ts";
import { expiryNotice, leaverProposal } from "../../../../src/core/report/pull/proposals.ts";
import { everything, operation } from "../plans.ts";
import { marker } from "./reports.ts";
import { flaws, outside, shown } from "./shown.ts";

const by = (pull: number) => ({ kind: "pull" as const, pull, commit: "c".repeat(40), approvers: ["grace"] });
const row = (
  operationOf: OutcomeOf["operation"],
  outcome: Partial<OperationOutcome> & Pick<OperationOutcome, "status">,
  warrant: OutcomeOf["warrant"] = by(12),
): OutcomeOf => ({
  operation: operationOf,
  outcome: { id: operationOf.id, ...outcome },
  warrant,
});

export const merged: PullOutcome = {
  pull: 12,
  commit: "4f2a91c0d3e5b6a79881726354455463728190ab",
  operations: [
    row(operation({ verb: "revoke", target: "team/legacy", before: "member" }), { status: "done", request: "ABCD:1" }),
    row(operation({ verb: "grant", target: "team/dba", after: "member" }), {
      status: "failed",
      request: "ABCD:2",
      fault: { kind: "forbidden", message: "the team is <synced>\nby an @identity provider" },
    }),
    row(operation({ verb: "create", person: "hedy", ref: null, after: "active" }), { status: "invited" }),
    row(operation({ verb: "grant", person: "hedy", ref: null, target: "team/dba", after: "member" }), {
      status: "skipped",
      note: "waits for hedy's account",
    }),
    row(
      operation({ verb: "suspend", person: "bob", login: "bob-k", before: "active", after: "suspended" }),
      { status: "done" },
      { kind: "date" },
    ),
    row(operation({ verb: "record", person: "ada" }), { status: "done" }, { kind: "state" }),
  ],
  left: [{ operation: operation({ verb: "grant", person: "eve", target: "owner", after: "", admin: true }), why: "guard last-admin" }],
  tasks: [{ app: "badges", person: "hedy", task: "badges, Hedy Lamarr: make an account", because: [] }],
  failures: [{ app: "wiki", kind: "auth", message: "the credential was refused" }],
  interrupted: false,
  record: { sequence: 41, hash: "d".repeat(64) },
  privacy: "names",
  run: { url: "https://forge.example/acme/access/actions/runs/42" },
};

describe("what became of a pull request", () => {
  test("is told as the golden file says, with what failed and what is left outside of details", async () => {
    const text = outcomeComment(merged, { marker });
    expect(flaws(text, marker)).toEqual([]);
    await expect(text).toMatchFileSnapshot("golden/outcome.md");
    const seen = shown(outside(text));
    expect(seen).toContain("### Applied in part");
    expect(seen).toContain("**2 done, 1 invited, 1 skipped, 1 failed; 1 app could not be worked on; 1 left alone; 1 note in state**");
    expect(seen).toContain("#### Left alone (1)");
    expect(seen).toContain("Record 41, `dddddddddddddddd`");
    expect(shown(text)).toContain("(a date in the files demands it)");
  });

  test.each([
    ["Applied", { ...merged, operations: [merged.operations[0]!], left: [], failures: [] }],
    ["Applied; some of it is under way", { ...merged, operations: [merged.operations[2]!], left: [], failures: [] }],
    ["Nothing was applied", { ...merged, operations: [], failures: [] }],
    ["Nothing had to be done", { ...merged, operations: [], left: [], failures: [] }],
    ["Could not be applied", { ...merged, operations: [], left: [] }],
  ])("is titled %j", (title, outcome) => {
    expect(outcomeComment(outcome)).toMatch(new RegExp(`^### ${title}\n`));
  });

  test("does not call done what only state noted", () => {
    expect(outcomeComment({ ...merged, operations: [merged.operations[5]!], left: [], failures: [] })).toContain(
      "### Nothing had to be done\n\n**nothing was done; 1 note in state**",
    );
  });

  test("keeps within its budget with exact counts", () => {
    const many = Array.from({ length: 9_000 }, (_, i) =>
      row(operation({ verb: "grant", person: `p${i}`, target: "team/x", after: "member" }), {
        status: "failed",
        fault: { kind: "transient", message: "x".repeat(500) },
      }),
    );
    const text = outcomeComment({ ...merged, operations: many });
    expect(text.length).toBeLessThan(60_000);
    const listed = text.match(/^- github: \*\*p/gm)!.length;
    expect(text).toContain(`- and ${9_000 - listed} more`);
    expect(text).toContain("9000 failed");
  });
});

const failed: RunFailure = {
  ...merged,
  remains: [],
  unapproved: [{ pull: 13, commit: "c0ffee", reasons: ["no approval by an owner of the app github", "@eve asked for changes"] }],
};

describe("the issue about a failed run", () => {
  test("has one title, a marker, and what is left to do", async () => {
    const { title, body } = failureIssue(failed);
    expect(title).toBe(failureTitle);
    expect(body.startsWith(`${failureMarker}\n`)).toBe(true);
    expect(flaws(body, failureMarker)).toEqual([]);
    await expect(body).toMatchFileSnapshot("golden/failure-issue.md");
    expect(shown(body)).not.toContain("team/legacy");
  });

  test("closes with a word of what was done", () => {
    expect(failureClosed({ ...failed, done: 3 })).toBe(
      "[The last run](https://forge.example/acme/access/actions/runs/42), record 41 <code>dddddddddddddddd</code> left nothing undone (3 operations done).\n",
    );
  });
});

describe("the issue about drift", () => {
  const drift = {
    today: "2026-11-25",
    operations: [
      operation({ verb: "revoke", person: "grace", login: "ghopper", target: "team/legacy", before: "member", origin: "drift" }),
      operation({ verb: "grant", person: "alan", login: "aturing", target: "team/infra", after: "member", origin: "drift" }),
      operation({ verb: "update", target: "title", before: "Queen", after: "Engineer", origin: "drift" }),
    ],
    findings: [
      ...everything.findings,
      {
        code: "STOPPED_ELSEWHERE" as const,
        app: "github",
        person: "bob",
        login: "bob-k",
        summary: "Bob Kahn: suspended in github, not by rollcall; it is not undone",
        fix: "set last-day if Bob Kahn left",
      },
    ],
    privacy: "names" as const,
    run: { url: null },
  };

  test("has a title and a marker of its app, says who has what, and what to do", async () => {
    const { title, body } = driftIssue("github", drift);
    expect(title).toBe("rollcall: drift in github");
    expect(title).toBe(driftTitle("github"));
    expect(flaws(body, driftMarker("github"))).toEqual([]);
    await expect(body).toMatchFileSnapshot("golden/drift-issue.md");
    expect(driftClosed("github", drift)).toBe("As of 2026-11-25 github and the files agree again (run).\n");
  });

  test("is the same for the same drift in another order", () => {
    expect(driftIssue("github", { ...drift, operations: drift.operations.toReversed(), findings: drift.findings.toReversed() })).toEqual(
      driftIssue("github", drift),
    );
  });

  test("is about what differs, not about what rollcall noted or waits for", () => {
    expect(
      isDrift({
        operations: [operation({ verb: "adopt" })],
        findings: [{ code: "PENDING", app: "github", person: "ada", login: null, summary: "" }],
      }),
    ).toBe(false);
    expect(isDrift({ operations: [], findings: drift.findings })).toBe(true);
  });

  test("keeps within its budget", () => {
    const operations = Array.from({ length: 20_000 }, (_, i) =>
      operation({ verb: "revoke", person: `p${i}`, target: "team/x", before: "member" }),
    );
    const { body } = driftIssue("github", { ...drift, operations });
    expect(body.length).toBeLessThan(60_000);
    const listed = body.match(/^- \*\*p/gm)!.length;
    expect(body).toContain(`- and ${20_000 - listed} more`);
  });
});

describe("proposals", () => {
  test("of a leaver ask whether she left, and say what either answer does", async () => {
    const { title, body } = leaverProposal({
      person: "bob",
      name: "Bob Kahn",
      apps: [
        { app: "okta", login: "bob@acme.example" },
        { app: "github", login: null },
      ],
      lastDay: "2026-11-25",
      privacy: "names",
    });
    expect(title).toBe("Has Bob Kahn left? Suspended in github, okta");
    expect(flaws(body, "")).toEqual([]);
    await expect(body).toMatchFileSnapshot("golden/leaver-proposal.md");
  });

  test("of what ends soon say what ends when, and what merging and closing do", async () => {
    const { title, body } = expiryNotice(
      [
        {
          person: "ada",
          name: "Ada Lovelace",
          what: "github/team/dba",
          until: "2026-12-05",
          to: "2027-03-05",
          file: "identities/people/ada.yaml",
          line: 9,
          reason: "INC-421",
        },
        {
          person: "hedy",
          name: "Hedy Lamarr",
          what: "role oncall",
          until: "2026-11-30",
          to: "2027-02-28",
          file: "identities/people/hedy.yaml",
          line: 7,
        },
      ],
      { days: 14, privacy: "names" },
    );
    expect(title).toBe("2 roles and grants of 2 people end soon");
    expect(flaws(body, "")).toEqual([]);
    expect(body.indexOf("hedy")).toBeLessThan(body.indexOf("(<code>ada"));
    await expect(body).toMatchFileSnapshot("golden/expiry-notice.md");
  });
});

const hostile = fc.constantFrom(
  "</details>",
  "@everyone",
  "#1",
  "::error::x",
  "a|b",
  "`x`",
  "\u202Eevil",
  "<img src=x onerror=1>",
  "two\nlines",
  "https://evil.example",
  "[x](y)",
  "-".repeat(3_000),
);

test("no text from outside breaks an outcome, an issue or a proposal", () => {
  fc.assert(
    fc.property(hostile, hostile, (a, b) => {
      const o = operation({ verb: "update", app: a, person: b, target: a, before: b, after: a, login: b });
      const outcome: PullOutcome = {
        ...merged,
        commit: a,
        operations: (["failed", "human", "done", "refused"] as const).map((status) =>
          row(o, { status, request: a, note: b, fault: { kind: a, message: b } }),
        ),
        left: [{ operation: o, why: a }],
        tasks: [{ app: a, person: b, task: b, because: [] }],
        failures: [{ app: a, kind: b, message: a }],
        record: { sequence: 1, hash: a },
        run: { url: null },
      };
      const texts = [
        outcomeComment(outcome),
        failureIssue({ ...outcome, remains: [], unapproved: [{ pull: 1, commit: "c0ffee", reasons: [a, b] }] }).body.replace(
          failureMarker,
          "",
        ),
        failureClosed({ ...outcome, done: 1 }),
        driftIssue("github", {
          today: a,
          operations: [o],
          findings: [{ code: "ORPHAN", app: a, person: b, login: a, summary: b, fix: a }],
          privacy: "names",
          run: { url: null },
        }).body.replace(driftMarker("github"), ""),
        leaverProposal({ person: a, name: b, apps: [{ app: a, login: b }], lastDay: a, privacy: "names" }).body,
        expiryNotice([{ person: a, name: b, what: a, until: b, to: a, file: b, line: 1, reason: a }], { days: 1, privacy: "names" }).body,
      ];
      for (const text of texts) expect(flaws(text, "")).toEqual([]);
    }),
    { numRuns: 100 },
  );
});
