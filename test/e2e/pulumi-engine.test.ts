/** `rollcall --engine pulumi` with the real command line: what goes wrong, and what comes of it. */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drift } from "../../src/cli/commands/drift.ts";
import { exportState, importState } from "../../src/cli/commands/state.ts";
import { type AppSketch, personFile } from "../support/company.ts";
import { censusLines } from "../scenarios/scenario.ts";
import { changeWiki, forge, inCore, inDocs, people, quiet, wiki } from "../scenarios/worlds/small.ts";
import { findPulumi, noPulumi } from "./pulumi-cli.ts";
import { openPulumiCompany, type PulumiCompany } from "./pulumi-company.ts";

const bin = findPulumi();

describe("rollcall drives Pulumi", () => {
  let company: PulumiCompany;
  const lines = (app: string): string[] => censusLines(company.apps[app]!);
  beforeAll(async () => {
    if (bin === null) return;
    company = await openPulumiCompany(
      bin,
      { ...wiki({ options: { latency: 1 }, more: "leavers: { delete-after: never }\n" }), ...forge },
      { ...people, ...inCore("ada"), ...inDocs("dan") },
    );
  });
  afterAll(async () => {
    if (bin !== null) await company.close();
  });

  test("a preview makes no stack, and an apply brings two apps about, side by side", async (ctx) => {
    if (bin === null) return ctx.skip(noPulumi);
    await company.write(personFile("ada", ["accounts: { forge: ada-gh }", "grants: [forge/team/core, wiki/space/docs:editor]"]));
    const shown = await company.preview("pulumi");
    expect(shown.code, shown.err).toBe(2);
    expect(await readdir(company.backend)).toEqual([]);
    const embedded = await company.preview("embedded");
    expect(shown.out).toBe(embedded.out);
    const applied = await company.apply("pulumi");
    expect(applied.code, applied.out + applied.err).toBe(0);
    expect(lines("wiki")).toEqual([...quiet.slice(0, 3), "dan active space/docs:editor", "root active admin"]);
    const again = await company.preview("embedded");
    expect(again.code, again.out).toBe(0);
  });

  test("one failing person stops nobody else, not even in another app, exits 6, and the next run heals it", async (ctx) => {
    if (bin === null) return ctx.skip(noPulumi);
    await company.write({
      ...inDocs("bob", "last-day: 2026-06-09"),
      ...personFile("cat", ["grants: [wiki/space/data:editor]"]),
      ...inDocs("eve"),
      ...personFile("ada", ["accounts: { forge: ada-gh }", "grants: [forge/member, wiki/space/docs:editor]"]),
    });
    company.apps["wiki"]!.plant({ method: "PATCH", match: "/accounts/3", kind: { answer: 422 } });
    const applied = await company.apply("pulumi");
    expect(applied.code, applied.out + applied.err).toBe(6);
    expect(applied.out).toMatch(/failed +wiki - bob: suspend account bob/);
    expect(company.apps["wiki"]!.unfired).toEqual([]);
    expect(lines("wiki")).toContain("eve active space/docs:editor");
    expect(lines("wiki")).toContain("cat active space/data:editor");
    expect(lines("forge")).toContain("ada-gh active");
    const healed = await company.apply("pulumi");
    expect(healed.code, healed.out + healed.err).toBe(0);
    expect(lines("wiki")).toContain("bob suspended");
    expect((await company.preview("embedded")).code).toBe(0);
  });

  test("drift is what changed by hand, and an apply takes it back", async (ctx) => {
    if (bin === null) return ctx.skip(noPulumi);
    changeWiki(company, (world) => world.groups.forEach((g) => (g.members = g.members.filter((m) => m.account !== "2"))));
    const seen = await company.run((context) => drift(context, { detailedExitcode: true }), { engine: "pulumi", env: company.env });
    expect(seen.code, seen.err).toBe(2);
    expect(seen.out).toMatch(/grant wiki\/space\/docs:editor/);
    const applied = await company.apply("pulumi", { apps: ["wiki"] });
    expect(applied.code, applied.out + applied.err).toBe(0);
    expect(lines("wiki")).toContain("ada active space/docs:editor");
  });

  test("killed in the middle of an update, the next run needs nobody: its own dead lock goes, what was made is adopted, stops are ours", async (ctx) => {
    if (bin === null) return ctx.skip(noPulumi);
    const newcomers = Array.from({ length: 24 }, (_, i) => `n${i}`);
    await company.write(Object.assign({}, ...newcomers.map((key) => inDocs(key)), inDocs("dan", "last-day: 2026-06-09")));
    company.forget();
    // The clock of a child is the machine's: every date in the files is past for both.
    const child = company.child("--engine", "pulumi", "--app", "wiki", "apply", "--yes");
    const struck = new Promise<void>((done) => company.apps["wiki"]!.onWrite(({ method }) => void (method === "POST" && done())));
    const early = await Promise.race([struck, child.ended]);
    expect(early, early?.err).toBeUndefined();
    company.apps["wiki"]!.onWrite(null);
    // The provider is not killed: it has to find out by itself.
    const [cli, ...below] = (await family(child.process.pid!)).slice(1);
    for (const pid of [child.process.pid!, cli!]) strike(pid, "SIGKILL");
    expect((await child.ended).code).toBe(-1);
    // (Pulumi starts a second one that is never asked anything and knows nothing of rollcall.)
    await expect.poll(() => below.some((pid) => !strike(pid, 0)), { timeout: 60_000 }).toBe(true);
    for (const pid of below) strike(pid, "SIGKILL");
    const seen = company.mutating().length;
    const locks = join(company.backend, ".pulumi", "locks", "organization", "rollcall", "wiki");
    expect((await readdir(locks)).filter((name) => name.endsWith(".json"))).toHaveLength(1);
    // As it is where the kill comes a moment earlier.
    await writeFile(join(company.backend, ".pulumi", "stacks", "rollcall", "wiki.json.attrs"), "");
    const healed = await company.apply("pulumi", { apps: ["wiki"], now: () => new Date() });
    expect(healed.code, healed.out + healed.err).toBe(0);
    expect(company.mutating().length).toBeGreaterThan(seen);
    expect(company.mutating().filter((call) => call === "wiki POST /accounts")).toHaveLength(newcomers.length);
    for (const key of newcomers) expect(lines("wiki")).toContain(`${key} active space/docs:editor`);
    expect((await company.state("wiki")).accounts.get("dan")).toMatchObject({ status: "suspended", stoppedByUs: true });
    expect((JSON.parse(await company.file("wiki")) as { checkpoint: { latest: object } }).checkpoint.latest).not.toHaveProperty(
      "pending_operations",
    );
    expect((await company.preview("embedded")).code).toBe(0);
  });

  test("a lock that is not a dead run of ours is respected: exit 7, and it is left", async (ctx) => {
    if (bin === null) return ctx.skip(noPulumi);
    const folder = join(company.backend, ".pulumi", "locks", "organization", "rollcall", "wiki");
    const file = join(folder, "1b4e28ba-2fa1-41d2-883f-0016d3cca427.json");
    await mkdir(folder, { recursive: true });
    await writeFile(file, JSON.stringify({ pid: 1, username: "else", hostname: "elsewhere", timestamp: "2026-06-10T12:00:00Z" }));
    await company.write(inDocs("fay"));
    const refused = await company.apply("pulumi", { apps: ["wiki"] });
    expect(refused.code, refused.out + refused.err).toBe(7);
    expect(refused.out + refused.err).toMatch(/else@elsewhere/);
    expect(lines("wiki")).not.toContain("fay active space/docs:editor");
    expect((await company.apply("embedded", { apps: ["wiki"] })).code).toBe(7);
    expect(await readFile(file, "utf8")).toMatch(/elsewhere/);
    await rm(file);
  });

  test("state goes out and in again: to a backend of its own, and back", async (ctx) => {
    if (bin === null) return ctx.skip(noPulumi);
    const other = join(company.dir, "..", "other");
    await mkdir(other);
    const env = { ...company.env, PULUMI_BACKEND_URL: `file://${other}` };
    const file = join(company.dir, "..", "wiki.json");
    const out = await company.run((context) => exportState(context, "wiki", { out: file }));
    expect(out.code, out.err).toBe(0);
    const into = await company.run((context) => importState(context, "wiki", file, {}), { engine: "pulumi", env });
    expect(into.code, into.err).toBe(0);
    const shown = await company.preview("pulumi", { apps: ["wiki"], env });
    expect(shown.out).toBe((await company.preview("embedded", { apps: ["wiki"] })).out);
    const applied = await company.apply("pulumi", { apps: ["wiki"], env });
    expect(applied.code, applied.out + applied.err).toBe(0);
    const back = await company.run((context) => exportState(context, "wiki", { out: file }), { engine: "pulumi", env });
    expect(back.code, back.err).toBe(0);
    const home = await company.run((context) => importState(context, "wiki", file, { yes: true }));
    expect(home.code, home.err).toBe(0);
    const again = await company.preview("embedded", { apps: ["wiki"] });
    expect(again.code, again.out).toBe(0);
  });

  test("state with any other provider text is refused before Pulumi could run it", async (ctx) => {
    if (bin === null) return ctx.skip(noPulumi);
    const path = join(company.backend, ".pulumi", "stacks", "rollcall", "wiki.json");
    const text = await company.file("wiki");
    await writeFile(path, text.replaceAll('get(\\"memory/Tenant\\")', 'get(\\"memory/Tenant\\"),process.exit(1)'));
    const shown = await company.preview("pulumi", { apps: ["wiki"] });
    expect(shown.code).toBe(3);
    expect(shown.err).toMatch(/STATE_CODE/);
    await writeFile(path, text);
  });
});

