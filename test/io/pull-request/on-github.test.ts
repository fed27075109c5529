/** The room against the simulated GitHub, with real Git behind it; every exchange is held against GitHub's published description. */
import { expect, onTestFinished, test } from "vitest";
import { conforming, type Conforming } from "../../../providers/github/spec/conform.ts";
import { systemClock } from "../../../src/io/http/clock.ts";
import { type Http, openHttp } from "../../../src/io/http/http.ts";
import { createRedactor } from "../../../src/io/http/redact.ts";
import { forgeFaultOf } from "../../../src/io/pull-request/fault.ts";
import { openForge } from "../../../src/io/pull-request/open-forge.ts";
import { wireOf } from "../../../src/io/pull-request/wire.ts";
import { type HostedRepository, type HostOptions, hostRepository } from "../../support/hosted-repository.ts";
import { faultOf } from "../http/stage.ts";

const workflow = "app:github-actions";

interface Hosted extends HostedRepository {
  as(token: string, access?: "read" | "write"): ReturnType<typeof openForge> & { readonly counts: Http["counts"] };
}

async function hosted(options: HostOptions = {}): Promise<Hosted> {
  const host = await hostRepository(options);
  onTestFinished(() => host.close());
  const spec: Conforming = conforming();
  // GitHub answers so to a commit that it does not have, and does not say so in its description.
  const known = "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls: status 422 is not published";
  onTestFinished(() => expect(spec.breaches.filter((b) => b !== known)).toEqual([]));
  const as: Hosted["as"] = (token, access = "write") => {
    const { manifest, baseUrl, extraHosts } = wireOf(host.url);
    const http = openHttp({
      manifest,
      app: "forge",
      baseUrl,
      access,
      secrets: { get: () => Promise.resolve(token) },
      clock: systemClock,
      redactor: createRedactor(),
      extraHosts,
      faultOf: forgeFaultOf,
      fetch: spec.fetch,
    });
    return { ...openForge({ repository: host.name, baseUrl: host.url, fetch: http.fetch, now: host.now }), counts: http.counts };
  };
  return { ...host, as };
}

test("a pull request from a fork, from its push to its merge, as an approval sees it", async () => {
  const host = await hosted({ visibility: "public" });
  const fork = host.fork("mallory");
  const first = host.commit({ dir: fork.dir, as: "mallory", branch: "me", files: { "identities/people/mallory.yaml": "name: M\n" } });
  host.push({ as: "mallory", dir: fork.dir, branch: "me" });
  const pull = await host.openPull({ as: "mallory", head: "mallory:me", title: "Me" });
  await host.review({ as: "ada", pull, event: "APPROVE" });
  const dismissed = await host.review({ as: "grace", pull, event: "REQUEST_CHANGES" });
  await host.dismiss({ as: "org-admin", pull, review: dismissed });
  const second = host.commit({ dir: fork.dir, as: "bob", files: { "identities/people/mallory.yaml": "name: Mallory\n" } });
  host.push({ as: "mallory", dir: fork.dir, branch: "me" });

  const forge = host.as(workflow);
  const timeline = (await forge.timeline(pull))!;
  expect(forge.counts.read).toBeLessThanOrEqual(6);
  const { mallory, ada, grace } = Object.fromEntries(host.world().users.map((u) => [u.login, { id: u.id, login: u.login, kind: "user" }]));
  expect(timeline).toMatchObject({
    pull: {
      number: pull,
      author: mallory,
      fork: true,
      state: "open",
      head: { ref: "me", sha: second, repository: fork.name },
      base: { ref: "main" },
      merged: null,
    },
    reviews: [
      { author: ada, state: "approved", commit: first },
      { author: grace, state: "dismissed", commit: first },
    ],
    commits: [{ sha: first, author: mallory }, { sha: second }],
    commitsComplete: true,
    requesters: new Map(),
  });
  expect(timeline.pushes!.map((p) => [p.actor, p.after])).toEqual([
    [mallory, second],
    [mallory, first],
  ]);
  expect(await forge.pullPaths(pull)).toEqual(["identities/people/mallory.yaml"]);
  expect((await forge.openPulls("main")).map((p) => p.number)).toEqual([pull]);

  const merge = await host.merge({ as: "org-admin", pull, method: "squash" });
  expect((await forge.pullsOf(merge)).map((p) => [p.number, p.merged?.commit])).toEqual([[pull, merge]]);
  expect((await forge.pull(pull))!.merged).toMatchObject({ commit: merge, by: { login: "org-admin" } });
  expect(await forge.branch("main")).toBe(merge);
  expect(await forge.pullsOf("0".repeat(39) + "1")).toEqual([]);
  expect(await forge.openPulls("main")).toEqual([]);

  host.deleteFork(fork.name);
  const late = (await forge.timeline(pull))!;
  expect(late).toMatchObject({ pushes: null, pull: { fork: true, head: { repository: null } } });
});

