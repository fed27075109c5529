/** What the server does to its world, apart from HTTP. Every function either changes the world as asked or throws a Refusal and changes nothing. */
import { fold } from "../../../src/connector/index.ts";
import { activeOf, patched } from "./patch.ts";
import { Refusal } from "./refusal.ts";
import type { World, WorldGroup, WorldUser } from "./world.ts";

export type Kind = "users" | "groups";
type Resource = WorldUser | WorldGroup;
type Fields = Record<string, unknown>;

export function resourceOf(world: World, kind: Kind, id: string): Resource {
  const found = (world[kind] as Resource[]).find((r) => r.id === id);
  if (!found) throw new Refusal(404, `Resource ${id} not found`);
  return found;
}

export function create(world: World, kind: Kind, body: unknown): Resource {
  const { schemas: _, id: __, meta: ___, ...fields } = object(body);
  const active = kind === "users" ? { active: fields["active"] === undefined ? true : activeOf(fields["active"], world.server) } : {};
  const made = { ...defaults(kind), ...kept(world, fields), ...active, id: giveId(world), version: 1 } as unknown as Resource;
  const { domain } = world.server;
  if (kind === "users" && domain !== null && !fold(String(made["userName"])).endsWith(`@${fold(domain)}`))
    throw new Refusal(400, "Only users of the associated domain", "invalidValue");
  check(world, kind, made, null);
  (world[kind] as Resource[]).push(made);
  return made;
}

/** Returns whether anything has changed. */
export function patch(world: World, kind: Kind, id: string, body: unknown): boolean {
  if (world.server.patch === "none") throw new Refusal(501, "PATCH is not supported");
  const before = resourceOf(world, kind, id);
  const after = kept(world, patched(before, body, world.server));
  if (kind === "users" && world.server.forgetsActive) after["active"] = before["active"];
  return store(world, kind, before, after);
}

/** What the body does not hold is cleared. */
export function put(world: World, kind: Kind, id: string, body: unknown): void {
  const before = resourceOf(world, kind, id);
  const { schemas: _, meta: __, groups: ___, ...fields } = object(body);
  const active = kind === "users" ? { active: fields["active"] === undefined ? true : activeOf(fields["active"], world.server) } : {};
  store(world, kind, before, { ...defaults(kind), ...kept(world, fields), ...active, id, version: before.version });
}

/** What the server keeps of a resource's fields. */
function kept({ server }: World, fields: Fields): Fields {
  const result = Object.fromEntries(Object.entries(fields).filter(([name]) => !server.forgets.includes(name)));
  const { name } = result;
  if (server.names === "formatted" && typeof name === "object" && name !== null)
    result["name"] = "formatted" in name ? { formatted: name.formatted } : {};
  return result;
}

export function remove(world: World, kind: Kind, id: string): void {
  const found = resourceOf(world, kind, id);
  if (kind === "users" && world.server.deletes === "deactivates") {
    if (found["active"] === true) store(world, kind, found, { ...found, active: false });
    return;
  }
  drop(world, kind, id);
}

function drop(world: World, kind: Kind, id: string): void {
  if (kind === "groups") world.groups = world.groups.filter((g) => g.id !== id);
  else {
    world.users = world.users.filter((u) => u.id !== id);
    for (const group of world.groups) group.members = group.members.filter((m) => m.value !== id);
  }
}

function store(world: World, kind: Kind, before: Resource, after: Fields): boolean {
  if (JSON.stringify(before) === JSON.stringify(after)) return false;
  check(world, kind, after as unknown as Resource, before.id);
  for (const key of Object.keys(before)) if (!(key in after)) delete before[key];
  Object.assign(before, after, { version: before.version + 1 });
  if (kind === "users" && world.server.disableRemoves && before["active"] === false) drop(world, kind, before.id);
  return true;
}

function check(world: World, kind: Kind, resource: Resource, self: string | null): void {
  const name = kind === "users" ? resource["userName"] : resource["displayName"];
  if (typeof name !== "string" || name === "") throw new Refusal(400, "The name is missing", "invalidValue");
  const taken = (world[kind] as Resource[]).some(
    (r) => r.id !== self && fold(String(kind === "users" ? r["userName"] : r["displayName"])) === fold(name),
  );
  if (taken && world.server.unique) throw new Refusal(409, `${name} is taken`, "uniqueness");
  if (kind !== "groups") return;
  for (const member of (resource as WorldGroup).members)
    if (member["type"] !== "Group" && !world.users.some((u) => u.id === member.value))
      throw new Refusal(400, `There is no user ${member.value}`, "invalidValue");
}

const defaults = (kind: Kind): Fields => (kind === "users" ? { emails: [] } : { members: [] });

function object(body: unknown): Fields {
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw new Refusal(400, "The body is no resource", "invalidSyntax");
  return body as Fields;
}

function giveId(world: World): string {
  const taken = (id: string): boolean => world.users.some((u) => u.id === id) || world.groups.some((g) => g.id === id);
  let next = world.nextId;
  while (taken(String(next))) next += 1;
  world.nextId = next + 1;
  return String(next);
}
