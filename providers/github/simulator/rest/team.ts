import { z } from "zod";
import { notFound, Refusal } from "../refusal.ts";
import {
  childrenOf,
  createTeam,
  deleteTeam,
  removeTeamMember,
  setTeamMember,
  teamMembers,
  teamStanding,
  updateTeam,
  visibleTeams,
} from "../team.ts";
import type { Organization, Team } from "../world.ts";
import { isMember, isOwner, userById } from "../world.ts";
import type { Route, Visit } from "./route.ts";
import { bodyOf, empty, ok, page, requireMember, theOrganization, theTeam, theUser } from "./route.ts";
import { fullTeam, invitationRow, simpleUser, teamMembershipRow, teamRow } from "./shape.ts";

const wish = z.object({
  name: z.string().optional(),
  description: z.string().nullable().optional(),
  privacy: z.enum(["closed", "secret"]).optional(),
  parent_team_id: z.int().nullable().optional(),
});

export const teamRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/orgs/:org/teams",
    answer: (v) => {
      const o = theOrganization(v, v.replica.list());
      requireMember(v, o);
      const rows = visibleTeams(o, v.viewer.id).map((t) => teamRow(o, t, v.origin));
      return page(v, rows, `/organizations/${o.id}/teams`);
    },
  },
  {
    method: "POST",
    path: "/orgs/:org/teams",
    answer: (v) => {
      const o = theOrganization(v);
      requireMember(v, o);
      const asked = bodyOf(v, "Team", wish.extend({ name: z.string() }));
      const made = createTeam(v.replica.live, o, { ...toWish(asked), name: asked.name }, v.viewer, v.now);
      v.replica.committed();
      return ok(fullTeam(o, made, v.origin), 201);
    },
  },
  {
    method: "GET",
    path: "/orgs/:org/teams/:slug",
    answer: (v) => ok(fullTeam(theOrganization(v), theTeam(v, theOrganization(v)), v.origin)),
  },
  {
    // Deprecated, and the only way from a team's id to its name.
    method: "GET",
    path: "/teams/:id",
    answer: (v) => {
      for (const o of v.replica.live.organizations) {
        const found = visibleTeams(o, v.viewer.id).find((t) => t.id === Number(v.param("id")));
        if (found) return ok(fullTeam(o, found, v.origin));
      }
      throw notFound();
    },
  },
  {
    method: "PATCH",
    path: "/orgs/:org/teams/:slug",
    answer: (v) => {
      const { o, t } = managed(v);
      const changed = updateTeam(o, t, toWish(bodyOf(v, "Team", wish)));
      v.replica.committed();
      return ok(fullTeam(o, t, v.origin), changed ? 201 : 200);
    },
  },
  {
    method: "DELETE",
    path: "/orgs/:org/teams/:slug",
    answer: (v) => {
      const { o, t } = managed(v);
      deleteTeam(o, t);
      v.replica.committed();
      return empty;
    },
  },
  {
    method: "GET",
    path: "/orgs/:org/teams/:slug/members",
    answer: (v) => {
      const world = v.replica.list();
      const o = theOrganization(v, world);
      const t = theTeam(v, o);
      const role = v.exchange.query.get("role") ?? "all";
      const rows = teamMembers(o, t)
        .filter((m) => role === "all" || m.role === role)
        .flatMap((m) => {
          const u = userById(world, m.user);
          return u ? [{ ...simpleUser(u, v.origin), role: m.role, inherited: m.inherited }] : [];
        });
      return page(v, rows, `/organizations/${o.id}/team/${t.id}/members`);
    },
  },
  {
    method: "GET",
    path: "/orgs/:org/teams/:slug/invitations",
    answer: (v) => {
      const world = v.replica.list();
      const o = theOrganization(v, world);
      const t = theTeam(v, o);
      const open = o.invitations.filter((i) => i.failedAt === null && i.teams.some((w) => w.team === t.id));
      return page(
        v,
        open.map((i) => invitationRow(world, o, i, v.origin)),
        `/organizations/${o.id}/team/${t.id}/invitations`,
      );
    },
  },
  {
    method: "GET",
    path: "/orgs/:org/teams/:slug/teams",
    answer: (v) => {
      const o = theOrganization(v, v.replica.list());
      const t = theTeam(v, o);
      return page(
        v,
        childrenOf(o, t).map((c) => teamRow(o, c, v.origin)),
        `/organizations/${o.id}/team/${t.id}/teams`,
      );
    },
  },
  {
    method: "GET",
    path: "/orgs/:org/teams/:slug/memberships/:username",
    answer: (v) => ok(member(v)),
  },
  {
    method: "PUT",
    path: "/orgs/:org/teams/:slug/memberships/:username",
    answer: (v) => {
      const { o, t } = managed(v);
      const { role } = bodyOf(v, "TeamMembership", z.object({ role: z.enum(["member", "maintainer"]).default("member") }));
      const who = theUser(v);
      // A maintainer may add members of the organisation; only an owner brings in others.
      if (!isMember(o, who.id) && !isOwner(o, v.viewer.id)) throw new Refusal(403, "You must be an owner to invite people.");
      setTeamMember(v.replica.live, o, t, who, role, v.viewer, v.now);
      v.replica.committed();
      return ok(member(v));
    },
  },
  {
    method: "DELETE",
    path: "/orgs/:org/teams/:slug/memberships/:username",
    answer: (v) => {
      const { o, t } = managed(v);
      removeTeamMember(o, t, theUser(v));
      v.replica.committed();
      return empty;
    },
  },
];

function member(v: Visit): Record<string, unknown> {
  const o = theOrganization(v);
  const t = theTeam(v, o);
  const who = theUser(v);
  const held = teamStanding(o, t, who);
  if (!held) throw notFound();
  return teamMembershipRow(o, t, who, held, v.origin);
}

/** A team whose members and settings the viewer may change: an owner's, or a maintainer's own. */
function managed(v: Visit): { o: Organization; t: Team } {
  const o = theOrganization(v);
  const t = theTeam(v, o);
  const mine = t.members.find((m) => m.user === v.viewer.id);
  if (!isOwner(o, v.viewer.id) && mine?.role !== "maintainer") throw new Refusal(403, "Must have admin rights to Team.");
  return { o, t };
}

const toWish = (asked: z.infer<typeof wish>) => ({
  ...(asked.name === undefined ? {} : { name: asked.name }),
  ...(asked.description === undefined ? {} : { description: asked.description }),
  ...(asked.privacy === undefined ? {} : { privacy: asked.privacy }),
  ...(asked.parent_team_id === undefined ? {} : { parent: asked.parent_team_id }),
});
