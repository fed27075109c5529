/**
 * The planning side at 10,000 people, 10 apps and 100,000 grants: `check`, the access diff of one changed file, and a plan in which nothing is
 * to be done. Each command is a process of its own; the simulators run in another, so that their work is not counted.
 */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Measured, measureRollcall, rollcallEntry } from "./measure.ts";
import { git } from "./git.ts";
import { generateOrganization, writeOrganization } from "./organization.ts";

const people = 10_000;

export async function run(say: (line: string) => void): Promise<void> {
  const stage = await openStage(people);
  try {
    const { accounts, grants } = stage;
    say(`${people} people, 10 apps, ${accounts} accounts, ${grants} grants; CPU is user and system time of the whole process`);
    say("");
    say("| command | files | CPU s | aim | wall s | peak MB | aim |");
    say("| --- | --- | ---: | ---: | ---: | ---: | ---: |");
    const row = (what: string, how: string, m: Measured, cpu: string, memory = ""): void =>
      say(
        `| ${what} | ${how} | ${m.cpuSeconds.toFixed(2)} | ${cpu} | ${m.wallSeconds.toFixed(1)} | ${Math.round(m.peakMegabytes)} | ${memory} |`,
      );
    row("check", "read afresh", await stage.check("off"), "");
    await stage.check("kept");
    row("check", "known", await stage.check("kept"), "");
    row("preview, no changes", "read afresh", await stage.preview("off"), "4.00", "500");
    row("preview, no changes", "known", await stage.preview("kept"), "1.20", "500");
    await stage.changeOneFile();
    row("diff of one file", "read afresh", await stage.diff("off"), "2.00");
    row("diff of one file", "known", await stage.diff("kept"), "2.00");
  } finally {
    await stage.close();
  }
}

type Kept = "off" | "kept";

export interface Stage {
  readonly accounts: number;
  readonly grants: number;
  check(cache: Kept): Promise<Measured>;
  /** Fails where anything is left to do. */
  preview(cache: Kept): Promise<Measured>;
  /** Takes the roles from one person, beside the commit. */
  changeOneFile(): Promise<void>;
  /** The working tree against the commit; fails where not exactly one person's access changes. */
  diff(cache: Kept): Promise<Measured>;
  close(): Promise<void>;
}

/** A generated organisation in a repository of its own, its apps as simulators, and state that knows everybody. */
export async function openStage(size: number): Promise<Stage> {
  const root = await mkdtemp(join(tmpdir(), "rollcall-bench-"));
  const dir = join(root, "repository");
  const organization = generateOrganization(size);
  await writeOrganization(root, organization);
  await writeFile(join(dir, ".gitignore"), ".rollcall/\n");
  git(dir, "init", "--quiet");
  git(dir, "add", "--all");
  git(dir, "commit", "--quiet", "--message", "everybody");

  const simulators = await startSimulators(dir, join(root, "worlds"));
  const command = async (cache: Kept, ...args: string[]): Promise<Measured> => {
    const measured = await measureRollcall(["-C", dir, ...args], { ROLLCALL_CACHE: cache === "off" ? "off" : join(root, "cache") });
    if (measured.code !== 0) throw new Error(`rollcall ${args.join(" ")} ended with ${measured.code}:\n${measured.err}${measured.out}`);
    return measured;
  };
  const expecting = (measured: Measured, last: RegExp): Measured => {
    if (!last.test(measured.out)) throw new Error(`not what was to be measured:\n${measured.out}`);
    return measured;
  };
  // State learns of the accounts as it does in earnest: an apply that finds everybody there and writes nothing but state.
  expecting(await command("off", "apply", "--sandbox", "--yes"), /no changes; \d+ accounts adopted/);
  return {
    accounts: organization.accounts,
    grants: organization.grants,
    check: async (cache) => expecting(await command(cache, "check"), new RegExp(`^ok: ${size} people`)),
    preview: async (cache) => expecting(await command(cache, "preview", "--sandbox"), /\nno changes\n$/),
    async changeOneFile() {
      const file = join(
        dir,
        [...organization.files.keys()].find((path) => path.startsWith("identities/people/"))!,
      );
      await writeFile(file, (await readFile(file, "utf8")).replace(/^roles: .*\n/m, ""));
    },
    diff: async (cache) => expecting(await command(cache, "diff"), /\n1 person: 3 grants lost\n$/),
    async close() {
      await simulators.stop();
      await rm(root, { recursive: true });
    },
  };
}

/** `rollcall sandbox` as a process of its own; resolves once all of them listen. */
async function startSimulators(dir: string, worlds: string): Promise<{ stop(): Promise<void> }> {
  const child = spawn(process.execPath, [rollcallEntry, "-C", dir, "sandbox", "start", "--world", worlds], {
    env: { PATH: process.env["PATH"] ?? "", ROLLCALL_CACHE: "off" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("simulators are up")) resolve();
    });
    void ended.then(() => reject(new Error(`the simulators did not come up:\n${said}`)));
  });
  return {
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
