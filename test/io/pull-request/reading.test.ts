import { expect, test } from "vitest";
import { openForge } from "../../../src/io/pull-request/open-forge.ts";
import { wireOf } from "../../../src/io/pull-request/wire.ts";
import { faultOf } from "../http/stage.ts";
import { ada, bot, issueOf, page, pullOf, stage } from "./stage.ts";

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

test("a pull request as it is read: open, merged, by nobody any more", async () => {
  const { forge } = await stage({
    "GET /pulls/*": ({ parts }) => ({
      body: [
        pullOf({ number: 1, draft: undefined, body: null, created_at: "2026-11-20T10:00:00+01:00" }),
        pullOf({
          number: 2,
          user: null,
          state: "closed",
          merged_at: "2026-11-22T08:00:00Z",
          merge_commit_sha: "d".repeat(40),
          merged_by: bot,
        }),
        pullOf({
          number: 3,
          user: { id: 1, login: "Acme", type: "Organization" },
          merged_at: "2026-11-22T08:00:00Z",
          merge_commit_sha: null,
        }),
      ][Number(parts[0]) - 1],
    }),
  });
  expect(await forge.pull(1)).toEqual({
    number: 1,
    title: "Ada joins",
    body: "",
    url: "https://github.com/acme/identity/pull/7",
    state: "open",
    draft: false,
    author: { id: ada.id, login: ada.login, kind: "user" },
    base: { ref: "main", sha: "b".repeat(40) },
    head: { ref: "joiner/ada", sha: "c2", repository: "acme/identity" },
    fork: false,
    createdAt: "2026-11-20T09:00:00Z",
    labels: ["access"],
    // The trial merge of an open pull request is no merge.
    merged: null,
  });
  expect(await forge.pull(2)).toMatchObject({
    author: null,
    state: "closed",
    merged: { at: "2026-11-22T08:00:00Z", commit: "d".repeat(40), by: { id: bot.id, kind: "bot" } },
  });
  expect((await faultOf(forge.pull(3))).message).toContain("merge_commit_sha");
});

test("open pull requests of the base alone, and those of a commit, over all pages", async () => {
  const { forge, asked } = await stage({
    "GET /pulls": (a) =>
      page(
        range(205).map((n) => pullOf({ number: n, merged_by: undefined, commits: undefined })),
        a,
      ),
    "GET /commits/*/pulls": (a) =>
      a.parts[0] === "unknown"
        ? { status: 422, body: { message: "No commit found for SHA: unknown" } }
        : page([pullOf({ number: 4, merged_by: undefined, merged_at: "2026-11-22T08:00:00Z" })], a),
  });
  expect((await forge.openPulls("main")).map((p) => p.number)).toEqual(range(205));
  expect(asked()[0]).toBe("GET /pulls?per_page=100&state=open&base=main&sort=created&direction=desc");
  expect(await forge.pullsOf("abc")).toMatchObject([{ number: 4, merged: { by: null } }]);
  expect(await forge.pullsOf("unknown")).toEqual([]);
});

test("pull requests from one branch of the repository itself, open and closed, and who closed them", async () => {
  const closed = { state: "closed", user: bot };
  const at = (ref: string, full_name = "acme/identity") => ({ head: { ref, sha: "c2", repo: { full_name } } });
  const { forge, asked } = await stage({
    // As GitHub does with a filter that it cannot read: it gives all of them.
    "GET /pulls": (a) =>
      page(
        [
          pullOf({ number: 9, ...at("rollcall/expiry-ada") }),
          pullOf({ number: 8, ...at("rollcall/expiry-ada", "mallory/identity") }),
          pullOf({ number: 7, ...at("rollcall/expiry-adam") }),
          pullOf({ number: 6, ...closed, ...at("rollcall/expiry-ada") }),
        ],
        a,
      ),
    "GET /issues/*": ({ parts }) => ({
      body: [issueOf(6, { closed_by: ada }), issueOf(7, { closed_by: null }), issueOf(8)][Number(parts[0]) - 6],
    }),
  });
  expect((await forge.pullsFrom("rollcall/expiry-ada")).map((p) => `${p.number} ${p.state}`)).toEqual(["9 open", "6 closed"]);
  expect(decodeURIComponent(asked()[0]!)).toContain("state=all&head=acme:rollcall/expiry-ada");
  expect([await forge.closedBy(6), await forge.closedBy(7), await forge.closedBy(8)]).toEqual([
    { id: ada.id, login: ada.login, kind: "user" },
    null,
    null,
  ]);
});

