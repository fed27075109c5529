/** Pull requests and reviews as GitHub's REST API writes them. */
import { authorOf } from "../../app.ts";
import type { Ref } from "../../repository/git.ts";
import { rangeOf } from "../../repository/git.ts";
import { changesOf } from "../../repository/change.ts";
import { endsOf, testMerge } from "../../repository/head.ts";
import { refuseMerge } from "../../repository/gate.ts";
import { associationOf, repositoryById } from "../../repository/permission.ts";
import type { Pull, Review } from "../../repository/pull.ts";
import type { Repository } from "../../repository/repository.ts";
import type { User, World } from "../../world.ts";
import { userById } from "../../world.ts";
import { nodeId, simpleUser } from "../shape.ts";
import { assigneeRows, labelRows } from "./issue-row.ts";
import { apiUrl, htmlUrl, ownerRow, repositoryRow } from "./repository-row.ts";

export interface Frame {
  readonly world: World;
  readonly r: Repository;
  readonly refs: ReadonlyMap<string, Ref>;
  readonly viewer: User;
  readonly origin: string;
  readonly now: Date;
}

const nowhere = "0".repeat(40);

export function pullRow({ world, r, refs, viewer, origin }: Frame, p: Pull): Record<string, unknown> {
  const api = apiUrl(r, origin);
  const url = `${api}/pulls/${p.number}`;
  const html = `${htmlUrl(r)}/pull/${p.number}`;
  const issue = `${api}/issues/${p.number}`;
  const ends = endsOf(p, refs) ?? { base: nowhere, head: nowhere };
  const source = repositoryById(world, p.head.repository);
  const assignees = assigneeRows(world, p, origin);
  const link = (href: string): { href: string } => ({ href });
  const test = p.state === "open" ? (refs.get(`refs/pull/${p.number}/merge`)?.sha ?? null) : null;
  return {
    url,
    id: p.id,
    node_id: nodeId("PR", p.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    number: p.number,
    state: p.state,
    locked: false,
    title: p.title,
    user: simpleUser(authorOf(world, p.author), origin),
    body: p.body,
    created_at: p.createdAt,
    updated_at: p.updatedAt ?? p.createdAt,
    closed_at: p.closedAt,
    merged_at: p.merged?.at ?? null,
    merge_commit_sha: p.merged?.commit ?? test,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: [],
    requested_teams: [],
    labels: labelRows(r, p, origin),
    milestone: null,
    draft: p.draft,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: `${api}/statuses/${ends.head}`,
    head: {
      label: `${p.head.owner}:${p.head.branch}`,
      ref: p.head.branch,
      sha: ends.head,
      user: ownerRow(world, p.head.owner, origin),
      // null, whatever the published description says: "unknown repository" in the browser.
      repo: source ? repositoryRow(world, source, viewer, origin) : null,
    },
    base: {
      label: `${r.owner}:${p.base}`,
      ref: p.base,
      sha: ends.base,
      user: ownerRow(world, r.owner, origin),
      repo: repositoryRow(world, r, viewer, origin),
    },
    _links: {
      self: link(url),
      html: link(html),
      issue: link(issue),
      comments: link(`${issue}/comments`),
      review_comments: link(`${url}/comments`),
      review_comment: link(`${api}/pulls/comments{/number}`),
      commits: link(`${url}/commits`),
      statuses: link(`${api}/statuses/${ends.head}`),
    },
    author_association: associationOf(world, r, authorOf(world, p.author)),
    auto_merge: null,
    active_lock_reason: null,
  };
}

/** With what takes a look at the commits: sizes, and whether it can be merged. */
export function fullPull(frame: Frame, p: Pull): Record<string, unknown> {
  const { world, r, origin, now } = frame;
  const ends = endsOf(p, frame.refs);
  const test = testMerge(r, p, now);
  const changes = ends ? changesOf(r.git!, ends.base, ends.head) : [];
  const sum = (of: (c: { additions: number; deletions: number }) => number): number => changes.reduce((n, c) => n + of(c), 0);
  const open = p.state === "open";
  return {
    ...pullRow(frame, p),
    merge_commit_sha: p.merged?.commit ?? test,
    merged: p.merged !== null,
    mergeable: open ? test !== null : null,
    rebaseable: open ? test !== null : null,
    mergeable_state: open && ends ? stateOf(world, r, p, ends, test !== null) : "unknown",
    merged_by: p.merged && p.merged.by !== null ? simpleUser(authorOf(world, p.merged.by), origin) : null,
    comments: p.comments.length,
    review_comments: 0,
    maintainer_can_modify: p.maintainerCanModify,
    commits: ends ? rangeOf(r.git!, ends.base, ends.head).size : 0,
    additions: sum((c) => c.additions),
    deletions: sum((c) => c.deletions),
    changed_files: changes.length,
  };
}

function stateOf(w: World, r: Repository, p: Pull, ends: { base: string; head: string }, clean: boolean): string {
  if (!clean) return "dirty";
  if (p.draft) return "draft";
  return refuseMerge(w, r, p, ends, null, "merge") ? "blocked" : "clean";
}

export function reviewRow(w: World, r: Repository, p: Pull, review: Review, origin: string): Record<string, unknown> {
  const html = `${htmlUrl(r)}/pull/${p.number}#pullrequestreview-${review.id}`;
  const url = `${apiUrl(r, origin)}/pulls/${p.number}`;
  const who = userById(w, review.author);
  return {
    id: review.id,
    node_id: nodeId("PRR", review.id),
    // Of deleted accounts a review names nobody.
    user: who ? simpleUser(who, origin) : null,
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: url,
    author_association: associationOf(w, r, authorOf(w, review.author)),
    _links: { html: { href: html }, pull_request: { href: url } },
    ...(review.submittedAt === null ? {} : { submitted_at: review.submittedAt }),
    commit_id: review.commit,
  };
}
