/** Each rule: in the world that is set up as the page says it holds; here it is broken, one thing at a time. */
import { describe, expect, test } from "vitest";
import { diagnose, forgeRules, localRules } from "../../../src/core/doctor/diagnose.ts";
import type { DoctorFacts } from "../../../src/core/doctor/facts.ts";
import type { Level } from "../../../src/core/doctor/finding.ts";
import { app, approvals, person } from "../../support/organization.ts";
import { chainOf, commitId, draft } from "../../support/records.ts";
import { record } from "../../support/world.ts";
import { accountOf, actor, apps, codes, environment, found, ownersText, paths, somebody, world, type WorldSketch } from "./world.ts";

test("a repository that is set up as the page says: nothing fails, nothing is unknown, no warning", () => {
  expect(codes(world(), "fail", "warn", "unknown")).toEqual([]);
});

const folder = { settings: { state: { kind: "folder", path: ".rollcall/state" } } } as const;
const stranger = { id: 77, login: "mallory", kind: "user" } as const;
const team = (...people: string[]) => people.map((key) => somebody(key));
const scheduled = (at: string) => draft(at, { run: { trigger: "schedule", actor: "schedule", url: null } });
const owned = (owners: Readonly<Record<string, readonly string[]>>, more: Parameters<typeof approvals>[1] = {}): WorldSketch => ({
  organization: { policies: [approvals(owners, more)] },
});
/** An organisation whose only owners are these. */
const only = (...owners: string[]): NonNullable<WorldSketch["organization"]> => ({
  apps: apps.map((a) => ({ ...a, owners })),
  policies: [approvals({ "policies/": owners })],
});

