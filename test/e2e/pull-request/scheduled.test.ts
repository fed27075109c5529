/** What the schedule puts to people: what ends soon, who may have left, and what was changed by hand. */
import { execFileSync } from "node:child_process";
import { afterEach, describe, expect, test } from "vitest";
import { adopt } from "../../../src/cli/commands/adopt.ts";
import { openStory, personOf, type Story, type StoryOptions } from "./story.ts";

let story: Story;
const begin = async (options: StoryOptions = {}): Promise<void> => {
  story = await openStory(options);
  expect(await story.apply()).toMatchObject({ code: 0 });
};
afterEach(() => story.close());

const dayLength = 86_400;
const onBranch = (branch: string, path: string): string =>
  execFileSync("git", ["show", `${branch}:${path}`], { cwd: story.host.git, encoding: "utf8" });
const closeAs = async (as: string, pull: number): Promise<void> => {
  const { status } = await story.host.ask(as, "PATCH", `/repos/${story.host.name}/pulls/${pull}`, { state: "closed" });
  expect(status).toBe(200);
};
const said = (pull: number): string[] =>
  story.host
    .world()
    .repositories[0]!.pulls.find((p) => p.number === pull)!
    .comments.map((c) => c.body);
const states = (): string[] => story.proposals().map((p) => `${p.branch} ${p.state}`);

/** Ada is in the team, and in the wiki, before rollcall comes. */
const adaInDev: NonNullable<StoryOptions["change"]> = (world) => {
  world.organizations[0]!.teams.find((t) => t.slug === "dev")!.members.push({ user: 2, role: "member" });
};
const path = "identities/people/ada.yaml";

