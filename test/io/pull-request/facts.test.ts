import { expect, test } from "vitest";
import type { BranchRules, RepositoryFacts } from "../../../src/core/forge/forge.ts";
import { faultOf } from "../http/stage.ts";
import { ada, bot, grace, page, type Routes, type Said, type Stage, stage } from "./stage.ts";

const forbidden: Said = { status: 403, body: { message: "Resource not accessible by integration" } };
const notFound: Said = { status: 404, body: { message: "Not Found" } };

const repo = (given: Record<string, unknown> = {}): Said => ({
  body: {
    full_name: "acme/identity",
    visibility: "private",
    default_branch: "main",
    allow_forking: true,
    owner: { login: "acme", type: "Organization" },
    ...given,
  },
  headers: { date: "Mon, 02 Mar 2026 08:59:30 GMT", "x-oauth-scopes": "repo, read:org" },
});
const person = (who: unknown, permissions: Record<string, boolean>) => ({
  ...(who as object),
  permissions: { pull: true, push: false, admin: false, ...permissions },
});

const everything: Routes = {
  "GET /": () => repo(),
  "GET //orgs/*": () => ({ body: { login: "acme", plan: { name: "team", space: 1 } } }),
  "GET /collaborators": (a) => page([person(grace, { admin: true, push: true }), person(ada, { push: true }), person(bot, {})], a),
  "GET /actions/permissions/workflow": () => ({ body: { default_workflow_permissions: "write", can_approve_pull_request_reviews: false } }),
  "GET /environments": (a) =>
    page(
      [
        {
          name: "rollcall-write",
          can_admins_bypass: false,
          protection_rules: [{ type: "branch_policy" }, { type: "required_reviewers", reviewers: [{}, {}] }],
          deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
        },
        { name: "any", protection_rules: [], deployment_branch_policy: null },
        {
          name: "guarded/ü",
          can_admins_bypass: true,
          deployment_branch_policy: { protected_branches: true, custom_branch_policies: false },
        },
      ],
      a,
      (rows) => ({ total_count: 3, environments: rows }),
    ),
  "GET /environments/*/deployment-branch-policies": (a) =>
    page([{ name: "main", type: "branch" }, { name: "v*", type: "tag" }, { name: "hotfix" }], a, (rows) => ({
      total_count: 3,
      branch_policies: rows,
    })),
  "GET /environments/*/secrets": (a) =>
    a.parts[0] === "any"
      ? forbidden
      : page(a.parts[0] === "rollcall-write" ? [{ name: "B" }, { name: "A" }] : [], a, (rows) => ({ total_count: 0, secrets: rows })),
  "GET /actions/secrets": (a) =>
    page(
      Array.from({ length: 130 }, (_, i) => ({ name: `S${i}` })),
      a,
      (rows) => ({ total_count: 130, secrets: rows }),
    ),
  "GET /actions/organization-secrets": (a) => page([{ name: "ORG" }], a, (rows) => ({ total_count: 1, secrets: rows })),
};
// The repository itself is the path with nothing below it.
const at = (routes: Routes): Routes => ({ ...routes, "GET ": routes["GET /"]! });

test("facts of a repository, as an administrator sees them", async () => {
  const s = await stage(at(everything));
  const facts = await s.forge.facts();
  expect(facts).toMatchObject({
    name: "acme/identity",
    visibility: "private",
    defaultBranch: "main",
    ownerKind: "organization",
    plan: "team",
    forksAllowed: true,
    tokenScopes: ["repo", "read:org"],
    workflowsWriteByDefault: true,
    workflowsMayApprove: false,
    organizationSecrets: ["ORG"],
    clockSkew: 30,
  } satisfies Partial<RepositoryFacts>);
  expect(facts.admins!.map((a) => a.login)).toEqual(["ghopper"]);
  expect(facts.writers!.map((a) => a.login)).toEqual(["adalove", "ghopper"]);
  expect(facts.repositorySecrets!.length).toBe(130);
  expect(facts.environments).toEqual([
    { name: "any", branches: null, protectedBranchesOnly: false, reviewers: 0, adminsMayBypass: true, secrets: null },
    { name: "guarded/ü", branches: null, protectedBranchesOnly: true, reviewers: 0, adminsMayBypass: true, secrets: [] },
    {
      name: "rollcall-write",
      branches: ["hotfix", "main", "refs/tags/v*"],
      protectedBranchesOnly: false,
      reviewers: 2,
      adminsMayBypass: false,
      secrets: ["A", "B"],
    },
  ]);
  expect(await s.forge.defaultBranch()).toBe("main");
});

