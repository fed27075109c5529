/** The pull-request loop on the simulated GitHub: real Git behind it, and every answer held against GitHub's published description. */
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import type { HostedRepository, HostOptions } from "../../test/support/hosted-repository.ts";
import { hostRepository } from "../../test/support/hosted-repository.ts";
import { git } from "../../test/support/git.ts";
import { conforming } from "./spec/conform.ts";
import type { World } from "./simulator/world.ts";

const spec = conforming();
let open: HostedRepository[] = [];

async function host(options: HostOptions = {}): Promise<HostedRepository> {
  const h = await hostRepository({ fetch: spec.fetch, ...options });
  open.push(h);
  return h;
}

afterEach(async () => {
  const all = open;
  open = [];
  for (const h of all) await h.close();
  const breaches = spec.breaches.splice(0);
  if (breaches.length > 0) throw new Error(`Not as GitHub publishes it: ${breaches.join("; ")}`);
});

const repo = "/repos/acme/identities";
const repository = (w: World): World["repositories"][number] => w.repositories[0]!;

/** A branch with one new file, pushed, and a pull request for it. */
async function proposal(h: HostedRepository, as = "ada", branch = "change", files: Record<string, string> = { "a.yaml": "a: 1\n" }) {
  const dir = h.clone();
  const sha = h.commit({ dir, as, branch, files, message: `Add by ${as}` });
  h.push({ as, dir, branch });
  return { dir, sha, pull: await h.openPull({ as, head: branch, title: `Change of ${as}` }) };
}

