/** `rollcall doctor` against a hosted repository: set up as docs/pull-requests.md says, and broken in one thing at a time. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { World } from "../../providers/github/simulator/world.ts";
import type { Context } from "../../src/cli/command.ts";
import { UsageError } from "../../src/cli/command.ts";
import { codeOwners } from "../../src/cli/commands/codeowners.ts";
import { doctor, type DoctorOptions } from "../../src/cli/commands/doctor.ts";
import { init } from "../../src/cli/commands/init.ts";
import { worst } from "../../src/cli/exit-code.ts";
import type { Ran } from "../support/company.ts";
import { type Files, type HostedRepository, hostRepository } from "../support/hosted-repository.ts";
import { git } from "../support/git.ts";
import { chainOf, draft } from "../support/records.ts";

const people = { root: "admin", ada: "member", grace: "member", mary: "member", mallory: "member" } as const;
const numberOf = (login: string): number => Object.keys(people).indexOf(login) + 1;
const personOf = (key: string): Files => ({
  [`identities/people/${key}.yaml`]: `name: ${key}\nemail: ${key}@acme.example\naccounts: { github: { login: ${key}, id: "${numberOf(key)}" } }\n`,
});
const files: Files = {
  "rollcall.yaml": "organization: Acme\ndomains: [acme.example]\ntimezone: UTC\nstate: git:rollcall-state\n",
  "identities/apps/github.yaml":
    "connector: github\nsettings: { organization: acme }\ncredentials:\n  read: { token: env:ACME_GITHUB_READ }\n  write: { token: env:ACME_GITHUB_WRITE }\nowners: [grace]\n",
  "policies/approval.yaml": "kind: approval\nowners:\n  identities/people/: [mary, ada]\n  policies/: [grace, mary]\n",
  ...personOf("root"),
  ...personOf("ada"),
  ...personOf("grace"),
  ...personOf("mary"),
};

type Repository = World["repositories"][number];
type Change = (repository: Repository, world: World) => void;

/** What the page asks for. */
const setUp: Change = (r, world) => {
  world.users.find((u) => u.login === "root")!.scopes = ["repo", "read:org"];
  r.allowForking = false;
  r.rulesets.push(
    {
      id: 1,
      name: "main",
      source: "Repository",
      enforcement: "active",
      include: ["~DEFAULT_BRANCH"],
      exclude: [],
      bypass: [],
      createdAt: r.createdAt,
      rules: [
        { type: "pull_request", count: 1, dismissStale: true, codeOwners: true, lastPush: true },
        { type: "required_status_checks", strict: false, contexts: ["rollcall gate", "rollcall check"] },
        { type: "non_fast_forward" },
        { type: "deletion" },
      ],
    },
    {
      id: 2,
      name: "state",
      source: "Repository",
      enforcement: "active",
      include: ["refs/heads/rollcall-state"],
      exclude: [],
      bypass: [],
      createdAt: r.createdAt,
      rules: [{ type: "non_fast_forward" }, { type: "deletion" }],
    },
  );
  const environment = (id: number, name: string, secrets: string[]): Repository["environments"][number] => ({
    id,
    name,
    reviewers: { users: [], teams: [] },
    preventSelfReview: false,
    waitTimer: 0,
    adminsMayBypass: true,
    branches: ["main"],
    secrets,
    createdAt: r.createdAt,
  });
  r.environments.push(
    environment(11, "rollcall", ["ACME_GITHUB_READ", "ACME_GITHUB_WRITE"]),
    environment(12, "rollcall-preview", ["ACME_GITHUB_READ"]),
  );
  r.actions.mayApprove = true;
};

interface Stage {
  readonly host: HostedRepository;
  readonly dir: string;
  look(options?: DoctorOptions, more?: Partial<Context>): Promise<Ran>;
  /** `CODE level` of what is not ok, as JSON has it. */
  told(options?: DoctorOptions, more?: Partial<Context>): Promise<{ codes: string[]; result: Ran; findings: Told[] }>;
}
interface Told {
  readonly code: string;
  readonly level: string;
  readonly summary: string;
  readonly fix: string | null;
}

