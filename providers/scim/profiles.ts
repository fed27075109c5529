/**
 * Servers known to us, each as what differs from the standard one. Facts: the vendors' SCIM documentation as of 2026-08; what no document says is
 * left at the careful value. An app's file overrides any field under `settings.server`.
 */
import type { Profile } from "./profile.ts";

const roles = { attribute: "roles", edit: "filter" } as const;

/** A server that does what RFC 7643 and 7644 say, and about which nothing more is known. */
const standard: Profile = {
  contentType: "application/scim+json",
  paging: "index",
  pageSize: 100,
  totals: "exact",
  filters: ["userName", "emails", "displayName"],
  emailFilter: "emails.value",
  filterCase: "insensitive",
  addresses: "unproven",
  nameStyle: "full",
  readOnly: [],
  externalId: true,
  userEdit: "patch",
  disable: "active",
  activeAs: "boolean",
  inactive: "flag",
  disableRemoves: false,
  opCase: "lower",
  deletes: "removes",
  groups: "write",
  groupEdit: "patch",
  memberRemove: "filter",
  members: "list",
  membersCap: 0,
  emptyMembers: "shown",
  membership: "group",
  userGroups: "user",
  roles,
  adminRoles: "all",
  entitlements: { attribute: "entitlements", edit: "filter" },
  etag: false,
};

const plain = { roles: null, entitlements: null } as const;

const table = {
  standard: {},
  /** Servers written for Microsoft Entra's default client: capitalised operations, `active` as text, members removed by value. */
  "entra-style": { ...plain, opCase: "capitalised", activeAs: "text", memberRemove: "value" },
  /** Organisations: no groups, and who is disabled is out; the id dies. */
  "github-organization": {
    ...plain,
    groups: "none",
    pageSize: 30,
    disableRemoves: true,
    inactive: "hidden",
    addresses: "managed",
    readOnly: ["title", "department"],
  },
  /** Enterprise-managed users: no filters in PATCH paths. */
  "github-enterprise": {
    pageSize: 30,
    addresses: "managed",
    readOnly: ["title", "department"],
    filters: ["userName", "displayName"],
    memberRemove: "value",
    roles: { attribute: "roles", edit: "replace" },
    adminRoles: ["enterprise_owner", "billing_manager"],
    entitlements: null,
  },
  /** Name and address cannot be changed; disabling removes the membership with its identity. */
  "gitlab-group": {
    ...plain,
    groups: "none",
    pageSize: 20,
    filters: ["userName"],
    disableRemoves: true,
    readOnly: ["name", "email", "title", "department"],
    deletes: "removes",
    addresses: "managed",
  },
  slack: { ...plain, deletes: "deactivates", filters: ["userName", "emails", "displayName"], emailFilter: "emails", pageSize: 500 },
  atlassian: { ...plain, filters: ["userName", "displayName"], addresses: "managed", deletes: "deactivates", emptyMembers: "omitted" },
  salesforce: {
    pageSize: 200,
    roles: { attribute: "roles", edit: "none" },
    entitlements: { attribute: "entitlements", edit: "none" },
    deletes: "deactivates",
  },
  /** Members are in no answer; one membership at a time can be asked for. Users cannot be looked up by address. */
  "aws-identity-center": {
    ...plain,
    pageSize: 50,
    filters: ["userName", "displayName"],
    members: "none",
    membership: "filter",
    userGroups: "filter",
    addresses: "managed",
    nameStyle: "parts",
  },
  asana: { ...plain, filters: ["userName"], nameStyle: "formatted", deletes: "deactivates" },
  /** Workspace owners are told by an extension that is set in Notion. */
  notion: {
    entitlements: null,
    roles: { attribute: "urn:ietf:params:scim:schemas:extension:notion:2.0:User:role", edit: "none" },
    adminRoles: ["owner", "membership_admin"],
    filters: ["emails", "displayName"],
    emailFilter: "email",
    readOnly: ["title", "department"],
    disableRemoves: true,
    inactive: "hidden",
  },
  /** Replaces instead of editing. */
  figma: { ...plain, userEdit: "put", groupEdit: "put", contentType: "application/json", filters: ["userName"] },
  zoom: { ...plain, filters: ["userName"], contentType: "application/json" },
  snowflake: { ...plain, filters: ["userName", "displayName"], readOnly: ["title", "department"] },
  databricks: { entitlements: { attribute: "entitlements", edit: "filter" }, roles, filters: ["userName", "displayName"] },
  /** scimmy-routers 1.3 (npm): pages of 20 unless asked, filters by case, answers 204 to a PATCH that changes nothing. */
  scimmy: { ...plain, filterCase: "sensitive", emptyMembers: "omitted" },
} satisfies Record<string, Partial<Profile>>;

export type ProfileName = keyof typeof table;

export const profileNames = Object.keys(table) as [ProfileName, ...ProfileName[]];

/** A server's profile with an app's own corrections. */
export const profileOf = (name: ProfileName, own: Partial<Profile> = {}): Profile => ({ ...standard, ...table[name], ...own });
