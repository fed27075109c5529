import { expect, test } from "vitest";
import type { Annotation, Check } from "../../../src/core/forge/forge.ts";
import { faultOf } from "../http/stage.ts";
import { ada, bot, created, issueOf, page, pullOf, repository, type Routes, type Stage, stage } from "./stage.ts";

const writes = (s: Stage): string[] => s.asked().filter((a) => !a.startsWith("GET") && !a.includes("graphql"));
const refusal = { status: 403, body: { message: "Resource not accessible by integration", status: "403" } };
const failed = { status: 500, body: "" };

interface Run {
  id: number;
  name: string;
  external_id: string | null;
  status: string;
  conclusion: string;
  app: { slug: string };
  output: { title: string; summary: string; annotations_count: number };
  notes: unknown[];
}

/** Check runs of one commit; each request adds its annotations, as GitHub does. */
async function checks(runs: Run[], options: Parameters<typeof stage>[1] = {}): Promise<Stage & { runs: Run[] }> {
  const take = (run: Run, body: Record<string, unknown>): Run => {
    const { annotations, ...output } = body["output"] as { title: string; summary: string; annotations: unknown[] };
    if (annotations.length > 50) throw new Error("more than 50 annotations in one request");
    run.notes.push(...annotations);
    return Object.assign(run, { ...body, output: { ...output, annotations_count: run.notes.length } });
  };
  const routes: Routes = {
    "GET /commits/*/check-runs": (asked) =>
      page(
        runs.filter((r) => r.name === asked.query.get("check_name")),
        asked,
        (rows) => ({ total_count: runs.length, check_runs: rows }),
      ),
    "GET /check-runs/*/annotations": (asked) => page(runs.find((r) => r.id === Number(asked.parts[0]))!.notes, asked),
    "POST /check-runs": ({ body }) => {
      const run = take({ id: 500 + runs.length, app: { slug: "github-actions" }, notes: [] } as unknown as Run, body);
      runs.push(run);
      return created(run);
    },
    "PATCH /check-runs/*": ({ parts, body }) => ({
      body: take(
        runs.find((r) => r.id === Number(parts[0]))!,
        body,
      ),
    }),
  };
  return { ...(await stage(routes, options)), runs };
}

const check = (annotations: Annotation[] = [], given: Partial<Check> = {}): Check => ({
  name: "rollcall",
  sha: "c2",
  conclusion: "success",
  title: "1 person",
  summary: "text",
  annotations,
  ...given,
});
const notes = (n: number, from = 0): Annotation[] =>
  Array.from({ length: n }, (_, i) => ({
    path: "identities/people/ada.yaml",
    line: from + i + 1,
    level: "warning",
    title: "t",
    message: `m${i}`,
  }));
const lines = (run: Run | undefined): unknown[] => run!.notes.map((n) => (n as { start_line: number }).start_line);
const foreign = (given: Partial<Run>): Run => ({
  id: 1,
  name: "rollcall",
  external_id: "rollcall",
  status: "completed",
  conclusion: "success",
  app: { slug: "github-actions" },
  output: { title: "1 person", summary: "text", annotations_count: 0 },
  notes: [],
  ...given,
});

test("120 annotations go in three requests, and a second time nothing is sent", async () => {
  const s = await checks([]);
  await s.forge.check(check(notes(120)));
  expect(writes(s)).toEqual(["POST /check-runs", "PATCH /check-runs/500", "PATCH /check-runs/500"]);
  expect(lines(s.runs[0])).toEqual(notes(120).map((n) => n.line));
  await s.forge.check(check(notes(120)));
  expect(writes(s).length).toBe(3);
});

test("a check is brought up to date, and only what is missing of its annotations is added", async () => {
  const s = await checks([]);
  await s.forge.check(check(notes(2)));
  await s.forge.check(check(notes(5), { conclusion: "failure", title: "2 people" }));
  expect(s.runs.length).toBe(1);
  expect(s.runs[0]).toMatchObject({ conclusion: "failure", output: { title: "2 people" } });
  expect(lines(s.runs[0])).toEqual([1, 2, 3, 4, 5]);
});