describe("pull requests over real Git", () => {
  test("a pull request from a fork follows its branch, and its commits come into the base repository", async () => {
    const h = await host();
    const fork = h.fork("bob");
    const first = h.commit({ dir: fork.dir, as: "bob", branch: "feature/one", files: { "b.yaml": "b: 1\n" } });
    h.push({ as: "bob", dir: fork.dir, branch: "feature/one" });
    const n = await h.openPull({ as: "bob", head: "bob:feature/one" });
    expect(git(h.git, "rev-parse", `refs/pull/${n}/head`)).toBe(first);
    const second = h.commit({ dir: fork.dir, as: "bob", files: { "b.yaml": "b: 2\n" } });
    h.push({ as: "bob", dir: fork.dir, branch: "feature/one" });
    expect(git(h.git, "rev-parse", `refs/pull/${n}/head`)).toBe(second);
    const { body } = await h.ask("ada", "GET", `${repo}/pulls/${n}`);
    expect(body).toMatchObject({
      mergeable: true,
      commits: 2,
      changed_files: 1,
      additions: 1,
      head: { sha: second, ref: "feature/one", repo: { fork: true } },
    });
    expect(git(h.git, "rev-parse", `refs/pull/${n}/merge^1`, `refs/pull/${n}/merge^2`).split("\n")).toEqual([h.tip(), second]);
    const list = await h.ask("ada", "GET", `${repo}/pulls?head=bob:feature/one`);
    expect(list.body.map((p: { number: number }) => p.number)).toEqual([n]);
    expect((await h.ask("ada", "GET", `${repo}/pulls?head=ada:feature/one`)).body).toEqual([]);
  });

  test("a deleted fork leaves its pull request open, without a repository and with its commits", async () => {
    const h = await host();
    const fork = h.fork("bob");
    const sha = h.commit({ dir: fork.dir, as: "bob", branch: "x", files: { "b.yaml": "b\n" } });
    h.push({ as: "bob", dir: fork.dir, branch: "x" });
    const n = await h.openPull({ as: "bob", head: "bob:x" });
    h.deleteFork(fork.name);
    const { body } = await h.ask("ada", "GET", `${repo}/pulls/${n}`);
    expect(body).toMatchObject({ state: "open", mergeable: true, head: { sha, repo: null, label: "bob:x", user: { login: "bob" } } });
    expect((await h.ask("ada", "GET", `/repos/${fork.name}/activity`)).status).toBe(404);
    await h.merge({ as: "grace", pull: n });
    expect(git(h.git, "show", "main:b.yaml")).toBe("b");
  });

  test("a deleted branch closes its pull request; one that is merged cannot be opened again", async () => {
    const h = await host();
    const { dir, pull } = await proposal(h);
    h.push({ as: "ada", dir, branch: "change", delete: true });
    expect((await h.ask("ada", "GET", `${repo}/pulls/${pull}`)).body).toMatchObject({ state: "closed", merged: false });
    const other = await proposal(h, "bob", "other", { "c.yaml": "c\n" });
    await h.merge({ as: "bob", pull: other.pull });
    expect((await h.ask("bob", "PATCH", `${repo}/pulls/${other.pull}`, { state: "open" })).status).toBe(422);
  });

  test.each(["merge", "squash", "rebase"] as const)("a %s makes the commits it says, by and for whom it says", async (method) => {
    const h = await host();
    const { dir, pull } = await proposal(h);
    const before = h.tip();
    const head = h.commit({ dir, as: "ada", files: { "a.yaml": "a: 2\n" }, message: "Second" });
    h.push({ as: "ada", dir, branch: "change" });
    const main = h.clone();
    h.commit({ dir: main, as: "grace", branch: "main", files: { "other.yaml": "o\n" } });
    h.push({ as: "grace", dir: main, branch: "main" });
    const moved = h.tip();
    const sha = await h.merge({ as: "grace", pull, method });
    expect(h.tip()).toBe(sha);
    expect(git(h.git, "show", "main:a.yaml")).toBe("a: 2");
    expect(git(h.git, "show", "main:other.yaml")).toBe("o");
    const parents = git(h.git, "log", "-1", "--format=%P", sha).split(" ");
    const line = git(h.git, "log", "--first-parent", "--format=%s|%an|%ae|%cn", `${moved}..main`).split("\n");
    if (method === "merge") {
      expect(parents).toEqual([moved, head]);
      expect(line).toEqual(["Merge pull request #1 from acme/change|grace|grace@acme.example|GitHub"]);
    } else if (method === "squash") {
      expect(parents).toEqual([moved]);
      expect(line).toEqual(["Change of ada (#1)|ada|ada@acme.example|GitHub"]);
    } else {
      expect(line).toEqual(["Second|ada|ada@acme.example|grace", "Add by ada|ada|ada@acme.example|grace"]);
    }
    const { body } = await h.ask("ada", "GET", `${repo}/pulls/${pull}`);
    expect(body).toMatchObject({
      state: "closed",
      merged: true,
      merge_commit_sha: sha,
      merged_by: { login: "grace" },
      head: { sha: head },
      base: { sha: moved },
      commits: 2,
    });
    expect(body.merged_at).toBe(body.closed_at);
    expect((await h.ask("ada", "GET", `${repo}/pulls/${pull}/merge`)).status).toBe(204);
    // All that the merge left, whichever way, leads back to the pull request; what lay there before does not.
    for (const commit of git(h.git, "rev-list", "--first-parent", `${moved}..main`).split("\n")) {
      const found = await h.ask("ada", "GET", `${repo}/commits/${commit}/pulls`);
      expect(found.body.map((p: { number: number }) => p.number)).toEqual([pull]);
    }
    expect((await h.ask("ada", "GET", `${repo}/commits/${before}/pulls`)).body).toEqual([]);
    const activity = await h.ask("ada", "GET", `${repo}/activity?ref=main`);
    expect(activity.body[0]).toMatchObject({ activity_type: "pr_merge", before: moved, after: sha, actor: { login: "grace" } });
  });

  test("merging is refused for conflicts, for another head than was looked at, for drafts, for readers and a second time", async () => {
    const h = await host();
    const { dir, pull, sha } = await proposal(h);
    const put = (as: string, body: object, n = pull) => h.ask(as, "PUT", `${repo}/pulls/${n}/merge`, body).then((a) => a.status);
    expect(await put("grace", { sha: h.tip() })).toBe(409);
    expect(await put("outie", { sha })).toBe(403);
    expect(await put("mallory", { sha })).toBe(404);
    h.commit({ dir, as: "ada", branch: "rough", files: { "r.yaml": "r\n" } });
    h.push({ as: "ada", dir, branch: "rough" });
    expect(await put("grace", {}, await h.openPull({ as: "ada", head: "rough", draft: true }))).toBe(405);
    const main = h.clone();
    h.commit({ dir: main, as: "grace", branch: "main", files: { "a.yaml": "other\n" } });
    h.push({ as: "grace", dir: main, branch: "main" });
    expect(await put("grace", {})).toBe(405);
    expect((await h.ask("ada", "GET", `${repo}/pulls/${pull}`)).body).toMatchObject({
      mergeable: false,
      mergeable_state: "dirty",
      merged: false,
    });
    const tip = h.tip();
    const fine = await proposal(h, "bob", "fine", { "f.yaml": "f\n" });
    expect(await put("grace", { sha: fine.sha }, fine.pull)).toBe(200);
    expect(await put("grace", {}, fine.pull)).toBe(405);
    expect(git(h.git, "log", "-1", "--format=%P", "main").split(" ")[0]).toBe(tip);
  });

  test("commits that come onto the default branch by a push make their pull request merged, by whoever pushed", async () => {
    const h = await host();
    const { dir, pull, sha } = await proposal(h);
    git(dir, "checkout", "--quiet", "main");
    git(dir, "merge", "--quiet", "--ff-only", "change");
    h.push({ as: "bob", dir, branch: "main" });
    expect((await h.ask("ada", "GET", `${repo}/pulls/${pull}`)).body).toMatchObject({
      merged: true,
      merged_by: { login: "bob" },
      merge_commit_sha: sha,
    });
  });
});

