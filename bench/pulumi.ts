/** Both engines on one company, in one run: a preview without changes and a change of one in a hundred accounts. CPU is that of every process. */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPulumi, noPulumi } from "../test/e2e/pulumi-cli.ts";
import { openPulumiCompany, type PulumiCompany } from "../test/e2e/pulumi-company.ts";
import { type Files, personFile } from "../test/support/company.ts";

const sizes = [500, 2000];
const rollcall = join(import.meta.dirname, "..", "src", "cli", "rollcall.js");

interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

export async function run(say: (line: string) => void): Promise<void> {
  const bin = findPulumi();
  if (bin === null) return say(`skipped: ${noPulumi}`);
  for (const size of sizes) await measure(bin, size, say);
}

async function measure(bin: string, size: number, say: (line: string) => void): Promise<void> {
  const keys = Array.from({ length: size }, (_, i) => `p${String(i).padStart(5, "0")}`);
  const company = await openPulumiCompany(bin, { wiki: { connector: "memory", census: censusOf(keys) } }, filesOf(keys, "reader"));
  const scratch = await mkdtemp(join(tmpdir(), "rollcall-bench-"));
  try {
    const embedded = (...args: string[]): Promise<Cost> =>
      timed(company, scratch, process.execPath, [rollcall, "-C", company.dir, ...args]);
    const pulumi = (...args: string[]): Promise<Cost> => timed(company, scratch, join(bin, "pulumi"), [...args, "--non-interactive"]);
    await embedded("apply", "--yes");
    const bytes = (await company.file("wiki")).length;
    say(`${size} accounts, embedded state: ${Math.round(bytes / size)} bytes an account (aim: at most 2048)`);

    compare(
      say,
      `${size} accounts, preview without changes`,
      await embedded("preview"),
      await pulumi("preview", "-s", "wiki", "--expect-no-changes"),
    );

    const [some, others] = [keys.filter((_, i) => i % 100 === 0), keys.filter((_, i) => i % 100 === 50)];
    await company.write(filesOf(some, "editor"));
    const own = await embedded("apply", "--yes");
    await company.write(filesOf(others, "editor"));
    const theirs = await pulumi("up", "-s", "wiki", "--yes", "--skip-preview", "--continue-on-error");
    compare(say, `${size} accounts, ${some.length} grants changed and applied`, own, theirs);
    const after = (await company.file("wiki")).length;
    say(`${size} accounts, state as Pulumi writes it: ${Math.round(after / size)} bytes an account (aim: at most 2048)`);
  } finally {
    await rm(scratch, { recursive: true });
    await company.close();
  }
}

function compare(say: (line: string) => void, what: string, own: Cost, theirs: Cost): void {
  const text = ({ wall, cpu }: Cost): string => `${wall.toFixed(2)} s, ${cpu.toFixed(2)} CPU-s`;
  say(
    `${what}: embedded ${text(own)}; Pulumi ${text(theirs)}; Pulumi / embedded ${(theirs.wall / own.wall).toFixed(1)} wall, ${(theirs.cpu / own.cpu).toFixed(1)} CPU`,
  );
}

/** Runs a command under bash's own clock, which counts the CPU of everything the command waited for. */
async function timed(company: PulumiCompany, scratch: string, command: string, args: readonly string[]): Promise<Cost> {
  const env = {
    ...process.env,
    ...company.env,
    PATH: [join(import.meta.dirname, "..", "node_modules", ".bin"), company.env["PATH"]].join(":"),
    ROLLCALL_NOW: company.now.toISOString(),
    PULUMI_BACKEND_URL: `file://${company.backend}`,
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    TIMEFORMAT: "%R %U %S",
    TIMES: join(scratch, "times"),
  };
  const child = spawn("bash", ["-c", '{ time "$@" >/dev/null 2>"$TIMES.err" ; } 2>"$TIMES"', "bash", command, ...args], {
    cwd: company.dir,
    env,
    stdio: "ignore",
  });
  const code = await new Promise<number | null>((done) => child.on("close", done));
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}: ${await readFile(`${env.TIMES}.err`, "utf8")}`);
  const [wall = 0, user = 0, system = 0] = (await readFile(env.TIMES, "utf8")).trim().split(" ").map(Number);
  return { wall, cpu: user + system };
}

const filesOf = (keys: readonly string[], level: string): Files =>
  Object.assign({}, ...keys.map((key) => personFile(key, [`grants: [wiki/space/docs:${level}]`])));

const censusOf = (keys: readonly string[]) => ({
  accounts: [
    { id: "1", login: "root", status: "active" as const, admin: true as const },
    ...keys.map((key, i) => ({
      id: String(100 + i),
      login: key,
      name: `${key[0]!.toUpperCase()}${key.slice(1)}`,
      email: `${key}@acme.example`,
      status: "active" as const,
    })),
  ],
  groups: [{ entitlement: "space/docs", members: keys.map((_, i) => ({ id: String(100 + i), level: "reader" })) }],
});
