import type { Level, RealOrganization, RealPerson, RealTeam } from "./snapshot.ts";

export interface Edge {
  /** As it is called after the change; before it, for teams that go. */
  readonly team: string;
  readonly person: number;
  readonly before: Level | null;
  readonly after: Level | null;
}

/**
 * What lies between two snapshots, by set arithmetic on the data alone: what a plan finds is held against it. A team that is gone, not
 * archived, while a new one bears its name without the first word (`wg-triage`, `triage`) was renamed.
 */
export interface Change {
  readonly joined: readonly RealPerson[];
  readonly left: readonly RealPerson[];
  /** New logins of people who stay. */
  readonly renamedPeople: readonly RealPerson[];
  /** New name by old name. */
  readonly renamedTeams: ReadonlyMap<string, string>;
  readonly newTeams: readonly string[];
  readonly goneTeams: readonly string[];
  /** Higher than before, or new. */
  readonly gains: readonly Edge[];
  /** Lower than before, or gone, of people who stay: those of people who left end with their accounts. */
  readonly losses: readonly Edge[];
  /** Teams of four or more members that lose over half of them at once: how many they lose. By the name they have before the change. */
  readonly halved: ReadonlyMap<string, number>;
}

export function changeBetween(from: RealOrganization, to: RealOrganization): Change {
  const joined = [...to.people.values()].filter((p) => !from.people.has(p.id)).sort(byId);
  const left = [...from.people.values()].filter((p) => !to.people.has(p.id)).sort(byId);
  const renamedPeople = [...to.people.values()].filter((p) => from.people.has(p.id) && from.people.get(p.id)!.login !== p.login).sort(byId);
  const vanished = [...from.teams.keys()].filter((name) => !to.teams.has(name)).sort();
  const appeared = [...to.teams.keys()].filter((name) => !from.teams.has(name)).sort();
  const renamedTeams = new Map(
    vanished
      .filter((old) => !to.archived.has(old))
      .flatMap((old): [string, string][] => {
        const next = appeared.find((name) => old.endsWith(`-${name}`) && !old.slice(0, -name.length - 1).includes("-"));
        return next === undefined ? [] : [[old, next]];
      }),
  );
  const newTeams = appeared.filter((name) => ![...renamedTeams.values()].includes(name));
  const goneTeams = vanished.filter((name) => !renamedTeams.has(name));

  const gains: Edge[] = [];
  const losses: Edge[] = [];
  const halved = new Map<string, number>();
  for (const team of from.teams.values()) {
    const name = renamedTeams.get(team.name) ?? team.name;
    const lost = compare(name, team, to.teams.get(name), to, { gains, losses });
    if (team.members.size >= 4 && lost * 2 > team.members.size) halved.set(team.name, lost);
  }
  for (const name of newTeams) compare(name, undefined, to.teams.get(name), to, { gains, losses });
  return { joined, left, renamedPeople, renamedTeams, newTeams, goneTeams, gains, losses, halved };
}

/** Answers how many of the team's members who stay in the organisation leave the team. */
function compare(
  name: string,
  before: RealTeam | undefined,
  after: RealTeam | undefined,
  to: RealOrganization,
  into: { readonly gains: Edge[]; readonly losses: Edge[] },
): number {
  let lost = 0;
  for (const person of [...new Set([...(before?.members.keys() ?? []), ...(after?.members.keys() ?? [])])].sort((a, b) => a - b)) {
    if (!to.people.has(person)) continue;
    const edge: Edge = { team: name, person, before: before?.members.get(person) ?? null, after: after?.members.get(person) ?? null };
    if (rank(edge.after) > rank(edge.before)) into.gains.push(edge);
    if (rank(edge.after) < rank(edge.before)) into.losses.push(edge);
    if (edge.before !== null && edge.after === null) lost += 1;
  }
  return lost;
}

const rank = (level: Level | null): number => (level === null ? 0 : level === "member" ? 1 : 2);
const byId = (a: RealPerson, b: RealPerson): number => a.id - b.id;
