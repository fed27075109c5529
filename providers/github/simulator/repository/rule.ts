/** What holds for a branch, whether a protection says it or a ruleset, and for whom it does not. */
import { appOf } from "../app.ts";
import { teamMembers } from "../team.ts";
import type { User, World } from "../world.ts";
import { isOwner, organizationByLogin } from "../world.ts";
import { atLeast, permissionOf } from "./permission.ts";
import type { Protection, Ruleset } from "./protection.ts";
import type { Repository } from "./repository.ts";

/** One source of demands. */
export interface Demand {
  readonly reviews: { readonly count: number; readonly dismissStale: boolean; readonly lastPush: boolean } | null;
  readonly checks: { readonly strict: boolean; readonly contexts: readonly string[] } | null;
  readonly linear: boolean;
  readonly forcePush: boolean;
  readonly deletion: boolean;
  /** It does not bind this user: at a merge, or at a push. */
  passedBy(u: User, act: "merge" | "push"): boolean;
}

/** `*` stands for anything within one level of a name, `**` across levels. */
function fits(pattern: string, name: string): boolean {
  const source = pattern
    .replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("**", "\0")
    .replaceAll("*", "[^/]*")
    .replaceAll("\0", ".*");
  return new RegExp(`^${source}$`).test(name);
}

/** The protection with the branch's own name goes before those with a pattern. */
export const protectionOf = (r: Repository, branch: string): Protection | undefined =>
  r.protections.find((p) => p.pattern === branch) ?? r.protections.find((p) => fits(p.pattern, branch));

export function rulesetsOf(r: Repository, branch: string): Ruleset[] {
  const meant = (pattern: string): boolean =>
    pattern === "~ALL" || (pattern === "~DEFAULT_BRANCH" && branch === r.defaultBranch) || fits(pattern, `refs/heads/${branch}`);
  return r.rulesets.filter((s) => s.enforcement === "active" && s.include.some(meant) && !s.exclude.some(meant));
}

export function demandsOf(w: World, r: Repository, branch: string): Demand[] {
  const p = protectionOf(r, branch);
  return [...(p ? [ofProtection(w, r, p)] : []), ...rulesetsOf(r, branch).map((s) => ofRuleset(w, r, s))];
}

function ofProtection(w: World, r: Repository, p: Protection): Demand {
  return {
    reviews: p.reviews,
    checks: p.checks,
    linear: p.linearHistory,
    forcePush: p.allowForcePushes,
    deletion: p.allowDeletions,
    passedBy: (u) => {
      const { users, teams, apps } = p.reviews?.bypass ?? { users: [], teams: [], apps: [] };
      if (!p.enforceAdmins && permissionOf(w, r, u) === "admin") return true;
      return users.includes(u.id) || teams.some((t) => inTeam(w, r, t, u)) || (u.app !== undefined && apps.includes(u.app));
    },
  };
}

function ofRuleset(w: World, r: Repository, s: Ruleset): Demand {
  const has = (type: string): boolean => s.rules.some((rule) => rule.type === type);
  return {
    reviews: s.rules.find((rule) => rule.type === "pull_request") ?? null,
    checks: s.rules.find((rule) => rule.type === "required_status_checks") ?? null,
    linear: has("required_linear_history"),
    forcePush: !has("non_fast_forward"),
    deletion: !has("deletion"),
    passedBy: (u, act) =>
      s.bypass.some((b) => {
        if (act === "push" && b.mode === "pull_request") return false;
        const o = organizationByLogin(w, r.owner);
        if (b.type === "OrganizationAdmin") return o !== undefined && isOwner(o, u.id);
        // Roles have the numbers 2 maintain, 4 write, 5 admin.
        const role = b.actor === 5 ? "admin" : b.actor === 2 ? "maintain" : "write";
        if (b.type === "RepositoryRole") return atLeast(permissionOf(w, r, u), role);
        if (b.type === "Team") return b.actor !== null && inTeam(w, r, b.actor, u);
        if (b.type === "Integration") return u.app !== undefined && appOf(w, u.app).id === b.actor;
        return b.type === "User" && b.actor === u.id;
      }),
  };
}

function inTeam(w: World, r: Repository, team: number, u: User): boolean {
  const o = organizationByLogin(w, r.owner);
  const found = o?.teams.find((t) => t.id === team);
  return o !== undefined && found !== undefined && teamMembers(o, found).some((m) => m.user === u.id);
}
