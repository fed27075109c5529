import { z } from "zod";
import { inaccessible } from "../../app.ts";
import { stamp } from "../../field.ts";
import { invalid, notFound, Refusal } from "../../refusal.ts";
import { changesOf } from "../../repository/change.ts";
import { isAncestor, log, refsOf } from "../../repository/git.ts";
import { endsOf, settle } from "../../repository/head.ts";
import { atLeast, permissionOf, repositoryOf, same } from "../../repository/permission.ts";
import type { Pull } from "../../repository/pull.ts";
import { pull as schema } from "../../repository/pull.ts";
import type { Repository } from "../../repository/repository.ts";
import { nextNumber } from "../../repository/repository.ts";
import { takeId } from "../../world.ts";
import type { Route, Visit } from "../route.ts";
import { bodyOf, ok, page } from "../route.ts";
import { changeRow, commitRow } from "./commit-row.ts";
import { listPath, may, require, theListed, theRepository } from "./door.ts";
import { ordered } from "./order.ts";
import type { Frame } from "./pull-row.ts";
import { fullPull, pullRow } from "./pull-row.ts";
import { limited } from "./text.ts";

const opened = z.object({
  title: z.string().optional(),
  head: z.string(),
  base: z.string(),
  body: z.string().nullish(),
  draft: z.boolean().default(false),
  maintainer_can_modify: z.boolean().default(true),
});

const edited = z.object({
  title: z.string().optional(),
  body: z.string().nullish(),
  state: z.enum(["open", "closed"]).optional(),
  base: z.string().optional(),
  maintainer_can_modify: z.boolean().optional(),
});

export function thePull(v: Visit, r: Repository): Pull {
  const p = r.pulls.find((x) => String(x.number) === v.param("number"));
  if (!p) throw notFound();
  return p;
}

export const frameOf = (v: Visit, r: Repository, world = v.replica.live): Frame => ({
  world,
  r,
  refs: refsOf(r.git),
  viewer: v.viewer,
  origin: v.origin,
  now: v.now,
});

const path = "/repos/:owner/:repo/pulls";

export const pullRoutes: readonly Route[] = [
  {
    method: "GET",
    path,
    answer: (v) => {
      const { world, r } = theListed(v);
      const { query } = v.exchange;
      const state = query.get("state") ?? "open";
      const [owner, branch] = (query.get("head") ?? ":").split(":");
      const rows = ordered(v, r.pulls, query.get("sort") === null || query.get("sort") === "created" ? "desc" : "asc").filter(
        (p) =>
          (state === "all" || p.state === state) &&
          (query.get("base") ?? p.base) === p.base &&
          // Without an owner the filter is none (GitHub docs "List pull requests": `user:ref-name`).
          (!branch || (p.head.branch === branch && same(p.head.owner, owner!))),
      );
      const frame = frameOf(v, r, world);
      return page(v, rows, listPath(r, "pulls"), (p) => pullRow(frame, p));
    },
  },
  { method: "POST", path, answer: (v) => open(v) },
  {
    method: "GET",
    path: `${path}/:number`,
    answer: (v) => {
      const r = theRepository(v);
      return ok(fullPull(frameOf(v, r), thePull(v, r)));
    },
  },
  { method: "PATCH", path: `${path}/:number`, answer: (v) => edit(v) },
  {
    method: "GET",
    path: `${path}/:number/files`,
    answer: (v) => {
      const r = theRepository(v);
      const p = thePull(v, r);
      const ends = endsOf(p, refsOf(r.git));
      const changes = ends ? changesOf(r.git!, ends.base, ends.head).slice(0, 3000) : [];
      return page(v, changes, listPath(r, `pulls/${p.number}/files`), (c) => changeRow(r, ends!.head, c, v.origin));
    },
  },
  {
    method: "GET",
    path: `${path}/:number/commits`,
    answer: (v) => {
      const r = theRepository(v);
      const p = thePull(v, r);
      const ends = endsOf(p, refsOf(r.git));
      // The first 250, oldest first.
      const commits = ends ? log(r.git!, `${ends.base}..${ends.head}`, "--topo-order", "--reverse").slice(0, 250) : [];
      return page(v, commits, listPath(r, `pulls/${p.number}/commits`), (c) => commitRow(v.replica.live, r, c, v.origin));
    },
  },
];

