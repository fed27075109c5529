/** How a pretended server behaves: what the vendors' documents say (2026-08), written apart from the connector's profiles, which must meet it. */
import { z } from "zod";

export const traitsSchema = z.strictObject({
  paging: z.enum(["index", "cursor"]).default("index"),
  /** Rows a page at most, and where `count` is not given. */
  pageCap: z.int().positive().default(100),
  defaultPage: z.int().positive().default(100),
  /** What a page past the end holds. */
  pastEnd: z.enum(["nothing", "page 1"]).default("nothing"),
  /** Whether totalResults counts the list or, wrongly, the page. */
  totals: z.enum(["list", "page"]).default("list"),
  filters: z
    .array(z.string())
    .default(["userName", "externalId", "emails", "emails.value", "displayName", "id", "members", "groups.value"]),
  /** What becomes of a filter it does not know: refused, or the whole list. */
  otherFilters: z.enum(["refused", "ignored"]).default("refused"),
  filterCase: z.enum(["insensitive", "sensitive"]).default("insensitive"),
  groups: z.boolean().default(true),
  /** Where members are shown. */
  members: z.enum(["everywhere", "single", "nowhere"]).default("everywhere"),
  /** Members that a list of groups shows of one group at most. */
  membersCap: z.int().positive().nullable().default(null),
  emptyMembers: z.enum(["shown", "omitted"]).default("shown"),
  /** Whether a user's record tells its groups. */
  userGroups: z.boolean().default(true),
  /** rfc: as RFC 7644, so that removing `members` without a filter empties the group. entra: capitalised, members by value, no filters in paths. */
  patch: z.enum(["rfc", "entra", "values", "none"]).default("rfc"),
  activeAs: z.enum(["boolean", "text"]).default("boolean"),
  patchReply: z.union([z.literal(200), z.literal(204)]).default(200),
  /** Accepts a change of `active` and forgets it. */
  forgetsActive: z.boolean().default(false),
  storesTwice: z.boolean().default(false),
  etag: z.boolean().default(false),
  put: z.boolean().default(true),
  unique: z.boolean().default(true),
  disableRemoves: z.boolean().default(false),
  /** Whether DELETE removes a user or only deactivates it. */
  deletes: z.enum(["removes", "deactivates"]).default("removes"),
  discovery: z.boolean().default(true),
  /** Where it tells what it can do: some kept the plural of SCIM 1.1. */
  configurationAt: z.enum(["ServiceProviderConfig", "ServiceProviderConfigs"]).default("ServiceProviderConfig"),
  /** formatted: of a name it keeps `formatted` only. */
  names: z.enum(["all", "formatted"]).default("all"),
  /** Attributes that it takes and forgets. */
  forgets: z.array(z.string()).default([]),
  /** The one domain whose addresses it takes for new users; any where null. */
  domain: z.string().nullable().default(null),
  /** It lets only those users and groups be changed that were made by SCIM: they have an externalId. */
  ownOnly: z.boolean().default(false),
  /** Schemas of extensions that it lists. */
  extensions: z.array(z.string()).default([]),
  /** The one media type it takes; any where null. */
  contentType: z.string().nullable().default(null),
  /** The role that makes an administrator; null: it has no roles. */
  adminRole: z.string().nullable().default("owner"),
  entitlements: z.boolean().default(true),
  /** Requests that it takes: a full bucket at first, then so many a second; as many as come where null. */
  bucket: z.strictObject({ capacity: z.int().positive(), perSecond: z.number().positive() }).nullable().default(null),
  /** Whether "too fast" comes with Retry-After. */
  retryAfter: z.boolean().default(true),
});

export type Traits = z.infer<typeof traitsSchema>;

const bare = { adminRole: null, entitlements: false } as const;

/** By the name of the profile that should meet it. */
const servers: Readonly<Record<string, z.input<typeof traitsSchema>>> = {
  standard: {},
  "entra-style": { ...bare, patch: "entra", activeAs: "text", patchReply: 204 },
  "github-organization": { ...bare, groups: false, pageCap: 100, defaultPage: 30, disableRemoves: true },
  "github-enterprise": {
    patch: "values",
    adminRole: "enterprise_owner",
    entitlements: false,
    defaultPage: 30,
    filters: ["userName", "externalId", "displayName", "id"],
  },
  "gitlab-group": {
    ...bare,
    groups: false,
    pageCap: 20,
    defaultPage: 20,
    disableRemoves: true,
    patchReply: 204,
    filters: ["userName", "externalId"],
  },
  slack: { ...bare, pageCap: 1000, deletes: "deactivates" },
  atlassian: { ...bare, filters: ["userName", "externalId", "displayName"], deletes: "deactivates", emptyMembers: "omitted" },
  "aws-identity-center": {
    ...bare,
    pageCap: 50,
    defaultPage: 50,
    members: "nowhere",
    userGroups: false,
    filters: ["userName", "externalId", "displayName", "id", "members"],
    patchReply: 204,
  },
  /** Pages of 200; profiles are entitlements; what it can do is under the old plural name; DELETE disables (Salesforce help, 2026-08). */
  salesforce: { adminRole: null, pageCap: 200, defaultPage: 200, deletes: "deactivates", configurationAt: "ServiceProviderConfigs" },
  /** Only `name.formatted`; looks up by userName; DELETE deprovisions (Asana developers, 2026-08; the filters are from memory). */
  asana: { ...bare, names: "formatted", filters: ["userName"], deletes: "deactivates" },
  /** `email` in filters; role in an extension; inactive means out of the workspace (Notion developers, 2026-08). */
  notion: {
    ...bare,
    filters: ["email", "given_name", "family_name", "displayName"],
    forgets: ["title", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
    disableRemoves: true,
    extensions: ["urn:ietf:params:scim:schemas:extension:notion:2.0:User"],
  },
  /** Users of the associated domain only; looks up by userName; pages of 100 (from memory, 2026-08). */
  zoom: { ...bare, filters: ["userName"], domain: "acme.example" },
  /** Groups are account roles; what SCIM did not make belongs to others (Snowflake docs, 2026-08; the latter from memory). */
  snowflake: {
    ...bare,
    filters: ["userName", "displayName"],
    forgets: ["title", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
    ownOnly: true,
  },
  /** Roles and entitlements of the account level; looks up by userName (Databricks docs, 2026-08). */
  databricks: { adminRole: "account_admin", filters: ["userName", "displayName"] },
  figma: { ...bare, patch: "none", contentType: "application/json", filters: ["userName"] },
  scimmy: {
    ...bare,
    pageCap: 1000,
    defaultPage: 20,
    pastEnd: "page 1",
    filterCase: "sensitive",
    storesTwice: true,
    emptyMembers: "omitted",
    unique: false,
  },
};

/** The server of a profile's name, with what a test changes. */
export const traitsOf = (profile: string, own: z.input<typeof traitsSchema> = {}): Traits =>
  traitsSchema.parse({ ...servers[profile], ...own });