test("annotations that are no longer wanted cannot be taken away: a new check of that name takes the place of the old", async () => {
  const s = await checks([]);
  await s.forge.check(check(notes(3)));
  await s.forge.check(check(notes(1, 7)));
  expect(s.runs.length).toBe(2);
  expect(lines(s.runs[1])).toEqual([8]);
  await s.forge.check(check(notes(1, 7)));
  expect(s.runs.length).toBe(2);
});

test("a check of that name by another app, or one that a workflow's job made, is not ours", async () => {
  const s = await checks([
    foreign({ app: { slug: "another-app" } }),
    foreign({ id: 2, external_id: "a6b3-job" }),
    foreign({ id: 3, external_id: null }),
  ]);
  const before = structuredClone(s.runs);
  await s.forge.check(check());
  expect(s.runs.slice(0, 3)).toEqual(before);
  expect(writes(s)).toEqual(["POST /check-runs"]);
});

test("lost answers: the check is looked for, and no annotation is there twice", async () => {
  const s = await checks([]);
  s.plan("POST /check-runs", "lose");
  s.plan("PATCH /check-runs/500", "lose", "mangle");
  await s.forge.check(check(notes(120)));
  expect(s.runs.length).toBe(1);
  expect(lines(s.runs[0])).toEqual(notes(120).map((n) => n.line));

  const never = await checks([]);
  never.plan("POST /check-runs", ...Array.from({ length: 9 }, () => failed));
  expect((await faultOf(never.forge.check(check()))).kind).toBe("ambiguous");
});

test("a token that may not write checks is told apart from every other fault", async () => {
  const s = await checks([], { viewer: ada });
  s.plan("POST /check-runs", { status: 403, body: { message: "You must authenticate via a GitHub App." } });
  expect(await faultOf(s.forge.check(check()))).toMatchObject({
    kind: "forbidden",
    status: 403,
    message: expect.stringMatching(/may not write checks.*must authenticate via a GitHub App/) as string,
  });
});

test("titles and messages that are too long for the forge are cut, and are found again", async () => {
  const s = await checks([]);
  const long = [{ ...notes(1)[0]!, title: "é".repeat(400), message: "😀".repeat(20_000) }];
  await s.forge.check(check(long));
  await s.forge.check(check(long));
  expect(writes(s).length).toBe(1);
  const [sent] = s.runs[0]!.notes as { title: string; message: string }[];
  expect(sent!.title.length).toBe(255);
  expect(sent!.message.isWellFormed()).toBe(true);
});

/** Labels of #7 and of the repository; names are one whatever their case, as at GitHub. */
async function labelled(on: string[], there: string[]): Promise<Stage & { on: string[]; there: Map<string, unknown> }> {
  const known = new Map<string, unknown>(there.map((name) => [name.toLowerCase(), { name }]));
  const routes: Routes = {
    "GET /issues/7/labels": (asked) =>
      page(
        on.map((name) => ({ name })),
        asked,
      ),
    "GET /labels/*": ({ parts }) => {
      const label = known.get(parts[0]!.toLowerCase());
      return label === undefined ? { status: 404, body: { message: "Not Found" } } : { body: label };
    },
    "POST /labels": ({ body }) => {
      known.set((body["name"] as string).toLowerCase(), body);
      return created(body);
    },
    "POST /issues/7/labels": ({ body }) => {
      for (const name of body["labels"] as string[]) if (!on.some((n) => n.toLowerCase() === name.toLowerCase())) on.push(name);
      return { body: on.map((name) => ({ name })) };
    },
    "DELETE /issues/7/labels/*": ({ parts }) => {
      const at = on.findIndex((n) => n.toLowerCase() === parts[0]!.toLowerCase());
      if (at < 0) return { status: 404, body: { message: "Label does not exist" } };
      on.splice(at, 1);
      return { body: [] };
    },
  };
  return { ...(await stage(routes)), on, there: known };
}

const gains = { name: "rollcall: gains/losses", colour: "0e8a16", description: "Somebody gains access" };
const empty = { name: "rollcall: nothing", colour: "ededed", description: "No access changes" };

