import { authorOf, requireOfApp } from "../../app.ts";
import { notFound, Refusal } from "../../refusal.ts";
import { readCommit, refsOf } from "../../repository/git.ts";
import type { Protection } from "../../repository/protection.ts";
import type { Repository } from "../../repository/repository.ts";
import { protectionOf, rulesetsOf } from "../../repository/rule.ts";
import { appOf } from "../../app.ts";
import type { World } from "../../world.ts";
import { organizationByLogin } from "../../world.ts";
import type { Route, Visit } from "../route.ts";
import { ok } from "../route.ts";
import { simpleUser, teamRow } from "../shape.ts";
import { appRow } from "./app-row.ts";
import { commitRow } from "./commit-row.ts";
import { may, require, theRepository } from "./door.ts";
import { offered } from "./plan.ts";
import { apiUrl, htmlUrl } from "./repository-row.ts";

const path = "/repos/:owner/:repo/branches/:branch+";

export const branchRoutes: readonly Route[] = [
  {
    // Administrators alone, and apps that were given it: a workflow's token never (GitHub docs "Get branch protection": Administration, read).
    method: "GET",
    path: `${path}/protection`,
    answer: (v) => {
      const r = theRepository(v);
      const branch = theBranch(v, r);
      offered(v.replica.live, r);
      if (v.viewer.app !== undefined) requireOfApp(v.replica.live, v.viewer, "administration");
      else if (may(v, r, "write")) require(v, r, "admin");
      else throw notFound();
      const p = protectionOf(r, branch);
      if (!p) throw new Refusal(404, "Branch not protected");
      return ok(protectionRow(v.replica.live, r, branch, p, v.origin));
    },
  },
  {
    method: "GET",
    path,
    answer: (v) => {
      const r = theRepository(v);
      const branch = theBranch(v, r);
      const world = v.replica.live;
      const p = protectionOf(r, branch);
      const url = `${apiUrl(r, v.origin)}/branches/${branch}`;
      const checks = p?.checks ? { enforcement_level: p.enforceAdmins ? "everyone" : "non_admins", contexts: p.checks.contexts } : null;
      return ok({
        name: branch,
        commit: commitRow(world, r, readCommit(r.git!, refsOf(r.git).get(`refs/heads/${branch}`)!.sha), v.origin),
        _links: { self: url, html: `${htmlUrl(r)}/tree/${branch}` },
        // Rulesets protect too.
        protected: p !== undefined || rulesetsOf(r, branch).length > 0,
        protection: {
          enabled: p !== undefined,
          required_status_checks: {
            enforcement_level: checks?.enforcement_level ?? "off",
            contexts: checks?.contexts ?? [],
            checks: (checks?.contexts ?? []).map((context) => ({ context, app_id: null })),
          },
        },
        protection_url: `${url}/protection`,
      });
    },
  },
  {
    method: "GET",
    path: "/repos/:owner/:repo/git/ref/:ref+",
    answer: (v) => {
      const r = theRepository(v);
      const name = `refs/${v.param("ref")}`;
      const found = refsOf(r.git).get(name);
      if (!found) throw notFound();
      const url = `${apiUrl(r, v.origin)}/git`;
      return ok({
        ref: name,
        node_id: `REF_${Buffer.from(`${r.id}:${name}`).toString("base64url")}`,
        url: `${url}/${name}`,
        object: { sha: found.sha, type: "commit", url: `${url}/commits/${found.sha}` },
      });
    },
  },
];

function theBranch(v: Visit, r: Repository): string {
  const branch = v.param("branch");
  if (!refsOf(r.git).has(`refs/heads/${branch}`)) throw new Refusal(404, "Branch not found");
  return branch;
}

/** Parts that are off are left out, as GitHub does. */
function protectionRow(w: World, r: Repository, branch: string, p: Protection, origin: string): Record<string, unknown> {
  const url = `${apiUrl(r, origin)}/branches/${branch}/protection`;
  const o = organizationByLogin(w, r.owner);
  const some = (s: { users: number[]; teams: number[]; apps: string[] }): Record<string, unknown> => ({
    users: s.users.map((id) => simpleUser(authorOf(w, id), origin)),
    teams: s.teams.flatMap((id) => {
      const t = o?.teams.find((x) => x.id === id);
      return o && t ? [teamRow(o, t, origin)] : [];
    }),
    apps: s.apps.map((slug) => appRow(appOf(w, slug), origin)),
  });
  const bypass = p.reviews?.bypass;
  const passes = bypass && bypass.users.length + bypass.teams.length + bypass.apps.length > 0;
  return {
    url,
    ...(p.checks
      ? {
          required_status_checks: {
            url: `${url}/required_status_checks`,
            strict: p.checks.strict,
            contexts: p.checks.contexts,
            contexts_url: `${url}/required_status_checks/contexts`,
            checks: p.checks.contexts.map((context) => ({ context, app_id: null })),
          },
        }
      : {}),
    ...(p.reviews
      ? {
          required_pull_request_reviews: {
            url: `${url}/required_pull_request_reviews`,
            dismiss_stale_reviews: p.reviews.dismissStale,
            require_code_owner_reviews: p.reviews.codeOwners,
            require_last_push_approval: p.reviews.lastPush,
            required_approving_review_count: p.reviews.count,
            ...(passes ? { bypass_pull_request_allowances: some(bypass) } : {}),
          },
        }
      : {}),
    ...(p.restrictions
      ? {
          restrictions: {
            url: `${url}/restrictions`,
            users_url: `${url}/restrictions/users`,
            teams_url: `${url}/restrictions/teams`,
            apps_url: `${url}/restrictions/apps`,
            ...some(p.restrictions),
          },
        }
      : {}),
    required_signatures: { url: `${url}/required_signatures`, enabled: false },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: p.enforceAdmins },
    required_linear_history: { enabled: p.linearHistory },
    allow_force_pushes: { enabled: p.allowForcePushes },
    allow_deletions: { enabled: p.allowDeletions },
    block_creations: { enabled: false },
    required_conversation_resolution: { enabled: false },
    lock_branch: { enabled: false },
    allow_fork_syncing: { enabled: false },
  };
}
