import { cp, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { AppState } from "../../../src/core/model/state.ts";
import {
  type OpenState,
  openStateDirectory,
  type StateDirectory,
  type StateDirectoryOptions,
} from "../../../src/io/state/state-directory.ts";
import { account, done, noon, operation, stateOf } from "../../core/state/sample.ts";
import { failingDisk, type Fault, run, still, temporaryFolder } from "./temporary.ts";

const checkpoint = ".pulumi/stacks/rollcall/forge.json";
const one = stateOf(account("ada"));
const two = stateOf(account("ada"), account("bob"));

async function opened(directory: StateDirectory): Promise<OpenState> {
  const locking = await directory.lock("forge", run);
  if (locking.kind === "held") throw new Error(`held by ${locking.holder.who}`);
  return locking.app;
}

async function saveIn(directory: StateDirectory, state: AppState): Promise<"written" | "unchanged"> {
  const app = await opened(directory);
  try {
    return await app.save(state);
  } finally {
    await app.release();
  }
}

/** A state folder that holds one account. */
async function begun(options: Partial<StateDirectoryOptions> = {}): Promise<{ root: string; directory: StateDirectory }> {
  const root = join(await temporaryFolder(), "state");
  await saveIn(openStateDirectory(root, still), one);
  return { root, directory: openStateDirectory(root, { ...still, ...options }) };
}

describe("a state folder", () => {
  test("gives back what was saved, and lists its apps", async () => {
    const { root, directory } = await begun();
    expect((await directory.load("forge", "memory")).state).toStrictEqual(one);
    expect(await directory.apps()).toStrictEqual(["forge"]);
    expect(await readFile(join(root, ".pulumi/meta.yaml"), "utf8")).toBe("version: 1\n");
  });

  test("is empty before the first run, and reading it writes nothing", async () => {
    const folder = await temporaryFolder();
    const directory = openStateDirectory(join(folder, "state"), still);
    expect((await directory.load("forge", "memory")).state).toMatchObject({ accounts: new Map(), groups: new Map() });
    expect(await directory.apps()).toStrictEqual([]);
    expect(await readdir(folder)).toStrictEqual([]);
  });

  test("leaves every file as it is where nothing changed, whatever the clock says", async () => {
    const { root } = await begun();
    const before = await stat(join(root, checkpoint));
    expect(await saveIn(openStateDirectory(root, { ...still, now: () => noon(9999) }), one)).toBe("unchanged");
    expect((await stat(join(root, checkpoint))).ino).toBe(before.ino);
    expect(await readdir(join(root, ".pulumi/stacks/rollcall"))).toStrictEqual(["forge.json"]);
  });

  test("keeps the text before the last write, and the provider's id for life", async () => {
    const { root, directory } = await begun();
    const before = await readFile(join(root, checkpoint), "utf8");
    expect(await saveIn(directory, two)).toBe("written");
    expect(await readFile(join(root, `${checkpoint}.bak`), "utf8")).toBe(before);
    const id = (text: string): string => JSON.parse(text).checkpoint.latest.resources[1].id;
    expect(id(await readFile(join(root, checkpoint), "utf8"))).toBe(id(before));
  });

  test("takes the first checkpoints of several apps at once", async () => {
    const directory = openStateDirectory(join(await temporaryFolder(), "state"), still);
    const apps = Array.from({ length: 8 }, (_, i) => `app-${i}`);
    await Promise.all(
      apps.map(async (app) => {
        const locking = await directory.lock(app, run);
        if (locking.kind === "held") throw new Error("held");
        await locking.app.save({ app, connector: "memory", accounts: new Map(), groups: new Map() });
        await locking.app.release();
      }),
    );
    expect(await directory.apps()).toStrictEqual(apps);
  });

  test("holds nothing that others may read", async () => {
    const { root } = await begun();
    expect((await stat(join(root, checkpoint))).mode & 0o077).toBe(0);
    expect((await stat(join(root, ".pulumi"))).mode & 0o077).toBe(0);
  });

  test("refuses an app that changed its connector", async () => {
    const { directory } = await begun();
    await expect(directory.load("forge", "github")).rejects.toThrow(/made by the connector memory, and its file says github/);
  });

  test("does not write what the next run would refuse", async () => {
    const { root, directory } = await begun();
    await expect(saveIn(directory, stateOf(account("ada", { ref: { kind: "user", id: "../1" } })))).rejects.toMatchObject({
      kind: "refused",
    });
    expect((await directory.load("forge", "memory")).state).toStrictEqual(one);
    expect(await readdir(join(root, ".rollcall-tmp"))).toStrictEqual([]);
  });

  test("refuses a file with foreign provider code, and never overwrites it", async () => {
    const { root, directory } = await begun();
    const evil = (await readFile(join(root, checkpoint), "utf8")).replaceAll('require(\\"rollcall/pulumi\\")', 'require(\\"evil\\")');
    await writeFile(join(root, checkpoint), evil);
    await expect(directory.load("forge", "memory")).rejects.toMatchObject({ kind: "refused" });
    await expect(opened(directory)).rejects.toMatchObject({ kind: "refused" });
    expect(await readFile(join(root, checkpoint), "utf8")).toBe(evil);
    expect(await directory.holders("forge")).toStrictEqual([]);
  });

  test.each([
    ["damaged JSON", async (root: string) => writeFile(join(root, checkpoint), '{"version":3'), /forge\.json\.bak/],
    ["a manifest whose magic does not fit", async (root: string) => edit(root, (t) => t.replace("ab35920a", "ab35920b")), /magic/],
    [
      "a compressed checkpoint",
      async (root: string) => cp(join(root, checkpoint), join(root, `${checkpoint}.gz`)).then(() => rm(join(root, checkpoint))),
      /compressed/,
    ],
    ["a backend of an unknown version", async (root: string) => writeFile(join(root, ".pulumi/meta.yaml"), "version: 2\n"), /version 1/],
    [
      "a backend without projects",
      async (root: string) => rm(join(root, ".pulumi/meta.yaml")).then(() => writeFile(join(root, ".pulumi/stacks/old.json"), "{}")),
      /old layout/,
    ],
  ])("refuses %s, with what to do", async (_, spoil, why) => {
    const { root, directory } = await begun();
    await spoil(root);
    await expect(directory.load("forge", "memory")).rejects.toThrow(why);
  });

  const edit = async (root: string, change: (text: string) => string): Promise<void> =>
    writeFile(join(root, checkpoint), change(await readFile(join(root, checkpoint), "utf8")));

  test.each([checkpoint, ".pulumi/stacks/rollcall", ".pulumi", "journal", ".rollcall-tmp", ""])(
    "follows no symbolic link at %j",
    async (path) => {
      const { root, directory } = await begun();
      const elsewhere = join(await temporaryFolder(), "elsewhere");
      if (path === "journal") await mkdir(elsewhere);
      else await cp(join(root, path), elsewhere, { recursive: true });
      await rm(join(root, path), { recursive: true, force: true });
      await symlink(elsewhere, join(root, path));
      await expect(saveIn(directory, two).then(() => directory.load("forge", "memory"))).rejects.toThrow(/symbolic link/);
    },
  );

  test("may lie outside the checkout, but a committed link must not put it there", async () => {
    const checkout = await temporaryFolder();
    const elsewhere = await temporaryFolder();
    expect(await saveIn(openStateDirectory(join(elsewhere, "state"), { ...still, base: checkout }), one)).toBe("written");
    await symlink(elsewhere, join(checkout, ".rollcall"));
    const linked = openStateDirectory(join(checkout, ".rollcall/state"), { ...still, base: checkout });
    await expect(linked.load("forge", "memory")).rejects.toThrow(/symbolic link/);
  });

  test("is not led out of by an app's key", async () => {
    const { directory } = await begun();
    await expect(directory.load("../forge", "memory")).rejects.toThrow(/key of an app/);
    await expect(directory.unlock("forge", "../../x")).rejects.toThrow(/id of a lock/);
  });
});

describe("a disk that fails", () => {
  const calls = ["open", "write", "sync", "rename"] as const;
  const faults: Fault[] = ["ENOSPC", "EIO"];
  test.each(calls.flatMap((call) => faults.map((code) => [call, code] as const)))(
    "at %s with %s is told, and the checkpoint before is whole",
    async (call, code) => {
      const disk = failingDisk();
      const { root, directory } = await begun({ fs: disk.fs });
      const before = await readFile(join(root, checkpoint), "utf8");
      const app = await opened(directory);
      disk.on(call, call === "rename" ? /forge\.json$/ : /rollcall-tmp.*forge\.json$/, code);
      await expect(app.save(two)).rejects.toMatchObject({ name: "StateError", kind: "disk", cause: { code } });
      disk.off();
      expect(await readFile(join(root, checkpoint), "utf8")).toBe(before);
      expect(await readdir(join(root, ".rollcall-tmp"))).toStrictEqual([]);
      expect(await app.save(two)).toBe("written");
      await app.release();
    },
  );

  test("before the intent is written sends nothing: begin fails, and so does everything after it", async () => {
    const disk = failingDisk();
    const { directory } = await begun({ fs: disk.fs });
    const app = await opened(directory);
    const suspend = operation({ verb: "suspend" });
    disk.on("sync", /journal\/forge\.jsonl$/, "EIO");
    await expect(app.journal.begin([suspend])).rejects.toMatchObject({ kind: "disk" });
    disk.off();
    await expect(app.journal.begin([suspend])).rejects.toMatchObject({ kind: "disk" });
    await app.release();
    expect((await opened(directory)).state).toBeDefined();
  });
});

describe("checkpoint and journal together", () => {
  const grant = operation({ verb: "grant", target: "team/dba", after: "member" });
  const suspend = operation({ verb: "suspend" });
  const outcome = { operation: grant, outcome: done(grant) };

  test("a run that ends without a checkpoint has forgotten nothing", async () => {
    const { directory } = await begun();
    const killed = await opened(directory);
    await killed.journal.begin([grant, suspend]);
    await killed.journal.end([outcome]);
    await killed.release();
    const { state } = await directory.load("forge", "memory");
    expect(state.accounts.get("ada")).toMatchObject({ owned: { "team/dba": "member" }, status: "active", inputs: { status: "suspended" } });
  });

  test("what a checkpoint has is not folded again: later knowledge stays", async () => {
    const { directory } = await begun();
    const first = await opened(directory);
    await first.journal.begin([grant]);
    await first.journal.end([outcome]);
    await first.save(stateOf(account("ada", { owned: {} })));
    await first.release();
    expect((await directory.load("forge", "memory")).state.accounts.get("ada")!.owned).toStrictEqual({});
  });

  test("settling keeps recent writes for reading, and forgets them in time", async () => {
    const { root, directory } = await begun();
    const first = await opened(directory);
    await first.journal.begin([grant]);
    await first.journal.end([outcome]);
    await first.save(one);
    await first.journal.settle();
    await first.release();
    expect((await directory.load("forge", "memory")).entries.map((e) => e.type)).toStrictEqual(["begin", "end", "saved"]);
    const later = await opened(openStateDirectory(root, { ...still, now: () => noon(61) }));
    await later.journal.settle();
    expect(await directory.load("forge", "memory")).toMatchObject({ entries: [{ type: "saved", upTo: 2 }] });
    await later.journal.begin([grant]);
    expect((await directory.load("forge", "memory")).entries.at(-1)).toMatchObject({ type: "begin", seq: 4 });
    await later.release();
  });

  test("settling without a checkpoint forgets nothing", async () => {
    const { root } = await begun();
    const app = await opened(openStateDirectory(root, { ...still, now: () => noon() }));
    await app.journal.begin([grant]);
    await app.journal.end([outcome]);
    await app.release();
    const later = await opened(openStateDirectory(root, { ...still, now: () => noon(999) }));
    await later.journal.settle();
    expect(later.entries).toHaveLength(2);
    expect((await openStateDirectory(root, still).load("forge", "memory")).entries).toHaveLength(2);
    await later.release();
  });

  test("a run that does nothing leaves no journal", async () => {
    const { root, directory } = await begun();
    const app = await opened(directory);
    await app.save(one);
    await app.journal.settle();
    await app.release();
    expect(await readdir(root)).not.toContain("journal");
  });
});
