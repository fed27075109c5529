import { z } from "zod";
import { cancelInvitation, invite } from "../membership.ts";
import { notFound } from "../refusal.ts";
import type { Invitation } from "../world.ts";
import { userById } from "../world.ts";
import { invalid } from "../refusal.ts";
import type { Route, Visit } from "./route.ts";
import { bodyOf, empty, ok, page, requireOwner, theOrganization } from "./route.ts";
import { invitationRow, teamRow } from "./shape.ts";

const body = z.object({
  invitee_id: z.int().optional(),
  email: z.string().optional(),
  role: z.enum(["admin", "direct_member", "billing_manager", "reinstate"]).default("direct_member"),
  team_ids: z.array(z.int()).default([]),
});

export const invitationRoutes: readonly Route[] = [
  { method: "GET", path: "/orgs/:org/invitations", answer: (v) => list(v, "invitations", (i) => i.failedAt === null) },
  { method: "GET", path: "/orgs/:org/failed_invitations", answer: (v) => list(v, "failed_invitations", (i) => i.failedAt !== null) },
  {
    method: "POST",
    path: "/orgs/:org/invitations",
    answer: (v) => {
      const o = theOrganization(v);
      requireOwner(v, o);
      const wish = bodyOf(v, "OrganizationInvitation", body);
      const user = wish.invitee_id === undefined ? undefined : userById(v.replica.live, wish.invitee_id);
      if (wish.invitee_id !== undefined && !user) throw invalid("OrganizationInvitation", "invitee_id", "User does not exist");
      const made = invite(
        v.replica.live,
        o,
        { ...(user ? { user } : {}), ...(wish.email === undefined ? {} : { email: wish.email }), role: wish.role, teams: wish.team_ids },
        v.viewer,
        v.now,
      );
      v.replica.committed();
      return ok(invitationRow(v.replica.live, o, made, v.origin), 201);
    },
  },
  {
    method: "DELETE",
    path: "/orgs/:org/invitations/:id",
    answer: (v) => {
      const o = theOrganization(v);
      requireOwner(v, o);
      cancelInvitation(o, Number(v.param("id")));
      v.replica.committed();
      return empty;
    },
  },
  {
    method: "GET",
    path: "/orgs/:org/invitations/:id/teams",
    answer: (v) => {
      const o = theOrganization(v);
      requireOwner(v, o);
      const found = o.invitations.find((i) => i.id === Number(v.param("id")));
      if (!found) throw notFound();
      const teams = o.teams.filter((t) => found.teams.some((w) => w.team === t.id));
      return page(
        v,
        teams.map((t) => teamRow(o, t, v.origin)),
        `/organizations/${o.id}/invitations/${found.id}/teams`,
      );
    },
  },
];

function list(v: Visit, name: string, wanted: (i: Invitation) => boolean) {
  const world = v.replica.list();
  const o = theOrganization(v, world);
  requireOwner(v, o);
  const rows = o.invitations.filter(wanted).map((i) => invitationRow(world, o, i, v.origin));
  return page(v, rows, `/organizations/${o.id}/${name}`);
}