describe("what ends soon", () => {
  test("is asked about once, keeps approvals while nothing changes, and is kept by a merge", async () => {
    const lines = [
      "grants:",
      "  - github/member",
      "  - grant: github/team/dev",
      "    until: 2026-03-12 # the launch",
      "    reason: Launch",
    ];
    await begin({ change: adaInDev, files: personOf("ada", lines) });
    expect(await story.scheduled()).toMatchObject({ code: 0 });
    const [notice, ...more] = story.proposals();
    expect(more).toEqual([]);
    expect(notice).toMatchObject({
      branch: "rollcall/expiry-ada",
      title: "1 role or grant of Ada ends soon",
      state: "open",
      labels: ["rollcall: ends soon"],
      assignees: ["grace"],
    });
    expect(notice!.body).toMatch(/github\/team\/dev[^]*ends after 2026-03-12, here kept until 2026-05-31[^]*Launch/);
    expect(onBranch(notice!.branch, path)).toContain("    until: 2026-05-31 # the launch\n");

    const head = story.host.tip(notice!.branch);
    await story.approve(notice!.number, "grace");
    story.push({ as: "org-admin", files: { "notes.md": "Something else\n" } });
    story.host.advance(dayLength);
    for (let run = 0; run < 2; run++) await story.scheduled();
    expect([states(), story.host.tip(notice!.branch)]).toEqual([["rollcall/expiry-ada open"], head]);

    await story.merge(notice!.number);
    expect(await story.apply()).toMatchObject({ code: 0 });
    story.host.advance(20 * dayLength);
    await story.scheduled();
    expect([story.team("dev"), states()]).toEqual([["ada"], ["rollcall/expiry-ada closed"]]);
  });

  test("follows what it is about, until somebody works on its branch: then it is theirs", async () => {
    const until = (day: string) => personOf("ada", [`grants: [github/member, { grant: github/team/dev, until: ${day} }]`]);
    await begin({ change: adaInDev, files: until("2026-03-12") });
    await story.scheduled();
    const [notice] = story.proposals();
    const longer = await story.propose({ as: "mary", files: until("2026-03-14") });
    await story.approve(longer, "grace");
    await story.merge(longer);
    expect(await story.scheduled()).toMatchObject({ code: 0 });
    expect(story.proposals()).toMatchObject([
      { number: notice!.number, state: "open", body: expect.stringContaining("2026-03-14") as string },
    ]);

    story.push({ as: "mary", branch: notice!.branch, files: until("2026-03-31") });
    const theirs = story.host.tip(notice!.branch);
    story.host.advance(14 * dayLength);
    const ran = await story.scheduled();
    expect([ran.code, story.host.tip(notice!.branch), states()]).toEqual([0, theirs, ["rollcall/expiry-ada open"]]);
  });

  test("closed by somebody it is answered, line by line; what is over is closed by rollcall itself", async () => {
    const lines = [
      "grants:",
      "  - github/member",
      "  - { grant: github/team/dev, until: 2026-03-12 }",
      "  - { grant: github/team/dba, until: 2026-03-25 }",
    ];
    await begin({
      change: (world) => {
        adaInDev(world);
        world.organizations[0]!.teams.find((t) => t.slug === "dba")!.members.push({ user: 2, role: "member" });
      },
      files: personOf("ada", lines),
    });
    expect(await story.scheduled()).toMatchObject({ code: 0 });
    const [first] = story.proposals();
    await closeAs("mary", first!.number);
    expect(await story.scheduled()).toMatchObject({ code: 0 });
    expect(states()).toEqual(["rollcall/expiry-ada closed"]);

    story.host.advance(9.5 * dayLength);
    expect(await story.scheduled()).toMatchObject({ code: 0 });
    expect(states()).toEqual(["rollcall/expiry-ada closed", "rollcall/expiry-ada open"]);
    const second = story.proposals()[1]!;
    expect(second.body).toContain("github/team/dba");
    expect(second.body).not.toContain("github/team/dev");
    expect(onBranch(second.branch, path)).toContain("{ grant: github/team/dev, until: 2026-03-12 }");

    story.host.advance(15 * dayLength);
    expect(await story.scheduled()).toMatchObject({ code: 0 });
    expect(states()).toEqual(["rollcall/expiry-ada closed", "rollcall/expiry-ada closed"]);
    expect(said(second.number).join()).toContain("Nothing that this is about ends soon any more");
    expect([story.team("dev"), story.team("dba")]).toEqual([[], []]);
  });

  test("a token that may not open pull requests is told once, in the issue too, and hides nothing of the run", async () => {
    const line = ["grants: [github/member, { grant: github/team/dev, until: 2026-03-04 }]"];
    await begin({
      change: (world) => {
        adaInDev(world);
        world.organizations[0]!.teams.find((t) => t.slug === "dev")!.members.push({ user: 3, role: "member" });
        world.repositories[0]!.actions.mayApprove = false;
      },
      files: { ...personOf("ada", line), ...personOf("grace", line) },
    });
    const ran = await story.scheduled();
    expect(ran.code).toBe(4);
    expect(ran.err.match(/not permitted to create/g)).toHaveLength(1);
    expect(ran.err).toContain("Settings, Actions, General");
    expect(ran.out).toMatch(/^record 2 /m);
    const failed = (): unknown[] =>
      story
        .issues()
        .filter((i) => i.title === "rollcall: apply failed")
        .map((i) => i.state);
    expect(story.issues()[0]!.body).toMatch(/what of ada ends soon[^]*not permitted to create/);
    story.host.advance(3 * dayLength);
    expect(await story.scheduled()).toMatchObject({ code: 0 });
    expect([failed(), story.team("dev")]).toEqual([["closed"], []]);
  });
});

