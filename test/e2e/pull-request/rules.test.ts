import { afterEach, beforeEach, expect, test } from "vitest";
import { baseFiles, openStory, personOf, type Story } from "./story.ts";

let story: Story;
beforeEach(async () => {
  story = await openStory();
  await story.apply();
});
afterEach(() => story.close());

const file = (key: string, ...lines: string[]): string => personOf(key, lines)[`identities/people/${key}.yaml`] as string;
const wiki = `${baseFiles["identities/apps/wiki.yaml"] as string}# a word\n`;

async function merged(files: Record<string, string>, ...by: string[]): Promise<void> {
  const number = await story.propose({ as: "mary", files });
  await story.approve(number, ...by);
  await story.merge(number);
}

test("while a push waits for somebody's yes, whoever was taken off the owners since approves nothing", async () => {
  story.push({ as: "org-admin", files: { "identities/apps/wiki.yaml": wiki } });
  expect((await story.apply()).code).toBe(5);
  const policy = baseFiles["policies/approval.yaml"] as string;
  await merged(
    { "policies/approval.yaml": policy.replace("identities/people/: [mary, grace]", "identities/people/: [mary, isaac]") },
    "isaac",
  );
  await merged(
    { "identities/apps/github.yaml": (baseFiles["identities/apps/github.yaml"] as string).replace("[grace]", "[isaac]") },
    "grace",
  );
  await story.apply();
  await merged({ "identities/people/ada.yaml": file("ada", "grants: [github/member, github/team/dev]") }, "grace");
  await story.apply();
  expect(story.team("dev")).toEqual([]);
});
