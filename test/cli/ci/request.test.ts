/** `rollcall ci request`: an issue becomes a pull request, or is told why not. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { request } from "../../../src/cli/ci/request.ts";
import type { Actor, Issue } from "../../../src/core/forge/forge.ts";
import { commitAll, git } from "../../support/git.ts";
import { ada, bot, openStage, type Stage } from "../proposal/stage.ts";
import type { Ran } from "../../support/company.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
  stage.viewer = bot;
});
afterEach(async () => stage.close());

const eve: Actor = { id: 7, login: "eve", kind: "user" };

const body = (name: string, answers: Readonly<Record<string, string>>): string =>
  [["Rollcall request", name], ...Object.entries(answers)].map(([label, value]) => `### ${label}\n\n${value}`).join("\n\n");
const offboarding = (day: string): string => body("Offboard somebody", { Person: "ada", "Last day": day, Reason: "_No response_" });

interface Happening {
  readonly action?: string;
  readonly author?: Actor | null;
  readonly sender?: Actor;
  /** What the event says, where it is not what the issue holds by now. */
  readonly asOf?: string;
  readonly changes?: object;
  readonly more?: Partial<Issue>;
}

async function happens(
  text: string,
  { action = "opened", author = ada, sender = author ?? ada, asOf = text, changes, more = {} }: Happening = {},
): Promise<Ran> {
  const issue: Issue = { number: 12, title: "x", body: text, url: "", state: "open", author, labels: [], ...more };
  stage.issues.set(12, issue);
  const path = join(stage.company.dir, "..", "event.json");
  const issueThen = { number: 12, body: asOf, title: "as the event has it", user: { id: 1 } };
  await writeFile(
    path,
    JSON.stringify({ action, issue: issueThen, sender: { id: sender.id }, ...(changes === undefined ? {} : { changes }) }),
  );
  return stage.company.run(async (c) => request(c, {}, async () => stage.doors), {
    env: { GITHUB_EVENT_PATH: path, GITHUB_EVENT_NAME: "issues" },
  });
}

const edited = { action: "edited", changes: { body: { from: "" } } } as const;

test("a request becomes a pull request that names the issue, and the issue is told", async () => {
  expect((await happens(offboarding("2026-07-31"))).code).toBe(0);
  const [pull] = stage.pulls;
  expect(pull).toMatchObject({ head: { ref: "rollcall/request-12" }, title: expect.stringContaining("last day 2026-07-31") });
  expect(pull!.body).toContain("Closes #12");
  expect(stage.message("rollcall/request-12")).toMatch(/\n\nRollcall-Request: #12$/);
  expect(stage.at("rollcall/request-12", "identities/people/ada.yaml")).toContain("last-day: 2026-07-31");
  expect(stage.comments.get(12)).toContain("Pull request #100 does this");
});

test("edited by its author, the same pull request follows, even where it is about somebody else by then", async () => {
  await happens(offboarding("2026-07-31"));
  await happens(offboarding("2026-08-31"), edited);
  await happens(body("Onboard somebody", { Name: "Eve Curie", Type: "guest" }), edited);
  expect(stage.pulls).toHaveLength(1);
  expect(stage.pulls[0]).toMatchObject({ title: "Onboard Eve Curie (eve-curie)" });
  expect(git(stage.company.dir, "diff", "--name-only", "main", "rollcall/request-12")).toBe("identities/people/eve-curie.yaml");
});

test("every reason why not is told on the issue, escaped, and the run is no failure", async () => {
  const ran = await happens(`${offboarding("2026-02-30")}\n\n### <img src=x> @acme\n\nx`);
  expect(ran.code).toBe(0);
  expect(stage.pulls).toEqual([]);
  const said = stage.comments.get(12)!;
  expect(said).toMatch(/^<!-- rollcall:request -->\n\nThis could not be done/);
  expect(said).toContain("&lt;img");
  expect(said).not.toMatch(/<img|@acme/);
  await happens(offboarding("2026-07-31"), edited);
  expect(stage.comments.get(12)).toContain("Pull request #100");
});

test("what the files say against it is told too, with what was meant", async () => {
  await happens(body("Onboard somebody", { Name: "Eve Curie", Type: "guest", Roles: "writr", Manager: "grac" }));
  expect(stage.comments.get(12)).toMatch(/for 2 reasons[^]*Did you mean &quot;grace&quot;[^]*Did you mean &quot;writer&quot;/);
});

test("a request that became faulty says that its pull request still has the old one", async () => {
  await happens(offboarding("2026-07-31"));
  await happens(offboarding("soon"), edited);
  expect(stage.comments.get(12)).toContain("Pull request 100 still has what was asked for before");
});

test("somebody else's edit is not her request", async () => {
  await happens(body("Grant access until a day", { Person: "eve", Access: "wiki/admin", Until: "2026-12-31" }), { ...edited, sender: eve });
  expect(stage.pulls).toEqual([]);
  expect(stage.comments.get(12)).toContain("Somebody else than its author");
});

test("what was edited between the event and the run is not acted upon", async () => {
  const evil = body("Grant access until a day", { Person: "grace", Access: "wiki/admin", Until: "2026-12-31" });
  const ran = await happens(evil, { asOf: offboarding("2026-07-31") });
  expect([ran.code, stage.pulls, stage.comments.size]).toEqual([0, [], 0]);
  expect(ran.err).toContain("was edited since");
});

test("a change of the title alone does nothing", async () => {
  await happens(offboarding("2026-07-31"), { action: "edited", changes: { title: { from: "y" } } });
  expect(stage.pulls).toEqual([]);
});

test.each<[string, Happening & { readonly text?: string }]>([
  ["an issue about something else", { text: "It does not work." }],
  ["a closed issue", { more: { state: "closed" } }],
])("%s is left alone", async (_, { text = offboarding("2026-07-31"), ...how }) => {
  expect((await happens(text, how)).code).toBe(0);
  expect([stage.pulls, stage.comments.size]).toEqual([[], 0]);
});

test("in a public repository only people in the files can ask, by the number of their account, until their last day", async () => {
  stage.visibility = "public";
  await happens(offboarding("2026-07-31"));
  expect(stage.comments.get(12)).toContain("do not say with which accounts");
  await stage.company.write({ "rollcall.yaml": `${await stage.company.files("rollcall.yaml")}pull-requests: { accounts: wiki }\n` });
  const asks = async (lines: string): Promise<string> => {
    await stage.company.write({ "identities/people/grace.yaml": `name: Grace\n${lines}` });
    commitAll(stage.company.dir);
    stage.comments.clear();
    stage.pulls.length = 0;
    await happens(offboarding("2026-07-31"));
    return stage.pulls.length === 1 ? "may" : (stage.comments.get(12) ?? "");
  };
  expect(await asks("accounts: { wiki: adalove }\n")).toContain("only people whose account");
  expect(await asks("accounts: { wiki: { id: 583231 } }\nlast-day: 2026-06-09\n")).toContain("last day is over");
  expect(await asks("accounts: { wiki: { id: 583231 } }\n")).toBe("may");
  stage.visibility = "private";
  expect(await asks("")).toBe("may");
});

test("an account that is gone cannot ask", async () => {
  await happens(offboarding("2026-07-31"), { author: null });
  expect(stage.comments.get(12)).toContain("does not exist any more");
});

test("it is for events about issues", async () => {
  const ran = await stage.company.run(async (c) => request(c, {}, async () => stage.doors), {
    env: { GITHUB_EVENT_NAME: "push", GITHUB_EVENT_PATH: "/x" },
  });
  expect(ran).toMatchObject({ code: 1, err: expect.stringContaining("runs on issues") });
});
