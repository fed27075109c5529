import type { Diagnostic } from "../../../../src/core/diagnostic.ts";
import type { AccessChange } from "../../../../src/core/plan/access-diff.ts";
import type { Operation } from "../../../../src/core/plan/operation.ts";
import type { Plan } from "../../../../src/core/plan/plan.ts";
import type { ApprovalView, LivePlan, PullReport } from "../../../../src/core/report/pull/pull-report.ts";
import { because, operation, plan } from "../plans.ts";

export const marker = "<!-- rollcall:pull -->";

/** A report with everything ordinary filled in. */
export const report = (parts: Partial<PullReport> = {}): PullReport => ({
  pull: {
    number: 12,
    head: "4f2a91c0d3e5b6a79881726354455463728190ab",
    base: "9b1c0de2f3a4b5c6d7e8f90123456789abcdef01",
    baseRef: "main",
    fork: false,
  },
  files: [],
  access: { changes: [] },
  eventually: { changes: [] },
  problems: [],
  sources: new Map(),
  live: null,
  liveMissing: null,
  risks: [],
  approval: null,
  allowances: [],
  overlaps: [],
  privacy: "names",
  run: { url: "https://forge.example/acme/access/actions/runs/41" },
  ...parts,
});

/** A live plan of operations, all of which the change implies unless `implied` says which. */
export function live(operations: readonly Operation[], parts: Partial<Plan> = {}, more: Partial<LivePlan> = {}): LivePlan {
  const whole = plan(operations, { today: "2026-11-25", ...parts });
  return {
    plan: whole,
    implied: new Set(whole.operations.map((o) => o.id)),
    digest: "c0ffee".repeat(10) + "0123",
    seenAt: null,
    headTrips: [],
    seconds: 4,
    ...more,
  };
}

export const change = (parts: Partial<AccessChange> & Pick<AccessChange, "person" | "name" | "target" | "direction">): AccessChange => ({
  app: "github",
  before: parts.direction === "loss" ? (parts.target === "account" ? "active" : "member") : null,
  after: parts.direction === "gain" ? (parts.target === "account" ? "active" : "member") : null,
  admin: false,
  because: [],
  ...parts,
});

export const file = (path: string, how: "added" | "changed" | "removed" = "changed") => ({ path, change: how, kind: "file" as const });

const needsOne: ApprovalView = {
  needs: [{ why: "owner of the app github", paths: ["identities/people/hedy.yaml"], from: ["grace", "alan"], approvals: 1, given: 0 }],
  counted: [],
  discounted: [],
};
const approved: ApprovalView = {
  needs: [{ ...needsOne.needs[0]!, given: 1 }],
  counted: [{ person: "grace", login: "ghopper" }],
  discounted: [],
};

/** Hedy starts; three apps, one of which asks people. */
export const joiner: PullReport = report({
  files: [file("identities/people/hedy.yaml", "added")],
  access: {
    changes: [
      change({
        person: "hedy",
        name: "Hedy Lamarr",
        target: "account",
        direction: "gain",
        because: [because("identities/people/hedy.yaml", 6, ["role engineer"])],
      }),
      change({
        person: "hedy",
        name: "Hedy Lamarr",
        target: "team/infra",
        direction: "gain",
        because: [because("identities/roles/sre.yaml", 4, ["role sre", "role engineer"])],
      }),
      change({
        person: "hedy",
        name: "Hedy Lamarr",
        target: "team/everyone",
        direction: "gain",
        because: [because("identities/roles/everyone.yaml", 4, ["role everyone"])],
      }),
      change({
        person: "hedy",
        name: "Hedy Lamarr",
        app: "slack",
        target: "account",
        direction: "gain",
        because: [because("identities/roles/everyone.yaml", 5, ["role everyone"])],
      }),
      change({
        person: "hedy",
        name: "Hedy Lamarr",
        app: "badges",
        target: "account",
        direction: "gain",
        because: [because("identities/roles/everyone.yaml", 6, ["role everyone"])],
      }),
    ],
  },
  live: live(
    [
      operation({
        verb: "create",
        person: "hedy",
        ref: null,
        after: "active",
        reversible: false,
        because: [because("identities/people/hedy.yaml", 6, ["role engineer"])],
        payload: { name: "Hedy Lamarr", login: "hlamarr", attributes: {}, grants: {}, attempts: 0 },
        evidence: { kind: "lookup", keys: ["login:hlamarr"] },
      }),
      operation({
        verb: "grant",
        person: "hedy",
        ref: null,
        target: "team/infra",
        after: "member",
        because: [because("identities/roles/sre.yaml", 4, ["role sre", "role engineer"])],
      }),
      operation({
        verb: "grant",
        person: "hedy",
        ref: null,
        target: "team/everyone",
        after: "member",
        because: [because("identities/roles/everyone.yaml", 4, ["role everyone"])],
      }),
      operation({
        verb: "create",
        app: "slack",
        person: "hedy",
        ref: null,
        after: "active",
        because: [because("identities/roles/everyone.yaml", 5, ["role everyone"])],
        payload: { name: "Hedy Lamarr", email: "hedy@acme.example", attributes: {}, grants: {}, attempts: 0 },
        waits: [{ for: "github/hedy", why: "made by this plan", operation: "github hedy create account" }],
      }),
    ],
    {
      tasks: [
        {
          app: "badges",
          person: "hedy",
          task: "badges, Hedy Lamarr: make an account; then run `rollcall state confirm badges/hedy --id <its number>`",
          because: [],
        },
      ],
      apps: [
        { ...plan([]).apps[0]!, calls: { read: 4, estimated: 3 } },
        { ...plan([]).apps[0]!, app: "slack", calls: { read: 2, estimated: 1 }, dependsOn: ["github"] },
        { ...plan([]).apps[0]!, app: "badges", calls: { read: 0, estimated: 0 } },
      ],
    },
  ),
  approval: needsOne,
});

