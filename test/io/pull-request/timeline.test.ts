import { expect, test } from "vitest";
import { faultOf } from "../http/stage.ts";
import { ada, type Asked, bot, grace, issueOf, page, pullOf, type Routes, type Said, stage } from "./stage.ts";

const commitOf = (sha: string, message = "Ada joins", author: unknown = ada) => ({
  sha,
  parents: [{ sha: "p" }],
  commit: { message, author: { name: "Ada", email: "ada@acme.example" }, committer: { name: "Ada", email: "ada@home.example" } },
  author,
  committer: {},
});
const reviewOf = (id: number, given: Record<string, unknown> = {}) => ({
  id,
  user: grace,
  state: "APPROVED",
  commit_id: "c2",
  submitted_at: "2026-11-21T10:00:00Z",
  ...given,
});
const activityOf = (given: Record<string, unknown> = {}) => ({
  before: "c1",
  after: "c2",
  ref: "refs/heads/joiner/ada",
  timestamp: "2026-11-20T10:00:00Z",
  activity_type: "push",
  actor: ada,
  ...given,
});

const usual: Routes = {
  "GET /pulls/*": () => ({ body: pullOf() }),
  "GET /pulls/*/reviews": (asked) => page([reviewOf(1)], asked),
  "GET /pulls/*/commits": (asked) => page([commitOf("c1"), commitOf("c2")], asked),
  "GET /activity": () => ({ body: [activityOf(), activityOf({ activity_type: "branch_creation", before: "0".repeat(40), after: "c1" })] }),
  "GET /issues/*": ({ parts }) => ({ body: issueOf(Number(parts[0])) }),
};

test("a small pull request's timeline takes four requests, and one more for each issue that its commits name", async () => {
  const small = await stage(usual);
  const timeline = (await small.forge.timeline(7))!;
  expect(small.seen.length).toBe(4);
  expect(timeline).toMatchObject({
    pull: {
      number: 7,
      author: { id: 1815, login: "adalove", kind: "user" },
      head: { ref: "joiner/ada", repository: "acme/identity" },
      fork: false,
    },
    reviews: [{ id: 1, state: "approved", commit: "c2", author: { id: 1906, kind: "user" }, submittedAt: "2026-11-21T10:00:00Z" }],
    commits: [
      { sha: "c1", author: { id: 1815 }, committer: null, emails: { author: "ada@acme.example", committer: "ada@home.example" } },
      { sha: "c2" },
    ],
    commitsComplete: true,
    pushes: [
      { actor: { id: 1815 }, before: "c1", after: "c2", at: "2026-11-20T10:00:00Z" },
      { actor: { id: 1815 }, after: "c1" },
    ],
  });
  expect(timeline.requesters.size).toBe(0);

  const asking = await stage({
    ...usual,
    "GET /pulls/*/commits": (asked) =>
      page(
        [commitOf("c1", "Grant\n\nRollcall-Request: #12\nRollcall-Request: #13"), commitOf("c2", "x\n\nrollcall-request:  #12\r\n", bot)],
        asked,
      ),
  });
  const { requesters, commits } = (await asking.forge.timeline(7))!;
  expect(asking.seen.length).toBe(6);
  expect([...requesters]).toEqual([
    [12, { id: 1906, login: "ghopper", kind: "user" }],
    [13, { id: 1906, login: "ghopper", kind: "user" }],
  ]);
  expect(commits[1]!.author).toEqual({ id: bot.id, login: bot.login, kind: "bot" });
});

test("reviews are read to their last page, the fifth as well", async () => {
  const { forge } = await stage({
    ...usual,
    "GET /pulls/*/reviews": (asked) =>
      page(
        range(430).map((n) => reviewOf(n)),
        asked,
      ),
  });
  expect((await forge.timeline(7))!.reviews.map((r) => r.id)).toEqual(range(430));
});

