import { afterEach, beforeEach, expect, test } from "vitest";
import { auditVerify } from "../../../src/cli/commands/audit-verify.ts";
import { history } from "../../../src/cli/commands/history.ts";
import { who } from "../../../src/cli/commands/who.ts";
import { gitOn } from "../../support/dated-git.ts";
import { openStory, personOf, type Story } from "./story.ts";

let story: Story;
beforeEach(async () => {
  story = await openStory();
  await story.apply();
});
afterEach(() => story.close());

test("what CI did is proven against what it noted at the forge, told in history, and answered for a day", async () => {
  const number = await story.propose({
    as: "ada",
    files: personOf("isaac", ["grants: [github/member, github/team/dev]"]),
    title: "Isaac to dev",
  });
  await story.approve(number, "grace", "mary");
  const merged = await story.merge(number);
  expect((await story.apply()).code).toBe(0);
  const verified = await story.run((c) => auditVerify(c, {}));
  expect(verified).toMatchObject({ code: 0, err: "" });
  expect(verified.out).toContain("Records 1 to 2: they are as they were when github-actions[bot] noted 2");
  expect(verified.out).toContain("Pull requests: the forge says of 1 that their merge is where the records have it.");

  const told = await story.run((c) => history({ ...c, json: true }, "isaac", {}));
  const { entries } = JSON.parse(told.out) as { entries: { commit: string; pull: number; approvers: string[]; changes: unknown[] }[] };
  expect(entries[0]).toMatchObject({
    commit: merged,
    pull: number,
    changes: [
      { app: "github", target: "team/dev", direction: "gain", trace: { kind: "done", sequence: 2, operation: { by: { pull: number } } } },
    ],
  });
  const holders = await story.run((c) => who({ ...c, json: true }, "github/team/dev", { at: merged }));
  expect(JSON.parse(holders.out)).toMatchObject({ holders: [{ person: "isaac", presence: expect.anything() }], others: [] });
});

test("records that somebody wrote anew on the state's branch are found by what was noted before", async () => {
  const dir = story.host.clone();
  expect((await story.run((c) => auditVerify(c, {}))).code).toBe(0);
  const when = story.host.now().toISOString();
  gitOn(dir, when, "fetch", "--quiet", "origin", "rollcall-state");
  gitOn(dir, when, "checkout", "--quiet", "-b", "forged", "FETCH_HEAD");
  const [path] = gitOn(dir, when, "ls-files", "*.jsonl").split("\n");
  gitOn(dir, when, "rm", "--quiet", "--", path!);
  gitOn(dir, when, "commit", "--quiet", "--message", "nothing to see");
  gitOn(dir, when, "push", "--quiet", "--force", "origin", "forged:rollcall-state");
  const verified = await story.run((c) => auditVerify(c, {}));
  expect(verified.code).toBe(5);
  expect(verified.out).toContain("TAIL_MISSING: Record 1, which github-actions[bot] noted");
});
