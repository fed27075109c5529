import { authorOf, requireOfApp } from "../../app.ts";
import { notFound } from "../../refusal.ts";
import type { Environment } from "../../repository/environment.ts";
import type { Repository } from "../../repository/repository.ts";
import type { World } from "../../world.ts";
import { organizationByLogin } from "../../world.ts";
import type { Route, Visit } from "../route.ts";
import { ok, page } from "../route.ts";
import { nodeId, simpleUser, teamRow } from "../shape.ts";
import { listPath, require, theRepository } from "./door.ts";
import { apiUrl, htmlUrl } from "./repository-row.ts";

const path = "/repos/:owner/:repo/environments";

function theEnvironment(v: Visit, r: Repository): Environment {
  const found = r.environments.find((e) => e.name.toLowerCase() === v.param("environment").toLowerCase());
  if (!found) throw notFound();
  return found;
}

/** A list inside an object, with its length beside it. */
export function counted<T>(v: Visit, name: string, rows: readonly T[], at: string, write: (row: T) => unknown) {
  const shown = page(v, rows, at, write);
  return { ...shown, body: { total_count: rows.length, [name]: shown.body } };
}

export const secretRow = (name: string, at: string): Record<string, unknown> => ({ name, created_at: at, updated_at: at });

/** Of secrets there are only names, for those who may write; no workflow's token reads them. */
export function requireSecrets(v: Visit, r: Repository, permission: "secrets" | "environments"): void {
  if (v.viewer.app === undefined) require(v, r, "write");
  requireOfApp(v.replica.live, v.viewer, permission);
}

export const environmentRoutes: readonly Route[] = [
  {
    method: "GET",
    path,
    answer: (v) => {
      const r = theRepository(v);
      return counted(v, "environments", r.environments, listPath(r, "environments"), (e) => environmentRow(v.replica.live, r, e, v.origin));
    },
  },
  {
    method: "GET",
    path: `${path}/:environment`,
    answer: (v) => {
      const r = theRepository(v);
      return ok(environmentRow(v.replica.live, r, theEnvironment(v, r), v.origin));
    },
  },
  {
    method: "GET",
    path: `${path}/:environment/deployment-branch-policies`,
    answer: (v) => {
      const r = theRepository(v);
      const e = theEnvironment(v, r);
      const names = Array.isArray(e.branches) ? e.branches : [];
      const rows = names.map((name, n) => ({ id: e.id * 100 + n, node_id: nodeId("GP", e.id * 100 + n), name, type: "branch" }));
      return counted(v, "branch_policies", rows, listPath(r, `environments/${e.name}/deployment-branch-policies`), (row) => row);
    },
  },
  {
    method: "GET",
    path: `${path}/:environment/secrets`,
    answer: (v) => {
      const r = theRepository(v);
      requireSecrets(v, r, "environments");
      const e = theEnvironment(v, r);
      return counted(v, "secrets", e.secrets, listPath(r, `environments/${e.name}/secrets`), (name) => secretRow(name, e.createdAt));
    },
  },
];

function environmentRow(w: World, r: Repository, e: Environment, origin: string): Record<string, unknown> {
  const o = organizationByLogin(w, r.owner);
  const reviewers = [
    ...e.reviewers.users.map((id) => ({ type: "User", reviewer: simpleUser(authorOf(w, id), origin) })),
    ...e.reviewers.teams.flatMap((id) => {
      const t = o?.teams.find((x) => x.id === id);
      return o && t ? [{ type: "Team", reviewer: teamRow(o, t, origin) }] : [];
    }),
  ];
  const rule = (n: number, more: Record<string, unknown>): Record<string, unknown> => ({
    id: e.id * 10 + n,
    node_id: nodeId("GA", e.id * 10 + n),
    ...more,
  });
  return {
    id: e.id,
    node_id: nodeId("EN", e.id),
    name: e.name,
    url: `${apiUrl(r, origin)}/environments/${encodeURIComponent(e.name)}`,
    html_url: `${htmlUrl(r)}/deployments/activity_log?environments_filter=${encodeURIComponent(e.name)}`,
    created_at: e.createdAt,
    updated_at: e.createdAt,
    can_admins_bypass: e.adminsMayBypass,
    protection_rules: [
      ...(e.waitTimer > 0 ? [rule(1, { type: "wait_timer", wait_timer: e.waitTimer })] : []),
      ...(reviewers.length > 0 ? [rule(2, { type: "required_reviewers", prevent_self_review: e.preventSelfReview, reviewers })] : []),
      ...(e.branches === null ? [] : [rule(3, { type: "branch_policy" })]),
    ],
    deployment_branch_policy:
      e.branches === null ? null : { protected_branches: e.branches === "protected", custom_branch_policies: e.branches !== "protected" },
  };
}
