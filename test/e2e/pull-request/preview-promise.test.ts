import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStory, personOf, type Story } from "./story.ts";

let story: Story;
beforeEach(async () => {
  story = await openStory({ files: personOf("ada", ["grants: [github/member, github/team/dev]"]) });
  const world = story.host.world();
  world.organizations[0]!.teams.find((t) => t.slug === "dev")!.members.push({ user: 2, role: "member" });
  story.host.github.load(world);
  await story.apply();
});
afterEach(() => story.close());

/** Ids of what the preview says the merge brings about. */
async function promised(pull: number): Promise<string[]> {
  const out = join(story.host.root, "preview.json");
  await story.preview(pull, { out });
  const { live } = JSON.parse(readFileSync(out, "utf8")) as { live: { implied: string[] } };
  return live.implied;
}

const ended = "kind: revert\napp: github\nexpect: { gains: 1 }\nexpires: 2026-02-01\nbecause: Nobody meant to take ada out.\n";

test.each([
  ["a policy that has ended", { "policies/undo.yaml": ended }],
  ["one that has not", { "policies/undo.yaml": ended.replace("2026-02-01", "2026-12-31") }],
  ["a role", { "identities/roles/engineer.yaml": 'when: person.email != ""\ngrants: [github/team/infra]\n' }],
] as const)("the merge does just what the preview said it would: %s", async (what, files) => {
  const world = story.host.world();
  world.organizations[0]!.teams.find((t) => t.slug === "dev")!.members = [];
  world.organizations[0]!.teams.find((t) => t.slug === "dba")!.members.push({ user: 2, role: "member" });
  story.host.github.load(world);
  const pull = await story.propose({ as: "mary", files });
  const said = await promised(pull);
  await story.approve(pull, "grace", "isaac");
  const before = ["dev", "dba", "infra"].map((t) => story.team(t));
  await story.merge(pull);
  await story.apply();
  const after = ["dev", "dba", "infra"].map((t) => story.team(t));
  const gained = after.reduce((n, members, i) => n + members.filter((m) => !before[i]!.includes(m)).length, 0);
  expect(gained > 0).toBe(what !== "a policy that has ended");
  expect(gained).toBe(said.filter((id) => id.includes(" grant ")).length);
});