test.each([forbidden, notFound])("what the token may not see is unknown, never empty: $status", async (answer) => {
  const hidden = Object.fromEntries(Object.keys(everything).map((route) => [route, () => answer]));
  const { forge } = await stage(at({ ...hidden, "GET /": () => ({ ...repo(), headers: { date: "Mon, 02 Mar 2026 09:00:00 GMT" } }) }));
  expect(await forge.facts()).toMatchObject({
    plan: null,
    tokenScopes: null,
    admins: null,
    writers: null,
    workflowsWriteByDefault: null,
    workflowsMayApprove: null,
    environments: null,
    repositorySecrets: null,
    organizationSecrets: null,
    clockSkew: 0,
  });
});

test("a repository of a person has no plan to ask for and no secrets from above; a classic token without scopes has none", async () => {
  const s = await stage(
    at({
      ...everything,
      "GET /": () => ({
        ...repo({ owner: { login: "ada", type: "User" } }),
        headers: { date: "Mon, 02 Mar 2026 09:00:00 GMT", "x-oauth-scopes": "" },
      }),
    }),
  );
  expect(await s.forge.facts()).toMatchObject({ ownerKind: "user", plan: null, organizationSecrets: [], tokenScopes: [] });
  expect(s.asked().some((a) => a.includes("organization-secrets") || a.includes("/orgs/"))).toBe(false);
});

test("a fault that is no refusal is not taken for a thing that cannot be seen", async () => {
  const { forge } = await stage(at({ ...everything, "GET /collaborators": () => ({ body: [{ ...ada, permissions: {} }] }) }));
  expect((await faultOf(forge.facts())).message).toContain("0.permissions.admin");
  const broken = await stage(at({ ...everything, "GET /actions/secrets": () => ({ status: 500 }) }));
  expect((await faultOf(broken.forge.facts())).kind).toBe("transient");
});

const unprotected: Said = { status: 404, body: { message: "Branch not protected" } };
const strict = {
  required_status_checks: {
    strict: true,
    contexts: ["rollcall"],
    checks: [
      { context: "rollcall", app_id: 15368 },
      { context: "build", app_id: null },
    ],
  },
  enforce_admins: { enabled: true },
  required_pull_request_reviews: {
    dismiss_stale_reviews: true,
    require_code_owner_reviews: true,
    require_last_push_approval: true,
    required_approving_review_count: 2,
    bypass_pull_request_allowances: { users: [ada], teams: [{ slug: "infra" }], apps: [{ slug: "merge-bot" }] },
  },
  allow_force_pushes: { enabled: false },
  allow_deletions: { enabled: true },
};
const pullRule = (id: number, count: number, given: Record<string, boolean> = {}) => ({
  type: "pull_request",
  ruleset_id: id,
  parameters: {
    required_approving_review_count: count,
    require_code_owner_review: false,
    dismiss_stale_reviews_on_push: false,
    require_last_push_approval: false,
    required_review_thread_resolution: false,
    ...given,
  },
});

interface Told {
  readonly protection?: Said;
  readonly rules?: Said | unknown[];
  readonly rulesets?: Readonly<Record<string, Said>>;
}

const branched = ({ protection = unprotected, rules = [], rulesets = {} }: Told): Promise<Stage> =>
  stage({
    "GET /branches/*": ({ parts }) =>
      parts[0] === "main" ? { body: { name: "main", protected: true } } : { status: 404, body: { message: "Branch not found" } },
    "GET /branches/*/protection": () => protection,
    "GET /rules/branches/*": (a) => (Array.isArray(rules) ? page(rules, a) : rules),
    "GET /rulesets/*": ({ parts }) => rulesets[parts[0]!] ?? notFound,
    "GET /teams": (a) => page([{ id: 77, slug: "platform" }], a),
  });

