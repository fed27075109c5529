import { z } from "zod";
import { inaccessible } from "../app.ts";
import { accept, standing } from "../membership.ts";
import { notFound } from "../refusal.ts";
import { openInvitation, userById } from "../world.ts";
import type { Route, Visit } from "./route.ts";
import { bodyOf, ok, page, theOrganization, theUser } from "./route.ts";
import { fullUser, membershipRow } from "./shape.ts";

export const userRoutes: readonly Route[] = [
  {
    // An app is nobody here; GraphQL's `viewer` tells whose token it is.
    method: "GET",
    path: "/user",
    answer: (v) => {
      if (v.viewer.app !== undefined) throw inaccessible();
      return ok(fullUser(v.viewer, v.origin, true));
    },
  },
  {
    method: "GET",
    path: "/user/:id",
    answer: (v) => {
      const found = userById(v.replica.live, Number(v.param("id")));
      if (!found) throw notFound();
      return ok(fullUser(found, v.origin, false));
    },
  },
  { method: "GET", path: "/users/:username", answer: (v) => ok(fullUser(theUser(v), v.origin, false)) },
  {
    method: "GET",
    path: "/user/memberships/orgs",
    answer: (v) => {
      const world = v.replica.list();
      const rows = world.organizations.flatMap((o) => {
        const held = standing(world, o, v.viewer.id);
        const wanted = v.exchange.query.get("state");
        return held && (wanted === null || wanted === held.state) ? [membershipRow(o, held, v.origin)] : [];
      });
      return page(v, rows);
    },
  },
  { method: "GET", path: "/user/memberships/orgs/:org", answer: (v) => ok(own(v)) },
  {
    // The invited user accepts.
    method: "PATCH",
    path: "/user/memberships/orgs/:org",
    answer: (v) => {
      bodyOf(v, "OrganizationMembership", z.object({ state: z.literal("active") }));
      const o = theOrganization(v);
      const open = openInvitation(o, v.viewer.id);
      if (open) {
        accept(o, open, v.viewer);
        v.replica.committed();
      }
      return ok(own(v));
    },
  },
  {
    method: "GET",
    path: "/rate_limit",
    answer: (v) => {
      const core = v.rates.standing("core", v.viewer.id);
      const graphql = v.rates.standing("graphql", v.viewer.id);
      const search = { limit: 30, used: 0, remaining: 30, reset: core.reset };
      return ok({ resources: { core, graphql, search }, rate: core });
    },
  },
];

function own(v: Visit): Record<string, unknown> {
  const o = theOrganization(v);
  const held = standing(v.replica.live, o, v.viewer.id);
  if (!held) throw notFound();
  return membershipRow(o, held, v.origin);
}
