import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openStory, personOf, type Story } from "./story.ts";

let story: Story;
beforeEach(async () => {
  story = await openStory();
  expect((await story.apply()).code).toBe(0);
});
afterEach(() => story.close());

describe("a joiner", () => {
  test("from a fork: previewed by the files, approved, merged, applied, recorded", async () => {
    const number = await story.propose({ as: "ada", fork: true, files: personOf("newton", ["grants: [github/member, github/team/dev]"]) });
    const previewed = await story.preview(number);
    expect(previewed).toMatchObject({ code: 0 });
    expect(story.comments(number)).toHaveLength(1);
    await story.approve(number, "grace", "mary");
    await story.merge(number);
    const applied = await story.apply();
    expect([applied.code, applied.err]).toEqual([0, expect.any(String)]);
    expect(story.members()).toContain("newton (invited)");
    expect(story.comments(number)).toHaveLength(2);
    expect(story.comments(number)[1]).toContain("newton");
    const again = await story.apply();
    expect(again.code).toBe(0);
  });
});
