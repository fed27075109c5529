/** GitHub's records as rollcall's words. Pure. */
import { z } from "zod";
import type { ObservedAccount, ObservedEdge, ObservedGroup, Ref } from "../../src/connector/index.ts";
import { fold } from "../../src/connector/index.ts";

/** A database id as text. Beyond 2^53 octokit hands out a bigint. */
export const id = z.union([z.number().int().positive(), z.bigint()]).transform(String);

export const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });
export type PageInfo = z.infer<typeof pageInfo>;

export const userNode = z.object({
  databaseId: id,
  login: z.string(),
  name: z.string().nullable(),
  organizationVerifiedDomainEmails: z.array(z.string()),
});
export type UserNode = z.infer<typeof userNode>;

/** A hidden role or a missing user would silently shorten the list: such a page is refused as a whole. */
export const memberEdge = z.object({ role: z.enum(["ADMIN", "MEMBER"]), node: userNode });

export const teamMembers = z.object({
  pageInfo,
  edges: z.array(z.object({ role: z.enum(["MAINTAINER", "MEMBER"]), node: z.object({ databaseId: id }) })),
});
export type TeamMembers = z.infer<typeof teamMembers>;

export const teamNode = z.object({
  databaseId: id,
  slug: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  parentTeam: z.object({ slug: z.string() }).nullable(),
  members: teamMembers,
});

/** REST rows; only the fields that are read. */
export const simpleUser = z.object({ id, login: z.string() });
export const membership = z.object({
  state: z.enum(["active", "pending"]),
  role: z.enum(["admin", "member", "billing_manager"]),
  user: simpleUser,
});
export type Membership = z.infer<typeof membership>;
export const invitation = z.object({
  id,
  login: z.string().nullable(),
  email: z.string().nullable(),
  role: z.string(),
  created_at: z.string(),
});
export type Invitation = z.infer<typeof invitation>;
export const team = z.object({ id, slug: z.string(), name: z.string() });

export const userRef = (userId: string): Ref => ({ kind: "user", id: userId });
export const invitationRef = (invitationId: string): Ref => ({ kind: "invitation", id: invitationId });
export const teamRef = (teamId: string): Ref => ({ kind: "team", id: teamId });

export const owner = "owner";
export const teamEntitlement = (slug: string): string => `team/${slug}`;
/** The slug in the name of a team entitlement; null for other names. */
export const slugOf = (entitlement: string): string | null => (entitlement.startsWith("team/") ? entitlement.slice(5) : null);

/** A member. `work` are the addresses that the organisation's identity provider vouches for. */
export function memberAccount(user: UserNode, role: "ADMIN" | "MEMBER", work: readonly string[], viewer: string): ObservedAccount {
  return {
    ref: userRef(user.databaseId),
    login: user.login,
    emails: verified([...user.organizationVerifiedDomainEmails, ...work]),
    ...(user.name === null ? {} : { name: user.name }),
    status: "active",
    admin: role === "ADMIN",
    ...(user.databaseId === viewer ? { self: true as const } : {}),
    attributes: {},
  };
}

export const ownerEdge = (account: Ref): ObservedEdge => ({ account, entitlement: owner });

/** Somebody invited whose user is known. Not yet an administrator even where invited as one. */
export function pendingAccount(user: { id: string; login: string }, since?: string): ObservedAccount {
  return {
    ref: userRef(user.id),
    login: user.login,
    emails: [],
    status: "pending",
    admin: false,
    attributes: {},
    ...(since === undefined ? {} : { since }),
  };
}

/** An invitation to an address. Nobody has proved yet to own the address, so it is not verified (law 6). */
export function invitedAddress(row: Invitation, status: "pending" | "expired"): ObservedAccount {
  return {
    ref: invitationRef(row.id),
    ...(row.login === null ? {} : { login: row.login }),
    emails: row.email === null ? [] : [{ address: row.email, verified: false }],
    status,
    admin: false,
    attributes: {},
    since: instant(row.created_at),
  };
}

export const expiredAccount = (user: { id: string; login: string }, row: Invitation): ObservedAccount => ({
  ...pendingAccount(user, instant(row.created_at)),
  status: "expired",
});

export const outsideAccount = (user: { id: string; login: string }): ObservedAccount => ({
  ref: userRef(user.id),
  login: user.login,
  emails: [],
  status: "active",
  admin: false,
  outside: "outside collaborator",
  attributes: {},
});

export function observedTeam(row: z.infer<typeof teamNode>): ObservedGroup {
  return {
    entitlement: teamEntitlement(row.slug),
    ref: teamRef(row.databaseId),
    name: row.name,
    ...(row.description === null || row.description === "" ? {} : { description: row.description }),
    ...(row.parentTeam === null ? {} : { parent: teamEntitlement(row.parentTeam.slug) }),
  };
}

export const teamEdges = (slug: string, members: TeamMembers): ObservedEdge[] =>
  members.edges.map(({ role, node }) => ({
    account: userRef(node.databaseId),
    entitlement: teamEntitlement(slug),
    level: role === "MAINTAINER" ? "maintainer" : "member",
  }));

/** RFC 3339 in UTC; GitHub mixes "Z" and offsets. */
export function instant(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : new Date(time).toISOString();
}

/** Each address once, in a stable order. */
function verified(addresses: readonly string[]): ObservedAccount["emails"] {
  const byFolded = new Map(addresses.filter((a) => a.includes("@")).map((a) => [fold(a), a] as const));
  return [...byFolded].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, address]) => ({ address, verified: true }));
}