const open: HostedRepository[] = [];
let well: Stage;
let asItWas: World;
beforeAll(async () => {
  well = await stage();
  asItWas = well.host.world();
  open.pop();
});
afterEach(async () => {
  well.host.github.load(structuredClone(asItWas));
  await Promise.all(open.splice(0).map(async (host) => host.close()));
});
afterAll(async () => well.host.close());

/** The one that is set up well, with what GitHub has of it changed until the end of the test. */
function changed(change: Change): Stage {
  const world = structuredClone(asItWas);
  change(world.repositories[0]!, world);
  well.host.github.load(world);
  return well;
}

interface Given {
  /** After workflows and CODEOWNERS were written. */
  readonly files?: Files;
  /** Hours since the last scheduled run; null: none was. */
  readonly scheduled?: number | null;
}

async function stage({ files: beside = {}, scheduled = 1 }: Given = {}): Promise<Stage> {
  const host = await hostRepository({
    people,
    files,
    token: "of-nobody-here",
    change: (world) => setUp(world.repositories[0]!, world),
  });
  open.push(host);
  const dir = host.clone();
  const env = { GITHUB_REPOSITORY: host.name, GITHUB_API_URL: host.url, GITHUB_TOKEN: "user:root", ROLLCALL_CACHE: "off" };
  const run = async (command: (context: Context) => ReturnType<typeof doctor>, more: Partial<Context> = {}): Promise<Ran> => {
    let [out, err] = ["", ""];
    const context: Context = {
      dir,
      json: false,
      apps: [],
      sandbox: false,
      verbose: false,
      env,
      now: host.now,
      out: (text) => void (out += text),
      err: (text) => void (err += text),
      colour: { out: false, err: false },
      interactive: false,
      width: 100,
      signal: new AbortController().signal,
      ask: () => Promise.reject(new Error("nobody is here to answer")),
      ...more,
    };
    try {
      const result = await command(context);
      return { code: typeof result === "number" ? result : worst(result), out, err };
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return { code: error.code, out, err: `${err}${error.message}` };
    }
  };
  await run(async (c) => init(c, undefined, { ci: "github" }));
  await run(async (c) => codeOwners(c, {}));
  // As administrators once did, before there were rules.
  const commit = (branch: string, texts: Files): void => {
    host.commit({ dir, as: "root", branch, files: texts });
    git(dir, "push", "--quiet", "origin", branch);
  };
  commit("main", beside);
  if (scheduled !== null) {
    const at = new Date(host.now().getTime() - scheduled * 3_600_000).toISOString();
    const records = chainOf([draft(at, { run: { trigger: "schedule", actor: "schedule", url: null } })]);
    const state = host.clone();
    git(state, "switch", "--quiet", "--orphan", "rollcall-state");
    host.commit({
      dir: state,
      as: "root",
      files: { [`records/${at.slice(0, 7)}.jsonl`]: records.map((r) => `${JSON.stringify(r)}\n`).join("") },
    });
    git(state, "push", "--quiet", "origin", "rollcall-state");
  }
  const look: Stage["look"] = async (options = {}, more = {}) => run(async (c) => doctor(c, options), more);
  return {
    host,
    dir,
    look,
    async told(options, more) {
      host.github.forget();
      const result = await look(options, { json: true, ...more });
      const { version, counts, findings } = JSON.parse(result.out) as { version: number; counts: Record<string, number>; findings: Told[] };
      expect(version).toBe(1);
      expect(Object.values(counts).reduce((a, b) => a + b, 0)).toBe(findings.length);
      // Law 2, in every world of this file.
      expect(host.github.seen.filter((r) => r.mutating || r.method !== "GET")).toEqual([]);
      return { codes: findings.filter((f) => f.level !== "ok").map((f) => `${f.code} ${f.level}`), result, findings };
    },
  };
}

