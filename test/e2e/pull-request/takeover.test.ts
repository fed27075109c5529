import { afterEach, expect, test } from "vitest";
import { apply } from "../../../src/cli/commands/apply.ts";
import { openStory, personOf, type Story } from "./story.ts";

let story: Story;
afterEach(() => story.close());

test("CI takes over from somebody who applied by hand: what the files said of later days goes on", async () => {
  story = await openStory({ files: personOf("newton", ["start: 2026-03-10", "grants: [github/member]"]) });
  expect(await story.run((c) => apply(c, { yes: true }))).toMatchObject({ code: 0 });
  expect(await story.apply()).toMatchObject({ code: 0 });
  story.host.advance(9 * 86_400);
  expect(await story.scheduled()).toMatchObject({ code: 0 });
  expect(story.members()).toContain("newton (invited)");
});