test("who pushed to a branch of the repository itself, by force as well; a number that is no issue has no requester", async () => {
  const host = await hosted();
  const dir = host.clone();
  host.commit({ dir, as: "ada", branch: "joiner/bob", files: { a: "1" } });
  host.push({ as: "ada", dir, branch: "joiner/bob" });
  const pull = await host.openPull({ as: "ada", head: "joiner/bob" });
  const head = host.commit({ dir, as: "ada", files: { a: "2" }, message: "more\n\nRollcall-Request: #1" });
  host.push({ as: "grace", dir, branch: "joiner/bob", force: true });
  const { pushes, requesters } = (await host.as(workflow).timeline(pull))!;
  expect(pushes!.map((p) => p.actor?.login)).toEqual(["grace", "ada"]);
  expect(pushes![0]!.after).toBe(head);
  // Number 1 is the pull request itself.
  expect([...requesters]).toEqual([[1, null]]);
});

test("the requester behind a bot's commit is who opened the issue", async () => {
  const host = await hosted({ change: (world) => void (world.repositories[0]!.actions.mayApprove = true) });
  const issue = await host.openIssue({ as: "bob", title: "Access" });
  const dir = host.clone();
  host.commit({
    dir,
    as: "github-actions[bot]",
    branch: "rollcall/grant",
    files: { a: "1" },
    message: `Grant\n\nRollcall-Request: #${issue}`,
  });
  host.push({ as: workflow, dir, branch: "rollcall/grant" });
  const forge = host.as(workflow);
  const pull = await forge.openPull({
    title: "Grant",
    body: "b",
    head: "rollcall/grant",
    base: "main",
    labels: [{ name: "rollcall", colour: "0e8a16", description: "d" }],
  });
  const timeline = (await forge.timeline(pull.number))!;
  expect(timeline.requesters.get(issue)?.login).toBe("bob");
  expect(timeline.pull).toMatchObject({ author: { login: "github-actions[bot]", kind: "bot" }, labels: ["rollcall"] });
  expect(timeline.pushes![0]!.actor).toMatchObject({ kind: "bot" });
  const again = await forge.openPull({ title: "Grant until May", body: "b", head: "rollcall/grant", base: "main", labels: [] });
  expect([again.number, again.title]).toEqual([pull.number, "Grant until May"]);
});

test(
  "one sticky comment among 200 of others, by whichever token; an app's and a person's are not each other's",
  { timeout: 60_000 },
  async () => {
    const host = await hosted();
    const dir = host.clone();
    host.commit({ dir, as: "ada", branch: "x", files: { a: "1" } });
    host.push({ as: "ada", dir, branch: "x" });
    const pull = await host.openPull({ as: "ada", head: "x" });
    const marker = "<!-- rollcall -->";
    for (let n = 0; n < 200; n++)
      await host.comment({ as: n % 2 === 0 ? "ada" : "bob", on: pull, body: n === 7 ? `${marker}\nplanted` : `remark ${n}` });
    for (let push = 0; push < 4; push++) {
      const forge = host.as(workflow);
      const expected = push === 0 ? "made" : "updated";
      expect(await forge.stickyComment(pull, marker, `${marker}\npush ${push}`)).toBe(expected);
      expect(forge.counts.read + forge.counts.write).toBeLessThanOrEqual(push === 0 ? 4 : 5);
    }
    expect(await host.as("user:org-admin").stickyComment(pull, marker, `${marker}\nhers`)).toBe("made");
    const marked = (await host.as(workflow, "read").comments(pull)).filter((c) => c.body.startsWith(marker));
    expect(marked.map((c) => [c.author!.login, c.body])).toEqual([
      ["bob", `${marker}\nplanted`],
      ["github-actions[bot]", `${marker}\npush 3`],
      ["org-admin", `${marker}\nhers`],
    ]);
  },
);