test("labels are made with colour and description, set and taken away; those outside the list are left alone", async () => {
  const s = await labelled(["urgent", "Rollcall: Nothing"], ["urgent", "rollcall: nothing"]);
  await s.forge.labels(7, [gains, empty], [gains.name]);
  expect(s.on).toEqual(["urgent", gains.name]);
  expect(s.there.get(gains.name)).toMatchObject({ name: gains.name, color: "0e8a16", description: "Somebody gains access" });
  const before = s.seen.length;
  await s.forge.labels(7, [gains, empty], [gains.name]);
  expect(s.seen.length).toBe(before + 1);
  expect((await faultOf(s.forge.labels(7, [gains], ["urgent"]))).kind).toBe("invalid");
});

test("a label that somebody makes, or takes away, at the same time is no error; another refusal is", async () => {
  const s = await labelled(["rollcall: nothing"], []);
  const taken = { message: "Validation Failed", errors: [{ resource: "Label", code: "already_exists", field: "name" }] };
  s.plan("POST /labels", { status: 422, body: taken });
  s.plan(`DELETE /issues/7/labels/${encodeURIComponent(empty.name)}`, () => {
    s.on.splice(0, 1);
    return { status: 404, body: { message: "Label does not exist" } };
  });
  await s.forge.labels(7, [gains, empty], [gains.name]);
  expect(s.on).toEqual([gains.name]);

  const t = await labelled([], []);
  t.plan("POST /labels", {
    status: 422,
    body: { message: "Validation Failed", errors: [{ code: "custom", field: "color", message: "no colour" }] },
  });
  expect((await faultOf(t.forge.labels(7, [gains], [gains.name]))).message).toContain("no colour");
});

/** Open pull requests that can be made and changed. */
async function pulls(open: Record<string, unknown>[]): Promise<Stage & { open: Record<string, unknown>[] }> {
  const at = (ref: unknown, full_name = repository): unknown => ({ ref, sha: "c2", repo: { full_name } });
  const routes: Routes = {
    // As GitHub does with a filter that it cannot read: it gives all of them.
    "GET /pulls": (asked) => page(open, asked),
    "POST /pulls": ({ body }) => {
      const pull = pullOf({ ...body, number: 100 + open.length, base: at(body["base"]), head: at(body["head"]), labels: [] });
      open.push(pull);
      return created(pull);
    },
    "PATCH /pulls/*": ({ parts, body }) => ({
      body: Object.assign(
        open.find((p) => p["number"] === Number(parts[0]))!,
        body,
      ),
    }),
    "GET /issues/*/labels": () => ({ body: [] }),
    "GET /labels/*": ({ parts }) => ({ body: { name: parts[0] } }),
    "POST /issues/*/labels": ({ body }) => ({ body: (body["labels"] as string[]).map((name) => ({ name })) }),
  };
  return { ...(await stage(routes)), open };
}

const proposal = { title: "Ada joins", body: "because", head: "rollcall/ada", base: "main", labels: [gains] };

test("a pull request is made once; the second time it is brought up to date", async () => {
  const s = await pulls([
    pullOf({ head: { ref: "rollcall/ada", sha: "x", repo: { full_name: "mallory/identity" } } }),
    pullOf({
      number: 8,
      head: { ref: "rollcall/ada", sha: "x", repo: { full_name: repository } },
      base: { ref: "next", sha: "x", repo: { full_name: repository } },
    }),
    pullOf({ number: 9, head: { ref: "rollcall/ada", sha: "x", repo: null } }),
  ]);
  const made = await s.forge.openPull(proposal);
  expect(made).toMatchObject({ number: 103, title: "Ada joins", labels: [gains.name], head: { ref: "rollcall/ada", repository } });
  const again = await s.forge.openPull({ ...proposal, title: "Ada joins in May" });
  expect(again).toMatchObject({ number: 103, title: "Ada joins in May" });
  expect(s.open.length).toBe(4);
  expect(writes(s).filter((w) => w.includes("/pulls"))).toEqual(["POST /pulls", "PATCH /pulls/103"]);
});

