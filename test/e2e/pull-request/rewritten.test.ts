import { afterEach, beforeEach, expect, test } from "vitest";
import { gitOn } from "../../support/dated-git.ts";
import { openStory, personOf, type Story } from "./story.ts";

let story: Story;
beforeEach(async () => {
  // A hoster gives a fresh clone what its branches lead to, and further commits where it is asked for them.
  story = await openStory({ transport: true });
  await story.apply();
});
afterEach(() => story.close());

const file = (key: string, lines: readonly string[]): string => personOf(key, lines)[`identities/people/${key}.yaml`] as string;

test("a forced push that takes away what a run has answered for is seen, and the next run goes on", async () => {
  const old = story.host.tip();
  story.push({ as: "org-admin", files: { "identities/people/ada.yaml": file("ada", ["grants: [github/member, github/team/infra]"]) } });
  expect((await story.apply()).code).toBe(5);
  const dir = story.host.clone();
  gitOn(dir, story.host.now().toISOString(), "reset", "--quiet", "--hard", old);
  story.host.commit({
    dir,
    as: "org-admin",
    files: { "identities/people/mary.yaml": file("mary", ["grants: [github/member]", "last-day: 2026-02-27"]) },
  });
  story.host.push({ as: "org-admin", dir, branch: "main", force: true });
  expect((await story.apply()).code).toBe(5);
  expect(story.members()).not.toContain("mary");
  expect(story.team("infra")).toEqual([]);
  expect((await story.scheduled()).code).toBe(5);
});