test("paths of a pull request, a renamed file under both names; null from 3,000 on", async () => {
  let files: unknown[] = [
    { filename: "b.yaml", status: "renamed", previous_filename: "policies/a.yaml" },
    { filename: "a.yaml", status: "added" },
  ];
  const { forge } = await stage({ "GET /pulls/*/files": (a) => page(files, a) });
  expect(await forge.pullPaths(7)).toEqual(["a.yaml", "b.yaml", "policies/a.yaml"]);
  files = range(2999).map((n) => ({ filename: `f${n}` }));
  expect((await forge.pullPaths(7))!.length).toBe(2999);
  files.push({ filename: "one more" });
  expect(await forge.pullPaths(7)).toBeNull();
});

test("issues with a label, without the pull requests among them; an issue is no pull request", async () => {
  const { forge, asked } = await stage({
    "GET /issues": (a) => page([issueOf(2), issueOf(3, { pull_request: {} }), issueOf(4, { state: "closed", body: null })], a),
    "GET /issues/*": ({ parts }) => ({ body: issueOf(Number(parts[0]), parts[0] === "3" ? { pull_request: {} } : {}) }),
  });
  expect((await forge.issues("rollcall: drift")).map((i) => [i.number, i.state, i.body])).toEqual([
    [2, "open", "please"],
    [4, "closed", ""],
  ]);
  expect(asked()[0]).toContain("labels=rollcall%3A%20drift&state=all");
  expect((await forge.issue(2))!.author!.login).toBe("ghopper");
  expect(await forge.issue(3)).toBeNull();
  expect((await faultOf(forge.issues("a,b"))).kind).toBe("invalid");
});

test("the head of a branch, whatever its name; null where there is none and in an empty repository", async () => {
  const { forge, seen } = await stage({
    "GET /git/ref/*": ({ parts }) =>
      ({
        "heads/joiner/ada%20": { body: { ref: "refs/heads/joiner/ada%20", object: { sha: "c2" } } },
        "heads/empty": { status: 409, body: { message: "Git Repository is empty." } },
        "heads/odd": { body: { ref: "refs/heads/odd-and-more", object: { sha: "c2" } } },
      })[parts[0]!] ?? { status: 404, body: { message: "Not Found" } },
  });
  expect(await forge.branch("joiner/ada%20")).toBe("c2");
  expect(await forge.branch("empty")).toBeNull();
  expect(await forge.branch("none")).toBeNull();
  expect((await faultOf(forge.branch("odd"))).kind).toBe("transient");
  const before = seen.length;
  for (const name of ["../../../orgs/acme", "a/./b", ""]) expect((await faultOf(forge.branch(name))).kind).toBe("invalid");
  expect(seen.length).toBe(before);
});

test("whose token it is: an app by its brackets, whatever type GraphQL gives it; asked once, and again after a failure", async () => {
  const s = await stage({});
  s.plan("POST //graphql", { body: { errors: [{ type: "FORBIDDEN", message: "no" }], data: null } });
  expect((await faultOf(s.forge.viewer())).kind).toBe("forbidden");
  expect(await s.forge.viewer()).toEqual({ id: bot.id, login: bot.login, kind: "bot" });
  await s.forge.viewer();
  expect(s.seen.length).toBe(2);
  expect(await (await stage({}, { viewer: ada })).forge.viewer()).toEqual({ id: ada.id, login: ada.login, kind: "user" });
});