test("checks as an app, refused to a person; statuses; labels; issues", async () => {
  const host = await hosted();
  const sha = host.tip();
  const forge = host.as(workflow);
  const annotations = Array.from({ length: 120 }, (_, i) => ({
    path: "README.md",
    line: i + 1,
    level: "notice" as const,
    title: "t",
    message: `m${i}`,
  }));
  const check = { name: "rollcall", sha, conclusion: "neutral", title: "t", summary: "s", annotations } as const;
  await forge.check(check);
  const written = forge.counts.write;
  await forge.check(check);
  expect(forge.counts.write).toBe(written);
  await forge.check({ ...check, conclusion: "success", annotations: annotations.slice(0, 3) });
  const runs = await host.ask("ada", "GET", `/repos/${host.name}/commits/${sha}/check-runs?check_name=rollcall`);
  expect(runs.body.check_runs).toMatchObject([{ conclusion: "success", output: { annotations_count: 3 } }]);
  expect((await faultOf(host.as("user:ada").check(check))).kind).toBe("forbidden");

  await forge.status(sha, { context: "rollcall/records", state: "success", description: "1 aa" });
  host.advance(60);
  await forge.status(sha, { context: "rollcall/records", state: "success", description: "2 bb" });
  expect((await forge.statuses(sha)).map((s) => [s.description, s.author!.login])).toEqual([
    ["2 bb", "github-actions[bot]"],
    ["1 aa", "github-actions[bot]"],
  ]);

  const drift = { name: "rollcall: drift/ü", colour: "d93f0b", description: "Drift of an app" };
  const issue = await forge.openIssue({
    title: "Drift in github",
    body: "b",
    labels: [drift],
    assignees: ["grace", "nobody-of-that-name"],
  });
  expect(issue).toMatchObject({ state: "open", author: { kind: "bot" }, labels: [drift.name] });
  await forge.editIssue(issue.number, { state: "closed", body: "b2" });
  expect((await forge.issues(drift.name)).map((i) => [i.number, i.state, i.body])).toEqual([[issue.number, "closed", "b2"]]);
  await forge.labels(issue.number, [drift], []);
  expect(await forge.issues(drift.name)).toEqual([]);
  expect((await forge.issue(issue.number))!.labels).toEqual([]);
  await forge.comment(issue.number, "again");
  expect((await forge.comments(issue.number)).map((c) => c.body)).toEqual(["again"]);
  expect(await forge.pull(issue.number)).toBeNull();
  expect(await forge.issue(999)).toBeNull();
});

const guarded: HostOptions = {
  change: (world) => {
    const [repository] = world.repositories;
    Object.assign(repository!, {
      protections: [
        {
          pattern: "main",
          reviews: { count: 1, codeOwners: true, lastPush: true, bypass: { users: [2] } },
          checks: { contexts: ["rollcall"] },
          enforceAdmins: true,
        },
      ],
      rulesets: [
        {
          id: 31,
          name: "main",
          bypass: [{ type: "RepositoryRole", actor: 5 }],
          rules: [{ type: "pull_request", count: 2, dismissStale: true }, { type: "deletion" }],
        },
      ],
      environments: [
        {
          id: 41,
          name: "rollcall",
          branches: ["main"],
          secrets: ["GITHUB_WRITE_TOKEN"],
          adminsMayBypass: false,
          reviewers: { users: [1] },
        },
        { id: 42, name: "open", branches: null },
      ],
      actions: { secrets: ["LEFT_BEHIND"], organizationSecrets: ["SHARED"], defaultPermission: "write", mayApprove: false },
    });
  },
};

test("facts and rules as the owner's token sees them, and what a workflow's token does not see is unknown", async () => {
  const host = await hosted(guarded);
  const owner = host.as("user:org-admin", "read");
  expect(await owner.facts()).toMatchObject({
    name: host.name,
    visibility: "private",
    defaultBranch: "main",
    ownerKind: "organization",
    plan: "team",
    repositorySecrets: ["LEFT_BEHIND"],
    organizationSecrets: ["SHARED"],
    workflowsWriteByDefault: true,
    workflowsMayApprove: false,
    environments: [
      { name: "open", branches: null, reviewers: 0, secrets: [] },
      {
        name: "rollcall",
        branches: ["main"],
        protectedBranchesOnly: false,
        reviewers: 1,
        adminsMayBypass: false,
        secrets: ["GITHUB_WRITE_TOKEN"],
      },
    ],
  });
  expect((await owner.facts()).admins!.map((a) => a.login)).toEqual(["org-admin"]);
  expect(await owner.rules("main")).toEqual({
    branch: "main",
    exists: true,
    pullRequestRequired: true,
    approvals: 2,
    codeOwnerReview: true,
    dismissStale: true,
    lastPusherMayNotApprove: true,
    requiredChecks: ["rollcall"],
    forcePushAllowed: false,
    deletionAllowed: false,
    bindsAdmins: true,
    bypass: ["ada", "administrators"],
    pushOnlyBy: "writers",
    unavailable: false,
  });

  const app = host.as(workflow, "read");
  expect(await app.facts()).toMatchObject({ repositorySecrets: null, plan: null, tokenScopes: null });
  expect(await app.rules("main")).toMatchObject({
    pullRequestRequired: true,
    approvals: 2,
    deletionAllowed: false,
    codeOwnerReview: null,
    bypass: null,
  });
});

test("whose token it is: a person's, a workflow's", async () => {
  const host = await hosted();
  expect(await host.as("user:ada").viewer()).toMatchObject({ login: "ada", kind: "user" });
  expect(await host.as(workflow).viewer()).toEqual({ id: 41_898_282, login: "github-actions[bot]", kind: "bot" });
});