/** Ada moves from infrastructure to data; somebody else's drift lies about. */
export const mover: PullReport = report({
  files: [file("identities/people/ada.yaml")],
  access: {
    changes: [
      change({
        person: "ada",
        name: "Ada Lovelace",
        target: "team/infra",
        direction: "loss",
        before: "maintainer",
        because: [because("identities/roles/sre.yaml", 4, ["role sre"])],
      }),
      change({
        person: "ada",
        name: "Ada Lovelace",
        target: "team/web",
        direction: "loss",
        because: [because("identities/roles/sre.yaml", 5, ["role sre"])],
      }),
      change({
        person: "ada",
        name: "Ada Lovelace",
        target: "team/dba",
        direction: "gain",
        because: [because("identities/roles/data.yaml", 4, ["role data"])],
      }),
      change({
        person: "ada",
        name: "Ada Lovelace",
        app: "aws",
        target: "prod/Admin",
        direction: "gain",
        after: "",
        admin: true,
        because: [because("identities/people/ada.yaml", 9)],
      }),
    ],
  },
  live: live(
    [
      operation({ verb: "revoke", target: "team/infra", before: "maintainer" }),
      operation({ verb: "revoke", target: "team/web", before: "member" }),
      operation({ verb: "grant", target: "team/dba", after: "member", because: [because("identities/roles/data.yaml", 4, ["role data"])] }),
      operation({
        verb: "grant",
        app: "aws",
        target: "prod/Admin",
        after: "",
        admin: true,
        risk: "high",
        because: [{ ...because("identities/people/ada.yaml", 9), until: "2026-12-31", reason: "INC-421" }],
      }),
      operation({
        verb: "update",
        target: "title",
        before: "Engineer",
        after: "Data Engineer",
        because: [because("identities/people/ada.yaml", 3)],
      }),
      operation({ verb: "revoke", person: "grace", target: "team/legacy", before: "member", origin: "drift" }),
      operation({
        verb: "suspend",
        person: "bob",
        login: "bob-k",
        before: "active",
        after: "suspended",
        origin: "lifecycle",
        because: [because("identities/people/bob.yaml", 6)],
      }),
    ],
    {
      findings: [
        {
          code: "ORPHAN",
          app: "github",
          person: null,
          login: "old-bot",
          summary: "old-bot has an account that no line claims",
          fix: "add it to a person's file, or remove it at the vendor",
        },
      ],
    },
    {
      implied: new Set([
        "github ada revoke team/infra",
        "github ada revoke team/web",
        "github ada grant team/dba",
        "aws ada grant prod/Admin",
        "github ada update title",
      ]),
    },
  ),
  approval: {
    needs: [
      { why: "owner of the app github", paths: ["identities/people/ada.yaml"], from: ["grace"], approvals: 1, given: 1 },
      { why: "2 approvals: somebody gains administrative rights", paths: [], from: ["grace", "alan"], approvals: 2, given: 1 },
    ],
    counted: [{ person: "grace", login: "ghopper" }],
    discounted: [{ person: "ada", login: "adalove", why: "ada opened it" }],
  },
  overlaps: [{ number: 31, title: "Give the data team read access", people: ["ada"] }],
});

