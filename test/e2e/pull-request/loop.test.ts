import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { baseFiles, openStory, personOf, type Story } from "./story.ts";

let story: Story;
const begin = async (options: Parameters<typeof openStory>[0] = {}): Promise<void> => {
  story = await openStory(options);
  expect(await story.apply()).toMatchObject({ code: 0 });
};
afterEach(() => story.close());

/** Of rollcall's comments on a pull request: what would change, and what became of it. */
const told = (number: number): { preview: string; outcome: string } => {
  const of = (kind: string): string => story.comments(number).find((c) => c.startsWith(`<!-- rollcall:${kind} -->`)) ?? "";
  return { preview: of("preview"), outcome: of("outcome") };
};
const openIssues = (): string[] => story.issues().flatMap((i) => (i.state === "open" ? [i.title] : []));
const onDev = {
  "identities/people/ada.yaml": personOf("ada", ["grants: [github/member, github/team/dev]"])["identities/people/ada.yaml"]!,
};
const onDba = {
  "identities/people/ada.yaml": personOf("ada", ["grants: [github/member, github/team/dba]"])["identities/people/ada.yaml"]!,
};

describe("people come, move and go", () => {
  beforeEach(() => begin());

  test("a joiner from a fork: previewed by the files, approved, merged, applied", async () => {
    const number = await story.propose({ as: "ada", fork: true, files: personOf("newton", ["grants: [github/member, github/team/dev]"]) });
    expect(await story.preview(number)).toMatchObject({ code: 0 });
    expect(told(number).preview).toContain("from a fork");
    expect(told(number).preview).toContain("Newton");
    await story.approve(number, "grace", "mary");
    await story.merge(number);
    expect(await story.apply()).toMatchObject({ code: 0 });
    expect(story.members()).toContain("newton (invited)");
    expect(told(number).outcome).toContain("newton");
    const members = story.members();
    story.host.github.forget();
    expect(await story.apply()).toMatchObject({ code: 0 });
    expect(story.members()).toEqual(members);
  });

  test("a mover loses before she gains, by a squash; an offboarding goes by one owner of the person's file", async () => {
    story.push({ as: "org-admin", files: {}, branch: "main" });
    const joins = await story.propose({ as: "mary", files: onDev });
    await story.approve(joins, "grace");
    await story.merge(joins, "org-admin", "squash");
    expect(await story.apply()).toMatchObject({ code: 0 });
    expect(story.team("dev")).toEqual(["ada"]);

    const moves = await story.propose({ as: "mary", files: onDba });
    expect(await story.preview(moves)).toMatchObject({ code: 0 });
    expect(told(moves).preview).toMatch(/Losses[^]*github\/team\/dev/);
    await story.approve(moves, "grace");
    await story.merge(moves, "org-admin", "rebase");
    expect(await story.apply()).toMatchObject({ code: 0 });
    expect([story.team("dev"), story.team("dba")]).toEqual([[], ["ada"]]);

    const goes = await story.propose({ as: "mary", files: personOf("ada", ["grants: [github/member]", "last-day: 2026-02-27"]) });
    expect(await story.preview(goes)).toMatchObject({ code: 0 });
    await story.approve(goes, "grace");
    await story.merge(goes);
    expect(await story.apply()).toMatchObject({ code: 0 });
    expect(story.members()).not.toContain("ada");
    expect(story.team("dba")).toEqual([]);
  });

  test("a first day to come is reviewed now and carried out by the schedule on the day; an end by its date needs nobody", async () => {
    const lines = ["start: 2026-03-10", "grants:", "  - github/member", "  - { grant: github/team/dev, until: 2026-03-20 }"];
    const number = await story.propose({ as: "ada", files: personOf("newton", lines) });
    await story.approve(number, "grace");
    await story.merge(number);
    expect(await story.apply()).toMatchObject({ code: 0 });
    expect(story.members().join()).not.toContain("newton");
    story.host.advance(9 * 86_400);
    expect(await story.scheduled()).toMatchObject({ code: 0 });
    expect(story.members()).toContain("newton (invited)");
    expect(told(number).outcome).toContain("newton");
    const world = story.host.world();
    const [organization] = world.organizations;
    organization!.invitations = [];
    organization!.members.push({ user: 6, role: "member" });
    story.host.github.load(world);
    expect(await story.scheduled()).toMatchObject({ code: 0 });
    expect(story.team("dev")).toEqual(["newton"]);
    story.host.advance(12 * 86_400);
    expect(await story.scheduled()).toMatchObject({ code: 0 });
    expect(story.team("dev")).toEqual([]);
  });
});

