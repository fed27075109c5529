/** SCIM over the world: which method and path does what, and what resources look like on the wire. */
import type { Exchange, Reply } from "../../../src/connector/simulation/serve.ts";
import { filterOf } from "./filter.ts";
import { type ListView, pageOf } from "./lists.ts";
import { Refusal } from "./refusal.ts";
import * as vendor from "./vendor.ts";
import type { World, WorldGroup, WorldUser } from "./world.ts";

export interface Office {
  readonly world: World;
  readonly lists: ListView;
}

const core = "urn:ietf:params:scim:schemas:core:2.0";

/** The answer to a request whose credential has been accepted. Throws Refusal. */
export function answer(office: Office, exchange: Exchange): Reply {
  const { server } = office.world;
  const [, name, encoded, rest] = exchange.path.split("/");
  if (rest !== undefined) throw new Refusal(404, "No such path");
  if (encoded === undefined && exchange.method === "GET" && server.discovery) {
    const found = discovery(name ?? "", server);
    if (found) return { status: 200, body: found };
  }
  const kind = name === "Users" ? "users" : name === "Groups" && server.groups ? "groups" : null;
  if (kind === null) throw new Refusal(404, "No such path");
  const given = exchange.headers["content-type"]?.split(";")[0];
  if (server.contentType !== null && given !== undefined && given !== server.contentType)
    throw new Refusal(415, `Send ${server.contentType}`);
  return encoded === undefined ? collection(office, kind, exchange) : single(office, kind, decode(encoded), exchange);
}

function collection(office: Office, kind: vendor.Kind, { method, query, body }: Exchange): Reply {
  const { world } = office;
  if (method === "POST") {
    const made = vendor.create(world, kind, body);
    office.lists.wrote();
    return withVersion(world, made, 201, shown(world, kind, made, true));
  }
  if (method !== "GET") throw new Refusal(405, `${method} is not possible here`);
  const filter = query.get("filter");
  const test = filter === null ? null : filterOf(filter, world.server);
  // Look-ups go by an index and are fresh; only whole lists lag.
  const view = filter === null ? office.lists.next() : world;
  const rows: readonly (WorldUser | WorldGroup)[] = kind === "users" ? view.users : view.groups;
  const told = membershipsIn(view);
  const kept = test === null ? rows : rows.filter((row) => test(kind === "users" ? { ...row, groups: told(row.id) } : row));
  return { status: 200, body: pageOf(kept, query, world.server, (row) => shown(view, kind, row, false, told)) };
}

function single(office: Office, kind: vendor.Kind, id: string, { method, headers, body }: Exchange): Reply {
  const { world } = office;
  const { server } = world;
  const found = vendor.resourceOf(world, kind, id);
  if (method === "GET") return withVersion(world, found, 200, shown(world, kind, found, true));
  const condition = headers["if-match"];
  if (server.ownOnly && found["externalId"] === undefined) throw new Refusal(403, "It belongs to another role");
  if (server.etag && condition !== undefined && condition !== versionOf(found)) throw new Refusal(412, "It has changed");
  if (method === "DELETE") vendor.remove(world, kind, id);
  else if (method === "PUT" && server.put) vendor.put(world, kind, id, body);
  else if (method === "PATCH") vendor.patch(world, kind, id, body);
  else throw new Refusal(405, `${method} is not possible here`);
  office.lists.wrote();
  if (method === "DELETE" || (method === "PATCH" && server.patchReply === 204)) return { status: 204 };
  return withVersion(world, found, 200, shown(world, kind, found, true));
}

const versionOf = (resource: { readonly version: number }): string => `W/"${resource.version}"`;

const withVersion = (world: World, resource: { readonly version: number }, status: number, body: object): Reply => ({
  status,
  ...(world.server.etag ? { headers: { etag: versionOf(resource) } } : {}),
  body,
});

interface Membership {
  readonly value: string;
  readonly display: string;
  readonly type: string;
}

/** The groups of each user, in the order of the groups; looked through once for a whole list. */
function membershipsIn({ groups }: World): (user: string) => readonly Membership[] {
  let index: Map<string, Membership[]> | null = null;
  return (user) => {
    if (index === null) {
      index = new Map();
      for (const group of groups)
        for (const member of new Set(group.members.map((m) => m.value))) {
          const known = index.get(member) ?? [];
          known.push({ value: group.id, display: group.displayName, type: "direct" });
          index.set(member, known);
        }
    }
    return index.get(user) ?? [];
  };
}

/** A resource on the wire. `alone`: not as a row of a list. */
function shown(
  world: World,
  kind: vendor.Kind,
  resource: WorldUser | WorldGroup,
  alone: boolean,
  told: (user: string) => readonly Membership[] = membershipsIn(world),
): object {
  const { server } = world;
  const { version, members, active, ...fields } = resource;
  const meta = { resourceType: kind === "users" ? "User" : "Group", ...(server.etag ? { version: `W/"${version}"` } : {}) };
  if (kind === "users") {
    const groups = told(resource.id);
    const listed = server.groups && server.userGroups && (server.emptyMembers === "shown" || groups.length > 0) ? { groups } : {};
    const state = server.activeAs === "text" ? (active ? "True" : "False") : active;
    return { schemas: [`${core}:User`], ...fields, active: state, ...listed, meta };
  }
  const all = (members ?? []) as unknown[];
  const hidden = server.members === "nowhere" || (server.members === "single" && !alone);
  const some = server.membersCap === null || alone ? all : all.slice(0, server.membersCap);
  const omitted = hidden || (some.length === 0 && server.emptyMembers === "omitted");
  return { schemas: [`${core}:Group`], ...fields, ...(omitted ? {} : { members: some }), meta };
}

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

function discovery(name: string, server: World["server"]): object | null {
  const list = (rows: object[]): object => ({
    schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    totalResults: rows.length,
    Resources: rows,
  });
  const types = ["User", ...(server.groups ? ["Group"] : [])];
  const attributes: Readonly<Record<string, readonly string[]>> = {
    User: [
      "userName",
      "name",
      "displayName",
      "emails",
      "active",
      "title",
      ...(server.adminRole === null ? [] : ["roles"]),
      ...(server.entitlements ? ["entitlements"] : []),
    ],
    Group: ["displayName", "members"],
  };
  const schema = (t: string): object => ({
    id: `${core}:${t}`,
    name: t,
    attributes: attributes[t]!.map((a) => ({ name: a, mutability: "readWrite" })),
  });
  if (name === "ResourceTypes") return list(types.map((t) => ({ id: t, name: t, endpoint: `/${t}s`, schema: `${core}:${t}` })));
  if (name === "Schemas") return list([...types.map(schema), ...[enterprise, ...server.extensions].map((id) => ({ id, attributes: [] }))]);
  if (name !== server.configurationAt) return null;
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
    patch: { supported: server.patch !== "none" },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: server.filters.length > 0, maxResults: server.pageCap },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: server.etag },
    pagination: { index: true, cursor: server.paging === "cursor" },
  };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Refusal(400, "The path is not properly encoded");
  }
}
