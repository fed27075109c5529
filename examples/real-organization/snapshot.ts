import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";

/** One dated file of the data set; what is not read here (mailing lists, chat, repositories, alumni) is no business of a GitHub organisation's teams. */
const file = z.object({
  date: z.iso.date(),
  people: z.array(
    z.object({ id: z.int().positive(), login: z.string().min(1), name: z.string().min(1), email: z.string().nullable().default(null) }),
  ),
  teams: z.array(
    z.object({
      name: z.string().min(1),
      parent: z.string().nullable().default(null),
      archived: z.boolean().default(false),
      leads: z.array(z.string()).default([]),
      members: z.array(z.string()).default([]),
    }),
  ),
});

export interface RealPerson {
  readonly id: number;
  readonly login: string;
  readonly name: string;
  readonly email: string | null;
}

export type Level = "member" | "maintainer";

export interface RealTeam {
  readonly name: string;
  readonly parent: string | null;
  /** By id of the person. */
  readonly members: ReadonlyMap<number, Level>;
}

/** A real organisation on one day: everybody in it, and its active teams. */
export interface RealOrganization {
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly people: ReadonlyMap<number, RealPerson>;
  readonly teams: ReadonlyMap<string, RealTeam>;
  /** Teams that ended: they do not exist on GitHub. */
  readonly archived: ReadonlySet<string>;
  /** Who owns the organisation on GitHub: those who lead `infra`, the team that runs it. */
  readonly owners: ReadonlySet<number>;
}

const root = join(import.meta.dirname, "..", "..");

/** Folder of the data: the argument, else the variable ROLLCALL_REAL_ORG, else `../shared/data/real-org` beside the repository. */
export const dataFolder = (given?: string): string =>
  resolve(root, given ?? process.env["ROLLCALL_REAL_ORG"] ?? join("..", "shared", "data", "real-org"));

/** Dates of the snapshots in a folder, oldest first; empty where there is no such folder. */
export async function snapshotDates(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names.flatMap((name) => /^(\d{4}-\d\d-\d\d)\.json$/.exec(name)?.[1] ?? []).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/**
 * Reads one snapshot. Everybody of `people` belongs to the organisation, with or without a team: that is what being listed there means.
 * Archived teams do not exist on GitHub. Who both leads a team and is a member of it is its maintainer, and so is an owner: GitHub says so.
 */
export async function readSnapshot(folder: string, date: string): Promise<RealOrganization> {
  const data = file.parse(JSON.parse(await readFile(join(folder, `${date}.json`), "utf8")));
  const byLogin = new Map(data.people.map((p) => [p.login, p.id]));
  const idsOf = (logins: readonly string[]): number[] =>
    logins.map((login) => {
      const id = byLogin.get(login);
      if (id === undefined) throw new Error(`${date}: a team names ${login}, who is not among the people`);
      return id;
    });
  const archived = new Set(data.teams.filter((t) => t.archived).map((t) => t.name));
  const active = data.teams.filter((t) => !t.archived);
  const owners = new Set(idsOf(active.find((t) => t.name === "infra")?.leads ?? []));
  if (owners.size === 0) throw new Error(`${date}: nobody leads the team infra, so the organisation has no owner`);
  const teams = active.map((t): [string, RealTeam] => {
    const members = new Map<number, Level>(idsOf(t.members).map((id) => [id, owners.has(id) ? "maintainer" : "member"]));
    for (const id of idsOf(t.leads)) members.set(id, "maintainer");
    return [t.name, { name: t.name, parent: t.parent, members }];
  });
  return { date: data.date, people: new Map(data.people.map((p) => [p.id, p])), teams: new Map(teams), archived, owners };
}

/** Every line `team person level`, sorted: two organisations are equal where these are. */
export function edgesOf(organization: Pick<RealOrganization, "teams">): string[] {
  return [...organization.teams.values()].flatMap((t) => [...t.members].map(([id, level]) => `${t.name} ${id} ${level}`)).sort();
}