describe("the apply does what was reviewed, and no more", () => {
  beforeEach(() => begin());

  test("the world moved after the review: the change goes, what was done by hand stays and is told, and is undone by review alone", async () => {
    const first = await story.propose({ as: "ada", files: onDev });
    await story.approve(first, "grace", "mary");
    const world = story.host.world();
    const teams = world.organizations[0]!.teams;
    teams.find((t) => t.slug === "infra")!.members.push({ user: 4, role: "member" });
    story.host.github.load(world);
    await story.merge(first);
    expect(await story.apply()).toMatchObject({ code: 0 });
    expect([story.team("dev"), story.team("infra")]).toEqual([["ada"], ["mary"]]);

    // Somebody takes ada out of dev by hand.
    const moved = story.host.world();
    moved.organizations[0]!.teams.find((t) => t.slug === "dev")!.members = [];
    story.host.github.load(moved);
    const other = await story.propose({
      as: "mary",
      files: {
        "identities/people/isaac.yaml": personOf("isaac", ["grants: [github/member, github/team/dba]"])["identities/people/isaac.yaml"]!,
      },
    });
    expect(await story.preview(other)).toMatchObject({ code: 0 });
    await story.approve(other, "grace");
    await story.merge(other);
    expect(await story.apply()).toMatchObject({ code: 0 });
    expect([story.team("dev"), story.team("dba")]).toEqual([[], ["isaac"]]);

    for (let run = 0; run < 2; run++) expect(await story.scheduled()).toMatchObject({ code: 0 });
    expect(openIssues()).toEqual(["rollcall: drift in github"]);
    expect(story.issues()[0]!.body).toMatch(/ada[^]*github\/team\/dev/);

    const undo = await story.propose({
      as: "mary",
      files: {
        "policies/undo.yaml":
          "kind: revert\napp: github\nexpect: { gains: 1 }\nexpires: 2026-12-31\nbecause: Nobody meant to take ada out.\n",
      },
    });
    await story.approve(undo, "grace");
    await story.merge(undo);
    expect(await story.apply()).toMatchObject({ code: 0 });
    expect(story.team("dev")).toEqual(["ada"]);
    const back = story.host.world();
    back.organizations[0]!.teams.find((t) => t.slug === "infra")!.members = [];
    story.host.github.load(back);
    expect(await story.scheduled()).toMatchObject({ code: 0 });
    expect(openIssues()).toEqual([]);
  });

  test("several merges in one run: each operation is its own pull request's", async () => {
    const one = await story.propose({ as: "mary", files: onDev });
    await story.approve(one, "grace");
    await story.merge(one);
    const two = await story.propose({
      as: "mary",
      files: {
        "identities/people/isaac.yaml": personOf("isaac", ["grants: [github/member, github/team/dba]"])["identities/people/isaac.yaml"]!,
      },
    });
    await story.approve(two, "grace");
    story.host.queueMerge(two);
    expect(await story.apply()).toMatchObject({ code: 0 });
    expect([story.team("dev"), story.team("dba")]).toEqual([["ada"], ["isaac"]]);
    expect(told(one).outcome).toMatch(/ada[^]*team\/dev/);
    expect(told(one).outcome).not.toContain("isaac");
    expect(told(two).outcome).toMatch(/isaac[^]*team\/dba/);
    expect(told(two).outcome).not.toMatch(/\bada\b/);
  });

  test("a vendor that fails is one issue, and the next run heals and closes it", async () => {
    const number = await story.propose({ as: "mary", files: onDev });
    await story.approve(number, "grace");
    await story.merge(number);
    story.host.github.plant({ method: "PUT", match: "/memberships/", times: 1, kind: { answer: 403, body: { message: "Not today" } } });
    expect(await story.apply()).toMatchObject({ code: 6 });
    expect(openIssues()).toEqual(["rollcall: apply failed"]);
    expect(await story.scheduled()).toMatchObject({ code: 0 });
    expect(story.team("dev")).toEqual(["ada"]);
    expect(openIssues()).toEqual([]);
    expect(told(number).outcome).toContain("1 done");
  });
});

