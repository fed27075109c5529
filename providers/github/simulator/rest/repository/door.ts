/** The way into a repository: who sees it, who may do what, and its pull requests brought up to its branches. */
import { inaccessible } from "../../app.ts";
import { notFound, Refusal } from "../../refusal.ts";
import { atLeast, permissionOf, repositoryOf } from "../../repository/permission.ts";
import { settle } from "../../repository/head.ts";
import type { Permission, Repository } from "../../repository/repository.ts";
import type { World } from "../../world.ts";
import type { Visit } from "../route.ts";

/** The repository of the path; 404 where there is none, and for those who may not read it. */
export function theRepository(v: Visit): Repository {
  const live = v.replica.live;
  const r = repositoryOf(live, v.param("owner"), v.param("repo"));
  if (!r || !atLeast(permissionOf(live, r, v.viewer), "read")) throw notFound();
  if (settle(live, r, v.now)) v.replica.committed();
  return r;
}

/** The repository as lists show it, which may be late. */
export function theListed(v: Visit): { world: World; r: Repository } {
  const r = theRepository(v);
  const world = v.replica.list();
  const listed = world.repositories.find((x) => x.id === r.id);
  if (!listed) throw notFound();
  return { world, r: listed };
}

/** 403 for those who may read and not more. */
export function require(v: Visit, r: Repository, wanted: Permission): void {
  if (atLeast(permissionOf(v.replica.live, r, v.viewer), wanted)) return;
  if (v.viewer.app !== undefined) throw inaccessible();
  const words: Partial<Record<Permission, string>> = {
    admin: "Must have admin rights to Repository.",
    write: "Must have push access to repository",
  };
  throw new Refusal(403, words[wanted] ?? `Must have ${wanted} access to repository`);
}

export const may = (v: Visit, r: Repository, wanted: Permission): boolean => atLeast(permissionOf(v.replica.live, r, v.viewer), wanted);

/** Where GitHub's own links of a list lead: repositories by their id. */
export const listPath = (r: Repository, rest: string): string => `/repositories/${r.id}/${rest}`;
