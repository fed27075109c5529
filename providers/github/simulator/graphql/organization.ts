/** Organisations and teams as GraphQL sees them. What is asked for by key is fresh; whole lists come from the replica. */
import { nodeId } from "../rest/shape.ts";
import { childrenOf, teamMembers, visibleTeams } from "../team.ts";
import type { Organization, Team, User, World } from "../world.ts";
import { isMember, isOwner, organizationByLogin, teamBySlug, userById, userByLogin } from "../world.ts";
import type { Paging } from "./connection.ts";
import { connection, numericKey } from "./connection.ts";
import type { Ask } from "./ask.ts";
import { identityProvider, invitationObject, userObject } from "./person.ts";

type Order = { orderBy?: { field: string; direction: "ASC" | "DESC" } };
type TeamArguments = Paging &
  Order & { userLogins?: string[]; privacy?: "VISIBLE" | "SECRET"; query?: string; rootTeamsOnly?: boolean; immediateOnly?: boolean };
type MemberArguments = Paging & Order & { membership: "ALL" | "IMMEDIATE" | "CHILD_TEAM"; role?: "MAINTAINER" | "MEMBER"; query?: string };

const direction = (args: Order) => (args.orderBy?.direction === "DESC" ? "descending" : "ascending");

export function organizationObject(ask: Ask, o: Organization): Record<string, unknown> {
  const viewer = ask.viewer.id;
  const shown = (): { world: World; o: Organization } => {
    const world = ask.listed();
    return { world, o: organizationByLogin(world, o.login) ?? { ...o, members: [], teams: [], invitations: [] } };
  };
  return {
    __typename: "Organization",
    id: nodeId("O", o.id),
    databaseId: o.id,
    login: o.login,
    name: o.name,
    description: o.description,
    createdAt: o.createdAt,
    url: `https://github.com/${o.login}`,
    viewerCanAdminister: isOwner(o, viewer),
    viewerIsAMember: isMember(o, viewer),
    samlIdentityProvider: () => identityProvider(ask, o),
    membersWithRole: (args: Paging) => {
      const { world, o: seen } = shown();
      const rows = (isMember(seen, viewer) ? seen.members : []).flatMap((m) => {
        const u = userById(world, m.user);
        return u ? [{ key: numericKey(u.id), node: userObject(ask, u), extra: { role: m.role === "admin" ? "ADMIN" : "MEMBER" } }] : [];
      });
      return connection("membersWithRole", rows, args);
    },
    pendingMembers: (args: Paging) => {
      const { world, o: seen } = shown();
      const open = isOwner(seen, viewer) ? seen.invitations.filter((i) => i.failedAt === null) : [];
      const users = open.flatMap((i) => userById(world, i.user) ?? []);
      return connection(
        "pendingMembers",
        users.map((u) => ({ key: numericKey(u.id), node: userObject(ask, u) })),
        args,
      );
    },
    team: ({ slug }: { slug: string }) => {
      const found = teamBySlug(o, slug);
      return found && visibleTeams(o, viewer).includes(found) ? teamObject(ask, o, found) : null;
    },
    teams: (args: TeamArguments) => {
      const source = args.userLogins ? o : shown().o;
      return teamConnection(
        ask,
        source,
        visibleTeams(source, viewer).filter((t) => args.rootTeamsOnly !== true || t.parent === null),
        args,
      );
    },
  };
}

function teamConnection(ask: Ask, o: Organization, teams: readonly Team[], args: TeamArguments) {
  const users = args.userLogins?.map((login) => userByLogin(ask.live, login)?.id ?? -1);
  const wanted = teams.filter(
    (t) =>
      (users === undefined || teamMembers(o, t).some((m) => users.includes(m.user))) &&
      (args.privacy === undefined || args.privacy === null || (args.privacy === "SECRET") === (t.privacy === "secret")) &&
      (!args.query || `${t.name} ${t.slug}`.toLowerCase().includes(args.query.toLowerCase())),
  );
  return connection(
    "teams",
    wanted.map((t) => ({ key: `${t.name.toLowerCase()} ${numericKey(t.id)}`, node: teamObject(ask, o, t) })),
    args,
    direction(args),
  );
}

export function teamObject(ask: Ask, o: Organization, t: Team): Record<string, unknown> {
  const parent = o.teams.find((p) => p.id === t.parent);
  const mine = t.members.find((m) => m.user === ask.viewer.id);
  return {
    __typename: "Team",
    id: nodeId("T", t.id),
    databaseId: t.id,
    slug: t.slug,
    combinedSlug: `${o.login}/${t.slug}`,
    name: t.name,
    description: t.description,
    privacy: t.privacy === "secret" ? "SECRET" : "VISIBLE",
    url: `https://github.com/orgs/${o.login}/teams/${t.slug}`,
    viewerCanAdminister: isOwner(o, ask.viewer.id) || mine?.role === "maintainer",
    organization: () => organizationObject(ask, o),
    parentTeam: () => (parent ? teamObject(ask, o, parent) : null),
    childTeams: (args: TeamArguments) => {
      const all = (team: Team): Team[] => childrenOf(o, team).flatMap((c) => [c, ...all(c)]);
      return teamConnection(ask, o, args.immediateOnly === false ? all(t) : childrenOf(o, t), args);
    },
    invitations: (args: Paging) => {
      const open = o.invitations.filter((i) => i.failedAt === null && i.teams.some((w) => w.team === t.id));
      return connection(
        "invitations",
        open.map((i) => ({ key: numericKey(i.id), node: invitationObject(ask, o, i) })),
        args,
      );
    },
    members: (args: MemberArguments) => membersOf(ask, o, t, args),
  };
}

function membersOf(ask: Ask, o: Organization, t: Team, args: MemberArguments) {
  const text = args.query?.toLowerCase() ?? "";
  // A search is answered from the index of the present; whole lists come as the organisation was given.
  const source = text === "" ? memberSource(ask, o, t) : { o, t };
  const rows = teamMembers(source.o, source.t)
    .filter((m) => args.membership === "ALL" || m.inherited === (args.membership === "CHILD_TEAM"))
    .filter((m) => !args.role || (args.role === "MAINTAINER") === (m.role === "maintainer"))
    .flatMap((m) => {
      const u: User | undefined = userById(ask.live, m.user);
      return u && `${u.login} ${u.name ?? ""}`.toLowerCase().includes(text) ? [{ m, u }] : [];
    });
  const edges = rows.map(({ m, u }) => ({
    key: args.orderBy?.field === "LOGIN" ? u.login.toLowerCase() : numericKey(u.id),
    node: userObject(ask, u),
    extra: { role: m.role === "maintainer" ? "MAINTAINER" : "MEMBER" },
  }));
  return connection("members", edges, args, direction(args));
}

/** Where a team was reached by its name, its member list still is a list, and may lag. */
function memberSource(ask: Ask, o: Organization, t: Team): { o: Organization; t: Team } {
  if (o !== organizationByLogin(ask.live, o.login)) return { o, t };
  const seen = organizationByLogin(ask.listed(), o.login);
  const team = seen?.teams.find((s) => s.id === t.id);
  return seen && team ? { o: seen, t: team } : { o, t: { ...t, members: [] } };
}
