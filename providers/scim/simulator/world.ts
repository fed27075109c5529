/** The server's world as a plain value, and what it is in a census's neutral words. */
import { z } from "zod";
import { type Census, compareText, fold } from "../../../src/connector/index.ts";
import { traitsOf, traitsSchema } from "./traits.ts";

const value = z.looseObject({ value: z.string() });

/** A SCIM resource as it is stored; `version` counts its changes. */
const user = z.looseObject({
  id: z.string().min(1),
  userName: z.string().min(1),
  active: z.boolean().default(true),
  emails: z.array(value).default([]),
  version: z.int().nonnegative().default(1),
});

const group = z.looseObject({
  id: z.string().min(1),
  displayName: z.string().min(1),
  members: z.array(value).default([]),
  version: z.int().nonnegative().default(1),
});

export const worldSchema = z
  .strictObject({
    server: traitsSchema.prefault({}),
    users: z.array(user).default([]),
    groups: z.array(group).default([]),
    /** The next id the server gives, as a number; ids are never given twice. */
    nextId: z.int().positive().default(100_000),
  })
  .superRefine((world, context) => {
    const problem = (message: string): void => context.addIssue({ code: "custom", message });
    const ids = new Set<string>();
    for (const { id } of [...world.users, ...world.groups]) {
      if (ids.has(id)) problem(`Two resources have the id ${id}`);
      ids.add(id);
    }
    const people = new Set(world.users.map((u) => u.id));
    for (const g of world.groups)
      for (const m of g.members)
        if (m["type"] !== "Group" && !people.has(m.value)) problem(`${g.displayName} has a member ${m.value} that does not exist`);
    const names = world.users.map((u) => fold(u.userName));
    if (world.server.unique && new Set(names).size < names.length) problem("Two users have one userName");
  });

export type World = z.infer<typeof worldSchema>;
export type WorldUser = World["users"][number];
export type WorldGroup = World["groups"][number];

const prefix = "group/";

/** A world that holds the census, on the server that the settings' profile is for. Throws where that server cannot hold it. */
export function fromCensus(census: Census, settings: Readonly<Record<string, unknown>>): World {
  const server = traitsOf(typeof settings["profile"] === "string" ? settings["profile"] : "standard");
  return worldSchema.parse({
    server,
    users: census.accounts.map((a) => {
      if (a.status === "pending") throw new Error("SCIM has no invitations");
      if (a.admin && server.adminRole === null) throw new Error("This server has no roles: nobody is an administrator by SCIM");
      return {
        id: a.id,
        userName: a.login,
        ...(a.name === undefined ? {} : { displayName: a.name, name: { formatted: a.name } }),
        emails: a.email === undefined ? [] : [{ value: a.email, type: "work", primary: true }],
        active: a.status === "active",
        ...(a.admin ? { roles: [{ value: server.adminRole }] } : {}),
      };
    }),
    groups: census.groups.map((g, index) => {
      if (g.parent !== undefined) throw new Error(`This server cannot nest ${g.entitlement}`);
      if (!server.groups || !g.entitlement.startsWith(prefix)) throw new Error(`This server has no ${g.entitlement}`);
      return { id: `g-${index + 1}`, displayName: g.entitlement.slice(prefix.length), members: g.members.map((m) => ({ value: m.id })) };
    }),
  });
}

/** Everything in the world, sorted by id and by entitlement. Names of groups are as they are, without the spelling of addresses. */
export function toCensus(world: World): Census {
  return {
    accounts: world.users
      .map((u) => {
        const name = typeof u["displayName"] === "string" ? u["displayName"] : undefined;
        const email = u.emails[0]?.value;
        const roles: unknown = u["roles"];
        const admin =
          Array.isArray(roles) &&
          roles.some((r) => typeof r === "object" && r !== null && "value" in r && r.value === world.server.adminRole);
        return {
          id: u.id,
          login: u.userName,
          ...(name === undefined ? {} : { name }),
          ...(email === undefined ? {} : { email }),
          status: u.active ? ("active" as const) : ("suspended" as const),
          ...(admin ? { admin: true as const } : {}),
        };
      })
      .sort((a, b) => compareText(a.id, b.id)),
    groups: world.groups
      .map((g) => ({
        entitlement: `${prefix}${g.displayName}`,
        members: [...new Set(g.members.map((m) => m.value))].sort(compareText).map((id) => ({ id })),
      }))
      .sort((a, b) => compareText(a.entitlement, b.entitlement)),
  };
}
