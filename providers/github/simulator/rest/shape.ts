/** Records as GitHub's REST API writes them: complete enough for clients that read what the connector does not. */
import type { Invitation, Organization, Team, User, World } from "../world.ts";
import { userById } from "../world.ts";
import type { standing } from "../membership.ts";
import { teamMembers } from "../team.ts";

/** Opaque ids of GraphQL, also in REST rows. */
export const nodeId = (prefix: string, id: number): string => `${prefix}_${Buffer.from(`${prefix}:${id}`).toString("base64url")}`;

export function simpleUser(u: User, origin: string): Record<string, unknown> {
  const url = `${origin}/users/${encodeURIComponent(u.login)}`;
  return {
    login: u.login,
    id: u.id,
    node_id: nodeId("U", u.id),
    avatar_url: `https://avatars.githubusercontent.com/u/${u.id}?v=4`,
    gravatar_id: "",
    url,
    html_url: u.app === undefined ? `https://github.com/${u.login}` : `https://github.com/apps/${u.app}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: u.app === undefined ? "User" : "Bot",
    user_view_type: "public",
    site_admin: false,
  };
}

/** `own`: the viewer's own record says more. */
export function fullUser(u: User, origin: string, own: boolean): Record<string, unknown> {
  return {
    ...simpleUser(u, origin),
    user_view_type: own ? "private" : "public",
    name: u.name,
    company: null,
    blog: "",
    location: null,
    email: u.email,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: u.createdAt,
    updated_at: u.createdAt,
    ...(own
      ? {
          private_gists: 0,
          total_private_repos: 0,
          owned_private_repos: 0,
          disk_usage: 0,
          collaborators: 0,
          two_factor_authentication: true,
          ...planOf(u.plan),
        }
      : {}),
  };
}

function simpleOrganization(o: Organization, origin: string): Record<string, unknown> {
  const url = `${origin}/orgs/${o.login}`;
  return {
    login: o.login,
    id: o.id,
    node_id: nodeId("O", o.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `https://avatars.githubusercontent.com/u/${o.id}?v=4`,
    description: o.description,
  };
}

/** `own`: an owner sees more. */
export function fullOrganization(o: Organization, origin: string, own = false): Record<string, unknown> {
  return {
    ...simpleOrganization(o, origin),
    ...(o.name === null ? {} : { name: o.name }),
    is_verified: o.verifiedDomains.length > 0,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: `https://github.com/${o.login}`,
    created_at: o.createdAt,
    updated_at: o.createdAt,
    archived_at: null,
    type: "Organization",
    ...(own ? { default_repository_permission: o.basePermission ?? "read", ...planOf(o.plan) } : {}),
  };
}

const planOf = (name: string | undefined): Record<string, unknown> =>
  name === undefined ? {} : { plan: { name, space: 976_562_499, private_repos: 999_999, collaborators: 0 } };

export function membershipRow(o: Organization, held: NonNullable<ReturnType<typeof standing>>, origin: string): Record<string, unknown> {
  return {
    url: `${origin}/orgs/${o.login}/memberships/${held.user.login}`,
    state: held.state,
    role: held.role,
    organization_url: `${origin}/orgs/${o.login}`,
    direct_membership: true,
    user: simpleUser(held.user, origin),
    organization: simpleOrganization(o, origin),
  };
}

export function invitationRow(w: World, o: Organization, i: Invitation, origin: string): Record<string, unknown> {
  return {
    id: i.id,
    node_id: nodeId("OI", i.id),
    login: userById(w, i.user)?.login ?? null,
    email: i.email,
    role: i.role,
    created_at: i.createdAt,
    failed_at: i.failedAt,
    failed_reason: i.failedReason,
    inviter: simpleUser(userById(w, i.inviter) ?? w.users[0]!, origin),
    team_count: i.teams.length,
    invitation_teams_url: `${origin}/organizations/${o.id}/invitations/${i.id}/teams`,
    invitation_source: "member",
  };
}

const teamUrl = (o: Organization, t: Team, origin: string): string => `${origin}/organizations/${o.id}/team/${t.id}`;

function simpleTeam(o: Organization, t: Team, origin: string): Record<string, unknown> {
  const url = teamUrl(o, t, origin);
  return {
    id: t.id,
    node_id: nodeId("T", t.id),
    name: t.name,
    slug: t.slug,
    description: t.description,
    privacy: t.privacy,
    notification_setting: "notifications_enabled",
    permission: "pull",
    url,
    html_url: `https://github.com/orgs/${o.login}/teams/${t.slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: "organization",
    organization_id: o.id,
  };
}

export function teamRow(o: Organization, t: Team, origin: string): Record<string, unknown> {
  const parent = o.teams.find((p) => p.id === t.parent);
  return { ...simpleTeam(o, t, origin), parent: parent ? simpleTeam(o, parent, origin) : null };
}

export function fullTeam(o: Organization, t: Team, origin: string): Record<string, unknown> {
  return {
    ...teamRow(o, t, origin),
    created_at: t.createdAt,
    updated_at: t.createdAt,
    members_count: teamMembers(o, t).length,
    repos_count: 0,
    organization: fullOrganization(o, origin),
  };
}

export const teamMembershipRow = (
  o: Organization,
  t: Team,
  u: User,
  held: { state: string; role: string },
  origin: string,
): Record<string, unknown> => ({ url: `${teamUrl(o, t, origin)}/memberships/${u.login}`, role: held.role, state: held.state });