describe("reviews and rules", () => {
  const guarded = (more: object = {}, reviews: object = {}): HostOptions => ({
    change: (w) =>
      repository(w).protections.push({
        pattern: "main",
        reviews: {
          count: 1,
          dismissStale: true,
          codeOwners: false,
          lastPush: false,
          bypass: { users: [], teams: [], apps: [] },
          ...reviews,
        },
        checks: null,
        restrictions: null,
        enforceAdmins: false,
        linearHistory: false,
        allowForcePushes: false,
        allowDeletions: false,
        ...more,
      }),
  });
  const merge = (h: HostedRepository, as: string, pull: number) =>
    h.ask(as, "PUT", `${repo}/pulls/${pull}/merge`, {}).then((a) => [a.status, a.body.message as string]);

  test("nobody approves her own, and an approval falls with the next push where the branch demands it", async () => {
    const h = await host(guarded());
    const { dir, pull } = await proposal(h);
    const own = await h.ask("ada", "POST", `${repo}/pulls/${pull}/reviews`, { event: "APPROVE" });
    expect([own.status, own.body.errors]).toEqual([422, ["Can not approve your own pull request"]]);
    const id = await h.review({ as: "grace", pull, event: "APPROVE" });
    h.commit({ dir, as: "ada", files: { "a.yaml": "a: 9\n" } });
    h.push({ as: "ada", dir, branch: "change" });
    const states = async () => (await h.ask("ada", "GET", `${repo}/pulls/${pull}/reviews`)).body.map((x: { state: string }) => x.state);
    expect(await states()).toEqual(["DISMISSED"]);
    expect(await merge(h, "bob", pull)).toEqual([405, "At least 1 approving review is required by reviewers with write access."]);
    // Of somebody who may only read it counts for nothing.
    await h.review({ as: "outie", pull, event: "APPROVE" });
    expect((await merge(h, "bob", pull))[0]).toBe(405);
    await h.review({ as: "grace", pull, event: "APPROVE" });
    expect((await merge(h, "bob", pull))[0]).toBe(200);
    expect((await h.ask("ada", "GET", `${repo}/pulls/${pull}/reviews/${id}`)).body.state).toBe("DISMISSED");
  });

  test("an administrator passes by what does not bind her, and the queue's bot merges as itself", async () => {
    const h = await host(guarded());
    const { pull } = await proposal(h);
    await h.merge({ as: "org-admin", pull });
    const other = await proposal(h, "bob", "queued", { "q.yaml": "q\n" });
    const sha = h.queueMerge(other.pull);
    expect((await h.ask("ada", "GET", `${repo}/pulls/${other.pull}`)).body).toMatchObject({
      merge_commit_sha: sha,
      merged_by: { login: "github-merge-queue[bot]", type: "Bot" },
    });
    const bound = await host(guarded({ enforceAdmins: true }));
    expect((await merge(bound, "org-admin", (await proposal(bound)).pull))[0]).toBe(405);
  });

  test("the last pusher's approval is none where another's is asked for, and changes that were requested stand in the way", async () => {
    const h = await host(guarded({}, { lastPush: true, dismissStale: false }));
    const { dir, pull } = await proposal(h);
    h.commit({ dir, as: "grace", files: { "a.yaml": "by grace\n" } });
    h.push({ as: "grace", dir, branch: "change" });
    await h.review({ as: "grace", pull, event: "APPROVE" });
    expect(await merge(h, "bob", pull)).toEqual([405, "New changes require approval from someone other than the last pusher."]);
    const no = await h.review({ as: "bob", pull, event: "REQUEST_CHANGES" });
    expect(await merge(h, "bob", pull)).toEqual([405, "Changes have been requested by a reviewer with write access."]);
    expect((await h.ask("bob", "PUT", `${repo}/pulls/${pull}/reviews/${no}/dismissals`, { message: "Fine" })).status).toBe(403);
    await h.dismiss({ as: "org-admin", pull, review: no });
    await h.review({ as: "bob", pull, event: "APPROVE" });
    expect((await merge(h, "grace", pull))[0]).toBe(200);
  });

  test("a push that the rules forbid is turned down and leaves the branch as it was", async () => {
    const h = await host(guarded());
    const dir = h.clone();
    const before = h.tip();
    h.commit({ dir, as: "ada", branch: "main", files: { "x.yaml": "x\n" } });
    expect(() => h.push({ as: "ada", dir, branch: "main" })).toThrow("Changes must be made through a pull request.");
    expect(h.tip()).toBe(before);
    expect(() => h.push({ as: "outie", dir, branch: "main" })).toThrow("denied to outie");
    h.push({ as: "org-admin", dir, branch: "main" });
    expect(h.tip()).not.toBe(before);
  });

  test("rulesets demand checks, tell who passes them by to administrators alone, and bind administrators too", async () => {
    const h = await host({
      change: (w) =>
        repository(w).rulesets.push({
          id: 71,
          name: "main",
          source: "Repository",
          enforcement: "active",
          include: ["~DEFAULT_BRANCH"],
          exclude: [],
          bypass: [{ actor: 3, type: "User", mode: "pull_request" }],
          rules: [
            { type: "required_status_checks", strict: false, contexts: ["rollcall"] },
            { type: "pull_request", count: 0, dismissStale: false, codeOwners: true, lastPush: false },
            { type: "non_fast_forward" },
          ],
          createdAt: "2026-01-05T09:00:00Z",
        }),
    });
    const { pull, sha } = await proposal(h);
    expect(await merge(h, "org-admin", pull)).toEqual([405, 'Required status check "rollcall" is expected.']);
    const rules = await h.ask("outie", "GET", `${repo}/rules/branches/main`);
    expect(rules.body.map((r: { type: string }) => r.type)).toEqual(["required_status_checks", "pull_request", "non_fast_forward"]);
    expect((await h.ask("ada", "GET", `${repo}/rulesets/71`)).body.bypass_actors).toBeUndefined();
    expect((await h.ask("org-admin", "GET", `${repo}/rulesets/71`)).body.bypass_actors).toEqual([
      { actor_id: 3, actor_type: "User", bypass_mode: "pull_request" },
    ]);
    expect((await h.ask("ada", "GET", `${repo}/rulesets`)).body).toHaveLength(1);
    await h.ask("app:github-actions", "POST", `${repo}/check-runs`, { name: "rollcall", head_sha: sha, conclusion: "success" });
    expect((await merge(h, "bob", pull))[0]).toBe(200);
  });
});

