/** Repositories as GitHub's REST API writes them. */
import { nodeId, simpleUser } from "../shape.ts";
import { atLeast, permissionOf, repositoryById } from "../../repository/permission.ts";
import type { Repository } from "../../repository/repository.ts";
import type { User, World } from "../../world.ts";
import { organizationByLogin, userByLogin } from "../../world.ts";

export const apiUrl = (r: Repository, origin: string): string => `${origin}/repos/${r.owner}/${r.name}`;
export const htmlUrl = (r: Repository): string => `https://github.com/${r.owner}/${r.name}`;
export const fullName = (r: Repository): string => `${r.owner}/${r.name}`;

/** Fields that lead on, by what they lead to. */
const links: Readonly<Record<string, string>> = {
  archive_url: "/{archive_format}{/ref}",
  assignees_url: "/assignees{/user}",
  blobs_url: "/git/blobs{/sha}",
  branches_url: "/branches{/branch}",
  collaborators_url: "/collaborators{/collaborator}",
  comments_url: "/comments{/number}",
  commits_url: "/commits{/sha}",
  compare_url: "/compare/{base}...{head}",
  contents_url: "/contents/{+path}",
  contributors_url: "/contributors",
  deployments_url: "/deployments",
  downloads_url: "/downloads",
  events_url: "/events",
  forks_url: "/forks",
  git_commits_url: "/git/commits{/sha}",
  git_refs_url: "/git/refs{/sha}",
  git_tags_url: "/git/tags{/sha}",
  hooks_url: "/hooks",
  issue_comment_url: "/issues/comments{/number}",
  issue_events_url: "/issues/events{/number}",
  issues_url: "/issues{/number}",
  keys_url: "/keys{/key_id}",
  labels_url: "/labels{/name}",
  languages_url: "/languages",
  merges_url: "/merges",
  milestones_url: "/milestones{/number}",
  notifications_url: "/notifications{?since,all,participating}",
  pulls_url: "/pulls{/number}",
  releases_url: "/releases{/id}",
  stargazers_url: "/stargazers",
  statuses_url: "/statuses/{sha}",
  subscribers_url: "/subscribers",
  subscription_url: "/subscription",
  tags_url: "/tags",
  teams_url: "/teams",
  trees_url: "/git/trees{/sha}",
};

/** The account a repository belongs to, as a user's row; organisations are written as users here. */
export function ownerRow(w: World, login: string, origin: string): Record<string, unknown> {
  const o = organizationByLogin(w, login);
  if (o) return { ...simpleUser({ ...nobody, id: o.id, login: o.login }, origin), node_id: nodeId("O", o.id), type: "Organization" };
  return simpleUser(userByLogin(w, login) ?? { ...nobody, id: 10_137, login: "ghost" }, origin);
}

const nobody = { name: null, email: null, verifiedEmails: [], createdAt: "" };

export function repositoryRow(w: World, r: Repository, viewer: User, origin: string): Record<string, unknown> {
  const url = apiUrl(r, origin);
  const held = permissionOf(w, r, viewer);
  const open = [...r.issues, ...r.pulls].filter((t) => t.state === "open").length;
  const forks = w.repositories.filter((x) => x.forkOf === r.id).length;
  return {
    id: r.id,
    node_id: nodeId("R", r.id),
    name: r.name,
    full_name: fullName(r),
    private: r.visibility !== "public",
    owner: ownerRow(w, r.owner, origin),
    html_url: htmlUrl(r),
    description: r.description,
    fork: r.forkOf !== null,
    url,
    ...Object.fromEntries(Object.entries(links).map(([field, rest]) => [field, `${url}${rest}`])),
    git_url: `git://github.com/${fullName(r)}.git`,
    ssh_url: `git@github.com:${fullName(r)}.git`,
    clone_url: `${htmlUrl(r)}.git`,
    svn_url: htmlUrl(r),
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    created_at: r.createdAt,
    updated_at: r.createdAt,
    pushed_at: r.activity.at(-1)?.at ?? r.createdAt,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    watchers: 0,
    forks_count: forks,
    forks,
    open_issues_count: open,
    open_issues: open,
    has_issues: true,
    has_projects: false,
    has_downloads: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    archived: false,
    disabled: false,
    allow_forking: r.allowForking,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: r.visibility,
    default_branch: r.defaultBranch,
    permissions: permissionFlags((wanted) => atLeast(held, wanted)),
  };
}

export const permissionFlags = (
  has: (wanted: "read" | "triage" | "write" | "maintain" | "admin") => boolean,
): Record<"pull" | "triage" | "push" | "maintain" | "admin", boolean> => ({
  admin: has("admin"),
  maintain: has("maintain"),
  push: has("write"),
  triage: has("triage"),
  pull: has("read"),
});

/** With what only the repository's own page tells: how merges are made, to those who may write. */
export function fullRepository(w: World, r: Repository, viewer: User, origin: string): Record<string, unknown> {
  const from = repositoryById(w, r.forkOf);
  const o = organizationByLogin(w, r.owner);
  const writes = atLeast(permissionOf(w, r, viewer), "write");
  const parent = from ? repositoryRow(w, from, viewer, origin) : null;
  return {
    ...repositoryRow(w, r, viewer, origin),
    ...(writes
      ? {
          allow_merge_commit: r.mergeMethods.includes("merge"),
          allow_squash_merge: r.mergeMethods.includes("squash"),
          allow_rebase_merge: r.mergeMethods.includes("rebase"),
          allow_auto_merge: false,
          allow_update_branch: false,
          delete_branch_on_merge: r.deleteBranchOnMerge,
          squash_merge_commit_title: "COMMIT_OR_PR_TITLE",
          squash_merge_commit_message: "COMMIT_MESSAGES",
          merge_commit_title: "MERGE_MESSAGE",
          merge_commit_message: "PR_TITLE",
        }
      : {}),
    ...(o ? { organization: ownerRow(w, r.owner, origin), custom_properties: {} } : {}),
    ...(parent ? { parent, source: parent } : {}),
    network_count: w.repositories.filter((x) => x.forkOf === r.id).length,
    subscribers_count: 0,
    temp_clone_token: null,
  };
}
