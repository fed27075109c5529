import type { CallRule, Manifest } from "../../src/connector/index.ts";

/** Rows per page. 50 teams of 100 members are 5,050 nodes, far below the 500,000 a query may ask for (GitHub GraphQL docs, 2026-08). */
export const pageSizes = { members: 100, teams: 50, "team members": 100, invitations: 100, "outside collaborators": 100 } as const;

const read = (name: string, path: string): CallRule => ({ name, method: "GET", path, effect: "read", bucket: "rest" });

const calls: readonly CallRule[] = [
  { name: "graphql", method: "POST", path: "/graphql", effect: "graphql", bucket: "graphql" },
  read("user by id", "/user/*"),
  read("membership", "/orgs/*/memberships/*"),
  read("invitations", "/orgs/*/invitations"),
  read("failed invitations", "/orgs/*/failed_invitations"),
  read("outside collaborators", "/orgs/*/outside_collaborators"),
  read("team", "/orgs/*/teams/*"),
  read("nested teams", "/orgs/*/teams/*/teams"),
  read("team by id", "/teams/*"),
  read("credential authorisations", "/orgs/*/credential-authorizations"),
  { name: "set membership", method: "PUT", path: "/orgs/*/memberships/*", effect: "write", bucket: "invitations", idempotent: true },
  { name: "remove membership", method: "DELETE", path: "/orgs/*/memberships/*", effect: "write", bucket: "writes", idempotent: true },
  { name: "invite by e-mail", method: "POST", path: "/orgs/*/invitations", effect: "write", bucket: "invitations" },
  { name: "cancel invitation", method: "DELETE", path: "/orgs/*/invitations/*", effect: "write", bucket: "writes", idempotent: true },
  {
    name: "remove outside collaborator",
    method: "DELETE",
    path: "/orgs/*/outside_collaborators/*",
    effect: "write",
    bucket: "writes",
    idempotent: true,
  },
  {
    name: "set team membership",
    method: "PUT",
    path: "/orgs/*/teams/*/memberships/*",
    effect: "write",
    bucket: "writes",
    idempotent: true,
  },
  {
    name: "remove team membership",
    method: "DELETE",
    path: "/orgs/*/teams/*/memberships/*",
    effect: "write",
    bucket: "writes",
    idempotent: true,
  },
  { name: "create team", method: "POST", path: "/orgs/*/teams", effect: "write", bucket: "writes" },
  { name: "update team", method: "PATCH", path: "/orgs/*/teams/*", effect: "write", bucket: "writes", idempotent: true },
  { name: "delete team", method: "DELETE", path: "/orgs/*/teams/*", effect: "write", bucket: "writes", idempotent: true },
  {
    name: "revoke credential authorisation",
    method: "DELETE",
    path: "/orgs/*/credential-authorizations/*",
    effect: "write",
    bucket: "writes",
    idempotent: true,
  },
];

export const manifest: Manifest = {
  name: "github",
  label: "GitHub",
  description: "Members, owners and teams of one GitHub organisation of personal accounts.",
  kinds: ["user", "invitation", "team"],
  matchKeys: ["id", "login", "email"],
  createNeeds: "login",
  entitlements: [
    {
      name: "member",
      pattern: "^member$",
      levels: [],
      base: true,
      example: "member",
      description: "Membership of the organisation, and nothing more.",
    },
    {
      name: "owner",
      pattern: "^owner$",
      levels: [],
      admin: true,
      example: "owner",
      description: "Full control of the organisation.",
    },
    {
      name: "team",
      pattern: "^team/[a-z0-9][a-z0-9_.-]*$",
      levels: ["member", "maintainer"],
      group: true,
      example: "team/infra",
      description: "Direct membership of the team with this slug; maintainers add and remove members.",
    },
  ],
  verbs: {
    create: {
      scopes: ["admin:org"],
      reversible: true,
      settles: 60,
      remark: "An invitation that the person has to accept within 7 days (GitHub docs, 2026-08).",
    },
    delete: {
      scopes: ["admin:org"],
      reversible: false,
      destroysData: true,
      freesLicence: true,
      settles: 60,
      remark: "Personal accounts cannot be suspended; removal deletes their private forks of the organisation (GitHub docs, 2026-08).",
    },
    grant: { scopes: ["admin:org"], reversible: true, settles: 60 },
    revoke: { scopes: ["admin:org"], reversible: true, settles: 60 },
    revokeCredentials: {
      scopes: ["admin:org"],
      editions: ["Enterprise Cloud with SAML single sign-on"],
      reversible: false,
      settles: 60,
      remark: "Withdraws the single sign-on authorisation of tokens and keys; the credentials themselves live on.",
    },
    createGroup: { scopes: ["admin:org"], reversible: true, settles: 60 },
    updateGroup: { scopes: ["admin:org"], reversible: true, settles: 60 },
    deleteGroup: {
      scopes: ["admin:org"],
      reversible: false,
      destroysData: true,
      settles: 60,
      remark: "Refused while the team has nested teams: GitHub would delete them too.",
    },
  },
  stop: "delete",
  leaver: { stage1: ["delete"], stage2: [], stage3: [] },
  residual: [
    "Personal access tokens, SSH keys and sessions of the personal GitHub account live on; they no longer open this organisation's private repositories.",
    "Deploy keys, webhooks, GitHub Apps and Actions secrets that the person set up in repositories keep working: review them.",
    "Clones on the person's own machines stay there.",
  ],
  attributes: [],
  hosts: ["api.github.com"],
  baseUrl: "https://api.github.com",
  auth: { secret: "token", header: "authorization", scheme: "Bearer" },
  calls,
  // GitHub docs "Rate limits", 2026-08. The hourly allowances are followed through the x-ratelimit headers of the answers; what is paced
  // here are the secondary limits: 900 REST points a minute, 80 content-creating requests a minute, one after another; 500 invitations a day.
  buckets: {
    graphql: { units: 5000, seconds: 3600, concurrency: 8 },
    rest: { units: 900, seconds: 60, concurrency: 8 },
    writes: { units: 80, seconds: 60, concurrency: 1 },
    invitations: { units: 500, seconds: 86_400, concurrency: 1 },
  },
  pageSizes,
  concurrency: 4,
  timeout: 30,
  settingsExample: { organization: "your-organization" },
  secrets: [
    {
      name: "token",
      purpose:
        "Token of an owner of the organisation with admin:org (classic) or Members: read and write (fine-grained); read:org to read.",
    },
  ],
  invitations: { expireDays: 7, attempts: 3 },
};
