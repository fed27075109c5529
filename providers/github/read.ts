/** The bulk read: members, teams, and who stands at the door. One page a call; the core drives it. */
import { z } from "zod";
import type { Opening, Page, Scope, Verdict } from "../../src/connector/index.ts";
import { FaultError } from "../../src/connector/index.ts";
import type { Context, Facts } from "./context.ts";
import { notOwner } from "./context.ts";
import {
  memberAccount,
  memberEdge,
  observedTeam,
  ownerEdge,
  pageInfo,
  slugOf,
  teamEdges,
  teamEntitlement,
  teamMembers,
  teamNode,
} from "./convert.ts";
import type { PageInfo } from "./convert.ts";
import { workAddresses } from "./identity.ts";
import { readDoor } from "./read-door.ts";
import { membersQuery, teamMembersQuery, teamsQuery } from "./queries.ts";

const members: Scope = { id: "members", covers: "accounts" };
const owners: Scope = { id: "owners", covers: "edges", entitlement: "owner" };
const teams: Scope = { id: "teams", covers: "groups" };
/** Outside collaborators, failed and open invitations: one after another, so that a user found in several is last seen as what he is now. */
const door: Scope = { id: "invitations", covers: "accounts" };

export const roots = (): readonly Opening[] => [{ scope: members }, { scope: teams }, { scope: door }];

export async function read(context: Context, scope: Scope, cursor?: string): Promise<Page> {
  const facts = await context.facts();
  if (scope.id === members.id) return readMembers(context, facts, cursor);
  if (scope.id === teams.id) return readTeams(context, facts, cursor);
  if (scope.id === door.id) return readDoor(context, cursor, verdict(door.id, facts));
  const slug = scope.entitlement === undefined ? null : slugOf(scope.entitlement);
  if (slug !== null) return readTeamMembers(context, facts, slug, cursor);
  throw new FaultError({ kind: "invalid", message: `GitHub has no list "${scope.id}".` });
}

async function readMembers(context: Context, facts: Facts, cursor?: string): Promise<Page> {
  const shape = z.object({ organization: z.object({ membersWithRole: z.object({ pageInfo, edges: z.array(memberEdge) }) }) });
  const { organization } = await context.api.query(membersQuery, { org: context.org, after: cursor ?? null }, shape);
  const { edges, pageInfo: page } = organization.membersWithRole;
  const work = facts.saml
    ? await workAddresses(
        context,
        edges.map((e) => e.node),
      )
    : new Map<string, readonly string[]>();
  const accounts = edges.map(({ role, node }) => memberAccount(node, role, work.get(node.databaseId) ?? [], facts.viewer.id));
  const rows = { accounts, edges: accounts.filter((a) => a.admin).map((a) => ownerEdge(a.ref)) };
  const next = cursorOf(page);
  if (next !== null) return { ...rows, next };
  // Who is owner is known with the last member: the list of owners is proven in passing.
  return { ...rows, opens: [{ scope: owners }], closes: [verdict(members.id, facts), verdict(owners.id, facts)] };
}

async function readTeams(context: Context, facts: Facts, cursor?: string): Promise<Page> {
  const shape = z.object({ organization: z.object({ teams: z.object({ pageInfo, nodes: z.array(teamNode) }) }) });
  const { organization } = await context.api.query(teamsQuery, { org: context.org, after: cursor ?? null }, shape);
  const { nodes, pageInfo: page } = organization.teams;
  const opens: Opening[] = [];
  const closes: Verdict[] = [];
  for (const team of nodes) {
    const scope = membersOf(team.slug);
    const rest = cursorOf(team.members.pageInfo);
    opens.push(rest === null ? { scope } : { scope, cursor: rest });
    if (rest === null) closes.push(verdict(scope.id, facts));
  }
  const next = cursorOf(page);
  if (next === null) closes.push(verdict(teams.id, facts));
  return {
    groups: nodes.map(observedTeam),
    edges: nodes.flatMap((team) => teamEdges(team.slug, team.members)),
    opens,
    closes,
    ...(next === null ? {} : { next }),
  };
}

async function readTeamMembers(context: Context, facts: Facts, slug: string, cursor?: string): Promise<Page> {
  const shape = z.object({ organization: z.object({ team: z.object({ slug: z.string(), members: teamMembers }).nullable() }) });
  const { organization } = await context.api.query(teamMembersQuery, { org: context.org, slug, after: cursor ?? null }, shape);
  if (!organization.team) throw new FaultError({ kind: "notFound", message: `Team ${slug} was renamed or deleted while it was read.` });
  const next = cursorOf(organization.team.members.pageInfo);
  const edges = teamEdges(slug, organization.team.members);
  return next === null ? { edges, closes: [verdict(membersOf(slug).id, facts)] } : { edges, next };
}

const membersOf = (slug: string): Scope => ({ id: `team/${slug} members`, covers: "edges", entitlement: teamEntitlement(slug) });

const verdict = (scope: string, facts: Facts): Verdict =>
  facts.owner ? { scope, complete: true } : { scope, complete: false, reason: notOwner };

/** null on the last page. A page that says there is more and does not say where would end the list early: it is refused. */
export function cursorOf(page: PageInfo): string | null {
  if (!page.hasNextPage) return null;
  if (page.endCursor === null) throw new FaultError({ kind: "transient", message: "GitHub announced another page and gave no cursor." });
  return page.endCursor;
}
