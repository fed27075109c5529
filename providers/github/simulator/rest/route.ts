/** How a REST route is written down and answered. */
import { z } from "zod";
import type { Exchange, Reply } from "../../../../src/connector/simulation/serve.ts";
import type { Replica } from "../replica.ts";
import { invalid, notFound, Refusal } from "../refusal.ts";
import type { Rates } from "../rate.ts";
import type { Organization, Team, User, World } from "../world.ts";
import { isMember, isOwner, organizationByLogin, teamBySlug, userByLogin } from "../world.ts";
import { visibleTeams } from "../team.ts";

/** A request on its way through a route. */
export interface Visit {
  readonly exchange: Exchange;
  readonly origin: string;
  readonly replica: Replica;
  readonly rates: Rates;
  readonly viewer: User;
  readonly now: Date;
  /** The part of the path that `:name` stands for, decoded. */
  param(name: string): string;
}

export interface Route {
  readonly method: string;
  /** `/orgs/:org/teams/:slug` */
  readonly path: string;
  answer(visit: Visit): Reply;
}

/** The parameters of a path that a pattern matches, or null. `:name+` takes several segments: names of branches have slashes. */
export function match(pattern: string, path: string): Map<string, string> | null {
  const want = pattern.split("/");
  const have = joined(want, path.split("/"));
  if (want.length !== have.length) return null;
  const found = new Map<string, string>();
  for (const [n, part] of want.entries()) {
    const text = decoded(have[n]!);
    if (text === null) return null;
    if (part.startsWith(":") && part.endsWith("+")) {
      if (text === "") return null;
      found.set(part.slice(1, -1), text);
      continue;
    }
    if (part.startsWith(":")) {
      if (text === "") return null;
      found.set(part.slice(1), text);
    } else if (part !== text) return null;
  }
  return found;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

function joined(want: readonly string[], have: string[]): string[] {
  const place = want.findIndex((part) => part.startsWith(":") && part.endsWith("+"));
  const more = have.length - want.length;
  if (place < 0 || more <= 0) return have;
  return [...have.slice(0, place), have.slice(place, place + more + 1).join("/"), ...have.slice(place + more + 1)];
}

/** The organisation of the path in a world (the live one where absent), or 404. */
export function theOrganization(visit: Visit, world: World = visit.replica.live): Organization {
  const o = organizationByLogin(world, visit.param("org"));
  if (!o) throw notFound();
  return o;
}

/** Writes and invitations are for owners; to strangers the organisation's inside does not exist. */
export function requireOwner(visit: Visit, o: Organization): void {
  if (isOwner(o, visit.viewer.id)) return;
  if (isMember(o, visit.viewer.id)) throw new Refusal(403, "You must be an owner of the organization to perform this action.");
  throw notFound();
}

export function requireMember(visit: Visit, o: Organization): void {
  if (!isMember(o, visit.viewer.id)) throw new Refusal(403, `You must be a member of ${o.login} to see this.`);
}

export function theUser(visit: Visit, parameter = "username"): User {
  const u = userByLogin(visit.replica.live, visit.param(parameter));
  if (!u) throw notFound();
  return u;
}

/** A team that the viewer may see, or 404. */
export function theTeam(visit: Visit, o: Organization): Team {
  const t = teamBySlug(o, visit.param("slug"));
  if (!t || !visibleTeams(o, visit.viewer.id).includes(t)) throw notFound();
  return t;
}

/** The body against a shape; 422 names the first wrong field. A missing body is an empty one. */
export function bodyOf<T>(visit: Visit, resource: string, shape: z.ZodType<T>): T {
  if (visit.exchange.raw !== "" && visit.exchange.body === undefined) throw new Refusal(400, "Problems parsing JSON");
  const result = shape.safeParse(visit.exchange.body ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw invalid(resource, issue?.path.join(".") ?? "body", issue?.message ?? "is invalid");
}

export const ok = (body: unknown, status = 200): Reply => ({ status, body });
export const empty: Reply = { status: 204 };

/**
 * One page of a list, 30 rows unless asked, 100 at most, with absolute links that name the organisation or repository by its id as
 * GitHub's do. Only the rows shown are written out.
 */
export function page<T>(visit: Visit, rows: readonly T[], path = visit.exchange.path, write: (row: T) => unknown = (row) => row): Reply {
  const { query } = visit.exchange;
  const size = Math.min(100, positive(query.get("per_page"), 30));
  const number = positive(query.get("page"), 1);
  const last = Math.max(1, Math.ceil(rows.length / size));
  const link = (to: number, relation: string): string => {
    const next = new URLSearchParams(query);
    next.set("page", String(to));
    return `<${visit.origin}${path}?${next.toString()}>; rel="${relation}"`;
  };
  const links = [
    ...(number > 1 ? [link(number - 1, "prev")] : []),
    ...(number < last ? [link(number + 1, "next"), link(last, "last")] : []),
    ...(number > 1 ? [link(1, "first")] : []),
  ];
  return {
    status: 200,
    ...(links.length === 0 ? {} : { headers: { link: links.join(", ") } }),
    body: rows.slice((number - 1) * size, number * size).map(write),
  };
}

function positive(text: string | null, otherwise: number): number {
  const value = Number(text ?? otherwise);
  return Number.isSafeInteger(value) && value > 0 ? value : otherwise;
}