type Row = readonly [what: string, code: string, level: Level, broken: WorldSketch, says?: RegExp];
const broken: readonly Row[] = [
  ["no pull request is required", "BRANCH_PULL_REQUEST", "fail", { rules: { pullRequestRequired: false } }, /can push to main/],
  ["no approval is required", "BRANCH_APPROVALS", "fail", { rules: { approvals: 0 } }, /without any approval/],
  [
    "fewer approvals than the policy asks for",
    "BRANCH_APPROVALS",
    "warn",
    owned({ "policies/": ["ada", "grace"] }, { approvals: 2 }),
    /1 of 2/,
  ],
  ["code owners need not approve", "BRANCH_CODE_OWNERS", "warn", { rules: { codeOwnerReview: false } }],
  ["stale approvals stay", "BRANCH_STALE", "warn", { rules: { dismissStale: false } }],
  ["the last pusher may approve", "BRANCH_LAST_PUSH", "warn", { rules: { lastPusherMayNotApprove: false } }],
  ["forced pushes", "BRANCH_FORCE_PUSH", "fail", { rules: { forcePushAllowed: true } }],
  ["deletion", "BRANCH_DELETION", "fail", { rules: { deletionAllowed: true } }],
  [
    "the report is required in place of the gate",
    "BRANCH_GATE",
    "fail",
    { rules: { requiredChecks: ["rollcall", "rollcall check"] } },
    /not required/,
  ],
  ["the check of the files is not required", "BRANCH_CHECK", "warn", { rules: { requiredChecks: ["rollcall gate"] } }],
  [
    "somebody is let past: named by key where known",
    "BYPASS",
    "warn",
    { rules: { bypass: ["@acme/infra", "app 15368", "grace-at-forge", "user 1 (in pull requests)"] } },
    /@acme\/infra, app 15368 \(GitHub Actions: any workflow\), grace \(@grace-at-forge\) and ada \(@ada-at-forge\) \(in pull requests\)$/,
  ],
  [
    "an administrator whom no file knows",
    "ADMINS",
    "warn",
    { facts: { admins: [actor("root"), stranger] } },
    /2 accounts administer.*root \(@root-at-forge\) and @mallory, who is in no file$/,
  ],
  [
    "an administrator who has left",
    "ADMINS",
    "warn",
    { organization: { people: [...team("ada", "grace", "mary"), somebody("root", { lastDay: "2026-11-01" })] } },
    /root \(@root-at-forge\), who is not here/,
  ],
  ["state in a folder, applied by workflows", "STATE_PLACE", "fail", folder, /lost with the runner/],
  ["state in a folder with Pulumi", "STATE_PLACE", "warn", { settings: { ...folder.settings, engine: "pulumi" } }],
  [
    "state on the default branch",
    "STATE_ON_DEFAULT",
    "fail",
    { settings: { state: { kind: "branch", name: "main" } } },
    /the default branch/,
  ],
  ["no branch of the state though runs are recorded", "STATE_BRANCH", "warn", { stateRules: { exists: false } }],
  ["no branch of the state yet", "STATE_BRANCH", "note", { stateRules: { exists: false }, state: { records: [] } }],
  ["state can be rewritten", "STATE_FORCE_PUSH", "fail", { stateRules: { forcePushAllowed: true } }],
  ["state can be deleted", "STATE_DELETION", "fail", { stateRules: { deletionAllowed: true } }],
  ["state takes pull requests only", "STATE_PUSH", "fail", { stateRules: { pullRequestRequired: true } }, /pull requests only/],
  ["state asks for checks", "STATE_PUSH", "fail", { stateRules: { requiredChecks: ["build"] } }, /build/],
  ["only people may push state", "STATE_PUSH", "fail", { stateRules: { pushOnlyBy: ["root-at-forge"] } }],
  ["the environment is missing", "ENVIRONMENT", "fail", { facts: { environments: [] } }],
  [
    "every branch reaches the environment",
    "ENVIRONMENT_BRANCHES",
    "fail",
    { apply: { branches: null } },
    /environment rollcall is reached from every branch/,
  ],
  [
    "every branch reaches that of the preview",
    "ENVIRONMENT_BRANCHES",
    "fail",
    { preview: { branches: null } },
    /rollcall-preview is reached/,
  ],
  [
    "every protected branch does",
    "ENVIRONMENT_BRANCHES",
    "fail",
    { apply: { branches: null, protectedBranchesOnly: true } },
    /protected branch/,
  ],
  [
    "further branches do",
    "ENVIRONMENT_BRANCHES",
    "fail",
    { apply: { branches: ["main", "refs/tags/v*", "release/*"] } },
    /refs\/tags\/v\* and release\/\*/,
  ],
  ["no branch does", "ENVIRONMENT_BRANCHES", "fail", { apply: { branches: [] } }, /no branch at all/],
  ["runs wait for a person", "ENVIRONMENT_REVIEWERS", "warn", { apply: { reviewers: 1 } }],
  [
    "a credential of the repository",
    "SECRETS_EXPOSED",
    "fail",
    { facts: { repositorySecrets: ["vault_write", "X"] } },
    /of the repository.*: VAULT_WRITE$/,
  ],
  [
    "a credential of the organisation",
    "SECRETS_EXPOSED",
    "fail",
    { facts: { organizationSecrets: ["FORGE_READ"] } },
    /of the organization.*: FORGE_READ$/,
  ],
  [
    "a credential that is nowhere",
    "SECRETS_APPLY",
    "fail",
    { apply: { secrets: ["FORGE_READ", "FORGE_WRITE", "VAULT_READ"] } },
    /: VAULT_WRITE$/,
  ],
  ["a preview without its credential", "SECRETS_PREVIEW", "warn", { preview: { secrets: ["VAULT_READ"] } }, /: FORGE_READ$/],
  [
    "a preview with what writes",
    "SECRETS_PREVIEW_EXCESS",
    "fail",
    { preview: { secrets: ["FORGE_READ", "FORGE_WRITE", "VAULT_READ"] } },
    /: FORGE_WRITE$/,
  ],
  [
    "a preview with more than it needs",
    "SECRETS_PREVIEW_EXCESS",
    "warn",
    { pullRequests: { preview: "snapshot" }, preview: { secrets: ["FORGE_READ", "ROLLCALL_SNAPSHOT_KEY"] } },
    /no preview needs: FORGE_READ$/,
  ],
  [
    "one credential for both",
    "CREDENTIAL_SHARED",
    "warn",
    { organization: { apps: [...apps, app("wiki", { credentials: { read: { token: "env:W" }, write: { token: "env:W" } } })] } },
    /: wiki$/,
  ],
  ["a token that writes by default", "WORKFLOW_TOKEN", "warn", { facts: { workflowsWriteByDefault: true } }],
  ["workflows may approve", "WORKFLOW_PULLS", "note", { facts: { workflowsMayApprove: true } }],
  [
    "forms whose requests cannot become pull requests",
    "WORKFLOW_PULLS",
    "warn",
    { checkout: { generated: paths.map((path) => ({ path, state: "same" })) } },
  ],
  [
    "a token with far too much",
    "TOKEN",
    "warn",
    { facts: { tokenScopes: ["repo", "delete_repo", "admin:org"] } },
    /delete_repo and admin:org/,
  ],
  ["a token with too little", "TOKEN", "warn", { facts: { tokenScopes: [] } }, /not the scope repo/],
  [
    "a public repository with addresses",
    "PERSONAL_DATA",
    "fail",
    { facts: { visibility: "public" } },
    /4 names and 4 e-mail addresses; comments show names/,
  ],
  [
    "a public repository with names, and comments that show them",
    "PERSONAL_DATA",
    "fail",
    {
      facts: { visibility: "public" },
      organization: { people: ["ada", "grace", "mary", "root"].map((key) => person(key, accountOf(key))) },
    },
  ],
  [
    "a public repository with names that may be pseudonyms",
    "PERSONAL_DATA",
    "warn",
    {
      facts: { visibility: "public" },
      pullRequests: { comments: "keys" },
      organization: { people: ["ada", "grace", "mary", "root"].map((key) => person(key, accountOf(key))) },
    },
  ],
  ["an internal repository", "PERSONAL_DATA", "note", { facts: { visibility: "internal" } }],
  ["forks", "FORKS", "note", { facts: { forksAllowed: true } }],
  [
    "a plan without protection",
    "PLAN_PROTECTION",
    "note",
    { facts: { plan: "free" }, rules: { unavailable: true, pullRequestRequired: false } },
    /no protection/,
  ],
  ["a plan without reviewers", "PLAN_REVIEWERS", "note", { facts: { plan: "team" } }],
  [
    "workflows that were never written",
    "WORKFLOWS",
    "fail",
    { checkout: { generated: paths.map((path) => ({ path, state: "missing" })) } },
    /rollcall-apply.yml, .*preview.yml and .*scheduled.yml$/,
  ],
  [
    "an edited workflow",
    "WORKFLOWS",
    "warn",
    { checkout: { generated: paths.map((path, i) => ({ path, state: i === 0 ? "different" : "same" })) } },
    /: \.github\/workflows\/rollcall-apply.yml$/,
  ],
  [
    "a credential by the name of something else",
    "CI_VARIABLE",
    "fail",
    { organization: { apps: [...apps, app("wiki", { credentials: { read: { token: "env:PATH" }, write: {} } })] } },
  ],
  [
    "another workflow that names the environment",
    "WORKFLOWS_OTHER",
    "warn",
    { checkout: { otherWorkflows: [{ path: ".github/workflows/x.yml", text: "environment:\n  name: rollcall\n" }] } },
    /x.yml$/,
  ],
  [
    "another workflow that names a secret",
    "WORKFLOWS_OTHER",
    "warn",
    { checkout: { otherWorkflows: [{ path: ".github/workflows/x.yml", text: "${{ secrets['vault_write'] }}" }] } },
    /x.yml$/,
  ],
  [
    "another workflow that is no text",
    "WORKFLOWS_OTHER",
    "unknown",
    { checkout: { otherWorkflows: [{ path: ".github/workflows/x.yml", text: null }] } },
    /x.yml$/,
  ],
  [
    "a credential in another environment",
    "SECRETS_ELSEWHERE",
    "fail",
    { other: { secrets: ["FORGE_WRITE"] } },
    /environment pages.*: FORGE_WRITE$/,
  ],
  [
    "a credential in another environment of the default branch",
    "SECRETS_ELSEWHERE",
    "note",
    { other: { secrets: ["FORGE_WRITE"], branches: ["main"] } },
  ],
  [
    "rules of a branch that is not there yet",
    "STATE_FORCE_PUSH",
    "unknown",
    { stateRules: { exists: false, forcePushAllowed: null } },
    /before it is there/,
  ],
  [
    "whether a branch can be pushed to that is not there yet",
    "STATE_PUSH",
    "unknown",
    { stateRules: { exists: false } },
    /before it is there/,
  ],
  ["no CODEOWNERS", "CODEOWNERS", "warn", { checkout: { codeOwners: null } }, /there is no/],
  [
    "stale CODEOWNERS",
    "CODEOWNERS",
    "warn",
    { checkout: { codeOwners: `${ownersText(world().organization)}# more\n` } },
    /not that of the files/,
  ],
  ["somebody else's CODEOWNERS", "CODEOWNERS", "warn", { checkout: { codeOwners: "* @mallory\n" } }, /not written by rollcall/],
  [
    "CODEOWNERS of an earlier day",
    "CODEOWNERS",
    "note",
    ((organization) => ({
      organization,
      checkout: { codeOwners: ownersText(world({ organization }).organization, new Date("2026-11-20T12:00:00Z")) },
    }))({ people: [...team("ada", "grace", "root"), somebody("mary", { lastDay: "2026-11-21" })] }),
  ],
  ["nobody knows which app has the accounts", "ACCOUNTS_APP", "fail", { organization: { apps: [app("vault")] } }],
  ["no policy of approvals", "APPROVAL_POLICY", "note", { organization: { policies: [] } }],
  ["nobody owns anything", "APPROVAL_POLICY", "fail", { organization: { policies: [], apps: apps.map((a) => ({ ...a, owners: [] })) } }],
  [
    "an owner with a login and no number: the number that the forge has for it is told",
    "OWNER_ACCOUNTS",
    "warn",
    { organization: { people: [...team("ada", "grace", "root"), somebody("mary", { accounts: { forge: { login: "Mary-at-forge" } } })] } },
    /of mary:/,
  ],
  [
    "no owner with a number",
    "OWNER_ACCOUNTS",
    "fail",
    { organization: { people: ["ada", "grace", "mary"].map((key) => somebody(key, { accounts: {} })) } },
  ],
  [
    "a number that two claim",
    "OWNER_ACCOUNTS",
    "warn",
    { organization: { people: [...team("ada", "grace", "root"), somebody("mary", { accounts: { forge: { id: "1" } } })] } },
    /of ada and mary:/,
  ],
  [
    "fewer owners than approvals",
    "OWNERS_ENOUGH",
    "fail",
    owned({ "policies/": ["grace", "mary"] }, { approvals: 3, ownAccess: 3, adminGrants: 3 }),
    /2 owners can approve, and every change needs 3/,
  ],
  [
    "as many owners as approvals",
    "OWNERS_ENOUGH",
    "warn",
    owned({ "policies/": ["grace", "mary"] }, { approvals: 2 }),
    /one of them makes/,
  ],
  ["too few for what needs most", "OWNERS_ENOUGH", "warn", owned({ "policies/": ["grace", "mary"] }, { adminGrants: 3 }), /what needs 3/],
  ["one owner of policies", "POLICY_OWNERS", "warn", owned({ "policies/": ["grace"] }), /grace alone/],
  ["an owner who may not write", "OWNERS_WRITE", "warn", { facts: { writers: ["grace", "mary", "root"].map(actor) } }, /: ada$/],
  [
    "owners who all administer",
    "OWNERS_ADMINS",
    "warn",
    { organization: only("ada", "root"), facts: { admins: [actor("ada"), actor("root")] } },
  ],
  [
    "no scheduled run for days",
    "HEARTBEAT",
    "fail",
    { state: { records: chainOf([scheduled("2026-11-23T11:00:00.000Z"), draft("2026-11-25T11:00:00.000Z")]) } },
    /2 days ago, on 2026-11-23T11/,
  ],
  ["no scheduled run ever, and others for days", "HEARTBEAT", "fail", { state: { records: chainOf([draft("2026-11-20T11:00:00.000Z")]) } }],
  ["no scheduled run yet", "HEARTBEAT", "note", { state: { records: chainOf([draft("2026-11-25T11:00:00.000Z")]) } }],
  ["no run yet", "HEARTBEAT", "note", { state: { records: [] } }],
  [
    "records from the future alone",
    "HEARTBEAT",
    "note",
    { state: { records: chainOf([scheduled("2027-11-25T11:00:00.000Z")]) } },
    /no run has/,
  ],
  ["records that were altered", "RECORDS", "fail", { state: { problems: 2 } }],
  ["an old Git", "GIT_VERSION", "fail", { more: { gitVersion: "2.37.9" } }],
  ["a clock that runs ahead", "CLOCK", "fail", { facts: { clockSkew: 301 } }, /301 seconds ahead/],
  ["a clock that runs behind", "CLOCK", "fail", { facts: { clockSkew: -4000 } }, /behind/],
  ["another commit than the forge's", "CHECKOUT", "note", { checkout: { commit: commitId("b") } }, /bbbbbbbbbbbb/],
];

