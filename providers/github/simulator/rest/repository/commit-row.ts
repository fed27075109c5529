/** Commits as GitHub's REST API writes them. */
import { userOfAddress } from "../../app.ts";
import { stamp } from "../../field.ts";
import type { Commit, Person } from "../../repository/git.ts";
import type { Change } from "../../repository/change.ts";
import type { Repository } from "../../repository/repository.ts";
import type { World } from "../../world.ts";
import { simpleUser } from "../shape.ts";
import { apiUrl, htmlUrl } from "./repository-row.ts";

export function commitRow(w: World, r: Repository, c: Commit, origin: string): Record<string, unknown> {
  const url = `${apiUrl(r, origin)}/commits/${c.sha}`;
  const person = (p: Person): Record<string, unknown> => ({ name: p.name, email: p.email, date: stamp(p.at) });
  const account = (p: Person): Record<string, unknown> | null => {
    const u = userOfAddress(w, p.email);
    return u ? simpleUser(u, origin) : null;
  };
  const git = `${apiUrl(r, origin)}/git`;
  // GitHub signs what is merged in the browser, and nothing else is signed here.
  const signed = c.committer.email === "noreply@github.com";
  return {
    sha: c.sha,
    node_id: `C_${Buffer.from(`${r.id}:${c.sha}`).toString("base64url")}`,
    commit: {
      author: person(c.author),
      committer: person(c.committer),
      message: c.message,
      tree: { sha: c.tree, url: `${git}/trees/${c.tree}` },
      url: `${git}/commits/${c.sha}`,
      comment_count: 0,
      verification: { verified: signed, reason: signed ? "valid" : "unsigned", signature: null, payload: null, verified_at: null },
    },
    url,
    html_url: `${htmlUrl(r)}/commit/${c.sha}`,
    comments_url: `${url}/comments`,
    author: account(c.author),
    committer: account(c.committer),
    parents: c.parents.map((sha) => ({ sha, url: `${apiUrl(r, origin)}/commits/${sha}`, html_url: `${htmlUrl(r)}/commit/${sha}` })),
  };
}

export function changeRow(r: Repository, head: string, c: Change, origin: string): Record<string, unknown> {
  const path = c.path.split("/").map(encodeURIComponent).join("/");
  return {
    sha: c.blob,
    filename: c.path,
    status: c.status,
    additions: c.additions,
    deletions: c.deletions,
    changes: c.additions + c.deletions,
    blob_url: `${htmlUrl(r)}/blob/${head}/${path}`,
    raw_url: `${htmlUrl(r)}/raw/${head}/${path}`,
    contents_url: `${apiUrl(r, origin)}/contents/${path}?ref=${head}`,
    ...(c.patch === null ? {} : { patch: c.patch }),
    ...(c.from === null ? {} : { previous_filename: c.from }),
  };
}
