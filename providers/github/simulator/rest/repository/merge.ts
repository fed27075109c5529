import { z } from "zod";
import { notFound, Refusal } from "../../refusal.ts";
import { refuseMerge } from "../../repository/gate.ts";
import { refsOf } from "../../repository/git.ts";
import { endsOf, testMerge } from "../../repository/head.ts";
import { conflict, merge } from "../../repository/merge.ts";
import type { Route, Visit } from "../route.ts";
import { bodyOf, empty, ok } from "../route.ts";
import { require, theRepository } from "./door.ts";
import { thePull } from "./pull.ts";

const wished = z
  .object({
    commit_title: z.string().optional(),
    commit_message: z.string().optional(),
    sha: z.string().optional(),
    merge_method: z.enum(["merge", "squash", "rebase"]).default("merge"),
  })
  .nullable();

const path = "/repos/:owner/:repo/pulls/:number/merge";

export const mergeRoutes: readonly Route[] = [
  {
    method: "GET",
    path,
    answer: (v) => {
      if (!thePull(v, theRepository(v)).merged) throw notFound();
      return empty;
    },
  },
  { method: "PUT", path, answer: (v) => put(v) },
];

function put(v: Visit) {
  const r = theRepository(v);
  const p = thePull(v, r);
  const wish = bodyOf(v, "PullRequest", wished) ?? { merge_method: "merge" as const };
  require(v, r, "write");
  const ends = endsOf(p, refsOf(r.git));
  if (p.state !== "open" || !ends) throw conflict();
  if (p.draft) throw new Refusal(405, "Pull Request is still a draft");
  if (wish.sha !== undefined && wish.sha !== ends.head) throw new Refusal(409, "Head branch was modified. Review and try the merge again.");
  const method = wish.merge_method;
  if (!r.mergeMethods.includes(method)) throw new Refusal(405, `${words[method]} are not allowed on this repository.`);
  const refused = refuseMerge(v.replica.live, r, p, ends, v.viewer, method);
  if (refused) throw refused;
  if (testMerge(r, p, v.now) === null) throw conflict();
  const title = wish.commit_title === undefined ? {} : { title: wish.commit_title };
  const message = wish.commit_message === undefined ? {} : { message: wish.commit_message };
  const sha = merge(v.replica.live, r, p, v.viewer, { method, ...title, ...message }, v.now);
  v.replica.committed();
  return ok({ sha, merged: true, message: "Pull Request successfully merged" });
}

const words = { merge: "Merge commits", squash: "Squash merges", rebase: "Rebase merges" } as const;
