import { afterEach, expect, test } from "vitest";
import { openStory, personOf, type Story } from "./story.ts";

let story: Story;
afterEach(() => story.close());

const openIssues = (): string[] =>
  story.issues().flatMap((i) => (i.state === "open" && i.title === "rollcall: apply failed" ? [i.body] : []));

test("whatever a run leaves that its exit code speaks of is in the issue, and closes it only with that", async () => {
  // Somebody who left: login and number are two accounts, so that nothing may be written, and access may remain.
  const left = `name: Newton\naccounts: { github: { login: org-admin, id: "6" } }\nlast-day: 2026-02-20\ngrants: [github/member]\n`;
  story = await openStory({ files: { "identities/people/newton.yaml": left } });
  expect(await story.apply()).toMatchObject({ code: 6 });
  expect(openIssues()).toEqual([expect.stringMatching(/Access remains[^]*Newton/)]);
  story.push({ as: "org-admin", files: { "identities/people/newton.yaml": personOf("newton")["identities/people/newton.yaml"]! } });
  await story.apply();
  expect(openIssues().join()).not.toContain("Access remains");
});

test("an app that was not read to its end keeps the issue open", async () => {
  story = await openStory();
  expect(await story.apply()).toMatchObject({ code: 0 });
  story.host.github.plant({ method: "GET", match: "/failed_invitations", times: 50, kind: { answer: 403 } });
  const ran = await story.scheduled();
  expect(ran.code).not.toBe(0);
  expect(openIssues()).toHaveLength(1);
  story.host.github.plant({ method: "GET", match: "/none", kind: { answer: 500 } });
});
