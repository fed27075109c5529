/** A repository that is set up as docs/pull-requests.md says, as the facts that doctor judges. */
import { diagnose } from "../../../src/core/doctor/diagnose.ts";
import type { Checkout, DoctorFacts, ForgeSeen, StateSeen } from "../../../src/core/doctor/facts.ts";
import type { Finding, Level } from "../../../src/core/doctor/finding.ts";
import type { Actor, BranchRules, EnvironmentFacts, RepositoryFacts } from "../../../src/core/forge/forge.ts";
import type { App } from "../../../src/core/model/app.ts";
import { type Organization, usualPullRequests } from "../../../src/core/model/organization.ts";
import type { PullRequestSettings, Settings } from "../../../src/core/model/organization.ts";
import { forgeAccounts } from "../../../src/core/review/accounts.ts";
import { codeOwners } from "../../../src/core/review/code-owners.ts";
import { app, approvals, organization, type OrganizationSketch, person } from "../../support/organization.ts";
import { chainOf, commitId, draft } from "../../support/records.ts";

const now = new Date("2026-11-25T12:00:00Z");
const people = ["ada", "grace", "mary", "root"];
export const actor = (login: string): Actor => ({ id: people.indexOf(login) + 1, login: `${login}-at-forge`, kind: "user" });
export const accountOf = (key: string) => ({ accounts: { forge: { login: `${key}-at-forge`, id: String(people.indexOf(key) + 1) } } });
export const somebody = (key: string, more: Parameters<typeof person>[1] = {}) =>
  person(key, { email: `${key}@acme.example`, ...accountOf(key), ...more });

export const apps: readonly App[] = [
  app("forge", {
    connector: "github",
    owners: ["grace"],
    credentials: { read: { token: "env:FORGE_READ" }, write: { token: "env:FORGE_WRITE" } },
  }),
  app("vault", { owners: ["mary"], credentials: { read: { token: "env:VAULT_READ" }, write: { token: "env:VAULT_WRITE" } } }),
];

export interface WorldSketch {
  readonly organization?: OrganizationSketch;
  readonly settings?: Partial<Settings>;
  readonly pullRequests?: Partial<PullRequestSettings>;
  readonly facts?: Partial<RepositoryFacts>;
  readonly rules?: Partial<BranchRules>;
  readonly stateRules?: Partial<BranchRules>;
  readonly apply?: Partial<EnvironmentFacts>;
  readonly preview?: Partial<EnvironmentFacts>;
  /** An environment of something else. */
  readonly other?: Partial<EnvironmentFacts>;
  readonly checkout?: Partial<Checkout>;
  readonly state?: Partial<StateSeen>;
  readonly more?: Partial<DoctorFacts>;
}

export const environment = (name: string, secrets: readonly string[], more: Partial<EnvironmentFacts> = {}): EnvironmentFacts => ({
  name,
  branches: ["main"],
  protectedBranchesOnly: false,
  reviewers: 0,
  adminsMayBypass: true,
  secrets,
  ...more,
});

const open: BranchRules = {
  branch: "main",
  exists: true,
  pullRequestRequired: true,
  approvals: 1,
  codeOwnerReview: true,
  dismissStale: true,
  lastPusherMayNotApprove: true,
  requiredChecks: ["rollcall check", "rollcall gate"],
  forcePushAllowed: false,
  deletionAllowed: false,
  bindsAdmins: true,
  bypass: [],
  pushOnlyBy: "writers",
  unavailable: false,
};
const ofState: BranchRules = {
  ...open,
  branch: "rollcall-state",
  pullRequestRequired: false,
  approvals: 0,
  codeOwnerReview: false,
  dismissStale: false,
  lastPusherMayNotApprove: false,
  requiredChecks: [],
};

export const paths = ["apply", "check", "preview", "request", "scheduled"].map((name) => `.github/workflows/rollcall-${name}.yml`);

/** What CODEOWNERS of an organisation is; null where nobody could be named. */
export function ownersText(of: Organization, at = now): string | null {
  const made = codeOwners({ organization: of, now: at, loginOf: forgeAccounts(of, new Map()).loginOf, prefix: "" });
  return made.kind === "text" ? made.text : null;
}

export function world(sketch: WorldSketch = {}): DoctorFacts {
  const files = organization({
    people: ["ada", "grace", "mary", "root"].map((key) => somebody(key)),
    apps,
    policies: [approvals({ "policies/": ["grace", "mary"], "identities/people/": ["ada"] })],
    ...sketch.organization,
  });
  const of: Organization = {
    ...files,
    settings: {
      ...files.settings,
      state: { kind: "branch", name: "rollcall-state" },
      ...sketch.settings,
      pullRequests: { ...usualPullRequests, ...sketch.pullRequests },
    },
  };
  const facts: RepositoryFacts = {
    name: "acme/access",
    visibility: "private",
    defaultBranch: "main",
    ownerKind: "organization",
    plan: "enterprise",
    forksAllowed: false,
    tokenScopes: ["repo", "read:org"],
    admins: [actor("root")],
    writers: people.map(actor),
    workflowsWriteByDefault: false,
    workflowsMayApprove: false,
    environments: [
      environment("rollcall", ["FORGE_READ", "FORGE_WRITE", "VAULT_READ", "VAULT_WRITE"], sketch.apply),
      environment("rollcall-preview", ["FORGE_READ", "VAULT_READ"], sketch.preview),
      environment("pages", ["PAGES_TOKEN"], { branches: null, ...sketch.other }),
    ],
    repositorySecrets: ["NPM_TOKEN"],
    organizationSecrets: [],
    clockSkew: 1,
    ...sketch.facts,
  };
  const forge: ForgeSeen = {
    facts,
    rules: { ...open, ...sketch.rules },
    stateRules: of.settings.state.kind === "branch" ? { ...ofState, branch: of.settings.state.name, ...sketch.stateRules } : null,
    head: commitId("a"),
  };
  return {
    now,
    organization: of,
    forge,
    checkout: {
      commit: commitId("a"),
      prefix: "",
      codeOwners: sketch.checkout?.codeOwners === undefined ? ownersText(of) : sketch.checkout.codeOwners,
      // Requests by form are not used here: workflows may open no pull request.
      generated: paths.map((path) => ({ path, state: path.includes("request") ? "missing" : "same" })),
      otherWorkflows: [{ path: ".github/workflows/build.yml", text: "on: push\njobs: { build: { runs-on: ubuntu-24.04 } }\n" }],
      ...sketch.checkout,
    },
    state: {
      records: chainOf([draft("2026-11-25T11:23:00.000Z", { run: { trigger: "schedule", actor: "schedule", url: null } })]),
      problems: 0,
      accounts: new Map(),
      ...sketch.state,
    },
    gitVersion: "2.39.5",
    heartbeat: 26,
    ...sketch.more,
  };
}

/** Findings of one code. */
export const found = (facts: DoctorFacts, code: string): Finding[] => diagnose(facts).filter((f) => f.code === code);
/** `CODE level` of everything at these levels, in order. */
export const codes = (facts: DoctorFacts, ...of: Level[]): string[] =>
  diagnose(facts)
    .filter((f) => of.includes(f.level))
    .map((f) => `${f.code} ${f.level}`);
