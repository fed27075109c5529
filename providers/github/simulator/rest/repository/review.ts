import { z } from "zod";
import { stamp } from "../../field.ts";
import { invalid, notFound, Refusal } from "../../refusal.ts";
import { refsOf, resolveCommit } from "../../repository/git.ts";
import { endsOf } from "../../repository/head.ts";
import type { Pull, Review } from "../../repository/pull.ts";
import { protectionOf } from "../../repository/rule.ts";
import { takeId } from "../../world.ts";
import type { Route, Visit } from "../route.ts";
import { bodyOf, ok, page } from "../route.ts";
import { listPath, require, theListed, theRepository } from "./door.ts";
import { thePull } from "./pull.ts";
import { reviewRow } from "./pull-row.ts";
import { limited } from "./text.ts";

const events = { APPROVE: "APPROVED", REQUEST_CHANGES: "CHANGES_REQUESTED", COMMENT: "COMMENTED" } as const;
const verdict = z.enum(["APPROVE", "REQUEST_CHANGES", "COMMENT"]);
const given = z.object({ body: z.string().default(""), event: verdict.optional(), commit_id: z.string().optional() });

const path = "/repos/:owner/:repo/pulls/:number/reviews";

/** Reviews that were not submitted yet are shown to their author alone. */
const shown = (v: Visit, p: Pull): Review[] => p.reviews.filter((x) => x.state !== "PENDING" || x.author === v.viewer.id);

function theReview(v: Visit, p: Pull): Review {
  const found = shown(v, p).find((x) => String(x.id) === v.param("review"));
  if (!found) throw notFound();
  return found;
}

export const reviewRoutes: readonly Route[] = [
  {
    method: "GET",
    path,
    answer: (v) => {
      const { world, r } = theListed(v);
      const p = thePull(v, r);
      return page(v, shown(v, p), listPath(r, `pulls/${p.number}/reviews`), (x) => reviewRow(world, r, p, x, v.origin));
    },
  },
  { method: "POST", path, answer: (v) => give(v) },
  {
    method: "GET",
    path: `${path}/:review`,
    answer: (v) => {
      const r = theRepository(v);
      const p = thePull(v, r);
      return ok(reviewRow(v.replica.live, r, p, theReview(v, p), v.origin));
    },
  },
  {
    method: "POST",
    path: `${path}/:review/events`,
    answer: (v) => {
      const r = theRepository(v);
      const p = thePull(v, r);
      const review = theReview(v, p);
      const wish = bodyOf(v, "PullRequestReview", z.object({ body: z.string().optional(), event: verdict }));
      if (review.state !== "PENDING") throw new Refusal(422, "Validation Failed", ["Can not submit a review that is not pending"]);
      judge(v, p, wish.event);
      review.state = events[wish.event];
      review.submittedAt = stamp(v.now);
      if (wish.body !== undefined) review.body = wish.body;
      v.replica.committed();
      return ok(reviewRow(v.replica.live, r, p, review, v.origin));
    },
  },
  {
    method: "PUT",
    path: `${path}/:review/dismissals`,
    answer: (v) => {
      const r = theRepository(v);
      const p = thePull(v, r);
      const review = theReview(v, p);
      bodyOf(v, "PullRequestReview", z.object({ message: z.string().min(1), event: z.literal("DISMISS").optional() }));
      // On a protected branch by administrators (GitHub docs "Dismiss a review for a pull request").
      require(v, r, protectionOf(r, p.base)?.reviews ? "admin" : "write");
      if (review.state !== "APPROVED" && review.state !== "CHANGES_REQUESTED")
        throw new Refusal(422, "Validation Failed", [`Can not dismiss a ${review.state.toLowerCase()} pull request review`]);
      review.state = "DISMISSED";
      v.replica.committed();
      return ok(reviewRow(v.replica.live, r, p, review, v.origin));
    },
  },
];

/** Everybody who may read may review; what it counts for is another matter. Nobody judges her own. */
function give(v: Visit) {
  const r = theRepository(v);
  const p = thePull(v, r);
  const wish = bodyOf(v, "PullRequestReview", given);
  limited("PullRequestReview", "body", wish.body);
  judge(v, p, wish.event);
  if (v.viewer.app === "github-actions" && wish.event === "APPROVE" && !r.actions.mayApprove)
    throw new Refusal(422, "Unprocessable Entity", ["GitHub Actions is not permitted to approve pull requests."]);
  if (wish.body === "" && (wish.event === "COMMENT" || wish.event === "REQUEST_CHANGES"))
    throw new Refusal(422, "Unprocessable Entity", ["Body can't be blank"]);
  const head = endsOf(p, refsOf(r.git))?.head;
  const commit = wish.commit_id === undefined ? head : resolveCommit(r.git, wish.commit_id);
  if (commit === undefined || commit === null) throw invalid("PullRequestReview", "commit_id", "commit_id is not part of the pull request");
  const made: Review = {
    id: takeId(v.replica.live),
    author: v.viewer.id,
    state: wish.event === undefined ? "PENDING" : events[wish.event],
    body: wish.body,
    commit,
    submittedAt: wish.event === undefined ? null : stamp(v.now),
  };
  p.reviews.push(made);
  p.updatedAt = stamp(v.now);
  v.replica.committed();
  return ok(reviewRow(v.replica.live, r, p, made, v.origin));
}

function judge(v: Visit, p: Pull, event: keyof typeof events | undefined): void {
  if (p.author !== v.viewer.id) return;
  if (event === "APPROVE") throw new Refusal(422, "Unprocessable Entity", ["Can not approve your own pull request"]);
  if (event === "REQUEST_CHANGES") throw new Refusal(422, "Unprocessable Entity", ["Can not request changes on your own pull request"]);
}