test("a 403 that is a rate limit is waited for; another is a refusal", async () => {
  const s = await stage({ "GET /issues/7/comments": () => ({ body: [] }) });
  const limited = (headers: Record<string, string>, message = "You have exceeded a secondary rate limit.") => ({
    status: 403,
    body: { message },
    headers,
  });
  s.plan("GET /issues/7/comments", limited({ "retry-after": "7" }, "slow down"), limited({}), { status: 429, body: {} });
  expect(await s.forge.comments(7)).toEqual([]);
  expect(s.seen.length).toBe(4);
  expect(s.clock.elapsed()).toBeGreaterThanOrEqual(7000 + 60_000 + 60_000);

  s.plan("GET /issues/7/comments", {
    status: 403,
    body: { message: "Resource not accessible by integration" },
    headers: { "x-github-request-id": "AB:12" },
  });
  expect(await faultOf(s.forge.comments(7))).toMatchObject({ kind: "forbidden", status: 403, request: "AB:12" });
  s.plan("GET /issues/7/comments", { status: 401, body: { message: "Bad credentials" } });
  expect((await faultOf(s.forge.comments(7))).kind).toBe("auth");
});

test("a broken answer to a reading is read again, four times", async () => {
  const s = await stage({ "GET /issues/7/comments": () => ({ body: [] }) });
  s.plan("GET /issues/7/comments", "lose", { status: 502, body: "" }, { status: 503, body: "" });
  expect(await s.forge.comments(7)).toEqual([]);
  s.plan("GET /issues/7/comments", ...Array.from({ length: 4 }, () => ({ status: 500 })));
  expect((await faultOf(s.forge.comments(7))).kind).toBe("transient");
});

test("what calls itself a repository and is none is refused before anything is asked", () => {
  const open = (repository: string) => () =>
    openForge({ repository, baseUrl: "http://127.0.0.1:9", fetch: () => Promise.reject(new Error("asked")), now: () => new Date(0) });
  for (const name of ["acme", "acme/identity/more", "acme/", "/identity", "acme/iden tity", "acme/a?b", "acme/a%2f"])
    expect(open(name), name).toThrow(/owner\/name/);
});

test("dots that would walk out of the repository never leave this machine", async () => {
  const forge = openForge({
    repository: "acme/..",
    baseUrl: "http://127.0.0.1:9",
    fetch: () => Promise.reject(new Error("asked")),
    now: () => new Date(0),
  });
  expect((await faultOf(forge.pull(1))).kind).toBe("invalid");
});

test.each([
  ["https://api.github.com", "https://api.github.com", [], "/repos/*/*/pulls", "https://api.github.com/graphql"],
  [
    "https://ghe.example.com/api/v3",
    "https://ghe.example.com/api",
    ["ghe.example.com"],
    "/v3/repos/*/*/pulls",
    "https://ghe.example.com/api/graphql",
  ],
  ["https://api.acme.ghe.com", "https://api.acme.ghe.com", ["api.acme.ghe.com"], "/repos/*/*/pulls", "https://api.acme.ghe.com/graphql"],
])(
  "at %s the HTTP room knows where REST and GraphQL lie, and where the token may go",
  async (apiUrl, baseUrl, extraHosts, path, graphql) => {
    const wire = wireOf(apiUrl);
    expect(wire).toMatchObject({ baseUrl, extraHosts, manifest: { hosts: ["api.github.com"] } });
    expect(wire.manifest.calls.map((c) => c.path)).toContain(path);
    expect(wire.manifest.calls.map((c) => c.path)).toContain("/graphql");
    const asked: string[] = [];
    const fetch: typeof globalThis.fetch = (input) => {
      asked.push(input instanceof Request ? input.url : String(input));
      return Promise.resolve(Response.json({ data: { viewer: { login: "adalove", databaseId: 1, type: "User" } } }));
    };
    await openForge({ repository: "acme/identity", baseUrl: apiUrl, fetch, now: () => new Date(0) }).viewer();
    expect(asked).toEqual([graphql]);
  },
);
