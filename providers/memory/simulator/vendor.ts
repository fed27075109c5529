/** What Memory does to its world, apart from HTTP. Every function either changes the world as asked or throws a Refusal and changes nothing. */
import { z } from "zod";
import { findAccount, reindex } from "./account-index.ts";
import { Refusal } from "./refusal.ts";
import { levels, type World, type WorldAccount, type WorldGroup } from "./world.ts";

const text = z.string().max(500);
const fields = {
  login: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/),
  name: text,
  email: z.string().regex(/^[^@\s]+@[^@\s]+$/),
  title: text.nullable(),
  department: text.nullable(),
};
const newAccount = z.strictObject({
  ...fields,
  login: fields.login.optional(),
  title: fields.title.default(null),
  department: fields.department.default(null),
});
const accountChange = z.strictObject({ ...fields, status: z.enum(["active", "suspended"]) }).partial();
const groupFields = z.strictObject({ name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/), description: text.nullable().default(null) });
const membership = z.strictObject({ level: levels });
const memberships = z.strictObject({ members: z.array(z.strictObject({ accountId: z.string(), level: levels })) });

export function accountOf(world: World, id: string): WorldAccount {
  const account = world.accounts.find((a) => a.id === id);
  if (!account) throw new Refusal(404, "not_found", `No account ${id}`);
  return account;
}

export function groupOf(world: World, id: string): WorldGroup {
  const group = world.groups.find((g) => g.id === id);
  if (!group) throw new Refusal(404, "not_found", `No group ${id}`);
  return group;
}

export function createAccount(world: World, body: unknown): WorldAccount {
  const wanted = parse(newAccount, body);
  // Without a login the vendor takes what stands before the @.
  const login = wanted.login ?? wanted.email.slice(0, wanted.email.indexOf("@")).replace(/[^A-Za-z0-9._-]/g, "-");
  refuseDuplicate(world, null, { login, email: wanted.email });
  const account: WorldAccount = { id: giveId(world), ...wanted, login, status: "active", admin: false, sessions: 0 };
  reindex(world, account, () => world.accounts.push(account));
  return account;
}

export function changeAccount(world: World, id: string, body: unknown): WorldAccount {
  const account = accountOf(world, id);
  const { status, login, name, email, title, department } = parse(accountChange, body);
  refuseDuplicate(world, id, { login, email });
  if (status === "suspended") keepLastAdmin(world, account);
  reindex(world, account, () => {
    if (login !== undefined) account.login = login;
    if (email !== undefined) account.email = email;
  });
  if (name !== undefined) account.name = name;
  if (title !== undefined) account.title = title;
  if (department !== undefined) account.department = department;
  if (status !== undefined) account.status = status;
  if (status === "suspended") account.sessions = 0;
  return account;
}

export function deleteAccount(world: World, id: string): void {
  keepLastAdmin(world, accountOf(world, id));
  world.accounts = world.accounts.filter((a) => a.id !== id);
  for (const group of world.groups) group.members = group.members.filter((m) => m.account !== id);
}

export function unmakeAdmin(world: World, id: string): void {
  const account = accountOf(world, id);
  if (!account.admin) throw new Refusal(404, "not_admin", `Account ${id} is no administrator`);
  keepLastAdmin(world, account);
  account.admin = false;
}

export function setMember(world: World, groupId: string, id: string, body: unknown): void {
  const group = groupOf(world, groupId);
  const { level } = parse(membership, body);
  const account = accountOf(world, id);
  const held = group.members.find((m) => m.account === account.id);
  if (held) held.level = level;
  else group.members.push({ account: account.id, level });
}

export function removeMember(world: World, groupId: string, id: string): void {
  const group = groupOf(world, groupId);
  if (!group.members.some((m) => m.account === id)) throw new Refusal(404, "not_member", `Account ${id} is no member of ${group.name}`);
  group.members = group.members.filter((m) => m.account !== id);
}

/** The vendor's other way, which loses whoever was added meanwhile: it is here for connectors that get law 7 wrong. */
export function replaceMembers(world: World, groupId: string, body: unknown): void {
  const group = groupOf(world, groupId);
  const wanted = parse(memberships, body).members.map((m) => ({ account: accountOf(world, m.accountId).id, level: m.level }));
  if (new Set(wanted.map((m) => m.account)).size !== wanted.length) throw new Refusal(422, "invalid", "An account is named twice");
  group.members = wanted;
}

export function createGroup(world: World, body: unknown): WorldGroup {
  const wanted = parse(groupFields, body);
  refuseGroupDuplicate(world, null, wanted.name);
  const group: WorldGroup = { id: giveId(world), ...wanted, members: [] };
  world.groups.push(group);
  return group;
}

export function changeGroup(world: World, id: string, body: unknown): WorldGroup {
  const group = groupOf(world, id);
  const wanted = parse(groupFields, body);
  refuseGroupDuplicate(world, id, wanted.name);
  group.name = wanted.name;
  group.description = wanted.description;
  return group;
}

export function deleteGroup(world: World, id: string): void {
  groupOf(world, id);
  world.groups = world.groups.filter((g) => g.id !== id);
}

function refuseDuplicate(world: World, self: string | null, wanted: { login: string | undefined; email: string | undefined }): void {
  for (const by of ["login", "email"] as const) {
    const value = wanted[by];
    const holder = value === undefined ? undefined : findAccount(world, by, value);
    if (holder && holder.id !== self) {
      throw new Refusal(409, `duplicate_${by}`, `The ${by} ${value} is taken`);
    }
  }
}

function refuseGroupDuplicate(world: World, self: string | null, name: string): void {
  if (world.groups.some((g) => g.name === name && g.id !== self)) throw new Refusal(409, "duplicate_name", `The space ${name} exists`);
}

/** A workspace is never left without an administrator who can sign in. */
function keepLastAdmin(world: World, account: WorldAccount): void {
  if (!account.admin || account.status !== "active") return;
  if (!world.accounts.some((a) => a.id !== account.id && a.admin && a.status === "active")) {
    throw new Refusal(409, "last_admin", "The last administrator stays");
  }
}

function giveId(world: World): string {
  const taken = (id: string): boolean => world.accounts.some((a) => a.id === id) || world.groups.some((g) => g.id === id);
  let next = world.nextId;
  while (taken(String(next))) next += 1;
  world.nextId = next + 1;
  return String(next);
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body ?? {});
  if (!result.success) {
    const issues = result.error.issues.map((i) => `${i.path.join(".") || "body"}: ${i.message}`);
    throw new Refusal(422, "invalid", issues.join("; "));
  }
  return result.data;
}
