/** What a server says of itself and what it shows, found out by reading, whatever the profile. Nothing is concluded here. */
import { FaultError } from "../../src/connector/index.ts";
import { type Answered, quoted, type ListQuery, type Resource } from "./api.ts";
import { type Configuration, configurationOf, resourceTypesOf, type SchemaAttribute, schemasOf } from "./configuration.ts";
import type { Context } from "./context.ts";
import { groupList, type NativeGroup, type NativeList, type NativeUser, userList } from "./native.ts";

/** works: what was asked for came, and nothing else. ignored: other rows came as well. silent: no row came. null: it could not be tried. */
export type FilterAnswer = "works" | "ignored" | "silent" | "refused" | null;

export interface Survey {
  readonly configuration: Configuration | null;
  readonly resourceTypes: readonly string[] | null;
  readonly schemas: ReadonlyMap<string, readonly SchemaAttribute[]> | null;
  /** The first page, asked for with `asked` rows. */
  readonly users: NativeList<NativeUser>;
  /** `active` of these users as it is written. */
  readonly active: readonly unknown[];
  /** The list of users names a schema of SCIM 1.1. */
  readonly old: boolean;
  readonly one: NativeList<NativeUser> | null;
  readonly pastEnd: "nothing" | "page 1" | null;
  /** denied: the credential may not see them. null: there are none. */
  readonly groups: NativeList<NativeGroup> | "denied" | null;
  readonly userAlone: { readonly user: NativeUser; readonly version: boolean; readonly member: boolean } | null;
  /** A group read by itself: one that the list shows without members, where there is one. */
  readonly groupAlone: NativeGroup | null;
  readonly filters: Readonly<Record<FilterName, FilterAnswer>>;
  /** Whether a cursor was answered with a cursor. null: not tried. */
  readonly cursor: boolean | null;
}

export const filterNames = [
  "userName",
  "userName in capitals",
  "emails.value",
  "emails",
  "email",
  "displayName",
  "members",
  "groups.value",
  "id and members",
] as const;
export type FilterName = (typeof filterNames)[number];

/** Rows that the first pages are asked for. */
export const asked = 100;

/** Some twenty requests, up to thirty where there is hardly anybody. Throws where users cannot be read, and where the credential is refused. */
export async function survey({ api }: Pick<Context, "api">): Promise<Survey> {
  const configuration =
    configurationOf(await optional(() => api.configuration())) ?? configurationOf(await optional(() => api.oldConfiguration()));
  const resourceTypes = resourceTypesOf(await optional(() => api.resourceTypes()));
  const schemas = schemasOf(await optional(() => api.schemas()));

  // Who pages by cursor alone may refuse an index.
  const written =
    (await optional(() => api.written("Users", { startIndex: 1, count: asked }))) ??
    (await api.written("Users", { cursor: "", count: asked })).body;
  const users = userList.safeParse(written);
  if (!users.success) throw new FaultError({ kind: "invalid", message: "The server's list of users is not what RFC 7644 describes" });
  const rows = users.data.Resources ?? [];
  const total = users.data.totalResults ?? rows.length;
  const list = async (query: ListQuery): Promise<NativeList<NativeUser> | null> => optional(() => api.users(query));
  const one = total > 1 || rows.length > 1 ? await list({ startIndex: 1, count: 1 }) : null;
  const beyond = rows.length > 0 ? await list({ startIndex: total + 1, count: 1 }) : null;

  const foundGroups = await listGroups(api);
  const groups = typeof foundGroups === "object" && foundGroups !== null ? (foundGroups.Resources ?? []) : [];
  const memberIds = new Set(groups.flatMap((g) => (g.members ?? []).map((m) => m.value)));
  const user = rows.find((u) => memberIds.has(u.id)) ?? rows[0];
  const alone = user === undefined ? null : await answered(() => api.user(user.id));
  const group = groups.find((g) => (g.members ?? []).length === 0) ?? groups[0];
  const groupAlone = group === undefined ? null : await optional(() => api.group(group.id));

  return {
    configuration,
    resourceTypes,
    schemas,
    users: users.data,
    active: activeIn(written),
    old: schemasIn(written).some((s) => s.startsWith("urn:scim:schemas:core:1.")),
    one,
    pastEnd:
      beyond === null ? null : beyond.Resources?.[0] === undefined ? "nothing" : beyond.Resources[0].id === rows[0]?.id ? "page 1" : null,
    groups: foundGroups,
    userAlone: alone && user ? { user: alone.body, version: alone.etag !== undefined, member: memberIds.has(user.id) } : null,
    groupAlone,
    filters: await tryFilters(api, rows, groups),
    cursor: configuration?.pagination?.cursor === true ? (await list({ cursor: "", count: 1 }))?.nextCursor !== undefined : null,
  };
}

async function listGroups(api: Context["api"]): Promise<Survey["groups"]> {
  try {
    const read = groupList.safeParse((await api.written("Groups", { startIndex: 1, count: asked })).body);
    return read.success ? read.data : null;
  } catch (error) {
    if (error instanceof FaultError && error.fault.kind === "forbidden") return "denied";
    if (tolerable(error)) return null;
    throw error;
  }
}

