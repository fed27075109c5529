/** A generated company with one app, its simulator in a process of its own, and the real command line over both. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { measureRollcall } from "../measure.ts";

const root = join(import.meta.dirname, "..", "..");
const spaces = 64;

export interface CompanySize {
  readonly people: number;
  /** Spaces each person is to have beside the account: each is one more operation. */
  readonly grants: number;
  /** The app holds all of it already: nothing is to be done but to take it into state. */
  readonly present?: true;
}

/** What one run of rollcall used: seconds, seconds, bytes. */
export interface Used {
  readonly cpu: number;
  readonly wall: number;
  readonly rss: number;
  readonly out: string;
}

export interface BenchCompany {
  readonly dir: string;
  /** `rollcall --sandbox …` as a process of its own. Rejects, with what it said, where it does not end with 0. */
  rollcall(...args: string[]): Promise<Used>;
  /** What the simulated app holds. */
  census(): Promise<{ accounts: number; memberships: number }>;
  /** Ends the simulator and removes everything. */
  close(): Promise<void>;
}

const key = (i: number): string => `p${String(i).padStart(6, "0")}`;
const spaceOf = (person: number, nth: number): number => (person + nth * 17) % spaces;

/** Writes the company below a temporary folder and starts its simulator. */
export async function openBenchCompany(size: CompanySize): Promise<BenchCompany> {
  const home = await mkdtemp(join(tmpdir(), "rollcall-bench-"));
  const dir = join(home, "repository");
  await write(dir, size);
  await rollcall(dir, "sandbox", "start", "--detach", "--world", join(dir, "worlds"));
  return {
    dir,
    rollcall: (...args) => rollcall(dir, "--sandbox", ...args),
    async census() {
      const { apps } = JSON.parse(await readFile(join(dir, ".rollcall", "sandbox.json"), "utf8")) as { apps: { wiki: { url: string } } };
      const answer = await fetch(`${apps.wiki.url}/_world`);
      const { accounts, groups } = (await answer.json()) as { accounts: unknown[]; groups: { members: unknown[] }[] };
      return { accounts: accounts.length, memberships: groups.reduce((sum, g) => sum + g.members.length, 0) };
    },
    async close() {
      await rollcall(dir, "sandbox", "stop");
      await rm(home, { recursive: true });
    },
  };
}

async function write(dir: string, { people, grants, present }: CompanySize): Promise<void> {
  const everybody = Array.from({ length: people }, (_, i) => i);
  const nth = Array.from({ length: grants }, (_, i) => i);
  const files: Record<string, string> = {
    "rollcall.yaml": "organization: Acme\ndomains: [acme.example]\ntimezone: UTC\nengine: embedded\nstate: .rollcall/state\n",
    "identities/apps/wiki.yaml": "connector: brisk\nsettings: { workspace: acme }\ncredentials: { token: env:WIKI_TOKEN }\n",
    "providers/brisk/connector.js": brisk,
    "providers/brisk/simulator.js": `export { default } from ${quoted("providers/memory/simulator.ts")};\n`,
    "worlds/wiki.json": JSON.stringify({
      accounts: present
        ? everybody.map((i) => ({ id: String(1000 + i), login: key(i), name: key(i).toUpperCase(), email: `${key(i)}@acme.example` }))
        : [],
      groups: Array.from({ length: spaces }, (_, space) => ({
        id: `s-${space}`,
        name: `s${space}`,
        members: present
          ? everybody.filter((i) => nth.some((n) => spaceOf(i, n) === space)).map((i) => ({ account: String(1000 + i), level: "reader" }))
          : [],
      })),
    }),
  };
  for (const i of everybody) {
    const held = ["wiki/member", ...nth.map((n) => `wiki/space/s${spaceOf(i, n)}:reader`)];
    files[`identities/people/${key(i)}.yaml`] =
      `name: ${key(i).toUpperCase()}\nemail: ${key(i)}@acme.example\ngrants: [${held.join(", ")}]\n`;
  }
  for (const path of new Set(Object.keys(files).map((f) => join(dir, f, "..")))) await mkdir(path, { recursive: true });
  for (const [path, text] of Object.entries(files)) await writeFile(join(dir, path), text);
}

const quoted = (path: string): string => JSON.stringify(pathToFileURL(join(root, path)).href);

/** Memory without its rate limit: what is measured is rollcall's work, not how long the vendor makes it wait. */
const brisk = `import memory from ${quoted("providers/memory/connector.ts")};
const buckets = { api: { ...memory.manifest.buckets.api, units: 1e9 } };
export default { ...memory, manifest: { ...memory.manifest, name: "brisk", buckets } };
`;

/** Files read before are known beside the repository, never in it. */
async function rollcall(dir: string, ...args: readonly string[]): Promise<Used> {
  const { code, out, err, cpuSeconds, wallSeconds, peakMegabytes } = await measureRollcall(["-C", dir, ...args], {
    ROLLCALL_CACHE: join(dir, "..", "cache"),
  });
  if (code !== 0) throw new Error(`rollcall ${args.join(" ")} ended with ${code}:\n${err.slice(-4000)}`);
  return { cpu: cpuSeconds, wall: wallSeconds, rss: peakMegabytes * 2 ** 20, out };
}