test.each(broken.map(([...row]) => row))("%s: %s, %s", (...[, code, level, sketch, says = /./]: Row) => {
  const facts = world(sketch);
  const of = found(facts, code).filter((f) => f.level === level);
  expect(of.length, codes(facts, "fail", "warn", "unknown", "note").join("\n")).toBeGreaterThan(0);
  expect(of.map((f) => f.summary).join("\n")).toMatch(says);
  for (const f of of) if (level === "fail") expect(f.fix).not.toBeNull();
});

test("there is a broken world for every word that the good one says", () => {
  const said = new Set(
    diagnose(world())
      .filter((f) => f.level === "ok")
      .map((f) => f.code),
  );
  const tried = new Set(broken.map(([, code]) => code));
  // The plan is only told; what the plan lacks has codes of its own.
  expect([...said].filter((code) => !tried.has(code))).toEqual(["PLAN"]);
});

test("each rule that is taken away leaves something broken unsaid", () => {
  const rules = { ...forgeRules, ...localRules };
  const codesOf = (name: string): Set<string> =>
    new Set(
      broken.flatMap(([, , , sketch]) =>
        runOne(name, world(sketch))
          .filter((f) => f.level !== "ok")
          .map((f) => f.code),
      ),
    );
  const all = new Map(Object.keys(rules).map((name) => [name, codesOf(name)]));
  for (const [name, own] of all) {
    const others = new Set([...all].filter(([other]) => other !== name).flatMap(([, of]) => [...of]));
    expect(
      [...own].filter((code) => !others.has(code)),
      name,
    ).not.toEqual([]);
  }
});

