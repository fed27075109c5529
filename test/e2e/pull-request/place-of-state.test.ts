import { afterEach, beforeEach, expect, test } from "vitest";
import { gitOn } from "../../support/dated-git.ts";
import { baseFiles, openStory, personOf, type Story } from "./story.ts";

let story: Story;
beforeEach(async () => {
  story = await openStory();
  await story.apply();
});
afterEach(() => story.close());

test("a pushed place of state says of nobody which account is theirs: nothing is given by it, and leavers go", async () => {
  const elsewhere = (baseFiles["rollcall.yaml"] as string).replace("git:rollcall-state", "git:elsewhere");
  story.push({ as: "org-admin", files: { "rollcall.yaml": elsewhere } });
  // With all the records of the true one, which are noted; whose account is whose, somebody may have written there.
  gitOn(story.host.git, story.host.now().toISOString(), "update-ref", "refs/heads/elsewhere", "refs/heads/rollcall-state");
  const files = {
    ...personOf("ada", ["grants: [github/member, github/team/dev]"]),
    ...personOf("mary", ["grants: [github/member]", "last-day: 2026-02-27"]),
  };
  const number = await story.propose({ as: "ada", files });
  await story.approve(number, "grace", "isaac");
  await story.merge(number);
  const ran = await story.apply();
  expect(story.team("dev")).toEqual([]);
  expect(ran.code).toBe(5);
  expect(ran.err).toContain("nobody approved that place");
  expect(story.members()).not.toContain("mary");
});