test("a new pull request is assigned to whom the forge takes; one that is there keeps those it has", async () => {
  const s = await pulls([]);
  const refused = { message: "Validation Failed", errors: [{ value: "gone", resource: "Issue", field: "assignees", code: "invalid" }] };
  s.plan("PATCH /issues/100", { status: 422, body: refused }, { body: issueOf(100) }, { body: issueOf(100) });
  const wanted = { ...proposal, assignees: ["gone", "ghopper", "adalove"] };
  await s.forge.openPull(wanted);
  await s.forge.openPull({ ...wanted, title: "Ada joins in May" });
  const sent = s.seen.filter((r) => r.method === "PATCH" && r.url.endsWith("/issues/100")).map((r) => JSON.parse(r.body) as unknown);
  expect(sent).toEqual([{ assignees: ["gone"] }, { assignees: ["ghopper"] }, { assignees: ["ghopper", "adalove"] }]);
  expect(s.logged).toEqual([expect.stringContaining("not assigned to gone")]);
});

test("a pull request whose answer was lost, or that somebody else made meanwhile, is looked for", async () => {
  const s = await pulls([]);
  s.plan("POST /pulls", "lose");
  expect((await s.forge.openPull(proposal)).number).toBe(100);
  expect(s.open.length).toBe(1);

  const t = await pulls([]);
  const exists = {
    message: "Validation Failed",
    errors: [{ resource: "PullRequest", code: "custom", message: "A pull request already exists for acme:rollcall/ada." }],
  };
  t.plan("POST /pulls", () => {
    t.open.push(pullOf({ number: 55, title: "theirs", head: { ref: "rollcall/ada", sha: "x", repo: { full_name: "Acme/Identity" } } }));
    return { status: 422, body: exists };
  });
  expect(await t.forge.openPull(proposal)).toMatchObject({ number: 55, title: "Ada joins" });

  const none = await pulls([]);
  none.plan("POST /pulls", {
    status: 422,
    body: { message: "Validation Failed", errors: [{ code: "custom", message: "No commits between main and rollcall/ada" }] },
  });
  expect((await faultOf(none.forge.openPull(proposal))).message).toContain("No commits between");
  none.plan("POST /pulls", { status: 403, body: { message: "GitHub Actions is not permitted to create or approve pull requests." } });
  expect(await faultOf(none.forge.openPull(proposal))).toMatchObject({
    kind: "forbidden",
    message: expect.stringContaining("not permitted") as string,
  });
});

/** Issues that can be made. */
async function issues(list: Record<string, unknown>[]): Promise<Stage & { list: Record<string, unknown>[] }> {
  const routes: Routes = {
    "GET /issues": (asked) => page(list.toReversed(), asked),
    "POST /issues": ({ body }) => {
      if ((body["assignees"] as string[] | undefined)?.includes("gone"))
        return {
          status: 422,
          body: { message: "Validation Failed", errors: [{ value: "gone", resource: "Issue", field: "assignees", code: "invalid" }] },
        };
      const issue = issueOf(200 + list.length, { ...body, user: bot, labels: (body["labels"] as string[]).map((name) => ({ name })) });
      list.push(issue);
      return created(issue);
    },
    "PATCH /issues/*": ({ parts, body }) => ({
      body: Object.assign(
        list.find((i) => i["number"] === Number(parts[0]))!,
        body,
      ),
    }),
    "GET /labels/*": ({ parts }) => ({ body: { name: parts[0] } }),
  };
  return { ...(await stage(routes)), list };
}

test("an issue whose answer was lost is looked for among the viewer's own before another is made", async () => {
  const wanted = { title: "Apply failed", body: "why", labels: [gains], assignees: ["ghopper"] };
  const s = await issues([issueOf(1, { title: "Apply failed", body: "why" })]);
  s.plan("POST /issues", "lose");
  expect(await s.forge.openIssue(wanted)).toMatchObject({ number: 201, author: { id: bot.id }, labels: [gains.name] });
  expect(s.list.length).toBe(2);
  expect(s.list[1]!["assignees"]).toEqual(["ghopper"]);

  s.plan("POST /issues", failed);
  expect((await s.forge.openIssue({ ...wanted, title: "Drift" })).title).toBe("Drift");
  expect(s.list.length).toBe(3);
  const theirs = await issues([issueOf(1, { title: "Apply failed", body: "why" })]);
  theirs.plan("POST /issues", failed);
  expect(await theirs.forge.openIssue(wanted)).toMatchObject({ number: 201, author: { id: bot.id } });

  await s.forge.editIssue(201, { state: "closed" });
  expect(s.list[1]!["state"]).toBe("closed");
});