describe("whose token it is", () => {
  test("a workflow's token is a bot that GraphQL names and REST does not", async () => {
    const h = await host();
    expect((await h.ask("app:github-actions", "GET", "/user")).body.message).toBe("Resource not accessible by integration");
    const { body } = await h.ask("app:github-actions", "POST", "/graphql", { query: "{ viewer { login databaseId __typename } }" });
    // The field's type is User in the published schema, for bots too.
    expect(body.data.viewer).toEqual({ login: "github-actions[bot]", databaseId: 41_898_282, __typename: "User" });
    const issue = await h.ask("app:my-company", "POST", `${repo}/issues`, { title: "By an app" });
    expect(issue.body).toMatchObject({ user: { login: "my-company[bot]", type: "Bot" }, performed_via_github_app: { slug: "my-company" } });
    expect((await h.ask("app:my-company", "POST", `${repo}/issues/1/comments`, { body: "and again" })).body.user.id).toBe(
      issue.body.user.id,
    );
  });

  test("a workflow opens and approves pull requests only where that is allowed", async () => {
    const h = await host();
    const { dir, pull } = await proposal(h);
    h.push({ as: "app:github-actions", dir, branch: "change", to: h.name });
    h.commit({ dir, as: "ada", branch: "second", files: { "s.yaml": "s\n" } });
    h.push({ as: "app:github-actions", dir, branch: "second" });
    const ask = (g: HostedRepository) => g.ask("app:github-actions", "POST", `${repo}/pulls`, { title: "t", head: "second", base: "main" });
    expect((await ask(h)).body.message).toBe("GitHub Actions is not permitted to create or approve pull requests.");
    expect((await h.ask("app:github-actions", "POST", `${repo}/pulls/${pull}/reviews`, { event: "APPROVE" })).status).toBe(422);
    const world = h.world();
    repository(world).actions.mayApprove = true;
    h.github.load(world);
    expect((await ask(h)).status).toBe(201);
  });

  test("classic tokens tell their scopes; others do not", async () => {
    const h = await host({ change: (w) => void (w.users[1]!.scopes = ["repo", "read:org"]) });
    expect((await h.ask("ada", "GET", repo)).headers.get("x-oauth-scopes")).toBe("repo, read:org");
    expect((await h.ask("grace", "GET", repo)).headers.get("x-oauth-scopes")).toBeNull();
  });

  const equipped: HostOptions["change"] = (w) => {
    w.organizations[0]!.teams.push({
      id: 501,
      slug: "infra",
      name: "infra",
      description: null,
      privacy: "closed",
      parent: null,
      synced: false,
      members: [{ user: 2, role: "member" }],
      createdAt: "2026-01-05T09:00:00Z",
    });
    w.apps.push({ slug: "rollcall", id: 77, bot: 770, permissions: ["administration", "secrets", "environments"] });
    Object.assign(repository(w), {
      teams: [{ team: 501, permission: "maintain" }],
      protections: [
        {
          pattern: "main",
          reviews: { bypass: { users: [2], teams: [501], apps: ["rollcall"] } },
          checks: { contexts: ["rollcall"] },
          restrictions: { users: [2], teams: [501], apps: ["rollcall"] },
        },
      ],
      environments: [
        {
          id: 5,
          name: "rollcall",
          branches: ["main", "release/*"],
          secrets: ["GITHUB_WRITE"],
          reviewers: { users: [2], teams: [501] },
          waitTimer: 5,
        },
        { id: 6, name: "plain" },
        { id: 7, name: "guarded", branches: "protected" },
      ],
      actions: { secrets: ["LEAKY"], organizationSecrets: ["SHARED"] },
    });
  };

  /** Path, and the status for an administrator, a writer, a reader, a stranger, a workflow's token, an app that administers. */
  const doors: readonly (readonly [string, ...number[]])[] = [
    ["", 200, 200, 200, 404, 200, 200],
    ["/branches/main", 200, 200, 200, 404, 200, 200],
    ["/branches/none", 404, 404, 404, 404, 404, 404],
    ["/git/ref/heads/main", 200, 200, 200, 404, 200, 200],
    ["/commits/main", 200, 200, 200, 404, 200, 200],
    ["/commits/nothing", 422, 422, 422, 404, 422, 422],
    ["/branches/main/protection", 200, 403, 404, 404, 403, 200],
    ["/rules/branches/feature/x", 200, 200, 200, 404, 200, 200],
    ["/environments", 200, 200, 200, 404, 200, 200],
    ["/environments/rollcall", 200, 200, 200, 404, 200, 200],
    ["/environments/rollcall/deployment-branch-policies", 200, 200, 200, 404, 200, 200],
    ["/environments/rollcall/secrets", 200, 200, 403, 404, 403, 200],
    ["/actions/secrets", 200, 200, 403, 404, 403, 200],
    ["/actions/organization-secrets", 200, 200, 403, 404, 403, 200],
    ["/actions/permissions/workflow", 200, 403, 403, 404, 403, 200],
    ["/collaborators", 200, 200, 403, 404, 200, 200],
    ["/collaborators?affiliation=outside&permission=pull", 200, 200, 403, 404, 200, 200],
    ["/collaborators/ada/permission", 200, 200, 403, 404, 200, 200],
    ["/teams", 200, 200, 200, 404, 200, 200],
    ["/labels", 200, 200, 200, 404, 200, 200],
    ["/issues?state=all&labels=a,b&creator=ada&since=2026-01-01T00:00:00Z", 200, 200, 200, 404, 200, 200],
    ["/pulls?state=all&base=main&sort=updated&direction=asc", 200, 200, 200, 404, 200, 200],
    ["/activity?time_period=month&activity_type=push&actor=ada", 200, 200, 200, 404, 200, 200],
  ];

  test("each door opens for those GitHub opens it for", async () => {
    const h = await host({ change: equipped });
    const people = ["org-admin", "grace", "outie", "mallory", "app:github-actions", "app:rollcall"];
    const found = [];
    for (const [path] of doors) {
      const answers = [];
      for (const as of people) answers.push((await h.ask(as, "GET", `${repo}${path}`)).status);
      found.push([path, ...answers]);
    }
    expect(found).toEqual(doors);
  });

  test("what doctor asks for is told as it is", async () => {
    const h = await host({ change: equipped });
    const get = async (path: string, as = "org-admin") => (await h.ask(as, "GET", `${repo}${path}`)).body;
    expect(await get("/environments")).toMatchObject({
      total_count: 3,
      environments: [
        {
          name: "rollcall",
          can_admins_bypass: true,
          deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
          protection_rules: [
            { type: "wait_timer", wait_timer: 5 },
            { type: "required_reviewers", reviewers: [{ reviewer: { login: "ada" } }, { reviewer: { slug: "infra" } }] },
            { type: "branch_policy" },
          ],
        },
        { name: "plain", deployment_branch_policy: null },
        { name: "guarded", deployment_branch_policy: { protected_branches: true } },
      ],
    });
    const policies = await get("/environments/rollcall/deployment-branch-policies");
    expect(policies.branch_policies.map((p: { name: string }) => p.name)).toEqual(["main", "release/*"]);
    expect((await get("/environments/rollcall/secrets")).secrets[0].name).toBe("GITHUB_WRITE");
    expect((await get("/actions/organization-secrets")).secrets[0].name).toBe("SHARED");
    const people = await get("/collaborators");
    expect(people.map((p: { login: string; role_name: string }) => `${p.login} ${p.role_name}`)).toEqual([
      "org-admin admin",
      "ada maintain",
      "grace write",
      "bob write",
      "outie read",
    ]);
    expect((await get("/collaborators?permission=admin")).map((p: { login: string }) => p.login)).toEqual(["org-admin"]);
    expect((await get("/collaborators?affiliation=outside")).map((p: { login: string }) => p.login)).toEqual(["outie"]);
    expect(await get("/collaborators/ada/permission")).toMatchObject({ permission: "write", role_name: "maintain" });
    expect((await get("/teams"))[0]).toMatchObject({ slug: "infra", permission: "maintain" });
    const { body: organization } = await h.ask("org-admin", "GET", "/orgs/acme");
    expect(organization).toMatchObject({ plan: { name: "team" }, default_repository_permission: "write" });
    expect((await h.ask("ada", "GET", "/orgs/acme")).body.plan).toBeUndefined();
    expect((await get("/branches/main/protection")).required_pull_request_reviews.bypass_pull_request_allowances.teams[0].slug).toBe(
      "infra",
    );
  });

  test("a private repository on a free plan has no protections", async () => {
    const h = await host({ change: (w) => void (w.organizations[0]!.plan = "free") });
    for (const path of ["/branches/main/protection", "/rulesets", "/rules/branches/main"])
      expect([path, (await h.ask("org-admin", "GET", `${repo}${path}`)).status]).toEqual([path, 403]);
  });
});