test("a repository that is set up as the page says: exit 0, nothing fails, nothing unknown, no warning; what is to be known is named", async () => {
  const { told, look, host } = well;
  const { codes, result, findings } = await told();
  expect(codes).toEqual(["ADMINS note", "PLAN_REVIEWERS note", "STATE_WRITERS note", "WORKFLOW_PULLS note"]);
  expect([result.code, result.err]).toEqual([0, ""]);
  expect(findings.find((f) => f.code === "ADMINS")!.summary).toMatch(/one account administers .*: root \(@root\)$/);
  const text = await look();
  expect(text.out).toMatch(/^To be known\n {2}- ADMINS: /);
  expect(text.out).toMatch(
    new RegExp(`\n${host.name} at ${host.tip().slice(0, 12)}: 0 failures, 0 warnings, 0 unknown, 4 notes, \\d+ ok\n$`),
  );
  expect((await look()).out).toBe(text.out);
});

type Rule = Repository["rulesets"][number]["rules"][number];
const mainRule = (r: Repository): Repository["rulesets"][number] => r.rulesets[0]!;
const ruleOf = <T extends Rule["type"]>(r: Repository, type: T): Extract<Rule, { type: T }> =>
  mainRule(r).rules.find((rule): rule is Extract<Rule, { type: T }> => rule.type === type)!;

const broken: readonly (readonly [what: string, codes: readonly string[], given: Given & { readonly change?: Change }])[] = [
  [
    "nothing protects the default branch",
    ["BRANCH_DELETION fail", "BRANCH_FORCE_PUSH fail", "BRANCH_GATE fail", "BRANCH_PULL_REQUEST fail", "BRANCH_CHECK warn"],
    { change: (r) => void r.rulesets.shift() },
  ],
  ["no approval is asked for", ["BRANCH_APPROVALS fail"], { change: (r) => void (ruleOf(r, "pull_request").count = 0) }],
  [
    "reviews are asked for laxly",
    ["BRANCH_CODE_OWNERS warn", "BRANCH_LAST_PUSH warn", "BRANCH_STALE warn"],
    { change: (r) => void Object.assign(ruleOf(r, "pull_request"), { codeOwners: false, lastPush: false, dismissStale: false }) },
  ],
  [
    "the report is required, and not the gate",
    ["BRANCH_GATE fail", "BRANCH_CHECK warn"],
    { change: (r) => void (ruleOf(r, "required_status_checks").contexts = ["rollcall"]) },
  ],
  [
    "administrators and an app are let past",
    ["BYPASS warn"],
    {
      change: (r) =>
        void mainRule(r).bypass.push(
          { actor: 5, type: "RepositoryRole", mode: "always" },
          { actor: 15_368, type: "Integration", mode: "always" },
        ),
    },
  ],
  [
    "an administrator whom no file knows",
    ["ADMINS warn"],
    { change: (r) => void r.collaborators.push({ user: numberOf("mallory"), permission: "admin" }) },
  ],
  ["the state can be rewritten and removed", ["STATE_DELETION fail", "STATE_FORCE_PUSH fail"], { change: (r) => void r.rulesets.pop() }],
  ["the state takes pull requests only", ["STATE_PUSH fail"], { change: (r) => void (mainRule(r).include = ["~ALL"]) }],
  [
    "the state takes pushes of people alone",
    ["STATE_PUSH fail"],
    {
      change: (r) =>
        void r.protections.push({
          pattern: "rollcall-state",
          reviews: null,
          checks: null,
          restrictions: { users: [numberOf("root")], teams: [], apps: [] },
          enforceAdmins: true,
          linearHistory: false,
          allowForcePushes: false,
          allowDeletions: false,
        }),
    },
  ],
  [
    "state in a folder while workflows apply",
    ["STATE_PLACE fail"],
    { files: { "rollcall.yaml": "organization: Acme\ndomains: [acme.example]\ntimezone: UTC\n" }, scheduled: null },
  ],
  ["there are no environments", ["ENVIRONMENT fail", "ENVIRONMENT fail"], { change: (r) => void r.environments.splice(0) }],
  ["every branch reaches the secrets", ["ENVIRONMENT_BRANCHES fail"], { change: (r) => void (r.environments[0]!.branches = null) }],
  [
    "every protected branch reaches them",
    ["ENVIRONMENT_BRANCHES fail"],
    { change: (r) => void (r.environments[0]!.branches = "protected") },
  ],
  ["a credential of the repository", ["SECRETS_EXPOSED fail"], { change: (r) => void r.actions.secrets.push("ACME_GITHUB_WRITE") }],
  [
    "a credential of the organisation",
    ["SECRETS_EXPOSED fail"],
    { change: (r) => void r.actions.organizationSecrets.push("ACME_GITHUB_READ") },
  ],
  [
    "a preview that can write",
    ["SECRETS_PREVIEW_EXCESS fail"],
    { change: (r) => void r.environments[1]!.secrets.push("ACME_GITHUB_WRITE") },
  ],
  ["runs without their credential", ["SECRETS_APPLY fail"], { change: (r) => void (r.environments[0]!.secrets = ["ACME_GITHUB_READ"]) }],
  [
    "workflows that write by default and open nothing",
    ["WORKFLOW_PULLS warn", "WORKFLOW_TOKEN warn"],
    { change: (r) => void Object.assign(r.actions, { defaultPermission: "write", mayApprove: false }) },
  ],
  ["a public repository", ["PERSONAL_DATA fail"], { change: (r) => void (r.visibility = "public") }],
  [
    "a token with far too much",
    ["TOKEN warn"],
    { change: (_, w) => void (w.users.find((u) => u.login === "root")!.scopes = ["repo", "delete_repo"]) },
  ],
  ["no scheduled run for two days", ["HEARTBEAT fail"], { scheduled: 48 }],
  ["an edited workflow", ["WORKFLOWS warn"], { files: { ".github/workflows/rollcall-apply.yml": "on: push\n" } }],
  ["a workflow that is gone", ["WORKFLOWS fail"], { files: { ".github/workflows/rollcall-scheduled.yml": null } }],
  [
    "another workflow in rollcall's environment",
    ["WORKFLOWS_OTHER warn"],
    { files: { ".github/workflows/x.yaml": "on: push\njobs: { x: { environment: rollcall } }\n" } },
  ],
  ["CODEOWNERS of somebody's own", ["CODEOWNERS warn"], { files: { ".github/CODEOWNERS": "* @mallory\n" } }],
  [
    "an owner whose account is a login alone",
    ["OWNER_ACCOUNTS warn"],
    { files: { "identities/people/ada.yaml": "name: ada\nemail: ada@acme.example\naccounts: { github: { login: ada } }\n" } },
  ],
];

