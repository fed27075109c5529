import type { Permission, Repository } from "../../repository/repository.ts";
import { atLeast, permissionOf } from "../../repository/permission.ts";
import type { User, World } from "../../world.ts";
import { isMember, organizationByLogin } from "../../world.ts";
import type { Route } from "../route.ts";
import { ok, page, theUser } from "../route.ts";
import { simpleUser, teamRow } from "../shape.ts";
import { listPath, require, theListed, theRepository } from "./door.ts";
import { permissionFlags } from "./repository-row.ts";

const path = "/repos/:owner/:repo/collaborators";

/** What the older field knows: four levels. */
const coarse: Readonly<Record<Permission, string>> = {
  none: "none",
  read: "read",
  triage: "read",
  write: "write",
  maintain: "write",
  admin: "admin",
};
const asked: Readonly<Record<string, Permission>> = { pull: "read", triage: "triage", push: "write", maintain: "maintain", admin: "admin" };

export const collaboratorRoutes: readonly Route[] = [
  {
    method: "GET",
    path,
    answer: (v) => {
      const { world, r } = theListed(v);
      require(v, r, "write");
      const { query } = v.exchange;
      const affiliation = query.get("affiliation") ?? "all";
      const wanted = asked[query.get("permission") ?? "pull"] ?? "read";
      const o = organizationByLogin(world, r.owner);
      const inside = (u: User): boolean => o !== undefined && isMember(o, u.id);
      const direct = (u: User): boolean => r.collaborators.some((c) => c.user === u.id);
      const rows = world.users.filter(
        (u) =>
          u.app === undefined &&
          (inside(u) || direct(u) || u.login === r.owner || atLeast(permissionOf(world, { ...r, visibility: "private" }, u), "read")) &&
          atLeast(permissionOf(world, r, u), wanted) &&
          (affiliation === "all" || (direct(u) && (affiliation === "direct" || !inside(u)))),
      );
      return page(v, rows, listPath(r, "collaborators"), (u) => collaboratorRow(world, r, u, v.origin));
    },
  },
  {
    method: "GET",
    path: `${path}/:username/permission`,
    answer: (v) => {
      const r = theRepository(v);
      require(v, r, "write");
      const u = theUser(v);
      const held = permissionOf(v.replica.live, r, u);
      return ok({ permission: coarse[held], role_name: held, user: collaboratorRow(v.replica.live, r, u, v.origin) });
    },
  },
  {
    method: "GET",
    path: "/repos/:owner/:repo/teams",
    answer: (v) => {
      const r = theRepository(v);
      const o = organizationByLogin(v.replica.live, r.owner);
      const rows = r.teams.flatMap((held) => {
        const team = o?.teams.find((t) => t.id === held.team);
        return o && team
          ? [
              {
                ...teamRow(o, team, v.origin),
                permission: nameOf(held.permission),
                permissions: permissionFlags((p) => atLeast(held.permission, p)),
              },
            ]
          : [];
      });
      return page(v, rows, listPath(r, "teams"));
    },
  },
];

/** GitHub's older words for two of the levels. */
const nameOf = (p: Permission): string => (p === "read" ? "pull" : p === "write" ? "push" : p);

function collaboratorRow(w: World, r: Repository, u: User, origin: string): Record<string, unknown> {
  const held = permissionOf(w, r, u);
  return { ...simpleUser(u, origin), permissions: permissionFlags((p) => atLeast(held, p)), role_name: held };
}
