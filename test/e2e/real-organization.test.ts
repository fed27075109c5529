import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Change, changeBetween } from "../../examples/real-organization/change.ts";
import { acceptInvitations, type Company, openCompany, type Ran, renamePeople } from "../../examples/real-organization/company.ts";
import { enforce, fillIn, writeAllowance, writeChange } from "../../examples/real-organization/files.ts";
import { dataFolder, edgesOf, readSnapshot, type RealOrganization, snapshotDates } from "../../examples/real-organization/snapshot.ts";
import { automation, organizationOf } from "../../examples/real-organization/world.ts";

/** What these tests read of `--json`, which is API. */
interface PlanJson {
  readonly operations: readonly {
    readonly person: string | null;
    readonly verb: string;
    readonly phase: string;
    readonly target: string;
    readonly before: string | null;
    readonly after: string | null;
    readonly refused: string | null;
  }[];
  readonly tasks: readonly unknown[];
  readonly findings: readonly { readonly code: string }[];
  readonly guards: readonly {
    readonly guard: string;
    readonly summary: string;
    readonly detail: string;
    readonly refuses: readonly string[];
  }[];
}

const folder = dataFolder();
const dates = await snapshotDates(folder);
const oldest = dates[0];
const newest = dates.at(-1);

/** A year of real change, and the last month of it. */
const spans = [
  { name: "a year", from: oldest, to: newest },
  { name: "a month", from: dates.at(-2), to: newest },
];