test.each(broken)("found by name: %s", async (_, codes, given) => {
  const { told } = given.change ? changed(given.change) : await stage(given);
  const { codes: found, result, findings } = await told();
  const usual = ["ADMINS note", "PLAN_REVIEWERS note", "STATE_WRITERS note", "WORKFLOW_PULLS note", "HEARTBEAT note"];
  expect(found.filter((code) => !usual.includes(code))).toEqual(codes);
  const fails = codes.some((code) => code.endsWith(" fail"));
  expect([result.code, result.err]).toEqual([fails ? 5 : 0, ""]);
  for (const f of findings.filter((x) => x.level === "fail")) expect(f.fix, f.code).not.toBeNull();
});

test("on Free a private repository has no protection, which is a note; that secrets have no place to lie is a failure", async () => {
  const { told } = changed((r, world) => {
    r.environments.splice(0);
    world.organizations[0]!.plan = "free";
  });
  const { codes, result } = await told();
  expect(codes).toContain("PLAN_PROTECTION note");
  expect(codes.filter((code) => code.endsWith(" fail"))).toEqual(["ENVIRONMENT fail", "ENVIRONMENT fail"]);
  expect(result.code).toBe(5);
});

test.each([
  ["a workflow's own token", "app:github-actions"],
  ["somebody who may only read", "user:outie"],
  ["somebody who may write", "user:ada"],
])("%s sees little: what it does not see is unknown, nothing of it is ok, and nothing fails for that", async (_, token) => {
  const { told, host } = changed((r, world) => {
    world.users.push({ ...world.users[1]!, id: 50, login: "outie", verifiedEmails: [] });
    world.organizations[0]!.outside.push(50);
    r.collaborators.push({ user: 50, permission: "read" });
  });
  const env = { GITHUB_REPOSITORY: host.name, GITHUB_API_URL: host.url, GITHUB_TOKEN: token, ROLLCALL_CACHE: "off" };
  const { codes, result, findings } = await told({}, { env });
  expect(codes.filter((code) => /fail|warn/.test(code))).toEqual([]);
  expect(result.code).toBe(0);
  // What only administrators see.
  for (const code of ["BYPASS", "WORKFLOW_TOKEN", "PLAN"]) expect(codes).toContain(`${code} unknown`);
  const unknown = findings.filter((f) => f.level === "unknown");
  for (const f of unknown)
    expect(f).toMatchObject({
      summary: expect.stringContaining("not visible to this token"),
      fix: expect.stringMatching(/^look with a token/),
    });
  const ok = new Set(findings.filter((f) => f.level === "ok").map((f) => f.code));
  expect(unknown.map((f) => f.code).filter((code) => ok.has(code))).toEqual([]);
});

