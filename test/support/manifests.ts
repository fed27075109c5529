import type { Manifest } from "../../src/core/model/manifest.ts";

const can = { scopes: [], reversible: true, settles: 0 } as const;
const base = {
  label: "",
  description: "",
  hosts: [],
  calls: [],
  buckets: {},
  pageSizes: {},
  concurrency: 1,
  timeout: 10,
  secrets: [],
} as const;

/** An imaginary vendor that suspends: attributes, levels, groups, admins, steps of a leaver, a restore window. */
export const vault: Manifest = {
  ...base,
  name: "vault",
  label: "Vault",
  kinds: ["user"],
  matchKeys: ["id", "login", "email"],
  createNeeds: "email",
  entitlements: [
    { name: "member", pattern: "member", levels: [], base: true, example: "member", description: "" },
    { name: "admin", pattern: "admin", levels: [], admin: true, example: "admin", description: "" },
    {
      name: "team",
      pattern: "team/[a-z0-9-]+",
      levels: ["reader", "editor", "keeper"],
      admin: ["keeper"],
      group: true,
      example: "team/red",
      description: "",
    },
    { name: "badge", pattern: "badge/[a-z0-9-]+", levels: [], example: "badge/gold", description: "" },
    { name: "rule", pattern: "rule/[a-z]+", levels: [], readOnly: "a rule decides it", example: "rule/all", description: "" },
  ],
  verbs: {
    create: can,
    update: can,
    suspend: can,
    restore: can,
    delete: { ...can, reversible: false, destroysData: true },
    grant: can,
    revoke: can,
    endSessions: can,
    revokeCredentials: can,
    transfer: can,
    createGroup: can,
    updateGroup: can,
    deleteGroup: { ...can, reversible: false },
  },
  stop: "suspend",
  leaver: { stage1: ["suspend", "endSessions", "revokeCredentials"], stage2: ["transfer"], stage3: ["delete"] },
  residual: ["Printed keys stay printed"],
  attributes: ["name", "email", "title"],
  restoreWindowDays: 20,
};

/** An imaginary vendor that invites and removes: no suspension, logins that only the person knows. */
const forge: Manifest = {
  ...base,
  name: "forge",
  label: "Forge",
  kinds: ["user", "invitation", "team"],
  matchKeys: ["id", "login", "email"],
  createNeeds: "login",
  entitlements: [
    { name: "member", pattern: "member", levels: [], base: true, example: "member", description: "" },
    { name: "owner", pattern: "owner", levels: [], admin: true, example: "owner", description: "" },
    { name: "team", pattern: "team/[a-z0-9-]+", levels: ["member", "maintainer"], group: true, example: "team/infra", description: "" },
  ],
  verbs: { create: can, delete: can, grant: can, revoke: can, createGroup: can, updateGroup: can, deleteGroup: can },
  stop: "delete",
  leaver: { stage1: ["delete"], stage2: [], stage3: [] },
  residual: [],
  attributes: [],
  invitations: { expireDays: 7, attempts: 3 },
};

export const manifests: ReadonlyMap<string, Manifest> = new Map([
  ["vault", vault],
  ["forge", forge],
]);
