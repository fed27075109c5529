/** Issues, comments and labels as GitHub's REST API writes them. */
import { appOf, authorOf } from "../../app.ts";
import { nodeId, simpleUser } from "../shape.ts";
import { associationOf } from "../../repository/permission.ts";
import type { Pull } from "../../repository/pull.ts";
import type { Repository } from "../../repository/repository.ts";
import type { Comment, Issue, Label, Thread } from "../../repository/thread.ts";
import type { World } from "../../world.ts";
import { userById } from "../../world.ts";
import { appRow } from "./app-row.ts";
import { apiUrl, htmlUrl } from "./repository-row.ts";

/** Ids of issues and of pull requests are two sequences; a pull request seen as an issue has another id. */
const asIssue = 5_000_000_000;

export function labelRow(r: Repository, l: Label, origin: string): Record<string, unknown> {
  return {
    id: l.id,
    node_id: nodeId("LA", l.id),
    url: `${apiUrl(r, origin)}/labels/${encodeURIComponent(l.name)}`,
    name: l.name,
    color: l.color,
    default: false,
    description: l.description,
  };
}

export const labelRows = (r: Repository, t: Thread, origin: string): Record<string, unknown>[] =>
  t.labels.flatMap((name) => r.labels.filter((l) => l.name === name).map((l) => labelRow(r, l, origin)));

export const assigneeRows = (w: World, t: Thread, origin: string): Record<string, unknown>[] =>
  t.assignees.map((id) => simpleUser(authorOf(w, id), origin));

function reactions(url: string): Record<string, unknown> {
  const none = { "+1": 0, "-1": 0, laugh: 0, hooray: 0, confused: 0, heart: 0, rocket: 0, eyes: 0 };
  return { url: `${url}/reactions`, total_count: 0, ...none };
}

const isPull = (t: Issue | Pull): t is Pull => "reviews" in t;

export function issueRow(w: World, r: Repository, t: Issue | Pull, origin: string): Record<string, unknown> {
  const url = `${apiUrl(r, origin)}/issues/${t.number}`;
  const html = `${htmlUrl(r)}/${isPull(t) ? "pull" : "issues"}/${t.number}`;
  const assignees = assigneeRows(w, t, origin);
  const closer = t.closedBy === null ? null : simpleUser(authorOf(w, t.closedBy), origin);
  return {
    url,
    repository_url: apiUrl(r, origin),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: html,
    id: isPull(t) ? asIssue + t.id : t.id,
    node_id: isPull(t) ? nodeId("PR", t.id) : nodeId("I", t.id),
    number: t.number,
    title: t.title,
    user: simpleUser(authorOf(w, t.author), origin),
    labels: labelRows(r, t, origin),
    state: t.state,
    locked: false,
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    comments: t.comments.length,
    created_at: t.createdAt,
    updated_at: t.updatedAt ?? t.createdAt,
    closed_at: t.closedAt,
    closed_by: closer,
    author_association: associationOf(w, r, authorOf(w, t.author)),
    active_lock_reason: null,
    body: t.body,
    reactions: reactions(url),
    performed_via_github_app: viaApp(w, t.author, origin),
    state_reason: isPull(t) ? null : t.stateReason,
    ...(isPull(t)
      ? {
          draft: t.draft,
          pull_request: {
            url: `${apiUrl(r, origin)}/pulls/${t.number}`,
            html_url: html,
            diff_url: `${html}.diff`,
            patch_url: `${html}.patch`,
            merged_at: t.merged?.at ?? null,
          },
        }
      : {}),
  };
}

export function commentRow(w: World, r: Repository, t: Issue | Pull, c: Comment, origin: string): Record<string, unknown> {
  const url = `${apiUrl(r, origin)}/issues/comments/${c.id}`;
  const who = authorOf(w, c.author);
  return {
    url,
    html_url: `${htmlUrl(r)}/${isPull(t) ? "pull" : "issues"}/${t.number}#issuecomment-${c.id}`,
    issue_url: `${apiUrl(r, origin)}/issues/${t.number}`,
    id: c.id,
    node_id: nodeId("IC", c.id),
    user: simpleUser(who, origin),
    created_at: c.createdAt,
    updated_at: c.updatedAt ?? c.createdAt,
    author_association: associationOf(w, r, who),
    body: c.body,
    reactions: reactions(url),
    performed_via_github_app: viaApp(w, c.author, origin),
  };
}

/** The app behind a bot. */
function viaApp(w: World, author: number, origin: string): Record<string, unknown> | null {
  const slug = userById(w, author)?.app;
  return slug === undefined ? null : appRow(appOf(w, slug), origin);
}