describe("what people and programs write", () => {
  test("comments are edited by their author and by whoever may write, up to 65,536 characters", async () => {
    const h = await host({ visibility: "public" });
    const n = await h.openIssue({ as: "mallory", title: "Hello", labels: ["drift"] });
    const url = `${repo}/issues/comments/${await h.comment({ as: "mallory", on: n, body: "x".repeat(65_536) })}`;
    expect((await h.ask("outie", "PATCH", url, { body: "no" })).status).toBe(403);
    expect((await h.ask("bob", "PATCH", url, { body: "changed by bob" })).body).toMatchObject({
      body: "changed by bob",
      user: { login: "mallory" },
    });
    expect((await h.ask("bob", "PATCH", url, { body: "x".repeat(65_537) })).status).toBe(422);
    expect((await h.ask("bob", "POST", `${repo}/issues/${n}/comments`, { body: "x".repeat(65_537) })).status).toBe(422);
    expect((await h.ask("bob", "POST", `${repo}/issues`, { title: "t", body: "x".repeat(65_537) })).status).toBe(422);
    expect((await h.ask("bob", "GET", url)).body.body).toBe("changed by bob");
    expect((await h.ask("outie", "DELETE", url)).status).toBe(403);
    expect((await h.ask("mallory", "DELETE", url)).status).toBe(204);
    expect((await h.ask("bob", "GET", url)).status).toBe(404);
    // Whoever may not label is not told so.
    expect((await h.ask("bob", "GET", `${repo}/issues/${n}`)).body.labels).toEqual([]);
  });

  test("labels that do not exist are made by putting them on, and are one whatever their case", async () => {
    const h = await host();
    const { pull } = await proposal(h);
    const on = `${repo}/issues/${pull}/labels`;
    const names = (a: { body: { name: string }[] }) => a.body.map((l) => l.name);
    expect((await h.ask("outie", "POST", on, { labels: ["x"] })).status).toBe(403);
    expect(names(await h.ask("bob", "POST", on, { labels: ["gains", "Admin Grant"] }))).toEqual(["gains", "Admin Grant"]);
    expect(names(await h.ask("bob", "POST", on, { labels: ["GAINS"] }))).toEqual(["gains", "Admin Grant"]);
    expect(names(await h.ask("bob", "DELETE", `${on}/Admin%20Grant`))).toEqual(["gains"]);
    expect((await h.ask("bob", "DELETE", `${on}/none`)).status).toBe(404);
    expect(names(await h.ask("bob", "PUT", on, { labels: ["losses"] }))).toEqual(["losses"]);
    expect(names(await h.ask("bob", "GET", on))).toEqual(["losses"]);
    expect((await h.ask("bob", "DELETE", on)).status).toBe(204);
    const made = await h.ask("bob", "POST", `${repo}/labels`, { name: "drift", color: "FF0000", description: "Somebody else's change" });
    expect(made.body).toMatchObject({ name: "drift", color: "ff0000" });
    expect((await h.ask("bob", "POST", `${repo}/labels`, { name: "Drift" })).status).toBe(422);
    expect((await h.ask("bob", "PATCH", `${repo}/labels/drift`, { new_name: "drifted" })).body.name).toBe("drifted");
    expect((await h.ask("bob", "GET", `${repo}/labels/drifted`)).status).toBe(200);
    expect((await h.ask("bob", "DELETE", `${repo}/labels/drifted`)).status).toBe(204);
    expect((await h.ask("bob", "GET", `${repo}/labels/drifted`)).status).toBe(404);
    expect(names(await h.ask("bob", "GET", `${repo}/labels`))).toEqual(["gains", "Admin Grant", "losses"]);
  });

  test("issues and pull requests share their numbers and a list; only one of them has the key pull_request", async () => {
    const h = await host();
    const { pull } = await proposal(h);
    const issue = await h.openIssue({ as: "bob", title: "Drift in github", labels: ["drift"] });
    expect([pull, issue]).toEqual([1, 2]);
    const list = (await h.ask("ada", "GET", `${repo}/issues`)).body as { number: number; pull_request?: object }[];
    expect(list.map((i) => [i.number, i.pull_request !== undefined])).toEqual([
      [2, false],
      [1, true],
    ]);
    expect((await h.ask("ada", "GET", `${repo}/issues?labels=DRIFT`)).body).toHaveLength(1);
    const closed = await h.ask("bob", "PATCH", `${repo}/issues/${issue}`, { state: "closed", body: "Gone", assignees: ["ada"] });
    expect(closed.body).toMatchObject({
      state: "closed",
      state_reason: "completed",
      closed_by: { login: "bob" },
      assignee: { login: "ada" },
    });
    expect((await h.ask("bob", "PATCH", `${repo}/issues/${issue}`, { state: "open" })).body).toMatchObject({
      state_reason: "reopened",
      closed_at: null,
    });
    expect((await h.ask("outie", "PATCH", `${repo}/issues/${issue}`, { title: "mine" })).status).toBe(403);
    expect((await h.ask("ada", "PATCH", `${repo}/pulls/${pull}`, { title: "New", body: "Text" })).body).toMatchObject({
      title: "New",
      body: "Text",
    });
    expect((await h.ask("ada", "POST", `${repo}/pulls`, { title: "t", head: "change", base: "main" })).body.errors[0].message).toContain(
      "already exists",
    );
    expect((await h.ask("ada", "POST", `${repo}/pulls`, { title: "t", head: "main", base: "main" })).body.errors[0].message).toContain(
      "No commits",
    );
    expect((await h.ask("ada", "POST", `${repo}/pulls`, { title: "t", head: "none", base: "main" })).status).toBe(422);
  });

  test("checks are an app's, take fifty annotations a request and add them up", async () => {
    const h = await host();
    const { sha } = await proposal(h);
    const note = (n: number) => ({ path: "a.yaml", start_line: n, end_line: n, annotation_level: "warning", message: `line ${n}` });
    const notes = (from: number, count: number) => Array.from({ length: count }, (_, n) => note(from + n));
    const body = { name: "rollcall", head_sha: sha, output: { title: "t", summary: "s", annotations: notes(1, 50) } };
    expect((await h.ask("org-admin", "POST", `${repo}/check-runs`, body)).status).toBe(403);
    const made = await h.ask("app:github-actions", "POST", `${repo}/check-runs`, body);
    expect(made.body).toMatchObject({
      status: "queued",
      conclusion: null,
      output: { annotations_count: 50 },
      pull_requests: [{ number: 1 }],
    });
    const url = `${repo}/check-runs/${made.body.id}`;
    const more = { conclusion: "neutral", output: { summary: "s2", annotations: notes(51, 20) } };
    expect((await h.ask("app:other", "PATCH", url, more)).status).toBe(403);
    const done = await h.ask("app:github-actions", "PATCH", url, more);
    expect(done.body).toMatchObject({ status: "completed", conclusion: "neutral", output: { title: "t", annotations_count: 70 } });
    expect((await h.ask("ada", "GET", `${url}/annotations?per_page=100`)).body).toHaveLength(70);
    expect((await h.ask("ada", "GET", `${repo}/commits/change/check-runs?check_name=rollcall`)).body).toMatchObject({ total_count: 1 });
    expect((await h.ask("ada", "GET", url)).status).toBe(200);
    // Beyond what the description allows: not held against it.
    const over = await fetch(`${h.url}${url}`, {
      method: "PATCH",
      headers: { authorization: "Bearer app:github-actions" },
      body: JSON.stringify({ output: { summary: "s", annotations: notes(1, 51) } }),
    });
    expect(over.status).toBe(422);
  });

  test("statuses are added, newest first, and never changed", async () => {
    const h = await host();
    const sha = h.tip();
    const post = (as: string, description: string, at = sha) =>
      h.ask(as, "POST", `${repo}/statuses/${at}`, { state: "success", context: "rollcall/records", description }).then((a) => a.status);
    expect(await post("app:github-actions", "1 aaa")).toBe(201);
    expect(await post("bob", "2 forged")).toBe(201);
    expect(await post("outie", "3")).toBe(403);
    expect(await post("bob", "x".repeat(141))).toBe(422);
    expect(await post("bob", "elsewhere", "0".repeat(40))).toBe(422);
    const { body } = await h.ask("ada", "GET", `${repo}/commits/${sha}/statuses`);
    expect(body.map((s: { description: string; creator: { login: string } }) => [s.description, s.creator.login])).toEqual([
      ["2 forged", "bob"],
      ["1 aaa", "github-actions[bot]"],
    ]);
  });

  test("pending reviews are their author's until they are submitted", async () => {
    const h = await host();
    const { pull } = await proposal(h);
    const made = await h.ask("grace", "POST", `${repo}/pulls/${pull}/reviews`, { body: "thinking" });
    expect(made.body).toMatchObject({ state: "PENDING" });
    expect((await h.ask("bob", "GET", `${repo}/pulls/${pull}/reviews`)).body).toEqual([]);
    const done = await h.ask("grace", "POST", `${repo}/pulls/${pull}/reviews/${made.body.id}/events`, { event: "APPROVE" });
    expect(done.body.state).toBe("APPROVED");
    expect((await h.ask("bob", "GET", `${repo}/pulls/${pull}/reviews`)).body).toHaveLength(1);
  });
});