const rulesOf = async (told: Told, branch = "main"): Promise<BranchRules> => (await branched(told)).forge.rules(branch);

const open: BranchRules = {
  branch: "main",
  exists: true,
  pullRequestRequired: false,
  approvals: 0,
  codeOwnerReview: false,
  dismissStale: false,
  lastPusherMayNotApprove: false,
  requiredChecks: [],
  forcePushAllowed: true,
  deletionAllowed: true,
  bindsAdmins: false,
  bypass: [],
  pushOnlyBy: "writers",
  unavailable: false,
};

test("a branch that nothing protects; of one that is not there yet a pattern may hold that nobody is told of", async () => {
  expect(await rulesOf({})).toEqual(open);
  expect(await rulesOf({}, "other/branch")).toMatchObject({
    branch: "other/branch",
    exists: false,
    pullRequestRequired: null,
    forcePushAllowed: null,
  });
});

test("a protection alone", async () => {
  expect(await rulesOf({ protection: { body: strict } })).toEqual({
    branch: "main",
    exists: true,
    pullRequestRequired: true,
    approvals: 2,
    codeOwnerReview: true,
    dismissStale: true,
    lastPusherMayNotApprove: true,
    requiredChecks: ["build", "rollcall"],
    forcePushAllowed: false,
    deletionAllowed: true,
    bindsAdmins: true,
    bypass: ["@acme/infra", "adalove", "app merge-bot"],
    pushOnlyBy: "writers",
    unavailable: false,
  });
  const lax = await rulesOf({ protection: { body: { ...strict, enforce_admins: { enabled: false } } } });
  expect(lax).toMatchObject({ bindsAdmins: false, bypass: ["@acme/infra", "adalove", "administrators", "app merge-bot"] });
});

test("rulesets alone: each rule counts, the strictest word for each thing, and whoever may pass one by is named", async () => {
  const told = {
    rules: [
      pullRule(1, 1, { require_code_owner_review: true }),
      pullRule(2, 2, { dismiss_stale_reviews_on_push: true }),
      {
        type: "required_status_checks",
        ruleset_id: 1,
        parameters: { required_status_checks: [{ context: "rollcall", integration_id: 15368 }] },
      },
      { type: "non_fast_forward", ruleset_id: 2 },
      { type: "a_rule_of_tomorrow", ruleset_id: 2, parameters: { odd: 1 } },
    ],
    rulesets: {
      1: {
        body: {
          bypass_actors: [
            { actor_id: 5, actor_type: "RepositoryRole", bypass_mode: "always" },
            { actor_id: 77, actor_type: "Team", bypass_mode: "pull_request" },
          ],
        },
      },
      2: {
        body: {
          bypass_actors: [
            { actor_id: 78, actor_type: "Team" },
            { actor_id: 15368, actor_type: "Integration" },
            { actor_id: null, actor_type: "DeployKey" },
          ],
        },
      },
    },
  } satisfies Told;
  expect(await rulesOf(told)).toEqual({
    branch: "main",
    exists: true,
    pullRequestRequired: true,
    approvals: 2,
    codeOwnerReview: true,
    dismissStale: true,
    lastPusherMayNotApprove: false,
    requiredChecks: ["rollcall"],
    forcePushAllowed: false,
    deletionAllowed: true,
    bindsAdmins: true,
    bypass: ["@acme/platform (in pull requests)", "administrators", "app 15368", "deploy keys", "team 78"],
    pushOnlyBy: "writers",
    unavailable: false,
  });
  const owners = { 2: { body: { bypass_actors: [{ actor_id: 1, actor_type: "OrganizationAdmin", bypass_mode: "always" }] } } };
  expect(await rulesOf({ rules: [pullRule(2, 1)], rulesets: owners })).toMatchObject({
    bindsAdmins: false,
    bypass: ["organization owners"],
  });
});

