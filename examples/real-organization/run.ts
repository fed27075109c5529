/**
 * A real organisation, end to end, with figures: `node examples/real-organization/run.ts [DIR]`. DIR holds the dated snapshots; see README.md.
 * Ends with exit 1 where a step does not go as it should.
 */
import { changeBetween } from "./change.ts";
import { acceptInvitations, type Company, openCompany, type Ran, renamePeople } from "./company.ts";
import { enforce, fillIn, writeAllowance, writeChange } from "./files.ts";
import { dataFolder, edgesOf, readSnapshot, snapshotDates } from "./snapshot.ts";
import { organizationOf } from "./world.ts";

const say = (text: string): void => void process.stdout.write(`${text}\n`);

function must(condition: boolean, what: string): void {
  if (!condition) throw new Error(`${what} was expected`);
}

/** One step: what it did, how long it took, what it asked GitHub, and how long GitHub's limits would have made it last. */
async function step(company: Company, name: string, expected: number, command: () => Promise<Ran>): Promise<Ran> {
  company.github.forget();
  const began = performance.now();
  const waited = company.clock.waited;
  const ran = await command();
  const seconds = ((performance.now() - began) / 1000).toFixed(2);
  const { seen } = company.github;
  const writes = seen.filter((r) => r.mutating).length;
  const paced = Math.round(company.clock.waited - waited);
  const figures = [
    `exit ${ran.code}`,
    `${seconds} s`,
    `${seen.length - writes} reads`,
    `${writes} writes`,
    ...(paced > 0 ? [`${paced} s of GitHub's pace`] : []),
  ];
  say(`  ${name.padEnd(34)} ${figures.join(", ")}`);
  if (ran.code !== expected) throw new Error(`${name}: exit ${ran.code}, ${expected} was expected\n${ran.err}`);
  return ran;
}

function counts(ran: Ran): string {
  const { operations, guards } = JSON.parse(ran.out) as { operations: { verb: string; phase: string }[]; guards: { guard: string }[] };
  const verbs = new Map<string, number>();
  for (const o of operations) if (o.phase !== "state") verbs.set(o.verb, (verbs.get(o.verb) ?? 0) + 1);
  const all = [...verbs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([verb, count]) => `${count} ${verb}`);
  return `${all.join(", ") || "nothing"}${guards.length > 0 ? `; ${guards.length} guards tripped` : ""}`;
}

async function run(folder: string, dates: readonly [string, string]): Promise<void> {
  const [from, to] = await Promise.all(dates.map((date) => readSnapshot(folder, date)));
  if (!from || !to) throw new Error("two snapshots were expected");
  const change = changeBetween(from, to);
  say(`\n${from.date}: ${from.people.size} people, ${from.teams.size} teams, ${edgesOf(from).length} memberships`);
  say(`${to.date}: ${to.people.size} people, ${to.teams.size} teams, ${edgesOf(to).length} memberships`);
  say(
    `between them: ${change.joined.length} joined, ${change.left.length} left, ${change.renamedPeople.length} logins and ${change.renamedTeams.size} teams renamed, ` +
      `${change.newTeams.length} teams new, ${change.goneTeams.length} gone, ${change.gains.length} memberships gained, ${change.losses.length} lost\n`,
  );
  const company = await openCompany(from, change.joined, to.date);
  try {
    await step(company, "init", 0, () => company.init());
    await fillIn(company, from);
    await step(company, "import", 0, () => company.import());
    const first = await step(company, "preview", 0, () => company.preview());
    say(`    ${counts(first)}; GitHub's pages allow ${company.minimumReads()} reads at the least`);

    await enforce(company);
    const lastDay = new Date(Date.parse(to.date) - 86_400_000).toISOString().slice(0, 10);
    say(`  ${await writeChange(company, change, to, lastDay)} files edited`);
    const wanted = await step(company, "preview of the change", 5, () => company.preview());
    say(`    ${counts(wanted)}`);
    await step(company, "apply, without an allowance", 5, () => company.apply());
    const groups = Object.fromEntries([...change.halved].map(([name, count]) => [`team/${change.renamedTeams.get(name) ?? name}`, count]));
    await writeAllowance(company, { removals: change.losses.length, groups }, to.date);
    await step(company, "apply, with the exact allowance", 0, () => company.apply());
    renamePeople(company, change.renamedPeople);
    say(`  ${await acceptInvitations(company)} people accept their invitations`);
    await step(company, "apply what waited for them", 0, () => company.apply());
    await step(company, "apply once more", 0, () => company.apply());
    must(!company.github.seen.some((r) => r.mutating), "no write in the last apply");
    const last = await step(company, "preview", 0, () => company.preview());
    say(`    ${counts(last)}`);
    const now = organizationOf(company.github.world(), to.date);
    must(edgesOf(now).join("\n") === edgesOf(to).join("\n"), "the memberships of the later snapshot");
    must(now.people.size === to.people.size && [...to.people.keys()].every((id) => now.people.has(id)), "the people of the later snapshot");
    say("  GitHub holds what the later snapshot says");
  } finally {
    await company.close();
  }
}

const folder = dataFolder(process.argv[2]);
const dates = await snapshotDates(folder);
const [oldest] = dates;
if (oldest === undefined || dates.length < 2) {
  process.stderr.write(
    "There are no two dated snapshots of a real organisation here; examples/real-organization/README.md says what they are.\n",
  );
  process.exitCode = 1;
} else {
  const newest = dates.at(-1)!;
  await run(folder, [oldest, newest]);
  if (dates.length > 2) await run(folder, [dates.at(-2)!, newest]);
  // Of this process: rollcall, the simulated GitHub and the snapshots together.
  say(`\npeak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
}
