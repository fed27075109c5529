/** The vendor's world as a plain value, and what it is in a census's neutral words. README.md has the table. */
import { z } from "zod";
import { compareText, fold } from "../../../src/connector/index.ts";
import type { Census } from "../../../src/connector/index.ts";

export const levels = z.enum(["reader", "editor"]);
const member = z.strictObject({ account: z.string(), level: levels });

const account = z.strictObject({
  id: z.string().min(1),
  login: z.string().min(1),
  name: z.string().default(""),
  email: z.string().nullable().default(null),
  title: z.string().nullable().default(null),
  department: z.string().nullable().default(null),
  status: z.enum(["active", "suspended"]).default("active"),
  admin: z.boolean().default(false),
  /** Open sessions; ending them makes it 0. */
  sessions: z.int().nonnegative().default(1),
});

const group = z.strictObject({
  id: z.string().min(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  description: z.string().nullable().default(null),
  members: z.array(member).default([]),
});

export const worldSchema = z
  .strictObject({
    workspace: z
      .strictObject({
        id: z.string().min(1).default("w-1"),
        name: z.string().min(1).default("acme"),
        /** Domains the workspace has proven to own: addresses there count as verified. */
        domains: z.array(z.string()).default(["acme.example"]),
        /** Id of the account that the credential belongs to. */
        credentialOf: z.string().nullable().default(null),
      })
      .prefault({}),
    accounts: z.array(account).default([]),
    groups: z.array(group).default([]),
    /** The next id the vendor gives, as a number; ids are never given twice. */
    nextId: z.int().positive().default(100_000),
  })
  .superRefine((world, context) => {
    const problem = (message: string): void => context.addIssue({ code: "custom", message });
    repeated(world.accounts.map((a) => a.id)).forEach((id) => problem(`Two accounts have the id ${id}`));
    repeated(world.accounts.map((a) => fold(a.login))).forEach((login) => problem(`Two accounts have the login ${login}`));
    repeated(world.accounts.flatMap((a) => (a.email === null ? [] : [fold(a.email)]))).forEach((e) => problem(`Two accounts have ${e}`));
    repeated(world.groups.map((g) => g.id)).forEach((id) => problem(`Two spaces have the id ${id}`));
    repeated(world.groups.map((g) => g.name)).forEach((name) => problem(`Two spaces have the name ${name}`));
    const ids = new Set(world.accounts.map((a) => a.id));
    for (const g of world.groups) {
      repeated(g.members.map((m) => m.account)).forEach((id) => problem(`Account ${id} is in ${g.name} twice`));
      for (const m of g.members) if (!ids.has(m.account)) problem(`${g.name} has a member ${m.account} that does not exist`);
    }
  });

export type World = z.infer<typeof worldSchema>;
export type WorldAccount = World["accounts"][number];
export type WorldGroup = World["groups"][number];

function repeated(values: readonly string[]): string[] {
  const seen = new Set<string>();
  return values.filter((v) => seen.size === seen.add(v).size);
}

/** A world that holds the census. Throws where it has what Memory cannot hold: pending accounts, nested groups, other entitlements. */
export function fromCensus(census: Census, settings: Readonly<Record<string, unknown>>): World {
  return worldSchema.parse({
    workspace: { name: typeof settings["workspace"] === "string" ? settings["workspace"] : "acme" },
    accounts: census.accounts.map((a) => ({
      id: a.id,
      login: a.login,
      name: a.name ?? "",
      email: a.email ?? null,
      status: a.status,
      admin: a.admin === true,
    })),
    groups: census.groups.map((g, index) => {
      if (g.parent !== undefined) throw new Error(`Memory cannot nest ${g.entitlement} in ${g.parent}`);
      if (!g.entitlement.startsWith("space/")) throw new Error(`Memory has no ${g.entitlement}`);
      return {
        id: `s-${index + 1}`,
        name: g.entitlement.slice("space/".length),
        members: g.members.map((m) => ({ account: m.id, level: m.level ?? "reader" })),
      };
    }),
  });
}

/** Everything in the world, sorted by id and by entitlement. */
export function toCensus(world: World): Census {
  return {
    accounts: world.accounts
      .map((a) => ({
        id: a.id,
        login: a.login,
        ...(a.name === "" ? {} : { name: a.name }),
        ...(a.email === null ? {} : { email: a.email }),
        status: a.status,
        ...(a.admin ? { admin: true as const } : {}),
      }))
      .sort((a, b) => compareText(a.id, b.id)),
    groups: world.groups
      .map((g) => ({
        entitlement: `space/${g.name}`,
        members: g.members.map((m) => ({ id: m.account, level: m.level })).sort((a, b) => compareText(a.id, b.id)),
      }))
      .sort((a, b) => compareText(a.entitlement, b.entitlement)),
  };
}
