/** The same work by Terraform and by rollcall, in one run on one machine: a plan without changes, and an apply. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { openBenchCompany, type Used } from "./apply/company.ts";
import { writeResources } from "./apply/resources.ts";

const execute = promisify(execFile);

/** Accounts in the plan without changes, and accounts that are made. */
export interface Sizes {
  readonly planned: number;
  readonly applied: number;
}

/**
 * Terraform's CPU is user and system time of its whole tree of processes, as bash's `time` has it from the kernel when they have ended; ours is
 * what the process reports of itself. An account is one resource there and one account here, each with its creation as the one operation; ours is
 * made by a request over HTTP, Terraform's by nobody. Where there is no terraform, one line says so.
 */
export async function run(say: (line: string) => void, { planned, applied }: Sizes = { planned: 10_000, applied: 4_000 }): Promise<void> {
  const version = await terraformVersion();
  if (version === null) return say("terraform: not compared, there is no terraform on the PATH");
  say(`terraform: ${version}, terraform_data, local state`);

  const plan = await terraform(planned, true, "plan", "-detailed-exitcode", "-input=false");
  say(`  plan without changes, ${planned.toLocaleString("en")} resources: ${plan.toFixed(2)} s CPU`);
  for (const [which, used] of Object.entries(await previews(planned))) {
    say(`  preview without changes, ${planned.toLocaleString("en")} accounts, ${which}: ${said(used)}, ${ratio(plan, used)} (aim 25)`);
  }

  const ours = await apply(applied);
  say(`  apply of ${applied.toLocaleString("en")} accounts: ${said(ours)}`);
  const theirs = await terraform(applied, false, "apply", "-auto-approve", "-input=false");
  say(`  terraform apply of ${applied.toLocaleString("en")} resources: ${theirs.toFixed(2)} s CPU, ${ratio(theirs, ours)} (aim 80)`);
}

const said = ({ cpu, wall, rss }: Used): string => `${cpu.toFixed(2)} s CPU, ${wall.toFixed(1)} s, ${(rss / 2 ** 20).toFixed(0)} MB`;
const ratio = (theirs: number, ours: Used): string => `terraform takes ${(theirs / ours.cpu).toFixed(1)} times the CPU`;

/** First line of `terraform version`, or null where there is no terraform. */
export async function terraformVersion(): Promise<string | null> {
  try {
    const { stdout } = await execute("terraform", ["version"]);
    return stdout.split("\n")[0]!;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** CPU seconds of one terraform command over so many resources. Rejects where it does not end with 0: for a plan, where it has changes. */
async function terraform(count: number, state: boolean, ...args: readonly string[]): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), "rollcall-bench-terraform-"));
  try {
    await writeResources(dir, count, state);
    // Of the machine's own settings none counts; nothing is asked of the network.
    await writeFile(join(dir, "terraform.rc"), "");
    const env = { PATH: process.env["PATH"] ?? "", HOME: dir, TF_CLI_CONFIG_FILE: join(dir, "terraform.rc"), CHECKPOINT_DISABLE: "1" };
    await execute("terraform", ["init", "-no-color", "-input=false"], { cwd: dir, env });
    const timed = 'TIMEFORMAT="%3U %3S"; time terraform "$@" -no-color > terraform.log';
    const { stderr } = await execute("bash", ["-c", timed, "terraform", ...args], { cwd: dir, env, maxBuffer: 2 ** 26 });
    const [user, system] = stderr.trimEnd().split("\n").at(-1)!.split(" ");
    return Number(user) + Number(system);
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** Two previews of an app that is as the files say, and known to state: with nothing known of the files, and with what the first made known. */
async function previews(people: number): Promise<{ cold: Used; warm: Used }> {
  const company = await openBenchCompany({ people, grants: 1, present: true });
  try {
    await company.rollcall("apply", "--yes"); // takes what is there into state; writes nothing to the app
    const preview = (): Promise<Used> => company.rollcall("preview", "--detailed-exitcode");
    return { cold: await preview(), warm: await preview() };
  } finally {
    await company.close();
  }
}

async function apply(people: number): Promise<Used> {
  const company = await openBenchCompany({ people, grants: 0 });
  try {
    return await company.rollcall("apply", "--yes");
  } finally {
    await company.close();
  }
}

if (import.meta.main) await run((text) => void process.stdout.write(`${text}\n`));
