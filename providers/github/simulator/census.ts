/** The neutral little organisation that kits and the sandbox speak of, to and from a world. */
import type { Census, CensusAccount } from "../../../src/connector/index.ts";
import { slugFor, teamMembers } from "./team.ts";
import type { Organization, World } from "./world.ts";
import { openInvitation, userById, world as schema } from "./world.ts";

/** Id of the account that stands for the automation where the census has no owner who could. */
const spareId = 1;
const longAgo = "2026-01-05T09:00:00Z";

/** The last owner of a census is whom rollcall's token belongs to; null where it has no owner. */
export const automationOf = (census: Census): string | null =>
  census.accounts.findLast((a) => a.admin && a.status === "active")?.id ?? null;

/** Accounts become users, owners, or open invitations; e-mail addresses become identities of a single sign-on. */
export function fromCensus(census: Census, login: string): World {
  const suspended = census.accounts.find((a) => a.status === "suspended");
  if (suspended) throw new Error(`GitHub has no suspended accounts; ${suspended.login} cannot be one.`);
  const entitlements = new Map(census.groups.map((g, n) => [g.entitlement, 10_000_000 + n] as const));
  const isPending = new Set(census.accounts.filter((a) => a.status === "pending").map((a) => a.id));
  const owner = automationOf(census);
  const automation = owner === null ? spareId : Number(owner);
  const spare = owner === null;
  const addresses = census.accounts.filter((a) => a.email !== undefined);
  return schema.parse({
    users: [
      ...(spare ? [{ id: spareId, login: "rollcall-automation", name: "Rollcall Automation", createdAt: longAgo }] : []),
      ...census.accounts.map((a) => ({ id: Number(a.id), login: a.login, name: a.name ?? null, createdAt: longAgo })),
    ],
    organizations: [
      {
        id: 9_000_000,
        login,
        members: [
          ...(spare ? [{ user: spareId, role: "admin" }] : []),
          ...census.accounts.filter((a) => a.status === "active").map((a) => ({ user: Number(a.id), role: a.admin ? "admin" : "member" })),
        ],
        teams: census.groups.map((g) => ({
          id: entitlements.get(g.entitlement)!,
          slug: slugFor(g.entitlement.replace(/^team\//, "")),
          name: g.entitlement.replace(/^team\//, ""),
          parent: g.parent === undefined ? null : (entitlements.get(g.parent) ?? null),
          members: g.members.filter((m) => !isPending.has(m.id)).map((m) => ({ user: Number(m.id), role: m.level ?? "member" })),
        })),
        invitations: census.accounts
          .filter((a) => a.status === "pending")
          .map((a, n) => ({
            id: 20_000_000 + n,
            user: Number(a.id),
            role: a.admin ? "admin" : "direct_member",
            inviter: automation,
            teams: census.groups.flatMap((g) =>
              g.members.filter((m) => m.id === a.id).map((m) => ({ team: entitlements.get(g.entitlement)!, role: m.level ?? "member" })),
            ),
          })),
        saml: addresses.length === 0 ? null : { identities: addresses.map((a) => ({ user: Number(a.id), nameId: a.email! })) },
      },
    ],
    automation,
    nextId: 30_000_000,
  });
}

/** One organisation of a world: members and invited users. */
export function toCensus(w: World, o: Organization): Census {
  const email = (id: number): string | undefined => o.saml?.identities.find((i) => i.user === id)?.nameId;
  const account = (id: number, status: CensusAccount["status"], admin: boolean): CensusAccount[] => {
    const u = userById(w, id);
    if (!u) return [];
    const address = email(id);
    return [
      {
        id: String(u.id),
        login: u.login,
        ...(u.name === null ? {} : { name: u.name }),
        ...(address === undefined ? {} : { email: address }),
        status,
        ...(admin ? { admin: true as const } : {}),
      },
    ];
  };
  return {
    accounts: [
      ...o.members.flatMap((m) => account(m.user, "active", m.role === "admin")),
      ...w.users.filter((u) => openInvitation(o, u.id)).flatMap((u) => account(u.id, "pending", openInvitation(o, u.id)?.role === "admin")),
    ].sort((a, b) => Number(a.id) - Number(b.id)),
    groups: o.teams.map((t) => {
      const parent = o.teams.find((p) => p.id === t.parent);
      return {
        entitlement: `team/${t.slug}`,
        members: teamMembers(o, t)
          .filter((m) => !m.inherited)
          .map((m) => ({ id: String(m.user), level: m.role })),
        ...(parent ? { parent: `team/${parent.slug}` } : {}),
      };
    }),
  };
}
