import { z } from "zod";
import { stamp } from "../../field.ts";
import { notFound, Refusal } from "../../refusal.ts";
import { changesOf } from "../../repository/change.ts";
import { isAncestor, rangeOf, readCommit, resolveCommit } from "../../repository/git.ts";
import { endsOf } from "../../repository/head.ts";
import type { Status } from "../../repository/note.ts";
import type { Repository } from "../../repository/repository.ts";
import type { World } from "../../world.ts";
import { takeId, userById } from "../../world.ts";
import type { Route, Visit } from "../route.ts";
import { bodyOf, ok, page } from "../route.ts";
import { nodeId, simpleUser } from "../shape.ts";
import { changeRow, commitRow } from "./commit-row.ts";
import { listPath, require, theListed, theRepository } from "./door.ts";
import { frameOf } from "./pull.ts";
import { pullRow } from "./pull-row.ts";
import { apiUrl } from "./repository-row.ts";
import { limited } from "./text.ts";

const path = "/repos/:owner/:repo/commits/:ref+";

/** The commit of the path, named by its id, a branch or a tag; 422 where nothing has that name, as GitHub answers. */
export function theCommit(v: Visit, r: Repository): string {
  const name = v.param("ref");
  const sha = resolveCommit(r.git, `refs/heads/${name}`) ?? resolveCommit(r.git, name);
  if (sha === null) throw new Refusal(422, `No commit found for SHA: ${name}`);
  return sha;
}

const noted = z.object({
  state: z.enum(["error", "failure", "pending", "success"]),
  target_url: z.string().nullish(),
  description: z.string().nullish(),
  context: z.string().default("default"),
});

export const commitRoutes: readonly Route[] = [
  {
    // Pull requests that contain the commit: merged ones for a commit of the default branch, open ones too for any other.
    method: "GET",
    path: `${path}/pulls`,
    answer: (v) => {
      const { world, r } = theListed(v);
      const sha = theCommit(v, r);
      const frame = frameOf(v, r, world);
      const main = frame.refs.get(`refs/heads/${r.defaultBranch}`)?.sha;
      const settled = main !== undefined && isAncestor(r.git!, sha, main);
      const rows = r.pulls.filter((p) => {
        if (!p.merged && (settled || p.state === "closed")) return false;
        // What the merge left on the base branch, and what the branch itself held: a squash leaves another commit than it was given.
        if (p.merged && rangeOf(r.git!, p.merged.base, p.merged.commit).has(sha)) return true;
        const ends = endsOf(p, frame.refs);
        return ends !== null && rangeOf(r.git!, ends.base, ends.head).has(sha);
      });
      return page(v, rows, listPath(r, `commits/${sha}/pulls`), (p) => pullRow(frame, p));
    },
  },
  {
    method: "GET",
    path: `${path}/statuses`,
    answer: (v) => {
      const { world, r } = theListed(v);
      const sha = theCommit(v, r);
      const rows = r.statuses.filter((s) => s.sha === sha).toReversed();
      return page(v, rows, listPath(r, `commits/${sha}/statuses`), (s) => statusRow(world, r, s, v.origin));
    },
  },
  {
    method: "POST",
    path: "/repos/:owner/:repo/statuses/:sha",
    answer: (v) => {
      const r = theRepository(v);
      require(v, r, "write");
      const wish = bodyOf(v, "Status", noted);
      limited("Status", "description", wish.description, 140);
      const sha = /^[0-9a-f]{40}$/.test(v.param("sha")) ? resolveCommit(r.git, v.param("sha")) : null;
      if (sha === null) throw new Refusal(422, `No commit found for SHA: ${v.param("sha")}`);
      if (r.statuses.filter((s) => s.sha === sha && s.context === wish.context).length >= 1000)
        throw new Refusal(422, "Validation Failed", [
          { resource: "Status", code: "custom", message: "This SHA and context has reached the maximum number of statuses." },
        ]);
      const made: Status = {
        id: takeId(v.replica.live),
        sha,
        context: wish.context,
        state: wish.state,
        description: wish.description ?? null,
        targetUrl: wish.target_url ?? null,
        creator: v.viewer.id,
        createdAt: stamp(v.now),
      };
      r.statuses.push(made);
      v.replica.committed();
      return ok(statusRow(v.replica.live, r, made, v.origin), 201);
    },
  },
  {
    method: "GET",
    path,
    answer: (v) => {
      const r = theRepository(v);
      const c = readCommit(r.git ?? missing(), theCommit(v, r));
      const changes = changesOf(r.git!, c.parents[0] ?? null, c.sha);
      const additions = changes.reduce((n, x) => n + x.additions, 0);
      const deletions = changes.reduce((n, x) => n + x.deletions, 0);
      return ok({
        ...commitRow(v.replica.live, r, c, v.origin),
        stats: { additions, deletions, total: additions + deletions },
        files: changes.slice(0, 300).map((x) => changeRow(r, c.sha, x, v.origin)),
      });
    },
  },
];

function missing(): never {
  throw notFound();
}

function statusRow(w: World, r: Repository, s: Status, origin: string): Record<string, unknown> {
  const creator = userById(w, s.creator);
  return {
    url: `${apiUrl(r, origin)}/statuses/${s.sha}`,
    avatar_url: `https://avatars.githubusercontent.com/u/${s.creator}?v=4`,
    id: s.id,
    node_id: nodeId("SC", s.id),
    state: s.state,
    description: s.description,
    target_url: s.targetUrl,
    context: s.context,
    created_at: s.createdAt,
    updated_at: s.createdAt,
    creator: creator ? simpleUser(creator, origin) : null,
  };
}