function open(v: Visit) {
  const r = theRepository(v);
  const world = v.replica.live;
  const wish = bodyOf(v, "PullRequest", opened);
  // A setting of the organisation and of the repository, off at first (GitHub docs "Managing GitHub Actions settings for a repository").
  if (v.viewer.app === "github-actions" && !r.actions.mayApprove)
    throw new Refusal(403, "GitHub Actions is not permitted to create or approve pull requests.");
  const colon = wish.head.indexOf(":");
  const owner = colon < 0 ? r.owner : wish.head.slice(0, colon);
  const branch = wish.head.slice(colon + 1);
  const source = same(owner, r.owner) ? r : world.repositories.find((x) => x.forkOf === r.id && same(x.owner, owner));
  const head = source ? refsOf(source.git).get(`refs/heads/${branch}`)?.sha : undefined;
  const base = refsOf(r.git).get(`refs/heads/${wish.base}`)?.sha;
  if (base === undefined) throw new Refusal(422, "Validation Failed", [{ resource: "PullRequest", field: "base", code: "invalid" }]);
  if (!source || head === undefined)
    throw new Refusal(422, "Validation Failed", [{ resource: "PullRequest", field: "head", code: "invalid" }]);
  if (wish.title === undefined || wish.title === "")
    throw new Refusal(422, "Validation Failed", [{ resource: "PullRequest", code: "missing_field", field: "title" }]);
  if (!atLeast(permissionOf(world, source, v.viewer), "write")) {
    if (v.viewer.app !== undefined) throw inaccessible();
    throw new Refusal(403, "You do not have permission to create pull requests from this branch");
  }
  limited("PullRequest", "title", wish.title, 256);
  limited("PullRequest", "body", wish.body);
  const twin = r.pulls.find(
    (p) => p.state === "open" && p.base === wish.base && p.head.repository === source.id && p.head.branch === branch,
  );
  if (twin) throw custom(`A pull request already exists for ${owner}:${branch}.`);
  if (base === head || (source === r && isAncestor(r.git!, head, base))) throw custom(`No commits between ${wish.base} and ${branch}`);
  const made = schema.parse({
    id: takeId(world),
    number: nextNumber(r),
    title: wish.title,
    body: wish.body ?? null,
    author: v.viewer.id,
    draft: wish.draft,
    base: wish.base,
    head: { repository: source.id, owner: source.owner, branch },
    maintainerCanModify: source !== r && wish.maintainer_can_modify,
    createdAt: stamp(v.now),
  });
  r.pulls.push(made);
  settle(world, r, v.now);
  v.replica.committed();
  return ok(fullPull(frameOf(v, r), made), 201);
}

const custom = (message: string): Refusal => new Refusal(422, "Validation Failed", [{ resource: "PullRequest", code: "custom", message }]);

function edit(v: Visit) {
  const r = theRepository(v);
  const p = thePull(v, r);
  const wish = bodyOf(v, "PullRequest", edited);
  if (p.author !== v.viewer.id || !may(v, r, "read")) require(v, r, "write");
  limited("PullRequest", "title", wish.title, 256);
  limited("PullRequest", "body", wish.body);
  if (wish.base !== undefined && !refsOf(r.git).has(`refs/heads/${wish.base}`))
    throw invalid("PullRequest", "base", "Base branch was not found");
  if (wish.state !== undefined && wish.state !== p.state) {
    if (wish.state === "open") reopen(v, p);
    p.state = wish.state;
    p.closedAt = wish.state === "closed" ? stamp(v.now) : null;
    p.closedBy = wish.state === "closed" ? v.viewer.id : null;
  }
  if (wish.title !== undefined) p.title = wish.title;
  if (wish.body !== undefined) p.body = wish.body;
  if (wish.base !== undefined) p.base = wish.base;
  if (wish.maintainer_can_modify !== undefined) p.maintainerCanModify = wish.maintainer_can_modify;
  p.updatedAt = stamp(v.now);
  settle(v.replica.live, r, v.now);
  v.replica.committed();
  return ok(fullPull(frameOf(v, r), p));
}

/** Merged, or its branch gone: it stays closed. */
function reopen(v: Visit, p: Pull): void {
  const source = v.replica.live.repositories.find((x) => x.id === p.head.repository);
  const there = source && repositoryOf(v.replica.live, source.owner, source.name) && refsOf(source.git).has(`refs/heads/${p.head.branch}`);
  if (p.merged || !there)
    throw new Refusal(422, "Validation Failed", [
      { resource: "PullRequest", code: "custom", field: "state", message: "state cannot be changed. The pull request cannot be reopened." },
    ]);
}