test("without a token: what the files tell, what was not looked at, and exit 4", async () => {
  const { told, host } = await stage({ files: { ".github/CODEOWNERS": null } });
  const { codes, result } = await told({}, { env: { GITHUB_REPOSITORY: host.name, GITHUB_API_URL: host.url, ROLLCALL_CACHE: "off" } });
  expect(codes).toEqual(["CODEOWNERS warn", "FORGE unknown"]);
  expect(result.code).toBe(4);
  expect(host.github.seen).toEqual([]);
});

test("a token that is not let in, and a repository that is not there: exit 4 with the forge's word", async () => {
  const { look, host } = well;
  const env = { GITHUB_REPOSITORY: host.name, GITHUB_API_URL: host.url, ROLLCALL_CACHE: "off" };
  expect(await look({}, { env: { ...env, GITHUB_TOKEN: "wrong" } })).toMatchObject({
    code: 4,
    out: expect.stringMatching(
      /^Not known\n {2}\? FORGE: the forge was not looked at: GET \/repos\/acme\/identities was answered with 401/,
    ),
  });
  expect(await look({}, { env: { ...env, GITHUB_TOKEN: "user:root", GITHUB_REPOSITORY: "acme/none" } })).toMatchObject({
    code: 4,
    out: expect.stringContaining("not looked at: GitHub answered 404"),
  });
});

test("--offline asks nobody, not even for the state, and says so; exit 0", async () => {
  const { told, host } = well;
  const { codes, result, findings } = await told({ offline: true });
  expect(codes).toEqual(["FORGE unknown", "HEARTBEAT unknown"]);
  expect(findings.find((f) => f.code === "HEARTBEAT")!.summary).toContain("--offline asks nobody");
  expect(result.code).toBe(0);
  expect(host.github.seen).toEqual([]);
});

test("outside of Git the folder is judged, and what was not looked at is said", async () => {
  const { told, dir } = await stage();
  rmSync(join(dir, ".git"), { recursive: true });
  const { codes, result } = await told({ offline: true });
  expect(codes).toEqual(expect.arrayContaining(["CHECKOUT unknown", "FORGE unknown"]));
  expect(result.code).toBe(0);
});

test("the commit is judged, and not what lies in the folder beside it", async () => {
  const { told, look, dir } = await stage();
  writeFileSync(join(dir, ".github/CODEOWNERS"), "* @mallory\n");
  writeFileSync(join(dir, "rollcall.yaml"), "nothing: good\n");
  expect((await told()).codes.filter((code) => !code.endsWith("note"))).toEqual([]);
  git(dir, "commit", "--quiet", "--all", "--message", "Broken");
  expect(await look()).toMatchObject({ code: 3, out: "", err: expect.stringContaining("rollcall.yaml") });
});

test("--heartbeat says after how many hours a run is missed", async () => {
  const { told } = await stage({ scheduled: 10 });
  expect((await told({ heartbeat: 12 })).result.code).toBe(0);
  expect((await told({ heartbeat: 8 })).codes).toContain("HEARTBEAT fail");
});

test("names from the forge are shown as text that nothing acts upon", async () => {
  const { look } = changed((r) => void (r.environments[0]!.branches = ["main", "x\u001b[31m\u202e"]));
  const { out } = await look();
  expect(out).toContain("x\\u{1b}[31m\\u{202e}");
  // oxlint-disable-next-line no-control-regex
  expect(out).not.toMatch(/[\u001b\u202e]/);
});
