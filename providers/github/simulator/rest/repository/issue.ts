import { z } from "zod";
import { stamp } from "../../field.ts";
import { invalid, notFound } from "../../refusal.ts";
import type { Pull } from "../../repository/pull.ts";
import type { Repository } from "../../repository/repository.ts";
import { nextNumber, threadOf } from "../../repository/repository.ts";
import { atLeast, permissionOf, same } from "../../repository/permission.ts";
import type { Issue } from "../../repository/thread.ts";
import { issue as schema } from "../../repository/thread.ts";
import { takeId, userById, userByLogin } from "../../world.ts";
import type { Route, Visit } from "../route.ts";
import { bodyOf, ok, page } from "../route.ts";
import { listPath, may, require, theListed, theRepository } from "./door.ts";
import { issueRow } from "./issue-row.ts";
import { ordered } from "./order.ts";
import { limited } from "./text.ts";
import { labelled, setLabels } from "./labelling.ts";

const title = z.union([z.string(), z.int()]).transform(String);
const shared = { body: z.string().nullish(), labels: z.array(labelled).optional(), assignees: z.array(z.string()).optional() };
const opened = z.object({ title, ...shared });
const edited = z.object({
  title: title.optional(),
  ...shared,
  state: z.enum(["open", "closed"]).optional(),
  state_reason: z.enum(["completed", "not_planned", "reopened"]).nullish(),
});

/** An issue or a pull request: here they are the same. */
export function theThread(v: Visit, r: Repository): Issue | Pull {
  const found = threadOf(r, Number(v.param("number")));
  if (!found) throw notFound();
  return found;
}

const path = "/repos/:owner/:repo/issues";

export const issueRoutes: readonly Route[] = [
  {
    method: "GET",
    path,
    answer: (v) => {
      const { world, r } = theListed(v);
      const { query } = v.exchange;
      const state = query.get("state") ?? "open";
      const labels = (query.get("labels") ?? "").split(",").filter((name) => name !== "");
      const creator = query.get("creator");
      const assignee = query.get("assignee");
      const since = query.get("since");
      const is = (id: number, login: string): boolean => same(userById(world, id)?.login ?? "ghost", login);
      const rows = ordered(v, [...r.issues, ...r.pulls]).filter(
        (t) =>
          (state === "all" || t.state === state) &&
          labels.every((name) => t.labels.some((held) => same(held, name))) &&
          (creator === null || is(t.author, creator)) &&
          (assignee === null ||
            (assignee === "none" ? t.assignees.length === 0 : t.assignees.some((id) => assignee === "*" || is(id, assignee)))) &&
          (since === null || Date.parse(t.updatedAt ?? t.createdAt) >= Date.parse(since)),
      );
      return page(v, rows, listPath(r, "issues"), (t) => issueRow(world, r, t, v.origin));
    },
  },
  { method: "POST", path, answer: (v) => open(v) },
  {
    method: "GET",
    path: `${path}/:number`,
    answer: (v) => {
      const r = theRepository(v);
      return ok(issueRow(v.replica.live, r, theThread(v, r), v.origin));
    },
  },
  { method: "PATCH", path: `${path}/:number`, answer: (v) => edit(v) },
];

/** Labels and assignees of those who may not set them are dropped without a word (GitHub docs "Create an issue"). */
function open(v: Visit) {
  const r = theRepository(v);
  const wish = bodyOf(v, "Issue", opened);
  limited("Issue", "title", wish.title, 256);
  limited("Issue", "body", wish.body);
  const world = v.replica.live;
  const made = schema.parse({
    id: takeId(world),
    number: nextNumber(r),
    title: wish.title,
    body: wish.body ?? null,
    author: v.viewer.id,
    createdAt: stamp(v.now),
  });
  if (may(v, r, "triage")) {
    if (wish.labels) setLabels(world, r, made, wish.labels);
    if (wish.assignees) made.assignees = assignees(v, r, wish.assignees);
  }
  r.issues.push(made);
  v.replica.committed();
  return ok(issueRow(world, r, made, v.origin), 201);
}

/** Only those who may write can be assigned. */
function assignees(v: Visit, r: Repository, logins: readonly string[]): number[] {
  return logins.map((login) => {
    const u = userByLogin(v.replica.live, login);
    if (!u || !atLeast(permissionOf(v.replica.live, r, u), "read")) throw invalid("Issue", "assignees", `${login} cannot be assigned`);
    return u.id;
  });
}

function edit(v: Visit) {
  const r = theRepository(v);
  const t = theThread(v, r);
  const wish = bodyOf(v, "Issue", edited);
  const triages = may(v, r, "triage");
  if (t.author !== v.viewer.id && !triages) require(v, r, "triage");
  limited("Issue", "title", wish.title, 256);
  limited("Issue", "body", wish.body);
  if (wish.title !== undefined) t.title = wish.title;
  if (wish.body !== undefined) t.body = wish.body;
  if (triages && wish.labels) setLabels(v.replica.live, r, t, wish.labels);
  if (triages && wish.assignees) t.assignees = assignees(v, r, wish.assignees);
  if (wish.state !== undefined && wish.state !== t.state) {
    t.state = wish.state;
    t.closedAt = wish.state === "closed" ? stamp(v.now) : null;
    t.closedBy = wish.state === "closed" ? v.viewer.id : null;
    if ("stateReason" in t) t.stateReason = wish.state_reason ?? (wish.state === "closed" ? "completed" : "reopened");
  }
  t.updatedAt = stamp(v.now);
  v.replica.committed();
  return ok(issueRow(v.replica.live, r, t, v.origin));
}
