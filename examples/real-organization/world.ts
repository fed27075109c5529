import { type World, world as schema } from "../../providers/github/simulator/world.ts";
import type { Level, RealOrganization, RealPerson } from "./snapshot.ts";

/** The user behind rollcall's token: an owner of its own, so that no person's account is one. */
export const automation = { id: 1, login: "rollcall-automation" } as const;

export const organizationLogin = "real-org";

/** Addresses in this domain are verified for the organisation; others are private, and some people have none at all. */
export const workDomain = "example.org";

/**
 * A snapshot as a world of the GitHub simulator: one organisation with everybody in it, owners, and the active teams, nested as they are.
 * `newcomers` are people who have an account on GitHub and are not members yet.
 */
export function worldOf(organization: RealOrganization, newcomers: readonly RealPerson[] = []): World {
  const people = [...organization.people.values()];
  const teams = [...organization.teams.values()];
  const idOf = new Map(teams.map((t, n) => [t.name, 10_000 + n]));
  return schema.parse({
    users: [
      { ...automation, name: "Rollcall Automation" },
      ...[...people, ...newcomers].map(({ id, login, name, email }) => ({
        id,
        login,
        name,
        verifiedEmails: email === null ? [] : [email],
      })),
    ],
    organizations: [
      {
        id: 9_000,
        login: organizationLogin,
        verifiedDomains: [workDomain],
        members: [
          { user: automation.id, role: "admin" },
          ...people.map((p) => ({ user: p.id, role: organization.owners.has(p.id) ? "admin" : "member" })),
        ],
        teams: teams.map((t) => ({
          id: idOf.get(t.name)!,
          slug: t.name,
          name: t.name,
          parent: t.parent === null ? null : (idOf.get(t.parent) ?? null),
          members: [...t.members].map(([user, role]) => ({ user, role })),
        })),
      },
    ],
    automation: automation.id,
    // Ids of people go up to 99,999,999.
    nextId: 200_000_000,
  });
}

/** What a world of the simulator holds, in the words of a snapshot. Throws where it has not exactly one organisation. */
export function organizationOf(world: World, date: string): RealOrganization {
  const [o] = world.organizations;
  if (!o || world.organizations.length !== 1) throw new Error(`one organisation was expected, the world has ${world.organizations.length}`);
  const names = new Map(o.teams.map((t) => [t.id, t.slug]));
  const members = new Set(o.members.map((m) => m.user));
  const owners = new Set(o.members.filter((m) => m.role === "admin" && m.user !== automation.id).map((m) => m.user));
  const effective = (user: number, role: Level): Level => (owners.has(user) ? "maintainer" : role);
  return {
    date,
    people: new Map(
      world.users
        .filter((u) => members.has(u.id) && u.id !== automation.id)
        .map((u) => [u.id, { id: u.id, login: u.login, name: u.name ?? u.login, email: u.verifiedEmails[0] ?? null }]),
    ),
    teams: new Map(
      o.teams.map((t) => [
        t.slug,
        {
          name: t.slug,
          parent: t.parent === null ? null : (names.get(t.parent) ?? null),
          members: new Map(t.members.map((m) => [m.user, effective(m.user, m.role)])),
        },
      ]),
    ),
    archived: new Set(),
    owners,
  };
}