/** Sends a signal; false where the process is gone. */
function strike(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

/** A process and everything below it, each after its parent. */
async function family(pid: number): Promise<number[]> {
  const all: number[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => ""); // gone meanwhile
    if (Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === pid) all.push(Number(name));
  }
  return [pid, ...(await Promise.all(all.map(family))).flat()];
}

test("what waits for another app's account is left to the next run; what is taken away there waits for nobody", async (ctx) => {
  if (bin === null) return ctx.skip(noPulumi);
  const both = (key: string, ...lines: string[]) => personFile(key, [...lines, "grants: [wiki/space/docs:editor, annex/member]"]);
  const annex: AppSketch = {
    connector: "memory",
    census: { accounts: [{ id: "7", login: "bob", email: "bob@acme.example", status: "active" }], groups: [] },
    more: "after: [wiki]\n",
  };
  const company = await openPulumiCompany(bin, { ...wiki(), annex }, { ...people, ...both("bob") });
  try {
    const adopted = await company.apply("pulumi");
    expect(adopted.code, adopted.out + adopted.err).toBe(0);
    await company.write({ ...both("bob", "last-day: 2026-06-09"), ...both("eve") });
    const first = await company.apply("pulumi");
    expect(first.code, first.out + first.err).toBe(0);
    expect(first.out).toMatch(/under way +annex \+ eve: create account eve.*waits for wiki\/eve/);
    expect(censusLines(company.apps["wiki"]!)).toContain("eve active space/docs:editor");
    expect(censusLines(company.apps["annex"]!)).toEqual(["bob suspended"]);
    const second = await company.apply("pulumi");
    expect(second.code, second.out + second.err).toBe(0);
    expect(censusLines(company.apps["annex"]!)).toEqual(["bob suspended", "eve active"]);
    expect((await company.preview("embedded")).code).toBe(0);
  } finally {
    await company.close();
  }
});
