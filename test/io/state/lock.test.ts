import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, describe, onTestFinished, test } from "vitest";
import { type ProcessFacts, processFacts } from "../../../src/io/state/process-facts.ts";
import { openStateDirectory, type StateDirectory, type StateDirectoryOptions } from "../../../src/io/state/state-directory.ts";
import { account, noon, operation, stateOf } from "../../core/state/sample.ts";
import { run, still, temporaryFolder } from "./temporary.ts";

const locks = ".pulumi/locks/organization/rollcall/forge";
const leases = ".rollcall-lock/forge";

const machine = (more: Partial<ProcessFacts> = {}): ProcessFacts => ({
  pid: 10,
  host: "build-7",
  user: "ada",
  boot: "b1",
  namespace: "n1",
  started: "100",
  startOf: (pid) => (pid === 10 || pid === 11 ? "100" : null),
  ...more,
});

const directoryOf = (root: string, options: Partial<StateDirectoryOptions> = {}): StateDirectory =>
  openStateDirectory(root, { ...still, process: machine(), ...options });

async function foreignLock(root: string, name: string, text: string): Promise<void> {
  await mkdir(join(root, locks), { recursive: true });
  await writeFile(join(root, locks, name), text);
}

describe("the lock of an app", () => {
  test("is Pulumi's: one file with who and since, gone after release, lease included", async () => {
    const root = await temporaryFolder();
    const locking = await directoryOf(root).lock("forge", run);
    const [name] = await readdir(join(root, locks));
    expect(name).toMatch(/^[0-9a-f-]{36}\.json$/);
    expect(JSON.parse(await readFile(join(root, locks, name!), "utf8"))).toStrictEqual({
      pid: 10,
      username: "ada",
      hostname: "build-7",
      timestamp: "2026-03-01T12:00:00.000Z",
    });
    expect(locking.kind).toBe("open");
    if (locking.kind === "open") await locking.app.release();
    expect([await readdir(join(root, locks)), await readdir(join(root, leases))]).toStrictEqual([[], []]);
  });

  test("held by a living run is told with holder, since and what to do; another app's is free", async () => {
    const root = await temporaryFolder();
    await directoryOf(root).lock("forge", run);
    const other = directoryOf(root, { process: machine({ pid: 11, user: "bob" }), now: () => noon(86_400) });
    const held = await other.lock("forge", run);
    expect(held).toMatchObject({
      kind: "held",
      holder: { by: "rollcall", who: "ada on build-7, process 10", since: "2026-03-01T12:00:00.000Z" },
    });
    expect(held.kind === "held" && held.holder.fix).toMatch(/rollcall state unlock forge/);
    expect((await other.lock("docs", run)).kind).toBe("open");
  });

  test("of Pulumi is never cleared, however old, also by a process id that is not there", async () => {
    const root = await temporaryFolder();
    await foreignLock(
      root,
      "5f.json",
      JSON.stringify({ pid: 999, username: "bob", hostname: "build-7", timestamp: "2020-01-01T00:00:00Z" }),
    );
    const held = await directoryOf(root).lock("forge", run);
    expect(held).toMatchObject({ kind: "held", holder: { by: "pulumi", id: "5f", who: "bob on build-7, process 999" } });
    expect(held.kind === "held" && held.holder.fix).toMatch(/pulumi cancel --stack organization\/rollcall\/forge/);
    expect(await readdir(join(root, locks))).toStrictEqual(["5f.json"]);
  });

  test("in a file that cannot be read holds as well; side files do not", async () => {
    const root = await temporaryFolder();
    await foreignLock(root, "5f.json.attrs", "{}");
    const directory = directoryOf(root);
    const first = await directory.lock("forge", run);
    expect(first.kind).toBe("open");
    if (first.kind === "open") await first.app.release();
    await foreignLock(root, "60.json", "{");
    expect(await directory.lock("forge", run)).toMatchObject({ kind: "held", holder: { who: expect.stringContaining("cannot be read") } });
  });

  test.each([
    ["whose process is gone", machine({ pid: 12, startOf: () => null }), 0, "open"],
    ["whose process id belongs to another process now", machine({ pid: 12, startOf: () => "200" }), 0, "open"],
    ["of a living process that has been silent for a day", machine({ pid: 12 }), 86_400, "held"],
    ["on another machine, silent for less than the lease", machine({ pid: 12, host: "build-8", startOf: () => null }), 300, "held"],
    ["on another machine, silent for longer", machine({ pid: 12, host: "build-8" }), 301, "open"],
    [
      "in another container of the same name, whose pid means nothing here",
      machine({ pid: 12, namespace: "n2", startOf: () => null }),
      0,
      "held",
    ],
    ["on another machine of the same name", machine({ pid: 12, boot: "b2", startOf: () => null }), 0, "held"],
    ["whose start is not known, and its process is there", machine({ pid: 12, startOf: () => "" }), 0, "held"],
  ] as const)("of a run %s: %s", async (_, me, later, expected) => {
    const root = await temporaryFolder();
    await directoryOf(root).lock("forge", run);
    expect((await directoryOf(root, { process: me, now: () => noon(later) }).lock("forge", run)).kind).toBe(expected);
  });

  test("is kept by its heartbeat", async () => {
    const root = await temporaryFolder();
    let beat: () => void = () => undefined;
    let now = noon();
    const every: StateDirectoryOptions["every"] = (milliseconds, task) => {
      expect(milliseconds).toBe(30_000);
      beat = task;
      return () => undefined;
    };
    await directoryOf(root, { every, now: () => now }).lock("forge", run);
    now = noon(400);
    beat();
    const [name] = await readdir(join(root, leases));
    await expect.poll(async () => readFile(join(root, leases, name!), "utf8")).toContain("2026-03-01T12:06:40.000Z");
    const elsewhere = directoryOf(root, { process: machine({ host: "build-8" }), now: () => noon(500) });
    expect((await elsewhere.lock("forge", run)).kind).toBe("held");
  });

  test("that was taken over writes nothing more: neither checkpoint nor intent", async () => {
    const root = await temporaryFolder();
    const slept = await directoryOf(root).lock("forge", run);
    const elsewhere = directoryOf(root, { process: machine({ host: "build-8" }), now: () => noon(301) });
    expect((await elsewhere.lock("forge", run)).kind).toBe("open");
    if (slept.kind !== "open") throw new Error("not open");
    await expect(slept.app.journal.begin([operation({ verb: "suspend" })])).rejects.toMatchObject({ kind: "lock-lost" });
    await expect(slept.app.save(stateOf(account("ada")))).rejects.toMatchObject({ kind: "lock-lost" });
    expect(await elsewhere.apps()).toStrictEqual([]);
    await slept.app.release();
    expect(await elsewhere.holders("forge")).toHaveLength(1); // only the own files go
  });

  test("is never won by two that start together", async () => {
    const root = await temporaryFolder();
    for (let round = 0; round < 30; round++) {
      // Each attempt yields a different number of times before it begins, so that the steps interleave in many ways.
      const attempts = Array.from({ length: 6 }, async (_, i) => {
        for (let turn = 0; turn < (i * round) % 17; turn++) await Promise.resolve();
        return directoryOf(root).lock("forge", run);
      });
      const won = (await Promise.all(attempts)).flatMap((a) => (a.kind === "open" ? [a.app] : []));
      expect(won.length).toBeLessThanOrEqual(1);
      for (const app of won) await app.release();
      expect(await directoryOf(root).holders("forge")).toStrictEqual([]);
    }
    expect((await directoryOf(root).lock("forge", run)).kind).toBe("open");
  });

  test("is removed by a person who knows better", async () => {
    const root = await temporaryFolder();
    await foreignLock(root, "5f.json", "{}");
    const directory = directoryOf(root);
    await directory.unlock("forge", (await directory.holders("forge"))[0]!.id);
    expect((await directory.lock("forge", run)).kind).toBe("open");
  });
});

describe("a run that is killed with kill -9", () => {
  test("holds the next one up while it lives, and not after; its intent is known and the next run goes on", async () => {
    const root = join(await temporaryFolder(), "state");
    const child = spawn(process.execPath, [fileURLToPath(new URL("./hold-lock.ts", import.meta.url)), root], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const [said] = await once(child.stdout, "data");
    expect(String(said)).toBe("open\n");
    const directory = openStateDirectory(root, { ...still, now: () => new Date(), process: processFacts() });
    expect(await directory.lock("forge", run)).toMatchObject({ kind: "held", holder: { by: "rollcall" } });
    child.kill("SIGKILL");
    await once(child, "exit");
    const next = await directory.lock("forge", run);
    if (next.kind !== "open") throw new Error("still held");
    expect(next.app.state.accounts.get("ada")).toMatchObject({ status: "active", inputs: { status: "suspended" } });
    expect(await next.app.save(next.app.state)).toBe("written");
    await next.app.release();
    expect(await directory.holders("forge")).toStrictEqual([]);
  });
});
