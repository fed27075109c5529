/** What SCIM servers can do, as data. What one of them cannot is said by `probe`, from its profile and from what it says itself. */
import type { Manifest } from "../../src/connector/index.ts";

const scope = ["provisioning of users and groups (SCIM)"];
/** Characters of an address; others are written +XX. */
const own = "[A-Za-z0-9_+](?:[A-Za-z0-9 ._@+/-]{0,180}[A-Za-z0-9_+])?";

export const manifest: Manifest = {
  name: "scim",
  label: "SCIM 2.0",
  description: "Any app with a SCIM 2.0 server: users, groups, roles and entitlements, by a profile of what that server can do.",
  kinds: ["user", "group"],
  matchKeys: ["id", "login", "email"],
  createNeeds: "email",
  entitlements: [
    { name: "member", pattern: "member", levels: [], base: true, example: "member", description: "An account, and nothing more." },
    {
      name: "group",
      pattern: `group/${own}`,
      levels: [],
      group: true,
      example: "group/Engineering",
      description: "Direct membership of the group with this display name.",
    },
    {
      name: "administrative role",
      pattern: `admin/${own}`,
      levels: [],
      admin: true,
      example: "admin/owner",
      description: "A value of the roles attribute that the profile calls administrative; all of them where it does not say.",
    },
    {
      name: "role",
      pattern: `role/${own}`,
      levels: [],
      example: "role/viewer",
      description: "A value of the roles attribute that the profile calls ordinary.",
    },
    {
      name: "entitlement",
      pattern: `entitlement/${own}`,
      levels: [],
      example: "entitlement/licence-pro",
      description: "A value of the entitlements attribute.",
    },
  ],
  verbs: {
    create: { scopes: scope, reversible: true, settles: 30 },
    update: { scopes: scope, reversible: true, settles: 30 },
    suspend: { scopes: scope, reversible: true, settles: 30, remark: "Some servers remove the account instead: see the profile." },
    restore: { scopes: scope, reversible: true, settles: 30 },
    delete: { scopes: scope, reversible: false, destroysData: true, endsSessions: true, freesLicence: true, settles: 30 },
    grant: { scopes: scope, reversible: true, settles: 30 },
    revoke: { scopes: scope, reversible: true, settles: 30 },
    createGroup: { scopes: scope, reversible: true, settles: 30 },
    updateGroup: { scopes: scope, reversible: true, settles: 30 },
    deleteGroup: { scopes: scope, reversible: false, settles: 30 },
  },
  stop: "suspend",
  leaver: { stage1: ["suspend"], stage2: [], stage3: ["delete"] },
  residual: [
    "SCIM has no call that ends sessions or revokes personal tokens: end them in the app's console unless suspending does",
    "SCIM moves no ownership: hand over what the account owns",
  ],
  attributes: ["name", "email", "title", "department"],
  // Each app has its own host, which the operator names (ROLLCALL_ENDPOINT_<APP>). This one is reserved and resolves nowhere (RFC 2606).
  hosts: ["operator-names-the-host.invalid"],
  auth: { secret: "token", header: "authorization", scheme: "Bearer" },
  calls: [
    { name: "server configuration", method: "GET", path: "/ServiceProviderConfig", effect: "read", bucket: "scim" },
    { name: "server configuration (1.1)", method: "GET", path: "/ServiceProviderConfigs", effect: "read", bucket: "scim" },
    { name: "resource types", method: "GET", path: "/ResourceTypes", effect: "read", bucket: "scim" },
    { name: "schemas", method: "GET", path: "/Schemas", effect: "read", bucket: "scim" },
    { name: "users", method: "GET", path: "/Users", effect: "read", bucket: "scim" },
    { name: "user", method: "GET", path: "/Users/*", effect: "read", bucket: "scim" },
    { name: "groups", method: "GET", path: "/Groups", effect: "read", bucket: "scim" },
    { name: "group", method: "GET", path: "/Groups/*", effect: "read", bucket: "scim" },
    { name: "create user", method: "POST", path: "/Users", effect: "write", bucket: "scim" },
    // Every operation that is sent sets a value, adds one that is a set's, or removes one: twice is once (RFC 7644 3.5.2).
    { name: "change user", method: "PATCH", path: "/Users/*", effect: "write", bucket: "scim", idempotent: true },
    // Not to be repeated: in between somebody may have changed what is replaced.
    { name: "replace user", method: "PUT", path: "/Users/*", effect: "write", bucket: "scim" },
    { name: "delete user", method: "DELETE", path: "/Users/*", effect: "write", bucket: "scim", idempotent: true },
    { name: "create group", method: "POST", path: "/Groups", effect: "write", bucket: "scim" },
    { name: "change group", method: "PATCH", path: "/Groups/*", effect: "write", bucket: "scim", idempotent: true },
    { name: "replace group", method: "PUT", path: "/Groups/*", effect: "write", bucket: "scim" },
    { name: "delete group", method: "DELETE", path: "/Groups/*", effect: "write", bucket: "scim", idempotent: true },
  ],
  buckets: { scim: { units: 1200, seconds: 60, concurrency: 4 } },
  pageSizes: { users: 100, groups: 100 },
  concurrency: 4,
  timeout: 60,
  secrets: [{ name: "token", purpose: "SCIM token of the app; where it has read-only ones, use such a one for previews" }],
  settingsExample: { profile: "standard" },
};
