/** Who belongs to an organisation: GitHub's rules, on a world. */
import { invalid, notFound, Refusal } from "./refusal.ts";
import type { Invitation, Organization, User, World } from "./world.ts";
import { isMember, isOwner, openInvitation, takeId, userById } from "./world.ts";

/** Days an invitation stays open (GitHub docs, 2026-08). */
const invitationDays = 7;

export type Role = "admin" | "member";

/** Sets a member's role; invites whoever is not a member; changes the role of an open invitation. */
export function setMembership(w: World, o: Organization, who: User, role: Role, by: User, now: Date): void {
  const held = o.members.find((m) => m.user === who.id);
  if (held) {
    if (held.role === "admin" && role === "member") keepAnOwner(o, who);
    held.role = role;
    return;
  }
  const wanted = role === "admin" ? "admin" : "direct_member";
  const open = openInvitation(o, who.id);
  if (open) open.role = wanted;
  else o.invitations.push({ ...blankInvitation(w, by, now), user: who.id, role: wanted });
}

/** Ends membership or an open invitation. */
export function removeMembership(o: Organization, who: User): void {
  const open = openInvitation(o, who.id);
  if (open) {
    o.invitations = o.invitations.filter((i) => i !== open);
    return;
  }
  if (!isMember(o, who.id)) throw notFound();
  keepAnOwner(o, who);
  o.members = o.members.filter((m) => m.user !== who.id);
  for (const team of o.teams) team.members = team.members.filter((m) => m.user !== who.id);
  if (o.saml) o.saml.credentials = o.saml.credentials.filter((c) => c.user !== who.id);
}

export function removeOutsider(o: Organization, who: User): void {
  if (isMember(o, who.id)) {
    throw new Refusal(422, "You cannot specify an organization member to remove as an outside collaborator.", []);
  }
  o.outside = o.outside.filter((id) => id !== who.id);
}

export interface Inviting {
  readonly user?: User;
  readonly email?: string;
  readonly role: Invitation["role"];
  readonly teams: readonly number[];
}

/** POST invitations: refused for members and for whoever is invited already. */
export function invite(w: World, o: Organization, wanted: Inviting, by: User, now: Date): Invitation {
  const email = wanted.email?.toLowerCase();
  if (wanted.user === undefined && email === undefined)
    throw invalid("OrganizationInvitation", "data", "One of invitee_id or email is required");
  if (wanted.user && isMember(o, wanted.user.id))
    throw invalid("OrganizationInvitation", "data", "Invitee is already a part of this organization");
  const known = email === undefined ? undefined : o.saml?.identities.find((i) => i.user !== null && i.nameId.toLowerCase() === email);
  if (known && isMember(o, known.user!)) throw invalid("OrganizationInvitation", "data", "Invitee is already a part of this organization");
  const open = o.invitations.find(
    (i) => i.failedAt === null && (wanted.user ? i.user === wanted.user.id : i.email?.toLowerCase() === email),
  );
  if (open) throw invalid("OrganizationInvitation", "data", "A user with this email address or login is already invited");
  for (const id of wanted.teams) {
    if (!o.teams.some((t) => t.id === id)) throw invalid("OrganizationInvitation", "team_ids", "Team does not exist");
  }
  const made: Invitation = {
    ...blankInvitation(w, by, now),
    user: wanted.user?.id ?? null,
    email: wanted.user ? null : wanted.email!,
    role: wanted.role,
    teams: wanted.teams.map((team) => ({ team, role: "member" as const })),
  };
  o.invitations.push(made);
  return made;
}

export function cancelInvitation(o: Organization, id: number): void {
  const open = o.invitations.find((i) => i.id === id && i.failedAt === null);
  if (!open) throw notFound();
  o.invitations = o.invitations.filter((i) => i !== open);
}

/** The invited user says yes. For an invitation by e-mail, `who` is whoever opened the mail. */
export function accept(o: Organization, open: Invitation, who: User): void {
  o.invitations = o.invitations.filter((i) => i !== open);
  if (!isMember(o, who.id)) o.members.push({ user: who.id, role: open.role === "admin" ? "admin" : "member" });
  o.outside = o.outside.filter((id) => id !== who.id);
  for (const { team: id, role } of open.teams) {
    const team = o.teams.find((t) => t.id === id);
    if (team && !team.members.some((m) => m.user === who.id)) team.members.push({ user: who.id, role });
  }
  const identity = open.email === null ? undefined : o.saml?.identities.find((i) => i.nameId.toLowerCase() === open.email?.toLowerCase());
  if (identity) identity.user = who.id;
  else if (o.saml && open.email !== null) o.saml.identities.push({ user: who.id, nameId: open.email });
}

/** Open invitations past their time fail. Returns whether any did. */
export function expireInvitations(w: World, now: Date): boolean {
  let any = false;
  for (const o of w.organizations) {
    for (const open of o.invitations) {
      const end = Date.parse(open.createdAt) + invitationDays * 86_400_000;
      if (open.failedAt !== null || end > now.getTime()) continue;
      open.failedAt = new Date(end).toISOString();
      open.failedReason = "Invitation expired. User did not accept this invitation for 7 days.";
      any = true;
    }
  }
  return any;
}

function keepAnOwner(o: Organization, who: User): void {
  if (isOwner(o, who.id) && o.members.filter((m) => m.role === "admin").length === 1) {
    throw new Refusal(403, `You can't remove the last owner of ${o.login}.`);
  }
}

export function blankInvitation(w: World, by: User, now: Date): Invitation {
  return {
    id: takeId(w),
    user: null,
    email: null,
    role: "direct_member",
    createdAt: now.toISOString(),
    inviter: by.id,
    teams: [],
    failedAt: null,
    failedReason: null,
  };
}

/** What GET memberships says of a user: null where neither member nor invited. */
export function standing(w: World, o: Organization, id: number): { user: User; state: "active" | "pending"; role: Role } | null {
  const who = userById(w, id);
  const held = o.members.find((m) => m.user === id);
  if (who && held) return { user: who, state: "active", role: held.role };
  const open = openInvitation(o, id);
  return who && open ? { user: who, state: "pending", role: open.role === "admin" ? "admin" : "member" } : null;
}
