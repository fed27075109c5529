import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { baseFiles, openStory, personOf, type Story } from "./story.ts";

let story: Story;
beforeEach(async () => {
  story = await openStory();
  await story.apply();
});
afterEach(() => story.close());

const file = (key: string, lines: readonly string[], login = key): string =>
  personOf(key, lines, login)[`identities/people/${key}.yaml`] as string;

/** By whom it is reviewed, merged and applied. */
const through = async (files: Parameters<Story["propose"]>[0]["files"], as = "mary", ...by: string[]): Promise<number> => {
  const number = await story.propose({ as, files });
  await story.approve(number, ...(by.length === 0 ? ["grace"] : by));
  await story.merge(number);
  return number;
};

describe("a new name is no new review", () => {
  test("what somebody pushed does not come in with an approved rename of the person", async () => {
    story.push({ as: "org-admin", files: { "identities/people/ada.yaml": file("ada", ["grants: [github/member, github/team/infra]"]) } });
    expect((await story.apply()).code).toBe(5);
    await through(
      {
        "identities/people/ada.yaml": null,
        "identities/people/ada-l.yaml": `${file("ada", ["grants: [github/member, github/team/infra]"])}formerly: [ada]\n`,
      },
      "mary",
      "grace",
      "isaac",
    );
    const ran = await story.apply();
    expect(story.team("infra")).toEqual([]);
    expect(ran.code).toBe(5);
  });

  test("drift is not undone by the rename of the person who has it", async () => {
    await through({ "identities/people/ada.yaml": file("ada", ["grants: [github/member, github/team/dev]"]) });
    expect(await story.apply()).toMatchObject({ code: 0 });
    expect(story.team("dev")).toEqual(["ada"]);
    const moved = story.host.world();
    moved.organizations[0]!.teams.find((t) => t.slug === "dev")!.members = [];
    story.host.github.load(moved);
    await through(
      {
        "identities/people/ada.yaml": null,
        "identities/people/ada-l.yaml": `${file("ada", ["grants: [github/member, github/team/dev]"])}formerly: [ada]\n`,
      },
      "mary",
      "grace",
      "isaac",
    );
    await story.apply();
    expect(story.team("dev")).toEqual([]);
  });

  test("drift is not undone by the rename of an app", async () => {
    await through({ "identities/people/ada.yaml": file("ada", ["grants: [github/member, github/team/dev]"]) });
    expect(await story.apply()).toMatchObject({ code: 0 });
    const moved = story.host.world();
    moved.organizations[0]!.teams.find((t) => t.slug === "dev")!.members = [];
    story.host.github.load(moved);
    story.env["ROLLCALL_ENDPOINT_FORGE"] = story.host.url;
    const people = Object.fromEntries(
      ["ada", "grace", "mary", "isaac"].map((k) => [
        `identities/people/${k}.yaml`,
        file(k, [k === "ada" ? "grants: [github/member, github/team/dev]" : "grants: [github/member]"]).replaceAll("github", "forge"),
      ]),
    );
    await through(
      {
        "identities/apps/github.yaml": null,
        "identities/apps/forge.yaml": `${baseFiles["identities/apps/github.yaml"] as string}formerly: [github]\n`,
        "identities/roles/engineer.yaml": "grants: [forge/team/dev]\n",
        "policies/protected.yaml": "kind: protected\naccounts: [{ app: forge, login: org-admin }]\n",
        ...people,
      },
      "mary",
      "grace",
      "isaac",
    );
    const ran = await story.apply();
    expect(ran.code).toBe(0);
    expect(story.team("dev")).toEqual([]);
    const [organization] = moved.organizations;
    expect(organization!.members).toHaveLength(5);
  });

  test("what was reviewed and waits for somebody's yes is carried out under the new name", async () => {
    await through(personOf("newton", ["grants: [github/member, github/team/dev]"]));
    expect(await story.apply()).toMatchObject({ code: 0 });
    expect(story.members()).toContain("newton (invited)");
    await through(
      {
        "identities/people/newton.yaml": null,
        "identities/people/isaac-n.yaml": `${file("newton", ["grants: [github/member, github/team/dev]"])}formerly: [newton]\n`,
      },
      "mary",
      "grace",
      "isaac",
    );
    expect(await story.apply()).toMatchObject({ code: 0 });
    const world = story.host.world();
    world.organizations[0]!.invitations = [];
    world.organizations[0]!.members.push({ user: 6, role: "member" });
    story.host.github.load(world);
    expect(await story.scheduled()).toMatchObject({ code: 0 });
    expect(story.team("dev")).toEqual(["newton"]);
  });
});