function runOne(name: string, facts: DoctorFacts): ReturnType<typeof diagnose> {
  if ("why" in facts.forge) return [];
  return forgeRules[name]?.(facts.forge, facts) ?? localRules[name]!(facts);
}

describe("what holds all the same", () => {
  test("an app that is let past the rule of the state's branch can push to it", () => {
    const facts = world({ stateRules: { pullRequestRequired: true, bypass: ["app 42"], pushOnlyBy: ["app 42"] } });
    expect(found(facts, "STATE_PUSH").map((f) => f.level)).toEqual(["ok"]);
    expect(found(facts, "STATE_WRITERS")[0]!.summary).toContain("app 42");
  });

  test("with a plan that has no protection nothing fails for want of one", () => {
    const open = {
      unavailable: true,
      pullRequestRequired: false,
      approvals: 0,
      forcePushAllowed: true,
      deletionAllowed: true,
      requiredChecks: [],
    };
    expect(codes(world({ facts: { plan: "free" }, rules: open, stateRules: open }), "fail", "warn", "unknown")).toEqual([]);
  });

  test("a private repository on Free has no environments: said, since its secrets then lie open", () => {
    const [first] = found(world({ facts: { plan: "free", environments: [] } }), "ENVIRONMENT");
    expect(first).toMatchObject({ level: "fail", detail: expect.stringContaining("GitHub Free"), fix: expect.stringContaining("Team") });
  });

  test("public repositories have required reviewers on every plan", () => {
    expect(found(world({ facts: { plan: "free", visibility: "public" } }), "PLAN_REVIEWERS")).toEqual([]);
  });

  test("one credential for both is only to be known where previews hold none", () => {
    const wiki = app("wiki", { credentials: { read: { token: "env:W" }, write: { token: "env:W" } } });
    const sketch: WorldSketch = { organization: { apps: [...apps, wiki] }, pullRequests: { preview: "snapshot" } };
    expect(found(world(sketch), "CREDENTIAL_SHARED").map((f) => f.level)).toEqual(["note"]);
  });

  test("previews of the files alone want no environment and no credential", () => {
    const environments = [environment("rollcall", ["FORGE_READ", "FORGE_WRITE", "VAULT_READ", "VAULT_WRITE"])];
    expect(codes(world({ pullRequests: { preview: "files" }, facts: { environments } }), "fail", "warn", "unknown")).toEqual([]);
  });

  test("of a branch that takes pushes nothing is said of reviews", () => {
    const facts = world({
      rules: { pullRequestRequired: false, approvals: 0, codeOwnerReview: false, dismissStale: false, lastPusherMayNotApprove: false },
    });
    expect(codes(facts, "fail", "warn")).toEqual(["BRANCH_PULL_REQUEST fail"]);
  });

  test("state that could be read tells the number of an account as well", () => {
    const people = [...team("ada", "grace", "root"), somebody("mary", { accounts: {} })];
    const accounts = new Map([["mary", record("forge", "mary", "user/3", { login: "mary-at-forge" })]]);
    expect(found(world({ organization: { people }, state: { accounts } }), "OWNER_ACCOUNTS")[0]!.level).toBe("ok");
    const unread = world({ organization: { people }, more: { state: { why: "the remote was not reached" } } });
    expect(found(unread, "OWNER_ACCOUNTS")[0]).toMatchObject({ level: "unknown", summary: expect.stringContaining("mary") });
    // Who is missing may be there: nothing is said of how many there are.
    expect(found(unread, "OWNERS_ENOUGH")).toEqual([]);
  });

  test("the number that the forge has for a login is told to be looked at, not taken", () => {
    const people = [...team("ada", "grace", "root"), somebody("mary", { accounts: { forge: { login: "Mary-at-forge" } } })];
    expect(found(world({ organization: { people } }), "OWNER_ACCOUNTS")[0]!.fix).toContain(
      "make sure that they are who you mean: mary: @mary-at-forge is 3",
    );
  });
});

test("the same facts, the same findings, in whatever order they came together", () => {
  const sketch: WorldSketch = { facts: { visibility: "public", environments: [] }, rules: { forcePushAllowed: true } };
  const facts = world(sketch);
  const turned = { ...facts, organization: { ...facts.organization, apps: new Map([...facts.organization.apps].toReversed()) } };
  expect(diagnose(turned)).toEqual(diagnose(world(sketch)));
});