describe.each(spans)("a real organisation over $name", ({ from: first, to: last }) => {
  let from: RealOrganization;
  let to: RealOrganization;
  let change: Change;
  let company: Company;

  beforeAll(async () => {
    if (first === undefined || last === undefined || first === last) return;
    from = await readSnapshot(folder, first);
    to = await readSnapshot(folder, last);
    change = changeBetween(from, to);
    company = await openCompany(from, change.joined, to.date);
  });
  afterAll(() => company?.close());

  // Each test goes on where the one before it ended.
  beforeEach((ctx) =>
    ctx.skip(first === undefined || first === last, `needs two dated snapshots of a real organisation in ${folder} (ROLLCALL_REAL_ORG)`),
  );

  /** Runs a command and tells what it asked GitHub. */
  const watched = async (command: () => Promise<Ran>): Promise<{ ran: Ran; reads: number; writes: string[] }> => {
    company.github.forget();
    const ran = await command();
    const { seen } = company.github;
    return {
      ran,
      reads: seen.filter((r) => !r.mutating).length,
      writes: seen.filter((r) => r.mutating).map((r) => `${r.method} ${r.path}`),
    };
  };
  const planOf = (ran: Ran): PlanJson => JSON.parse(ran.out) as PlanJson;
  const world = (): RealOrganization => organizationOf(company.github.world(), to.date);

  /** Operations in the words of the data: people by id, so that a new key or a new login cannot hide a confusion. */
  const lines = async (plan: PlanJson, which: (o: PlanJson["operations"][number]) => boolean = () => true): Promise<string[]> => {
    const { people } = await company.organization();
    const id = (person: string | null): string => (person === null ? "-" : (people.get(person)?.accounts.get("github")?.id ?? person));
    return plan.operations
      .filter((o) => o.phase !== "state" && which(o))
      .map((o) => `${o.verb} ${id(o.person)} ${o.target} ${o.before} ${o.after}`)
      .sort();
  };
  const gained = (): string[] => change.gains.map((e) => `grant ${e.person} team/${e.team} ${e.before} ${e.after}`);
  /** An edge is lost before its team gets its new name. */
  const lost = (): string[] => {
    const former = new Map([...change.renamedTeams].map(([old, name]) => [name, old]));
    return change.losses.map((e) => `revoke ${e.person} team/${former.get(e.team) ?? e.team} ${e.before} ${e.after}`);
  };
  /** Ends of teams that a guard holds back, because it holds back those of their members who stay. */
  const heldEnds = (): string[] =>
    change.goneTeams.filter((name) => !emptied().has(name)).map((name) => `deleteGroup - team/${name} team/${name} null`);
  const ended = (): string[] => change.goneTeams.map((name) => `deleteGroup - team/${name} team/${name} null`);
  /** Teams that end and of which nobody who stays is taken out: nothing that a guard looks at. */
  const emptied = (): Set<string> => new Set(change.goneTeams.filter((name) => !change.losses.some((e) => e.team === name)));
  const halvedNow = (): Record<string, number> =>
    Object.fromEntries([...change.halved].map(([name, count]) => [`team/${change.renamedTeams.get(name) ?? name}`, count]));

  test("is imported: everybody has a file, with or without an e-mail address, and GitHub is only read", async () => {
    expect((await company.init()).code).toBe(0);
    await fillIn(company, from);
    const { ran, writes } = await watched(() => company.import());
    expect(ran).toMatchObject({ code: 0, err: "" });
    expect(writes).toEqual([]);
    const { joined, left } = JSON.parse(ran.out) as { joined: { id: string; by: string }[]; left: unknown[] };
    expect(left).toEqual([]);
    expect(joined.map((j) => j.id).sort()).toEqual([automation.id, ...from.people.keys()].map(String).sort());
    // The engineer who began and rollcall's own account had files already.
    expect(joined.filter((j) => j.by !== "new").map((j) => j.by)).toEqual(["login", "login"]);
    const { people } = await company.organization();
    expect(people.size).toBe(from.people.size);
    expect([...from.people.values()].some((p) => p.email === null)).toBe(true);
  });

  test("is in sync after the import: the first preview is empty, for as few requests as GitHub's pages allow", async () => {
    const { ran, reads, writes } = await watched(() => company.preview());
    expect(ran.code).toBe(0);
    expect(planOf(ran)).toMatchObject({ operations: [], tasks: [], findings: [], guards: [] });
    expect(writes).toEqual([]);
    expect(reads).toBeLessThanOrEqual(1.1 * company.minimumReads());
    // Members by the hundred, teams by fifty, who I am, and three lists of people at the door.
    expect(reads).toBeLessThanOrEqual(Math.ceil((from.people.size + 1) / 100) + Math.ceil(from.teams.size / 50) + 4);
  });

  test("is imported again: no file changes", async () => {
    const again = await company.import();
    expect(again.code).toBe(0);
    expect(JSON.parse(again.out)).toMatchObject({ files: [] });
  });

  test("changes in the files: the preview shows exactly what lies between the snapshots, and the guards trip", async () => {
    await enforce(company);
    await writeChange(company, change, to, dayBefore(to.date));
    const { ran, writes } = await watched(() => company.preview());
    expect(ran.code).toBe(5);
    expect(writes).toEqual([]);
    const plan = planOf(ran);
    expect(await lines(plan)).toEqual(
      [
        ...change.joined.map((p) => `create ${p.id} account null active`),
        ...change.left.map((p) => `delete ${p.id} account active absent`),
        ...change.newTeams.map((name) => `createGroup - team/${name} null team/${name}`),
        ...[...change.renamedTeams].map(([old, name]) => `updateGroup - team/${name} team/${old} team/${name}`),
        ...ended(),
        ...gained(),
        ...lost(),
      ].sort(),
    );
    expect(plan.guards.map((g) => g.guard)).toEqual([...[...change.halved].map(() => "group-loss"), "removals"]);
    expect(plan.guards.at(-1)!.summary).toContain(`would remove ${change.losses.length} grants`);
    expect(await lines(plan, (o) => o.refused !== null)).toEqual([...lost(), ...heldEnds()].sort());
  });

  test("is applied under an allowance with wrong counts: all but what the guards hold back", async () => {
    const wrong = Object.fromEntries(Object.entries(halvedNow()).map(([name, count]) => [name, count - 1]));
    await writeAllowance(company, { removals: change.losses.length, groups: wrong }, to.date);
    const halfRight = planOf(await company.preview());
    expect(halfRight.guards.map((g) => g.guard)).toEqual([...change.halved].map(() => "group-loss"));
    expect(halfRight.guards.flatMap((g) => g.refuses).length).toBe([...change.halved.values()].reduce((sum, count) => sum + count, 0));
    await writeAllowance(company, { removals: change.losses.length + 1, groups: wrong }, to.date);
    const before = world();
    const { ran, writes } = await watched(() => company.apply());
    expect(ran.code).toBe(5);
    // A new team costs two writes: whoever makes one is in it and leaves. Grants of people who have not accepted yet wait.
    const settled = change.gains.filter((e) => from.people.has(e.person)).length;
    expect(writes.length).toBe(
      change.joined.length + change.left.length + 2 * change.newTeams.length + change.renamedTeams.size + settled + emptied().size,
    );
    const taken = writes.filter((w) => w.startsWith("DELETE") && w.includes("/teams/"));
    expect(taken.filter((w) => !w.endsWith(`/memberships/${automation.login}`)).length).toBe(emptied().size);
    const after = world();
    for (const edge of change.losses) {
      const former = [...change.renamedTeams].find(([, name]) => name === edge.team)?.[0] ?? edge.team;
      expect(after.teams.get(edge.team)?.members.get(edge.person)).toBe(before.teams.get(former)!.members.get(edge.person));
    }
    for (const { id } of change.left) expect(after.people.has(id)).toBe(false);
  });

  test("is applied under an allowance with the exact counts: the rest, and nothing else", async () => {
    await writeAllowance(company, { removals: change.losses.length, groups: halvedNow() }, to.date);
    const preview = await watched(() => company.preview());
    expect(preview.ran.code).toBe(2);
    expect(preview.reads).toBeLessThanOrEqual(1.1 * company.minimumReads());
    const plan = planOf(preview.ran);
    expect(plan.guards).toEqual([]);
    const remaining = [...change.losses.map((e) => `revoke ${e.person} team/${e.team} ${e.before} ${e.after}`), ...heldEnds()];
    expect(await lines(plan)).toEqual(remaining.sort());
    const { ran, writes } = await watched(() => company.apply());
    expect(ran).toMatchObject({ code: 0 });
    expect(writes.length).toBe(remaining.length);
  });

  test("settles: the invited accept, some rename themselves, and what waited for them follows", async () => {
    renamePeople(company, change.renamedPeople);
    expect(await acceptInvitations(company)).toBe(change.joined.length);
    const preview = await company.preview();
    const waited = change.gains.filter((e) => !from.people.has(e.person));
    expect(await lines(planOf(preview))).toEqual(waited.map((e) => `grant ${e.person} team/${e.team} null ${e.after}`).sort());
    const { ran, writes } = await watched(() => company.apply());
    expect(ran.code).toBe(0);
    expect(writes.length).toBe(waited.length);
  });

  test("is then what the later snapshot says: people, logins, owners, teams, and every edge with its role", () => {
    const now = world();
    expect([...now.people.values()].map((p) => `${p.id} ${p.login}`).sort()).toEqual(
      [...to.people.values()].map((p) => `${p.id} ${p.login}`).sort(),
    );
    expect(now.owners).toEqual(to.owners);
    expect([...now.teams.keys()].sort()).toEqual([...to.teams.keys()].sort());
    expect(edgesOf(now)).toEqual(edgesOf(to));
    expect(company.github.world().organizations[0]!.invitations).toEqual([]);
    return Promise.resolve();
  });

  test("stays so: one more apply writes nothing, and the preview is empty", async () => {
    const { ran, writes } = await watched(() => company.apply());
    expect(ran.code).toBe(0);
    expect(writes).toEqual([]);
    const preview = await watched(() => company.preview());
    expect(preview.ran.code).toBe(0);
    expect(preview.reads).toBeLessThanOrEqual(1.1 * company.minimumReads());
    expect(planOf(preview.ran)).toMatchObject({ operations: [], tasks: [], findings: [], guards: [] });
  });
});

const dayBefore = (day: string): string => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
