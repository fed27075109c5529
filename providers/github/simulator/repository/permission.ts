/** Who may do what in a repository. */
import { teamMembers } from "../team.ts";
import type { User, World } from "../world.ts";
import { isMember, isOwner, organizationByLogin } from "../world.ts";
import type { Permission, Repository } from "./repository.ts";
import { permissions } from "./repository.ts";

export const atLeast = (held: Permission, wanted: Permission): boolean => permissions.indexOf(held) >= permissions.indexOf(wanted);
const highest = (all: readonly Permission[]): Permission => all.reduce((a, b) => (atLeast(a, b) ? a : b), "none");

export const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export const repositoryOf = (w: World, owner: string, name: string): Repository | undefined =>
  w.repositories.find((r) => same(r.owner, owner) && same(r.name, name));
export const repositoryById = (w: World, id: number | null): Repository | undefined => w.repositories.find((r) => r.id === id);

/** The highest of: being owner, the organisation's base permission, teams, collaboration, and that everybody reads what is public. */
export function permissionOf(w: World, r: Repository, u: User): Permission {
  const open: Permission = r.visibility === "public" ? "read" : "none";
  // Apps are installed on repositories, not on their forks.
  if (u.app !== undefined) return r.forkOf === null ? "write" : open;
  if (same(r.owner, u.login)) return "admin";
  const o = organizationByLogin(w, r.owner);
  const base: Permission[] = [];
  if (o && isOwner(o, u.id)) return "admin";
  if (o && isMember(o, u.id)) base.push(o.basePermission ?? "read");
  if (r.visibility === "internal" && w.organizations.some((x) => isMember(x, u.id))) base.push("read");
  const collaborators = r.collaborators.filter((c) => c.user === u.id).map((c) => c.permission);
  return highest([open, ...base, ...collaborators, ...throughTeams(w, r, u)]);
}

/** Private forks inherit the teams of what they were forked from (GitHub docs "About permissions and visibility of forks", 2026-11). */
function throughTeams(w: World, r: Repository, u: User): Permission[] {
  const from = repositoryById(w, r.forkOf);
  const inherited = from && r.visibility !== "public" ? throughTeams(w, from, u) : [];
  const o = organizationByLogin(w, r.owner);
  const held = r.teams.filter((t) => {
    const team = o?.teams.find((x) => x.id === t.team);
    return o && team && teamMembers(o, team).some((m) => m.user === u.id);
  });
  return [...inherited, ...held.map((t) => t.permission)];
}

/** The relation that GitHub prints beside what somebody wrote. */
export function associationOf(w: World, r: Repository, u: User): string {
  if (same(r.owner, u.login)) return "OWNER";
  const o = organizationByLogin(w, r.owner);
  if (o && isMember(o, u.id)) return "MEMBER";
  if (r.collaborators.some((c) => c.user === u.id)) return "COLLABORATOR";
  return r.pulls.some((p) => p.merged && p.author === u.id) ? "CONTRIBUTOR" : "NONE";
}