test("a protection and rulesets together", async () => {
  const rules = await rulesOf({
    protection: { body: { ...strict, required_pull_request_reviews: undefined, enforce_admins: { enabled: false } } },
    rules: [pullRule(1, 1), { type: "deletion", ruleset_id: 1 }],
    rulesets: { 1: { body: { bypass_actors: [] } } },
  });
  expect(rules).toMatchObject({
    pullRequestRequired: true,
    approvals: 1,
    requiredChecks: ["build", "rollcall"],
    forcePushAllowed: false,
    deletionAllowed: false,
    // The ruleset that demands the pull request binds them.
    bindsAdmins: true,
    bypass: ["administrators"],
  });
});

test.each([forbidden, notFound])(
  "a protection that the token may not see ($status): what is seen counts, what is not seen is unknown",
  async (protection) => {
    expect(await rulesOf({ protection })).toEqual({
      branch: "main",
      exists: true,
      pullRequestRequired: null,
      approvals: null,
      codeOwnerReview: null,
      dismissStale: null,
      lastPusherMayNotApprove: null,
      requiredChecks: null,
      forcePushAllowed: null,
      deletionAllowed: null,
      bindsAdmins: null,
      bypass: null,
      pushOnlyBy: null,
      unavailable: false,
    });
    const some = await rulesOf({
      protection,
      rules: [pullRule(1, 1), { type: "non_fast_forward", ruleset_id: 1 }],
      rulesets: { 1: { body: { bypass_actors: [] } } },
    });
    expect(some).toMatchObject({
      pullRequestRequired: true,
      approvals: 1,
      codeOwnerReview: null,
      forcePushAllowed: false,
      deletionAllowed: null,
      bindsAdmins: true,
      bypass: null,
    });
  },
);

test("where the owner's plan has no protection for this repository, nothing protects it: that is known", async () => {
  const upgrade: Said = { status: 403, body: { message: "Upgrade to GitHub Pro or make this repository public to enable this feature." } };
  expect(await rulesOf({ protection: upgrade, rules: upgrade })).toEqual({ ...open, unavailable: true });
});

test("who may pass a ruleset by is told only to those who may change it: unknown, and so is whether it binds administrators", async () => {
  for (const rulesets of [{ 1: { body: { id: 1 } } }, { 1: forbidden }, {}])
    expect(await rulesOf({ rules: [pullRule(1, 1)], rulesets })).toMatchObject({
      pullRequestRequired: true,
      bindsAdmins: null,
      bypass: null,
    });
});

test("rulesets that cannot be seen make everything unknown but what the protection demands", async () => {
  expect(await rulesOf({ protection: { body: strict }, rules: forbidden })).toMatchObject({
    pullRequestRequired: true,
    deletionAllowed: null,
    bindsAdmins: true,
    bypass: null,
  });
});

test("who alone may push: those whom the protection names, and those who may pass by a ruleset that restricts updates", async () => {
  const restrictions = { users: [ada], teams: [{ slug: "infra" }], apps: [{ slug: "github-actions" }] };
  const update = { type: "update", ruleset_id: 1 };
  const rulesets = (...bypass_actors: unknown[]) => ({ 1: { body: { bypass_actors } } });
  const pushers = async (told: Told) => (await rulesOf(told)).pushOnlyBy;
  expect(await pushers({ protection: { body: { ...strict, restrictions } } })).toEqual(["@acme/infra", "adalove", "app github-actions"]);
  expect(await pushers({ rules: [update], rulesets: rulesets({ actor_id: 5, actor_type: "RepositoryRole" }) })).toEqual(["administrators"]);
  expect(await pushers({ rules: [update], rulesets: { 1: forbidden } })).toBeNull();
  const both = {
    protection: { body: { ...strict, restrictions } },
    rules: [update],
    rulesets: rulesets({ actor_id: 9, actor_type: "User" }),
  };
  expect(await pushers(both)).toEqual([]);
});

test("a rule without its parameters is an error, not a rule that demands nothing", async () => {
  const { forge } = await branched({ rules: [{ type: "pull_request", ruleset_id: 1 }] });
  expect((await faultOf(forge.rules("main"))).message).toContain("/rules/branches/{branch} is not as documented");
});
