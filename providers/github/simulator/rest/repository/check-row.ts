/** Check runs and their annotations as GitHub's REST API writes them. */
import { appOf } from "../../app.ts";
import { refsOf } from "../../repository/git.ts";
import { endsOf } from "../../repository/head.ts";
import type { Annotation, CheckRun } from "../../repository/note.ts";
import type { Repository } from "../../repository/repository.ts";
import type { World } from "../../world.ts";
import { nodeId } from "../shape.ts";
import { appRow } from "./app-row.ts";
import { apiUrl, htmlUrl } from "./repository-row.ts";

export function checkRow(w: World, r: Repository, c: CheckRun, origin: string): Record<string, unknown> {
  const url = `${apiUrl(r, origin)}/check-runs/${c.id}`;
  const html = `${htmlUrl(r)}/runs/${c.id}`;
  return {
    id: c.id,
    node_id: nodeId("CR", c.id),
    name: c.name,
    head_sha: c.sha,
    external_id: c.externalId ?? "",
    url,
    html_url: html,
    details_url: c.detailsUrl ?? html,
    status: c.status,
    conclusion: c.conclusion,
    started_at: c.startedAt,
    completed_at: c.completedAt,
    output: {
      title: c.title,
      summary: c.summary,
      text: c.text,
      annotations_count: c.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: parseInt(c.sha.slice(0, 8), 16) },
    app: appRow(appOf(w, c.app), origin),
    pull_requests: pullsAt(r, c.sha, origin),
  };
}

/** Open pull requests with this head, those from forks left out as GitHub does. */
function pullsAt(r: Repository, sha: string, origin: string): Record<string, unknown>[] {
  const refs = refsOf(r.git);
  return r.pulls.flatMap((p) => {
    const ends = p.state === "open" && p.head.repository === r.id ? endsOf(p, refs) : null;
    if (ends?.head !== sha) return [];
    const repo = { id: r.id, url: apiUrl(r, origin), name: r.name };
    const head = { ref: p.head.branch, sha, repo };
    const base = { ref: p.base, sha: ends.base, repo };
    return [{ id: p.id, number: p.number, url: `${apiUrl(r, origin)}/pulls/${p.number}`, head, base }];
  });
}

export const annotationRow = (r: Repository, c: CheckRun, a: Annotation): Record<string, unknown> => ({
  path: a.path,
  blob_href: `${htmlUrl(r)}/blob/${c.sha}/${a.path}`,
  start_line: a.startLine,
  end_line: a.endLine,
  start_column: a.startColumn,
  end_column: a.endColumn,
  annotation_level: a.level,
  title: a.title,
  message: a.message,
  raw_details: a.details,
});