describe("lists and accidents", () => {
  test("a hundred rows a page at most, and links that name the repository by its id", async () => {
    const h = await host();
    const n = await h.openIssue({ as: "ada", title: "Many" });
    const world = h.world();
    repository(world).issues[0]!.comments = Array.from({ length: 205 }, (_, k) => ({
      id: 10_000 + k,
      author: 4,
      body: `foreign ${k}`,
      createdAt: "2026-01-05T09:00:00Z",
      updatedAt: null,
    }));
    h.github.load(world);
    const bodies: string[] = [];
    const sizes: number[] = [];
    let next: string | undefined = `${repo}/issues/${n}/comments?per_page=500`;
    while (next !== undefined) {
      const page = await h.ask("ada", "GET", next);
      sizes.push(page.body.length);
      bodies.push(...page.body.map((c: { body: string }) => c.body));
      next = /<http:\/\/[^/]+([^>]+)>; rel="next"/.exec(page.headers.get("link") ?? "")?.[1];
      if (next !== undefined) expect(next).toMatch(/^\/repositories\/2000\//);
    }
    expect([sizes, new Set(bodies).size]).toEqual([[100, 100, 5], 205]);
  });

  test("activity is paged by a cursor and tells pushes, force pushes, new and deleted branches with who did it", async () => {
    const h = await host();
    const dir = h.clone();
    h.commit({ dir, as: "ada", branch: "x", files: { "a.yaml": "1\n" } });
    h.push({ as: "ada", dir, branch: "x" });
    h.commit({ dir, as: "ada", files: { "a.yaml": "2\n" } });
    // Somebody else pushes what Ada wrote.
    h.push({ as: "bob", dir, branch: "x" });
    git(dir, "reset", "--quiet", "--hard", "HEAD~1");
    expect(() => h.push({ as: "bob", dir, branch: "x" })).toThrow();
    h.push({ as: "grace", dir, branch: "x", force: true });
    h.push({ as: null, dir, branch: "x", delete: true });
    const seen: string[] = [];
    let next: string | undefined = `${repo}/activity?ref=refs/heads/x&per_page=3`;
    let pages = 0;
    while (next !== undefined) {
      const page = await h.ask("ada", "GET", next);
      pages += 1;
      seen.push(
        ...page.body.map((a: { activity_type: string; actor: { login: string } | null }) => `${a.activity_type} ${a.actor?.login}`),
      );
      next = /<http:\/\/[^/]+([^>]+)>; rel="next"/.exec(page.headers.get("link") ?? "")?.[1];
    }
    expect([pages, seen]).toEqual([2, ["branch_deletion undefined", "force_push grace", "push bob", "branch_creation ada"]]);
  });

  test("a program that pushes past everybody is noted as whom it is said to be, else as nobody", async () => {
    const h = await host();
    const { dir, pull } = await proposal(h);
    const push = async (text: string) => {
      h.commit({ dir, as: "ada", files: { "a.yaml": text } });
      git(dir, "push", "--quiet", "origin", "change");
      await h.ask("ada", "GET", `${repo}/pulls/${pull}`);
    };
    await push("a: 2\n");
    h.github.hosting.assume("app:github-actions");
    await push("a: 3\n");
    const { body } = await h.ask("ada", "GET", `${repo}/activity?ref=change`);
    expect(body.map((a: { activity_type: string; actor: { login: string } | null }) => `${a.activity_type} ${a.actor?.login}`)).toEqual([
      "push github-actions[bot]",
      "push undefined",
      "branch_creation ada",
    ]);
    expect(git(h.git, "rev-parse", `refs/pull/${pull}/head`)).toBe(body[0].after);
  });

  test("files and commits of a pull request: renamed, deleted and odd names, and accounts behind addresses", async () => {
    const h = await host({ files: { "old name.yaml": "one\ntwo\nthree\n", "gone.yaml": "x\n" } });
    const dir = h.clone();
    h.commit({
      dir,
      as: "ada",
      branch: "x",
      files: {
        "old name.yaml": null,
        "new name.yaml": "one\ntwo\nthree\n",
        "gone.yaml": null,
        'tab\tand "quote".yaml': "é\n",
        link: { link: "/etc/passwd" },
      },
      author: { name: "Grace", email: "grace@acme.example" },
    });
    h.push({ as: "ada", dir, branch: "x" });
    const n = await h.openPull({ as: "ada", head: "x" });
    const files = (await h.ask("ada", "GET", `${repo}/pulls/${n}/files`)).body as {
      filename: string;
      status: string;
      previous_filename?: string;
      patch?: string;
    }[];
    expect(files.map((f) => [f.status, f.filename, f.previous_filename])).toEqual([
      ["removed", "gone.yaml", undefined],
      ["added", "link", undefined],
      ["renamed", "new name.yaml", "old name.yaml"],
      ["added", 'tab\tand "quote".yaml', undefined],
    ]);
    expect(files[3]!.patch).toContain("+é");
    // Whoever can write a commit can write any address into it.
    const commits = (await h.ask("ada", "GET", `${repo}/pulls/${n}/commits`)).body;
    expect(commits[0]).toMatchObject({ author: { login: "grace" }, committer: { login: "grace" } });
    const plain = h.commit({ dir, as: "ada", files: { y: "y" }, author: { name: "Nobody", email: "nobody@nowhere.example" } });
    h.push({ as: "ada", dir, branch: "x" });
    expect((await h.ask("ada", "GET", `${repo}/commits/${plain}`)).body).toMatchObject({ author: null, stats: { total: 1 } });
  });

  test("an answer that is lost has still made the comment", async () => {
    const h = await host();
    const n = await h.openIssue({ as: "ada", title: "t" });
    h.github.plant({ method: "POST", match: "/comments", kind: "lose-answer" });
    await expect(h.comment({ as: "bob", on: n, body: "once" })).rejects.toThrow();
    expect(h.github.unfired).toEqual([]);
    expect((await h.ask("ada", "GET", `${repo}/issues/${n}/comments`)).body).toHaveLength(1);
  });

  test("more than eighty comments a minute meet the secondary limit", async () => {
    const h = await host({ rateLimit: true });
    const n = await h.openIssue({ as: "bob", title: "t" });
    h.advance(60);
    let last = { status: 201, headers: new Headers() };
    let made = 0;
    while (last.status === 201 && made < 100) {
      last = await h.ask("bob", "POST", `${repo}/issues/${n}/comments`, { body: `${made}` });
      if (last.status === 201) made += 1;
    }
    expect([made, last.status, Number(last.headers.get("retry-after")) > 0]).toEqual([80, 403, true]);
    expect((await h.ask("app:github-actions", "GET", repo)).headers.get("x-ratelimit-limit")).toBe("1000");
  });

  test("with a lag a comment shows late in lists and at once by its id", async () => {
    const h = await host({ lag: 1 });
    const n = await h.openIssue({ as: "ada", title: "t" });
    await h.ask("ada", "GET", `${repo}/issues`);
    await h.ask("ada", "GET", `${repo}/issues`);
    const id = await h.comment({ as: "ada", on: n, body: "late" });
    expect((await h.ask("ada", "GET", `${repo}/issues/comments/${id}`)).status).toBe(200);
    const lengths = [];
    for (let k = 0; k < 3; k += 1) lengths.push((await h.ask("ada", "GET", `${repo}/issues/${n}/comments`)).body.length);
    expect(lengths).toEqual([0, 1, 1]);
  });
});

// The last one: it looks back at what the others said.
test("every published operation on repositories that is kept here was asked for above", () => {
  const published = JSON.parse(readFileSync(new URL("spec/rest.json", import.meta.url), "utf8")) as { paths: Record<string, object> };
  const wanted = Object.entries(published.paths).flatMap(([path, methods]) =>
    path.startsWith("/repos/") ? Object.keys(methods).map((m) => `${m.toUpperCase()} ${path}`) : [],
  );
  expect(wanted.filter((operation) => !spec.spoken.has(operation))).toEqual([]);
});