describe("somebody was suspended elsewhere", () => {
  const inWiki = async (status: "active" | "suspended"): Promise<void> => {
    const world = story.wiki.world() as { accounts: unknown[] };
    story.wiki.load({ ...world, accounts: [{ id: "7", login: "ada", name: "Ada", email: "ada@acme.example", status }] });
  };
  const withWiki = { files: personOf("ada", ["grants: [github/member, wiki/member]"]) };
  const standing = (): string => (story.wiki.world() as { accounts: { status: string }[] }).accounts[0]!.status;

  test("one pull request asks whether she has left; nothing is restored; merged, she is stopped everywhere", async () => {
    await begin(withWiki);
    await inWiki("active");
    await story.apply();
    await inWiki("suspended");
    for (let run = 0; run < 2; run++) await story.scheduled();
    const [leaver, ...more] = story.proposals();
    expect([more, standing()]).toEqual([[], "suspended"]);
    expect(leaver).toMatchObject({
      branch: "rollcall/leaver-ada",
      title: "Has Ada left? Suspended in wiki",
      labels: ["rollcall: left?"],
      assignees: ["isaac"],
    });
    expect(onBranch(leaver!.branch, path)).toContain("last-day: 2026-03-02\n");
    await story.approve(leaver!.number, "grace");
    await story.merge(leaver!.number);
    story.host.advance(dayLength);
    expect(await story.apply()).toMatchObject({ code: 0 });
    expect([story.members().includes("ada"), standing()]).toEqual([false, "suspended"]);
    await story.scheduled();
    expect(states()).toEqual(["rollcall/leaver-ada closed"]);
  });

  test("closed by somebody it is answered while she stays suspended; lifted and suspended again it is another question", async () => {
    await begin(withWiki);
    await inWiki("active");
    await story.apply();
    await inWiki("suspended");
    await story.scheduled();
    await closeAs("mary", story.proposals()[0]!.number);
    story.host.advance(dayLength);
    await story.scheduled();
    expect(states()).toEqual(["rollcall/leaver-ada closed"]);
    await inWiki("active");
    await story.apply();
    await inWiki("suspended");
    await story.scheduled();
    expect(states()).toEqual(["rollcall/leaver-ada closed", "rollcall/leaver-ada open"]);
    await inWiki("active");
    await story.scheduled();
    expect(states()).toEqual(["rollcall/leaver-ada closed", "rollcall/leaver-ada closed"]);
    expect(said(story.proposals()[1]!.number).join()).toContain("is suspended elsewhere any more");
  });
});

describe("what was changed by hand", () => {
  const byHand = (slug: string, members: number[]): void => {
    const world = story.host.world();
    world.organizations[0]!.teams.find((t) => t.slug === slug)!.members = members.map((user) => ({ user, role: "member" as const }));
    story.host.github.load(world);
  };

  test("is adopted by a pull request, or undone by one, and the issue says how", async () => {
    await begin({ change: adaInDev, files: personOf("ada", ["grants: [github/member, github/team/dev] # by her own file"]) });
    byHand("dev", []);
    byHand("infra", [2]);
    await story.scheduled();
    const [issue] = story.issues();
    expect(issue!.body).toContain("rollcall adopt github");
    expect(issue!.body).toContain("rollcall revert github");

    story.env["GITHUB_TOKEN"] = "user:grace";
    story.host.github.hosting.assume("grace");
    expect(await story.run((context) => adopt(context, "github", {}))).toMatchObject({ code: 0 });
    story.env["GITHUB_TOKEN"] = "app:github-actions";
    story.host.github.hosting.assume("app:github-actions");
    const [kept] = story.proposals();
    expect(onBranch(kept!.branch, path)).toContain("grants: [github/member, github/team/infra] # by her own file\n");
    await story.approve(kept!.number, "mary", "isaac");
    await story.merge(kept!.number);
    expect(await story.apply()).toMatchObject({ code: 0 });
    await story.scheduled();
    expect([story.team("dev"), story.team("infra"), story.issues()[0]!.state]).toEqual([[], ["ada"], "closed"]);

    byHand("infra", []);
    expect(await story.scheduled({ adopt: "", revert: "github", reason: "Nobody meant that" })).toMatchObject({ code: 0 });
    const undo = story.proposals()[1]!;
    expect(onBranch(undo.branch, "policies/revert-github.yaml")).toMatch(
      /expect:\n {2}gains: 1\nexpires: 2026-03-09\nbecause: Nobody meant that\n/,
    );
    await story.approve(undo.number, "grace");
    expect(story.team("infra")).toEqual([]);
    await story.approve(undo.number, "isaac");
    await story.merge(undo.number);
    expect(await story.apply()).toMatchObject({ code: 0 });
    expect(story.team("infra")).toEqual(["ada"]);
  });
});

test("a schedule that has stopped is told on the next pull request, and by the next run", async () => {
  await begin();
  const number = await story.propose({ as: "mary", files: personOf("ada", ["grants: [github/member, github/team/dev]"]) });
  await story.preview(number);
  expect(story.comments(number).join()).not.toContain("Is anything running?");
  story.host.advance(30 * 3_600);
  await story.preview(number);
  expect(story.comments(number).join()).toMatch(/The last run was 30 hours ago[^]*schedules may be off/);
  const ran = await story.scheduled();
  expect(ran.out).toMatch(/^::warning title=Is anything running\?::The last run was 30 hours ago/m);
  expect((await story.scheduled()).out).not.toContain("::warning");
});
