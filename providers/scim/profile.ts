/** What one server makes of SCIM 2.0, as data. RFC 7643 and 7644 leave much open, and servers take more. README.md says what each field meets. */
import { z } from "zod";

const attribute = z.string().min(1).max(200);

/** A multi-valued attribute whose values are access. Names of extensions are written in full: `urn:...:User:role`. */
const values = z.strictObject({
  attribute,
  /** filter: one value at a time by a PATCH path with a filter. replace: read, edit, write back. none: shown, and set elsewhere. */
  edit: z.enum(["filter", "replace", "none"]),
});

export const profileFields = z.strictObject({
  contentType: z.enum(["application/scim+json", "application/json"]),
  paging: z.enum(["index", "cursor"]),
  /** Rows asked for; a server may give fewer. */
  pageSize: z.int().min(1).max(1000),
  /** exact: `totalResults` is the number of all rows. none: it is not to be trusted, a list ends with an empty page. */
  totals: z.enum(["exact", "none"]),
  /** Filters with `eq` that the server carries out. */
  filters: z.array(z.enum(["userName", "emails", "displayName"])),
  emailFilter: z.enum(["emails.value", "emails", "email"]),
  /** sensitive: an empty answer to a filter proves nothing. */
  filterCase: z.enum(["insensitive", "sensitive"]),
  /** managed: addresses come from a directory or its administrators, never from the account's holder. */
  addresses: z.enum(["managed", "unproven"]),
  nameStyle: z.enum(["full", "parts", "formatted"]),
  /** Attributes that the server takes and forgets, or refuses. */
  readOnly: z.array(z.enum(["name", "email", "title", "department"])),
  /** The server keeps the client's `externalId` and shows it. */
  externalId: z.boolean(),
  userEdit: z.enum(["patch", "put"]),
  /** active: by the attribute. delete: DELETE deactivates. none: it cannot be done. */
  disable: z.enum(["active", "delete", "none"]),
  activeAs: z.enum(["boolean", "text"]),
  /** hidden: whoever is listed is active, and `active` may be missing. */
  inactive: z.enum(["flag", "hidden"]),
  /** An account that is disabled loses its id and is gone. */
  disableRemoves: z.boolean(),
  opCase: z.enum(["lower", "capitalised"]),
  /** removes: the account is gone. deactivates: it stays, inactive. none: DELETE is not offered or not wanted. */
  deletes: z.enum(["removes", "deactivates", "none"]),
  groups: z.enum(["write", "read", "none"]),
  groupEdit: z.enum(["patch", "put"]),
  /** How one member is taken out: by a path with a filter, or by listing it as the operation's value. */
  memberRemove: z.enum(["filter", "value"]),
  /** Where members are read: in the list of groups, in each group, by filtering users on `groups`, or nowhere. */
  members: z.enum(["list", "group", "filter", "none"]),
  /** A list of members of this length may have been cut; 0: never. */
  membersCap: z.int().min(0),
  /** omitted: a group without `members` has none. shown: it says so, and silence means that they are hidden. */
  emptyMembers: z.enum(["shown", "omitted"]),
  /** How one membership is looked up: in the group, by a filter on `id` and `members`, or not at all. */
  membership: z.enum(["group", "filter", "none"]),
  /** How the groups of one user are read: from the user's own record, by a filter on `members`, or not at all (then no user can be read afresh). */
  userGroups: z.enum(["user", "filter", "none"]),
  roles: values.nullable(),
  /** Values of roles that are administrative; all where nobody has said. */
  adminRoles: z.union([z.literal("all"), z.array(z.string())]),
  entitlements: values.nullable(),
  /** Versions are kept: replacing is made conditional by If-Match. */
  etag: z.boolean(),
});

export type Profile = z.infer<typeof profileFields>;
export type ValueKind = NonNullable<Profile["roles"]>;