/** The filters, each with a key that a row of the first pages has. */
async function tryFilters(api: Context["api"], users: readonly NativeUser[], groups: readonly NativeGroup[]): Promise<Survey["filters"]> {
  const named = users.find((u) => u.userName !== undefined);
  const mailed = users.find((u) => addressOf(u) !== undefined);
  const address = mailed && addressOf(mailed);
  const swapped = named?.userName === undefined ? undefined : otherCase(named.userName);
  const group = groups.find((g) => (g.members ?? []).length > 0) ?? groups[0];
  const member = group?.members?.[0]?.value;
  const someone = member ?? users[0]?.id;
  const inGroup = group && someone !== undefined ? { group: group.id, user: someone } : null;

  async function idsOf(resource: Resource, filter: string): Promise<readonly string[] | "refused"> {
    try {
      const read = (resource === "Users" ? userList : groupList).safeParse((await api.written(resource, { filter })).body);
      return read.success ? (read.data.Resources ?? []).map((row) => row.id) : "refused";
    } catch (error) {
      if (tolerable(error)) return "refused";
      throw error;
    }
  }
  async function ask(
    resource: Resource,
    filter: (value: string) => string,
    value: string,
    matches: (id: string) => boolean,
  ): Promise<FilterAnswer> {
    const ids = await idsOf(resource, filter(quoted(value)));
    if (ids === "refused") return "refused";
    if (ids.length === 0) return "silent";
    if (!ids.every(matches)) return "ignored";
    // Where everything answers to the key, the whole list looks the same: nobody answers to this one.
    if (ids.length < (resource === "Users" ? users : groups).length) return "works";
    return (await idsOf(resource, filter(quoted("nobody-of-rollcall")))).length === 0 ? "works" : "ignored";
  }
  /** Whoever is not known to be a member may well be none: then no row is no answer. */
  const ofMember = (answer: FilterAnswer): FilterAnswer => (answer === "silent" && member === undefined ? null : answer);
  const holds = (id: string): boolean => users.some((u) => u.id === id && addressOf(u) === address);
  const byName = (value: string | undefined): FilterAnswer | Promise<FilterAnswer> =>
    value === undefined
      ? null
      : ask(
          "Users",
          (v) => `userName eq ${v}`,
          value,
          (id) => id === named?.id,
        );
  const byAddress = (path: string): FilterAnswer | Promise<FilterAnswer> =>
    address === undefined ? null : ask("Users", (v) => `${path} eq ${v}`, address, holds);

  return {
    userName: await byName(named?.userName),
    "userName in capitals": await byName(swapped),
    "emails.value": await byAddress("emails.value"),
    emails: await byAddress("emails"),
    email: await byAddress("email"),
    displayName: group
      ? await ask(
          "Groups",
          (v) => `displayName eq ${v}`,
          group.displayName,
          (id) => groups.some((g) => g.id === id && g.displayName === group.displayName),
        )
      : null,
    members:
      inGroup &&
      ofMember(
        await ask(
          "Groups",
          (v) => `members eq ${v}`,
          inGroup.user,
          () => true,
        ),
      ),
    "groups.value":
      inGroup &&
      ofMember(
        await ask(
          "Users",
          (v) => `groups.value eq ${v}`,
          inGroup.group,
          () => true,
        ),
      ),
    "id and members":
      inGroup &&
      ofMember(
        await ask(
          "Groups",
          (v) => `id eq ${quoted(inGroup.group)} and members eq ${v}`,
          inGroup.user,
          (id) => id === inGroup.group,
        ),
      ),
  };
}

const addressOf = (user: NativeUser): string | undefined => user.emails?.find((e) => e.value !== "")?.value;

/** The same text in the other case; undefined where it has none. */
function otherCase(text: string): string | undefined {
  const other = text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
  return other === text ? undefined : other;
}

/** What a list says that it is. */
function schemasIn(written: unknown): string[] {
  const own = typeof written === "object" && written !== null && "schemas" in written ? written.schemas : undefined;
  return Array.isArray(own) ? own.filter((s) => typeof s === "string") : [];
}

function activeIn(written: unknown): unknown[] {
  const rows = Object.entries(written ?? {}).find(([name]) => name.toLowerCase() === "resources")?.[1] as unknown;
  if (!Array.isArray(rows)) return [];
  return rows.flatMap((row: unknown) => (typeof row === "object" && row !== null && "active" in row ? [row.active] : []));
}

/** The answer, or null where the server does not offer it to this credential, or does not answer it as the RFC has it. */
async function optional<T>(ask: () => Promise<Answered<T>>): Promise<T | null> {
  return (await answered(ask))?.body ?? null;
}

async function answered<T>(ask: () => Promise<Answered<T>>): Promise<Answered<T> | null> {
  try {
    return await ask();
  } catch (error) {
    if (tolerable(error)) return null;
    throw error;
  }
}

/** Servers answer what they do not know with anything; a credential that is refused and a limit are not about the question. */
const tolerable = (error: unknown): boolean =>
  error instanceof FaultError && ["notFound", "forbidden", "invalid", "unsupported", "conflict", "transient"].includes(error.fault.kind);
