/** What the simulated GitHub holds: users, organisations and repositories, and who stands where. Documented in ../README.md. */
import { z } from "zod";
import { instant, long, number } from "./field.ts";
import { repository } from "./repository/repository.ts";

const login = z.string().min(1);
/** A world that was written without a clock says "when it was loaded" with this. */
const whenLoaded = "1970-01-01T00:00:00Z";

const user = z.strictObject({
  id: number,
  login,
  name: z.string().nullable().default(null),
  /** Shown on the profile; proves nothing. */
  email: z.string().nullable().default(null),
  /** Addresses this user has proved to own. */
  verifiedEmails: z.array(z.string()).default([]),
  createdAt: instant.default(long),
  /** Slug of the app whose bot this is. */
  app: z.string().optional(),
  /** Scopes of the classic token `user:LOGIN`, told in a header; absent: a token of another kind. */
  scopes: z.array(z.string()).optional(),
  /** Name of the plan that is paid for. */
  plan: z.string().optional(),
});

const team = z.strictObject({
  id: number,
  slug: z.string().min(1),
  name: z.string().min(1),
  description: z.string().nullable().default(null),
  privacy: z.enum(["closed", "secret"]).default("closed"),
  /** Id of the team this one is nested in. */
  parent: number.nullable().default(null),
  /** Its members are synced from an identity provider: writes are refused. */
  synced: z.boolean().default(false),
  /** Direct members only. */
  members: z.array(z.strictObject({ user: number, role: z.enum(["member", "maintainer"]).default("member") })).default([]),
  createdAt: instant.default(long),
});

const invitation = z.strictObject({
  id: number,
  /** The invited user, or null where an address was invited. */
  user: number.nullable().default(null),
  email: z.string().nullable().default(null),
  role: z.enum(["direct_member", "admin", "billing_manager", "reinstate"]).default("direct_member"),
  createdAt: instant.default(whenLoaded),
  inviter: number,
  /** Teams that are joined with the acceptance. */
  teams: z.array(z.strictObject({ team: number, role: z.enum(["member", "maintainer"]).default("member") })).default([]),
  /** Set where it ran out or failed. */
  failedAt: instant.nullable().default(null),
  failedReason: z.string().nullable().default(null),
});

const saml = z.strictObject({
  identities: z.array(z.strictObject({ user: number.nullable().default(null), nameId: z.string() })).default([]),
  /** Credentials authorised for single sign-on. */
  credentials: z
    .array(
      z.strictObject({
        id: number,
        user: number,
        type: z.enum(["personal access token", "SSH key", "OAuth app token", "GitHub app token"]),
        authorizedAt: instant.default(long),
      }),
    )
    .default([]),
});

const organization = z.strictObject({
  id: number,
  login,
  name: z.string().nullable().default(null),
  description: z.string().nullable().default(null),
  createdAt: instant.default(long),
  /** Addresses of members in these domains are shown to owners. */
  verifiedDomains: z.array(z.string()).default([]),
  members: z.array(z.strictObject({ user: number, role: z.enum(["admin", "member"]).default("member") })).default([]),
  /** Users with access to single repositories only. */
  outside: z.array(number).default([]),
  teams: z.array(team).default([]),
  invitations: z.array(invitation).default([]),
  /** SAML single sign-on; null where it is off. */
  saml: saml.nullable().default(null),
  /** Name of the plan, which owners see: `free`, `team`, `business`. */
  plan: z.string().optional(),
  /** What every member may do in every repository; `read` where absent. */
  basePermission: z.enum(["none", "read", "write", "admin"]).optional(),
});

export const world = z.strictObject({
  users: z.array(user).default([]),
  organizations: z.array(organization).default([]),
  repositories: z.array(repository).default([]),
  /** Apps beside GitHub's own, by the `SLUG` of the token `app:SLUG`; one that is not listed has the permissions of a workflow. */
  apps: z.array(z.strictObject({ slug: z.string(), id: number, bot: number, permissions: z.array(z.string()).default([]) })).default([]),
  /** Id of whoever did the pushes that nobody told the simulator of; GitHub does not know where absent. */
  untold: number.optional(),
  /** Id of the user that a token acts as, unless it is `user:LOGIN`. The first owner of the first organisation where absent. */
  automation: number.optional(),
  /** The next id that is handed out. */
  nextId: number.default(900_000),
});

export type World = z.infer<typeof world>;
export type User = z.infer<typeof user>;
export type Organization = z.infer<typeof organization>;
export type Team = z.infer<typeof team>;
export type Invitation = z.infer<typeof invitation>;

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export const userById = (w: World, id: number | null): User | undefined => w.users.find((u) => u.id === id);
/** Logins are compared without regard to case, as GitHub does. */
export const userByLogin = (w: World, name: string): User | undefined => w.users.find((u) => same(u.login, name));
export const organizationByLogin = (w: World, name: string): Organization | undefined => w.organizations.find((o) => same(o.login, name));
export const teamBySlug = (o: Organization, slug: string): Team | undefined => o.teams.find((t) => same(t.slug, slug));
export const isMember = (o: Organization, id: number): boolean => o.members.some((m) => m.user === id);
export const isOwner = (o: Organization, id: number): boolean => o.members.some((m) => m.user === id && m.role === "admin");
export const openInvitation = (o: Organization, id: number): Invitation | undefined =>
  o.invitations.find((i) => i.user === id && i.failedAt === null);

/** A world as read from its schema, with its clockless invitations dated. */
export function dated(w: World, now: Date): World {
  for (const o of w.organizations) for (const i of o.invitations) if (i.createdAt === whenLoaded) i.createdAt = now.toISOString();
  return w;
}

/** A fresh id. */
export function takeId(w: World): number {
  const id = w.nextId;
  w.nextId += 1;
  return id;
}