test("of more than 250 commits the forge lists 250: they are not all there", async () => {
  const { forge } = await stage({
    ...usual,
    "GET /pulls/*": () => ({ body: pullOf({ commits: 260 }) }),
    "GET /pulls/*/commits": (asked) =>
      page(
        range(250).map((n) => commitOf(`k${n}`)),
        asked,
      ),
  });
  const timeline = (await forge.timeline(7))!;
  expect(timeline.commits.length).toBe(250);
  expect(timeline.commitsComplete).toBe(false);
});

test("a push between the requests makes it read again; where pushes do not stop, the commits are not all there", async () => {
  let reads = 0;
  const moved = await stage({
    ...usual,
    "GET /pulls/*": () => ({
      body: reads++ === 0 ? pullOf({ head: { ...(pullOf()["head"] as object), sha: "c1" }, commits: 1 }) : pullOf(),
    }),
  });
  const timeline = (await moved.forge.timeline(7))!;
  expect(timeline.pull.head.sha).toBe("c2");
  expect(timeline.commitsComplete).toBe(true);

  const moving = await stage({ ...usual, "GET /pulls/*/commits": (asked) => page([commitOf("c1"), commitOf("elsewhere")], asked) });
  expect((await moving.forge.timeline(7))!.commitsComplete).toBe(false);
  expect(moving.seen.length).toBe(12);
});

test("pushes come by cursor, as far back as the pull request goes, and whatever moves the branch is one", async () => {
  const kinds = ["merge_queue_merge", "pr_merge", "force_push", "branch_deletion", "a_kind_of_tomorrow", "push"];
  const pages: Record<string, unknown[]> = {
    "": kinds.slice(0, 3).map((kind, i) => activityOf({ activity_type: kind, after: `a${i}`, actor: grace })),
    second: kinds.slice(3).map((kind, i) => activityOf({ activity_type: kind, after: `b${i}`, timestamp: "2026-11-20T09:30:00Z" })),
    third: [activityOf({ after: "old", timestamp: "2026-11-19T00:00:00Z" })],
    fourth: [activityOf({ after: "older", timestamp: "2026-11-18T00:00:00Z" })],
  };
  const order = Object.keys(pages);
  const { forge, asked } = await stage({
    ...usual,
    "GET /activity": ({ query, origin }: Asked): Said => {
      const here = query.get("after") ?? "";
      const next = order[order.indexOf(here) + 1];
      return { body: pages[here], headers: next === undefined ? {} : { link: `<${origin}/x?after=${next}&before=>; rel="next"` } };
    },
  });
  const { pushes } = (await forge.timeline(7))!;
  expect(pushes!.map((p) => p.after)).toEqual(["a0", "a1", "a2", "b1", "b2", "old"]);
  expect(pushes![0]!.actor!.id).toBe(grace.id);
  expect(asked().filter((a) => a.startsWith("GET /activity")).length).toBe(3);
});

test.each([403, 404])("where the forge answers %d to who pushed, that is unknown and the rest is told", async (status) => {
  const { forge } = await stage({
    ...usual,
    "GET /activity": () => ({ status, body: { message: "Resource not accessible by integration" } }),
  });
  const timeline = (await forge.timeline(7))!;
  expect(timeline.pushes).toBeNull();
  expect(timeline.reviews.length).toBe(1);
});

test("who pushed to a fork is asked of the fork; where the fork is gone nobody knows", async () => {
  const head = (repo: unknown) => ({ head: { ref: "joiner/ada", sha: "c2", repo } });
  const fork = await stage({
    ...usual,
    "GET /pulls/*": () => ({ body: pullOf(head({ full_name: "adalove/identity" })) }),
    "GET //repos/adalove/identity/activity": () => ({ body: [activityOf()] }),
    "GET /activity": () => ({ body: [activityOf({ actor: grace })] }),
  });
  const timeline = (await fork.forge.timeline(7))!;
  expect(timeline.pull.fork).toBe(true);
  expect(timeline.pushes![0]!.actor!.id).toBe(ada.id);

  const gone = await stage({ ...usual, "GET /pulls/*": () => ({ body: pullOf(head(null)) }) });
  expect((await gone.forge.timeline(7))!).toMatchObject({ pushes: null, pull: { fork: true, head: { repository: null } } });
  expect(gone.seen.length).toBe(3);
});