/** Bob leaves. */
export const leaver: PullReport = report({
  files: [file("identities/people/bob.yaml")],
  access: {
    changes: [
      change({
        person: "bob",
        name: "Bob Kahn",
        target: "account",
        direction: "loss",
        after: "suspended",
        because: [because("identities/people/bob.yaml", 6)],
      }),
      change({
        person: "bob",
        name: "Bob Kahn",
        target: "team/infra",
        direction: "loss",
        because: [because("identities/roles/sre.yaml", 4, ["role sre"])],
      }),
      change({
        person: "bob",
        name: "Bob Kahn",
        app: "wiki",
        target: "account",
        direction: "loss",
        after: "suspended",
        because: [because("identities/people/bob.yaml", 6)],
      }),
      change({
        person: "bob",
        name: "Bob Kahn",
        app: "slack",
        target: "account",
        direction: "loss",
        after: "suspended",
        because: [because("identities/people/bob.yaml", 6)],
      }),
    ],
  },
  live: live(
    [
      operation({
        verb: "suspend",
        person: "bob",
        login: "bob-k",
        before: "active",
        after: "suspended",
        because: [because("identities/people/bob.yaml", 6)],
      }),
      operation({
        verb: "endSessions",
        person: "bob",
        login: "bob-k",
        phase: "stop",
        reversible: false,
        because: [because("identities/people/bob.yaml", 6)],
      }),
      operation({
        verb: "revokeCredentials",
        person: "bob",
        login: "bob-k",
        phase: "stop",
        reversible: false,
        because: [because("identities/people/bob.yaml", 6)],
      }),
      operation({ verb: "revoke", person: "bob", target: "team/infra", before: "member" }),
      operation({
        verb: "suspend",
        app: "slack",
        person: "bob",
        login: "bob",
        before: "active",
        after: "suspended",
        because: [because("identities/people/bob.yaml", 6)],
      }),
    ],
    {
      apps: [
        plan([]).apps[0]!,
        { ...plan([]).apps[0]!, app: "slack" },
        {
          ...plan([]).apps[0]!,
          app: "wiki",
          failure: { kind: "auth", message: "the credential was refused" },
          calls: { read: 1, estimated: 0 },
        },
      ],
      tasks: [{ app: "github", person: "bob", task: "remove private forks of bob by hand", because: [], accessRemains: true }],
    },
  ),
  approval: approved,
});

/** 5,000 operations: 700 people gain, 200 lose; a guard refuses the removals of one app. */
export const large: PullReport = (() => {
  const grants = Array.from({ length: 4_500 }, (_, i) =>
    operation({
      verb: "grant",
      person: `joiner-${i % 700}`,
      target: `team/t${Math.floor(i / 700)}`,
      after: "member",
      because: [because("identities/roles/everyone.yaml", 4 + Math.floor(i / 700), ["role everyone"])],
    }),
  );
  const losses = Array.from({ length: 400 }, (_, i) =>
    operation({ verb: "revoke", person: `leaver-${i % 200}`, target: `team/t${Math.floor(i / 200)}`, before: "member" }),
  );
  const refused = Array.from({ length: 100 }, (_, i) =>
    operation({ verb: "revoke", app: "wiki", person: `leaver-${i}`, target: "space/all", before: "member", refused: "guard removals" }),
  );
  return report({
    files: [file("identities/roles/everyone.yaml")],
    live: live(
      [...grants, ...losses, ...refused],
      {
        apps: [
          { ...plan([]).apps[0]!, calls: { read: 40, estimated: 4_900 } },
          { ...plan([]).apps[0]!, app: "wiki", calls: { read: 12, estimated: 0 } },
        ],
        trips: [
          {
            guard: "removals",
            app: "wiki",
            summary: "wiki would remove 100 grants; 10 of 320 owned are allowed in one run",
            detail: "no allowance covers it",
            fix: "if this is meant, add policies/allow-wiki.yaml to the change: { kind: allowance, name: allow-wiki, app: wiki, expect: { removals: 100 }, expires: 2026-11-25, because: … }",
            refuses: refused.map((o) => o.id),
          },
        ],
      },
      { seconds: 2_450, seenAt: "2026-11-25T03:10:00Z" },
    ),
    allowances: [
      {
        name: "reorganisation",
        app: "github",
        expires: "2026-12-01",
        file: "policies/reorganisation.yaml",
        line: 3,
        counts: [
          { what: "removals", expected: 400, actual: 400 },
          { what: "stops", expected: 3, actual: 0 },
        ],
      },
    ],
    approval: needsOne,
  });
})();

