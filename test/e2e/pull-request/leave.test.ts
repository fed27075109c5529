import { afterEach, beforeEach, expect, test } from "vitest";
import { openStory, personOf, type Story } from "./story.ts";

let story: Story;
beforeEach(async () => {
  story = await openStory();
  await story.apply();
});
afterEach(() => story.close());

const ada = (...lines: string[]): Record<string, string> => ({
  "identities/people/ada.yaml": personOf("ada", lines)["identities/people/ada.yaml"] as string,
});
const holds = "grants: [github/member, github/team/dev, github/team/dba]";

async function reviewed(files: Record<string, string>): Promise<void> {
  const number = await story.propose({ as: "mary", files });
  await story.approve(number, "grace", "isaac");
  await story.merge(number);
  expect(await story.apply()).toMatchObject({ code: 0 });
}

test("the end of a leave that was reviewed before it began lets her in again, with what she held", async () => {
  await reviewed(ada(holds));
  await reviewed(ada(holds, "leave: { from: 2026-03-10, to: 2026-03-20 }"));
  expect([story.team("dev"), story.team("dba")]).toEqual([["ada"], ["ada"]]);
  // Until it begins, the review of the leave brings back nothing that somebody takes away by hand.
  const moved = story.host.world();
  moved.organizations[0]!.teams.find((t) => t.slug === "dba")!.members = [];
  story.host.github.load(moved);
  expect(await story.scheduled()).toMatchObject({ code: 0 });
  expect(story.team("dba")).toEqual([]);

  story.host.advance(9 * 86_400);
  expect(await story.scheduled()).toMatchObject({ code: 0 });
  expect(story.members().join()).not.toContain("ada");
  story.host.advance(12 * 86_400);
  expect(await story.scheduled()).toMatchObject({ code: 0 });
  expect(story.members()).toContain("ada (invited)");
  const world = story.host.world();
  world.organizations[0]!.invitations = [];
  world.organizations[0]!.members.push({ user: 2, role: "member" });
  story.host.github.load(world);
  expect(await story.scheduled()).toMatchObject({ code: 0 });
  expect(story.team("dev")).toEqual(["ada"]);
});