test("a request that names no issue of this repository has an unknown author: a pull request, a deleted one, a moved one", async () => {
  const { forge } = await stage({
    ...usual,
    "GET /pulls/*/commits": (asked) =>
      page(
        [
          commitOf(
            "c1",
            range(5)
              .map((n) => `Rollcall-Request: #${n}`)
              .join("\n"),
          ),
          commitOf("c2"),
        ],
        asked,
      ),
    "GET /issues/*": ({ parts, origin }) =>
      [
        { body: issueOf(1, { pull_request: { url: "x" } }) },
        { status: 410, body: { message: "This issue was deleted" } },
        { status: 301, headers: { location: `${origin}/repositories/99/issues/3` }, body: {} },
        { status: 404, body: { message: "Not Found" } },
        { body: issueOf(5, { user: null }) },
      ][Number(parts[0]) - 1]!,
    "GET //repositories/*/issues/*": () => ({ body: issueOf(3, { repository_url: "https://api.github.com/repos/acme/other" }) }),
  });
  expect([...(await forge.timeline(7))!.requesters]).toEqual(range(5).map((n) => [n, null]));
});

test("a hostile message names a thousand issues: twenty are asked for, the others stay unknown", async () => {
  const { forge, seen } = await stage({
    ...usual,
    "GET /pulls/*/commits": (asked) =>
      page(
        [
          commitOf(
            "c1",
            range(1000)
              .map((n) => `Rollcall-Request: #${n}`)
              .join("\n"),
          ),
          commitOf("c2"),
        ],
        asked,
      ),
  });
  const { requesters } = (await forge.timeline(7))!;
  expect(seen.length).toBe(24);
  expect(requesters.size).toBe(1000);
  expect(requesters.get(20)!.id).toBe(grace.id);
  expect(requesters.get(21)).toBeNull();
});

test.each([
  [
    "a review without an author's number",
    { "GET /pulls/*/reviews": (a: Asked) => page([reviewOf(1, { user: { login: "x", type: "User" } })], a) },
    "0.user.id",
  ],
  ["a review of an unheard-of state", { "GET /pulls/*/reviews": (a: Asked) => page([reviewOf(1, { state: "BLESSED" })], a) }, "0.state"],
  [
    "a commit that does not tell its parents",
    { "GET /pulls/*/commits": (a: Asked) => page([{ ...commitOf("c1"), parents: undefined }], a) },
    "0.parents",
  ],
  ["a pull request without its head", { "GET /pulls/*": () => ({ body: pullOf({ head: undefined }) }) }, "head"],
  ["pushes that are no list", { "GET /activity": () => ({ body: { message: "hm" } }) }, "the answer"],
])("%s is an error that names the route and the field", async (_, routes, field) => {
  const { forge } = await stage({ ...usual, ...routes });
  const fault = await faultOf(forge.timeline(7));
  expect(fault.kind).toBe("transient");
  expect(fault.message).toMatch(/GET \/repos\/\{owner\}\/\{repo\}\/(?:pulls|activity)/);
  expect(fault.message).toContain(field);
});

test("what is not there is null; a list whose pages have no end is an error", async () => {
  const { forge } = await stage({
    ...usual,
    "GET /pulls/*": ({ parts }) => (parts[0] === "7" ? { body: pullOf() } : { status: 404, body: { message: "Not Found" } }),
    "GET /pulls/*/reviews": ({ origin }) => ({ body: [reviewOf(1)], headers: { link: `<${origin}/x?page=2>; rel="next"` } }),
  });
  expect(await forge.timeline(8)).toBeNull();
  expect(await forge.pull(8)).toBeNull();
  expect(await faultOf(forge.timeline(7))).toMatchObject({ kind: "invalid", message: expect.stringContaining("has no end") as string });
});

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);