describe("who may say yes", () => {
  beforeEach(() => begin());

  test("nobody approved: merged by an administrator past all rules, and nothing is given; a late approval heals it", async () => {
    const number = await story.propose({ as: "grace", files: onDev });
    await story.merge(number);
    expect(await story.apply()).toMatchObject({ code: 5 });
    expect(story.team("dev")).toEqual([]);
    expect(told(number).outcome).toContain("nobody approved it");
    expect(openIssues()).toEqual(["rollcall: apply failed"]);
    // Her own word is none: she wrote it.
    await expect(story.approve(number, "grace")).rejects.toThrow(/422/);
    await story.approve(number, "mary");
    expect(await story.scheduled()).toMatchObject({ code: 5 });
    expect(story.team("dev")).toEqual([]);
  });

  test("an approval of what was there before the last push is none, nor is the last pusher's", async () => {
    const number = await story.propose({ as: "mary", branch: "dev", files: onDev });
    await story.approve(number, "grace");
    story.push({ as: "mary", branch: "dev", files: onDba });
    await story.merge(number);
    expect(await story.apply()).toMatchObject({ code: 5 });
    const second = await story.propose({
      as: "mary",
      branch: "more",
      files: {
        "identities/people/isaac.yaml": personOf("isaac", ["grants: [github/member, github/team/dba]"])["identities/people/isaac.yaml"]!,
      },
    });
    story.push({
      as: "grace",
      branch: "more",
      files: {
        "identities/people/isaac.yaml": personOf("isaac", ["grants: [github/member, github/team/infra]"])["identities/people/isaac.yaml"]!,
      },
    });
    await story.approve(second, "grace");
    await story.merge(second);
    expect(await story.apply()).toMatchObject({ code: 5 });
    expect([story.team("dev"), story.team("dba"), story.team("infra")]).toEqual([[], [], []]);
  });

  test("whoever asked a bot for it does not approve it", async () => {
    const dir = story.host.clone();
    const author = { name: "rollcall", email: "bot@acme.example" };
    story.host.commit({
      dir,
      as: "org-admin",
      author,
      branch: "rollcall/grant",
      files: onDev,
      message: "Grant\n\nRollcall-Requester: 3 grace",
    });
    story.host.push({ as: "org-admin", dir, branch: "rollcall/grant" });
    const number = await story.host.openPull({ as: "app:rollcall", head: "rollcall/grant", title: "Grant" });
    await story.approve(number, "grace");
    await story.merge(number);
    expect(await story.apply()).toMatchObject({ code: 5 });
    expect(story.team("dev")).toEqual([]);
  });

  test("what somebody pushes gives nothing, takes a little, and a forced push no more than that", async () => {
    story.push({ as: "org-admin", files: onDev });
    expect(await story.apply()).toMatchObject({ code: 5 });
    expect(story.team("dev")).toEqual([]);
    const mallory = story.host.world();
    expect(mallory.organizations[0]!.members).toHaveLength(5);
    // Taken back, it is as if it had not been.
    story.push({ as: "org-admin", files: { "identities/people/ada.yaml": baseFiles["identities/people/ada.yaml"]! } });
    expect(await story.apply()).toMatchObject({ code: 0 });
    story.push({
      as: "org-admin",
      files: {
        "identities/people/ada.yaml": personOf("ada", ["grants: [github/member]", "last-day: 2026-02-27"])["identities/people/ada.yaml"]!,
      },
    });
    expect((await story.apply()).code).toBe(5);
    expect(story.members()).not.toContain("ada");
    story.push({
      as: "org-admin",
      force: true,
      files: {
        "identities/people/mary.yaml": personOf("mary", ["grants: [github/member, github/team/infra]"])["identities/people/mary.yaml"]!,
      },
    });
    await story.apply();
    expect(story.team("infra")).toEqual([]);
  });

  test("pushed owners, connections and allowances judge nothing and lead no credential anywhere", async () => {
    story.env["ACME_STOLEN"] = "user:mallory";
    story.push({
      as: "org-admin",
      files: {
        "policies/approval.yaml": "kind: approval\nowners:\n  identities/people/: [ada]\n  policies/: [ada]\n",
        "identities/apps/github.yaml": baseFiles["identities/apps/github.yaml"]!.replace("[grace]", "[ada]").replaceAll(
          "ACME_GITHUB_READ",
          "ACME_STOLEN",
        ),
      },
    });
    const number = await story.propose({
      as: "mary",
      files: {
        "identities/people/isaac.yaml": personOf("isaac", ["grants: [github/member, github/team/dba]"])["identities/people/isaac.yaml"]!,
      },
    });
    await story.approve(number, "ada");
    await story.merge(number);
    expect(await story.apply()).toMatchObject({ code: 5 });
    expect(story.team("dba")).toEqual([]);
    // Read by the credential that was approved: mallory sees nothing of acme, and the read would have failed.
    expect(story.issues()[0]!.body).not.toContain("could not be read");
  });
});

describe("records that are not what was noted", () => {
  beforeEach(() => begin());

  test("a push that leads the state elsewhere gives nobody anything, not even what is approved after it, and holds back no leaver", async () => {
    story.push({
      as: "org-admin",
      files: { "rollcall.yaml": baseFiles["rollcall.yaml"]!.replace("git:rollcall-state", "git:other-state") },
    });
    const number = await story.propose({ as: "mary", files: onDev });
    await story.approve(number, "grace");
    await story.merge(number);
    const gone = {
      "identities/people/isaac.yaml": personOf("isaac", ["grants: [github/member]", "last-day: 2026-02-27"])[
        "identities/people/isaac.yaml"
      ]!,
    };
    const leaves = await story.propose({ as: "mary", files: gone });
    await story.approve(leaves, "grace");
    await story.merge(leaves);
    expect(await story.apply()).toMatchObject({ code: 5 });
    expect(story.team("dev")).toEqual([]);
    expect(story.members()).not.toContain("isaac");
    expect(story.issues()[0]!.body).toContain("the records are not what runs left here");
    expect(await story.scheduled()).toMatchObject({ code: 5 });
    expect(story.team("dev")).toEqual([]);
  });
});
