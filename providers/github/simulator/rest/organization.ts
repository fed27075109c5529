import { z } from "zod";
import { removeMembership, removeOutsider, setMembership, standing } from "../membership.ts";
import { invalid, notFound } from "../refusal.ts";
import { isMember, isOwner, userById } from "../world.ts";
import type { Route, Visit } from "./route.ts";
import { bodyOf, empty, ok, page, requireMember, requireOwner, theOrganization, theUser } from "./route.ts";
import { fullOrganization, membershipRow, simpleUser } from "./shape.ts";

export const organizationRoutes: readonly Route[] = [
  { method: "GET", path: "/orgs/:org", answer: (v) => own(v) },
  {
    method: "GET",
    path: "/orgs/:org/members",
    answer: (v) => {
      const role = oneOf(v, "role", ["all", "admin", "member"]);
      oneOf(v, "filter", ["all", "2fa_disabled", "2fa_insecure"]);
      const world = v.replica.list();
      const o = theOrganization(v, world);
      // Strangers see public members only, and nobody is one here.
      const shown = isMember(o, v.viewer.id) ? o.members : [];
      // Everybody here has a second factor.
      const filtered = (v.exchange.query.get("filter") ?? "all") === "all" ? shown : [];
      const rows = filtered
        .filter((m) => role === "all" || m.role === role)
        .flatMap((m) => userById(world, m.user) ?? [])
        .sort((a, b) => a.id - b.id);
      return page(
        v,
        rows.map((u) => simpleUser(u, v.origin)),
        `/organizations/${o.id}/members`,
      );
    },
  },
  {
    method: "GET",
    path: "/orgs/:org/members/:username",
    answer: (v) => {
      if (!isMember(theOrganization(v), theUser(v).id)) throw notFound();
      return empty;
    },
  },
  { method: "DELETE", path: "/orgs/:org/members/:username", answer: (v) => leave(v, true) },
  {
    method: "GET",
    path: "/orgs/:org/memberships/:username",
    answer: (v) => {
      requireMember(v, theOrganization(v));
      return ok(held(v));
    },
  },
  {
    method: "PUT",
    path: "/orgs/:org/memberships/:username",
    answer: (v) => {
      const o = theOrganization(v);
      requireOwner(v, o);
      const { role } = bodyOf(v, "OrganizationMembership", z.object({ role: z.enum(["admin", "member"]).default("member") }));
      setMembership(v.replica.live, o, theUser(v), role, v.viewer, v.now);
      v.replica.committed();
      return ok(held(v));
    },
  },
  { method: "DELETE", path: "/orgs/:org/memberships/:username", answer: (v) => leave(v, false) },
  {
    method: "GET",
    path: "/orgs/:org/outside_collaborators",
    answer: (v) => {
      const world = v.replica.list();
      const o = theOrganization(v, world);
      requireOwner(v, o);
      const rows = o.outside.flatMap((id) => userById(world, id) ?? []).sort((a, b) => a.id - b.id);
      return page(
        v,
        rows.map((u) => simpleUser(u, v.origin)),
        `/organizations/${o.id}/outside_collaborators`,
      );
    },
  },
  {
    method: "DELETE",
    path: "/orgs/:org/outside_collaborators/:username",
    answer: (v) => {
      const o = theOrganization(v);
      requireOwner(v, o);
      removeOutsider(o, theUser(v));
      v.replica.committed();
      return empty;
    },
  },
  {
    method: "GET",
    path: "/orgs/:org/credential-authorizations",
    answer: (v) => {
      const world = v.replica.live;
      const o = theOrganization(v);
      requireOwner(v, o);
      if (!o.saml) throw notFound();
      const wanted = v.exchange.query.get("login")?.toLowerCase();
      const rows = o.saml.credentials.flatMap((c) => {
        const login = userById(world, c.user)?.login ?? "";
        if (wanted !== undefined && login.toLowerCase() !== wanted) return [];
        const times = { credential_authorized_at: c.authorizedAt, credential_accessed_at: null };
        return [{ login, credential_id: c.id, credential_type: c.type, ...times, authorized_credential_id: c.id }];
      });
      return page(v, rows, `/organizations/${o.id}/credential-authorizations`);
    },
  },
  {
    method: "DELETE",
    path: "/orgs/:org/credential-authorizations/:id",
    answer: (v) => {
      const o = theOrganization(v);
      requireOwner(v, o);
      const id = Number(v.param("id"));
      if (!o.saml?.credentials.some((c) => c.id === id)) throw notFound();
      o.saml.credentials = o.saml.credentials.filter((c) => c.id !== id);
      v.replica.committed();
      return empty;
    },
  },
];

/** Owners are told of the plan and of what members may do by default. */
function own(v: Visit) {
  const o = theOrganization(v);
  return ok(fullOrganization(o, v.origin, isOwner(o, v.viewer.id)));
}

function leave(v: Visit, onlyMembers: boolean) {
  const o = theOrganization(v);
  requireOwner(v, o);
  const who = theUser(v);
  if (onlyMembers && !isMember(o, who.id)) throw notFound();
  removeMembership(o, who);
  v.replica.committed();
  return empty;
}

function held(v: Visit): Record<string, unknown> {
  const o = theOrganization(v);
  const found = standing(v.replica.live, o, theUser(v).id);
  if (!found) throw notFound();
  return membershipRow(o, found, v.origin);
}

function oneOf(v: Visit, name: string, allowed: readonly string[]): string {
  const value = v.exchange.query.get(name) ?? allowed[0]!;
  if (!allowed.includes(value)) throw invalid("Organization", name, `${value} is not a valid ${name}`);
  return value;
}
