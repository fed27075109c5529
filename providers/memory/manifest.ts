/** What Memory can do, as data. README.md says it in words, with the source and date of each fact. */
import type { Manifest } from "../../src/connector/index.ts";

/** Rows per page; the vendor gives no more, whatever is asked. */
export const pageSize = 50;

const accountAdmin = ["accounts:write"];
const spaceAdmin = ["spaces:write"];

export const manifest: Manifest = {
  name: "memory",
  label: "Memory",
  description: "An imaginary wiki with a plain REST API: the connector to copy, to try rollcall with and to test it with.",
  kinds: ["account", "space"],
  matchKeys: ["id", "login", "email"],
  createNeeds: "email",
  entitlements: [
    { name: "member", pattern: "member", levels: [], base: true, example: "member", description: "An account, and nothing more." },
    { name: "admin", pattern: "admin", levels: [], admin: true, example: "admin", description: "Administers the workspace." },
    {
      name: "space",
      pattern: "space/[a-z0-9][a-z0-9-]{0,62}",
      levels: ["reader", "editor"],
      group: true,
      example: "space/docs",
      description: "Reads, or edits, the pages of one space.",
    },
  ],
  verbs: {
    create: { scopes: accountAdmin, reversible: true, settles: 10 },
    update: { scopes: accountAdmin, reversible: true, settles: 10 },
    suspend: { scopes: accountAdmin, reversible: true, endsSessions: true, settles: 10 },
    restore: { scopes: accountAdmin, reversible: true, settles: 10 },
    delete: { scopes: accountAdmin, reversible: false, destroysData: true, endsSessions: true, freesLicence: true, settles: 10 },
    endSessions: { scopes: accountAdmin, reversible: false, endsSessions: true, settles: 0 },
    grant: { scopes: spaceAdmin, reversible: true, settles: 10 },
    revoke: { scopes: spaceAdmin, reversible: true, settles: 10 },
    createGroup: { scopes: spaceAdmin, reversible: true, settles: 10 },
    updateGroup: { scopes: spaceAdmin, reversible: true, settles: 10 },
    deleteGroup: { scopes: spaceAdmin, reversible: false, destroysData: true, settles: 10 },
  },
  stop: "suspend",
  leaver: { stage1: ["suspend", "endSessions"], stage2: [], stage3: ["delete"] },
  residual: ["Pages exported to a private computer stay there"],
  attributes: ["name", "email", "title", "department"],
  hosts: ["api.memory.example"],
  baseUrl: "https://api.memory.example",
  auth: { secret: "token", header: "authorization", scheme: "Bearer" },
  calls: [
    { name: "workspace", method: "GET", path: "/workspace", effect: "read", bucket: "api" },
    { name: "accounts", method: "GET", path: "/accounts", effect: "read", bucket: "api" },
    { name: "account", method: "GET", path: "/accounts/*", effect: "read", bucket: "api" },
    // The vendor honours Idempotency-Key: the same key makes one account, however often it is sent.
    { name: "create account", method: "POST", path: "/accounts", effect: "write", bucket: "api", idempotent: true },
    { name: "change account", method: "PATCH", path: "/accounts/*", effect: "write", bucket: "api", idempotent: true },
    { name: "delete account", method: "DELETE", path: "/accounts/*", effect: "write", bucket: "api", idempotent: true },
    { name: "end sessions", method: "POST", path: "/accounts/*/sessions/revoke", effect: "write", bucket: "api", idempotent: true },
    { name: "make admin", method: "PUT", path: "/admins/*", effect: "write", bucket: "api", idempotent: true },
    { name: "unmake admin", method: "DELETE", path: "/admins/*", effect: "write", bucket: "api", idempotent: true },
    { name: "spaces", method: "GET", path: "/groups", effect: "read", bucket: "api" },
    { name: "space members", method: "GET", path: "/groups/*/members", effect: "read", bucket: "api" },
    { name: "set member", method: "PUT", path: "/groups/*/members/*", effect: "write", bucket: "api", idempotent: true },
    { name: "remove member", method: "DELETE", path: "/groups/*/members/*", effect: "write", bucket: "api", idempotent: true },
    { name: "create space", method: "POST", path: "/groups", effect: "write", bucket: "api", idempotent: true },
    { name: "change space", method: "PATCH", path: "/groups/*", effect: "write", bucket: "api", idempotent: true },
    { name: "delete space", method: "DELETE", path: "/groups/*", effect: "write", bucket: "api", idempotent: true },
  ],
  buckets: { api: { units: 600, seconds: 60, concurrency: 4 } },
  pageSizes: { accounts: pageSize, spaces: pageSize, members: pageSize },
  concurrency: 4,
  timeout: 30,
  secrets: [{ name: "token", purpose: "API token of the workspace: accounts:read and spaces:read to preview, the :write scopes to apply" }],
};
