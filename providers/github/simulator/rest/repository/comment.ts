import { z } from "zod";
import { stamp } from "../../field.ts";
import { invalid, notFound } from "../../refusal.ts";
import type { Pull } from "../../repository/pull.ts";
import type { Repository } from "../../repository/repository.ts";
import type { Comment, Issue } from "../../repository/thread.ts";
import { takeId } from "../../world.ts";
import type { Route, Visit } from "../route.ts";
import { bodyOf, empty, ok, page } from "../route.ts";
import { listPath, require, theListed, theRepository } from "./door.ts";
import { theThread } from "./issue.ts";
import { commentRow } from "./issue-row.ts";
import { limited } from "./text.ts";

const written = z.object({ body: z.string() });
const path = "/repos/:owner/:repo/issues";

export const commentRoutes: readonly Route[] = [
  {
    method: "GET",
    path: `${path}/:number/comments`,
    answer: (v) => {
      const { world, r } = theListed(v);
      const t = theThread(v, r);
      const since = v.exchange.query.get("since");
      const rows = t.comments.filter((c) => since === null || Date.parse(c.updatedAt ?? c.createdAt) >= Date.parse(since));
      return page(v, rows, listPath(r, `issues/${t.number}/comments`), (c) => commentRow(world, r, t, c, v.origin));
    },
  },
  {
    method: "POST",
    path: `${path}/:number/comments`,
    answer: (v) => {
      const r = theRepository(v);
      const t = theThread(v, r);
      const made: Comment = { id: takeId(v.replica.live), author: v.viewer.id, body: text(v), createdAt: stamp(v.now), updatedAt: null };
      t.comments.push(made);
      t.updatedAt = made.createdAt;
      v.replica.committed();
      return ok(commentRow(v.replica.live, r, t, made, v.origin), 201);
    },
  },
  {
    method: "GET",
    path: `${path}/comments/:id`,
    answer: (v) => {
      const r = theRepository(v);
      const [t, c] = theComment(v, r);
      return ok(commentRow(v.replica.live, r, t, c, v.origin));
    },
  },
  {
    // By its author, and by everybody who may write.
    method: "PATCH",
    path: `${path}/comments/:id`,
    answer: (v) => {
      const r = theRepository(v);
      const [t, c] = theComment(v, r);
      if (c.author !== v.viewer.id) require(v, r, "write");
      c.body = text(v);
      c.updatedAt = stamp(v.now);
      v.replica.committed();
      return ok(commentRow(v.replica.live, r, t, c, v.origin));
    },
  },
  {
    method: "DELETE",
    path: `${path}/comments/:id`,
    answer: (v) => {
      const r = theRepository(v);
      const [t, c] = theComment(v, r);
      if (c.author !== v.viewer.id) require(v, r, "write");
      t.comments = t.comments.filter((x) => x !== c);
      v.replica.committed();
      return empty;
    },
  },
];

function text(v: Visit): string {
  const { body } = bodyOf(v, "IssueComment", written);
  if (body.trim() === "") throw invalid("IssueComment", "body", "Body can't be blank");
  limited("IssueComment", "body", body);
  return body;
}

function theComment(v: Visit, r: Repository): [Issue | Pull, Comment] {
  const id = Number(v.param("id"));
  for (const t of [...r.issues, ...r.pulls]) {
    const found = t.comments.find((c) => c.id === id);
    if (found) return [t, found];
  }
  throw notFound();
}
