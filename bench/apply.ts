/** What an apply costs, from a thousand operations to 32,000: the real command line over a simulator in a process of its own. */
import { openBenchCompany, type Used } from "./apply/company.ts";
import { growthExponent } from "./apply/growth.ts";

const usual = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000];
/** Spaces each newcomer is granted beside the account that is made: four operations a person. */
const grants = 3;

/**
 * Says, for each number of operations (multiples of 4), what `rollcall apply --yes` used: CPU as the process reports it of itself when it ends,
 * user and system time of all its threads. Then the exponent by which CPU grows, what an apply of nothing takes left out: the aim is 1.05.
 */
export async function run(say: (line: string) => void, sizes: readonly number[] = usual): Promise<void> {
  const nothing = await applied(0);
  say(`apply: an app of the connector memory without its rate limit, a quarter of the operations creations, the rest grants`);
  say(`  operations      CPU      wall      peak   CPU per operation`);
  say(line(0, nothing));
  const costs: { size: number; cost: number }[] = [];
  for (const size of sizes) {
    const used = await applied(size);
    costs.push({ size, cost: used.cpu - nothing.cpu });
    say(`${line(size, used)}   ${(((used.cpu - nothing.cpu) / size) * 1e3).toFixed(2)} ms`);
  }
  const exponent = growthExponent(costs);
  const range = `from ${costs[0]!.size.toLocaleString("en")} to ${costs.at(-1)!.size.toLocaleString("en")} operations`;
  say(
    `  CPU without that of an apply of nothing grows as operations ^ ${exponent.toFixed(3)} ${range} (least squares of the logarithms; aim 1.05)`,
  );
}

/** One apply of so many operations; throws where the world is not as wanted afterwards. */
async function applied(operations: number): Promise<Used> {
  const people = operations / (grants + 1);
  const company = await openBenchCompany({ people, grants });
  try {
    const used = await company.rollcall("apply", "--yes");
    const { accounts, memberships } = await company.census();
    if (accounts !== people || memberships !== people * grants) {
      throw new Error(`${accounts} accounts and ${memberships} grants after an apply of ${operations} operations`);
    }
    return used;
  } finally {
    await company.close();
  }
}

const line = (size: number, { cpu, wall, rss }: Used): string =>
  `  ${size.toLocaleString("en").padStart(10)}  ${cpu.toFixed(2).padStart(6)} s  ${wall.toFixed(1).padStart(6)} s  ${(rss / 2 ** 20).toFixed(0).padStart(5)} MB`;

if (import.meta.main) await run((text) => void process.stdout.write(`${text}\n`));
