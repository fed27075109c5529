/** Teams: GitHub's rules, on a world. */
import { blankInvitation } from "./membership.ts";
import { invalid, notFound, Refusal } from "./refusal.ts";
import type { Organization, Team, User, World } from "./world.ts";
import { isMember, isOwner, openInvitation, takeId, teamBySlug } from "./world.ts";

export type TeamRole = "member" | "maintainer";

export interface TeamMember {
  readonly user: number;
  readonly role: TeamRole;
  /** Through a nested team only. */
  readonly inherited: boolean;
}

/** "Site Reliability" becomes "site-reliability". */
export const slugFor = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9_.-]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");

/** Owners are maintainers of their teams, whatever was written. */
const effective = (o: Organization, user: number, role: TeamRole): TeamRole => (isOwner(o, user) ? "maintainer" : role);

export const childrenOf = (o: Organization, parent: Team): Team[] => o.teams.filter((t) => t.parent === parent.id);

/** Direct members, then those of nested teams. Sorted by user id. */
export function teamMembers(o: Organization, team: Team): TeamMember[] {
  const found = new Map<number, TeamMember>();
  for (const m of team.members) found.set(m.user, { user: m.user, role: effective(o, m.user, m.role), inherited: false });
  for (const child of childrenOf(o, team)) {
    for (const m of teamMembers(o, child))
      if (!found.has(m.user)) found.set(m.user, { user: m.user, role: effective(o, m.user, "member"), inherited: true });
  }
  return [...found.values()].sort((a, b) => a.user - b.user);
}

export interface TeamWish {
  readonly name?: string;
  readonly description?: string | null;
  readonly privacy?: "closed" | "secret";
  readonly parent?: number | null;
}

/** Whoever creates a team becomes its maintainer. */
export function createTeam(w: World, o: Organization, wish: TeamWish & { readonly name: string }, by: User, now: Date): Team {
  freeName(o, wish.name);
  if (wish.parent !== undefined && wish.parent !== null && !o.teams.some((t) => t.id === wish.parent)) {
    throw invalid("Team", "parent_team_id", "Parent team does not exist");
  }
  const made: Team = {
    id: takeId(w),
    slug: slugFor(wish.name),
    name: wish.name,
    description: wish.description ?? null,
    privacy: wish.privacy ?? (wish.parent ? "closed" : "secret"),
    parent: wish.parent ?? null,
    synced: false,
    members: isMember(o, by.id) ? [{ user: by.id, role: "maintainer" }] : [],
    createdAt: now.toISOString(),
  };
  o.teams.push(made);
  return made;
}

/** Returns whether anything changed. */
export function updateTeam(o: Organization, team: Team, wish: TeamWish): boolean {
  const before = JSON.stringify(team);
  if (wish.name !== undefined && wish.name !== team.name) {
    if (slugFor(wish.name) !== team.slug) freeName(o, wish.name);
    team.name = wish.name;
    team.slug = slugFor(wish.name);
  }
  if (wish.description !== undefined) team.description = wish.description;
  if (wish.privacy !== undefined) team.privacy = wish.privacy;
  if (wish.parent !== undefined) team.parent = wish.parent;
  return JSON.stringify(team) !== before;
}

/** Nested teams go with it. */
export function deleteTeam(o: Organization, team: Team): void {
  for (const child of childrenOf(o, team)) deleteTeam(o, child);
  o.teams = o.teams.filter((t) => t !== team);
  for (const open of o.invitations) open.teams = open.teams.filter((t) => t.team !== team.id);
}

/** Adds or changes a direct member. Somebody who is not in the organisation is invited to it, and joins the team on acceptance. */
export function setTeamMember(w: World, o: Organization, team: Team, who: User, role: TeamRole, by: User, now: Date): void {
  refuseSynced(team);
  if (isMember(o, who.id)) {
    const held = team.members.find((m) => m.user === who.id);
    if (held) held.role = role;
    else team.members.push({ user: who.id, role });
    return;
  }
  let open = openInvitation(o, who.id);
  if (!open) {
    open = { ...blankInvitation(w, by, now), user: who.id };
    o.invitations.push(open);
  }
  const waiting = open.teams.find((t) => t.team === team.id);
  if (waiting) waiting.role = role;
  else open.teams.push({ team: team.id, role });
}

export function removeTeamMember(o: Organization, team: Team, who: User): void {
  refuseSynced(team);
  const open = openInvitation(o, who.id);
  const present = team.members.some((m) => m.user === who.id) || open?.teams.some((t) => t.team === team.id) === true;
  if (!present) throw notFound();
  team.members = team.members.filter((m) => m.user !== who.id);
  if (open) open.teams = open.teams.filter((t) => t.team !== team.id);
}

/** What GET team memberships says: members of nested teams count. null where not a member nor waiting. */
export function teamStanding(o: Organization, team: Team, who: User): { state: "active" | "pending"; role: TeamRole } | null {
  const held = teamMembers(o, team).find((m) => m.user === who.id);
  if (held) return { state: "active", role: held.role };
  const waiting = openInvitation(o, who.id)?.teams.find((t) => t.team === team.id);
  return waiting ? { state: "pending", role: waiting.role } : null;
}

/** Secret teams are visible to their members and to owners. */
export const visibleTeams = (o: Organization, viewer: number): Team[] =>
  isMember(o, viewer)
    ? o.teams.filter((t) => t.privacy === "closed" || isOwner(o, viewer) || t.members.some((m) => m.user === viewer))
    : [];

function freeName(o: Organization, name: string): void {
  if (slugFor(name) === "") throw invalid("Team", "name", "Name can't be blank");
  if (teamBySlug(o, slugFor(name))) throw invalid("Team", "name", "Name must be unique for this org");
}

function refuseSynced(team: Team): void {
  if (team.synced)
    throw new Refusal(403, "This team is managed by an identity provider: its membership cannot be changed through the API.");
}