test("an assignee whom the forge refuses does not keep the issue from being there, and it is said", async () => {
  const s = await issues([]);
  const made = await s.forge.openIssue({ title: "Drift", body: "b", labels: [], assignees: ["gone"] });
  expect(made.number).toBe(200);
  expect(s.logged).toEqual([expect.stringContaining("assigned to nobody")]);
});

test("through the read door nothing is written: every method that would is refused before it is sent", async () => {
  const notThere = (): { status: number; body: unknown } => ({ status: 404, body: { message: "Not Found" } });
  const none = (): { body: unknown } => ({ body: [] });
  const s = await stage(
    {
      "GET /issues/7/comments": none,
      "GET /issues/7/labels": none,
      "GET /labels/*": notThere,
      "GET /pulls": none,
      "GET /commits/*/check-runs": () => ({ body: { check_runs: [] } }),
    },
    { access: "read" },
  );
  const { forge } = s;
  const attempts: Readonly<Record<string, () => Promise<unknown>>> = {
    stickyComment: () => forge.stickyComment(7, "<!-- x -->", "<!-- x --> new"),
    comment: () => forge.comment(7, "x"),
    check: () => forge.check(check(notes(1))),
    labels: () => forge.labels(7, [gains], [gains.name]),
    status: () => forge.status("c2", { context: "rollcall/records", state: "success", description: "1 x" }),
    openPull: () => forge.openPull(proposal),
    editPull: () => forge.editPull(7, { state: "closed" }),
    openIssue: () => forge.openIssue({ title: "t", body: "", labels: [] }),
    editIssue: () => forge.editIssue(7, { state: "closed" }),
  };
  const reading = [
    "repository",
    "viewer",
    "pull",
    "openPulls",
    "pullsFrom",
    "closedBy",
    "pullsOf",
    "pullPaths",
    "timeline",
    "comments",
    "issue",
    "issues",
    "statuses",
    "branch",
    "facts",
    "rules",
    "defaultBranch",
  ];
  expect(Object.keys(attempts).sort()).toEqual(
    Object.keys(forge)
      .filter((name) => !reading.includes(name))
      .sort(),
  );
  for (const [name, attempt] of Object.entries(attempts)) expect([name, (await faultOf(attempt())).kind]).toEqual([name, "refused"]);
  expect(writes(s)).toEqual([]);
});

test("a status is noted, sent again after a lost answer, and refused where the forge would refuse it", async () => {
  const list: Record<string, unknown>[] = [];
  const s = await stage({
    "POST /statuses/*": ({ body }) => {
      const row = { ...body, created_at: `2026-11-25T10:00:0${list.length}Z`, creator: bot };
      list.unshift(row);
      return created(row);
    },
    "GET /commits/*/statuses": (asked) => page(list, asked),
  });
  const note = { context: "rollcall/records", state: "success", description: `4 ${"a".repeat(64)}` } as const;
  s.plan("POST /statuses/c2", "lose");
  await s.forge.status("c2", note);
  expect(await s.forge.statuses("c2")).toEqual([
    { ...note, at: "2026-11-25T10:00:01Z", author: { id: bot.id, login: bot.login, kind: "bot" } },
    { ...note, at: "2026-11-25T10:00:00Z", author: { id: bot.id, login: bot.login, kind: "bot" } },
  ]);
  expect((await faultOf(s.forge.status("c2", { ...note, description: "x".repeat(141) }))).kind).toBe("invalid");
  s.plan("POST /statuses/c2", refusal);
  expect((await faultOf(s.forge.status("c2", note))).kind).toBe("forbidden");
});