/** A change of settings: no credential may reach what it names. */
export const risky: PullReport = report({
  pull: { ...report().pull, fork: false },
  files: [
    file("rollcall.yaml"),
    file("identities/apps/github.yaml"),
    file(".github/workflows/rollcall.yaml"),
    file("identities/people/eve.yaml"),
  ],
  access: {
    changes: [
      change({
        person: "eve",
        name: "Eve Adams",
        target: "owner",
        direction: "gain",
        after: "",
        admin: true,
        because: [because("identities/people/eve.yaml", 8)],
      }),
    ],
  },
  liveMissing: "it changes how an app is reached, and no credential is used for what nobody approved",
  risks: [
    { kind: "workflow", path: ".github/workflows/rollcall.yaml", detail: "" },
    {
      kind: "app",
      path: "identities/apps/github.yaml",
      line: 4,
      detail: "settings.base-url turns from https://api.github.com to https://evil.example",
    },
    { kind: "settings", path: "rollcall.yaml", line: 7, detail: "state" },
    { kind: "identity", path: "identities/people/eve.yaml", line: 11, detail: "accounts.github.id of eve turns from 77 to 583231" },
  ],
  approval: {
    needs: [
      {
        why: "owner of policies/",
        paths: ["rollcall.yaml", ".github/workflows/rollcall.yaml"],
        from: ["grace", "alan"],
        approvals: 1,
        given: 0,
      },
      { why: "2 approvals: somebody gains administrative rights", paths: [], from: ["alan", "grace"], approvals: 2, given: 0 },
    ],
    counted: [],
    discounted: [
      { person: "eve", login: "eve-a", why: "eve opened it" },
      { person: null, login: "drive-by", why: "no file of the base says whose account that is, by its number" },
    ],
  },
});

const problem = (
  code: string,
  where: string,
  line: number,
  column: number,
  endColumn: number,
  summary: string,
  fix?: string,
  severity: "error" | "warning" = "error",
): Diagnostic => ({
  code,
  severity,
  summary,
  ...(fix === undefined ? {} : { fix }),
  where: [{ file: where, line, column, endColumn }],
});

/** Files that do not check. */
export const invalid: PullReport = report({
  files: [file("identities/people/hedy.yaml", "added")],
  problems: [
    problem("ROLE_UNKNOWN", "identities/people/hedy.yaml", 7, 11, 20, "There is no role enginneer.", "did you mean engineer?"),
    problem(
      "EMAIL_TAKEN",
      "identities/people/hedy.yaml",
      2,
      8,
      25,
      "hedy@acme.example is the address of heddy as well.",
      "one of the two files has to give it up",
    ),
    problem(
      "GRANT_EXPIRED",
      "identities/people/alan.yaml",
      9,
      5,
      12,
      "The grant github/team/dba ended on 2026-10-31.",
      "run rollcall fmt --prune",
      "warning",
    ),
  ],
  sources: new Map([
    [
      "identities/people/hedy.yaml",
      "name: Hedy Lamarr\nemail: hedy@acme.example\ntype: employee\nmanager: grace\nstart: 2026-12-01\n\nroles: [ enginneer, oncall ]\n",
    ],
  ]),
  approval: needsOne,
});

/** Someone who starts next month. */
export const starter: PullReport = report({
  files: [file("identities/people/hedy.yaml", "added")],
  eventually: { changes: joiner.access.changes },
  live: live([]),
  approval: approved,
});

export const keysOnly: PullReport = { ...mover, privacy: "keys" };

export const worlds = {
  joiner,
  mover,
  leaver,
  large,
  risky,
  invalid,
  starter,
  keysOnly,
  nothing: report({ files: [file("README.md")], live: live([]) }),
};
