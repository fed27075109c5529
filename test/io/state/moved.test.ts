import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import * as nodeFs from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { AppState } from "../../../src/core/model/state.ts";
import { openStateDirectory, type OpenState, type StateDirectory } from "../../../src/io/state/state-directory.ts";
import type { FileSystem } from "../../../src/io/state/state-files.ts";
import { account, done, noon, operation, stateOf } from "../../core/state/sample.ts";
import { run, still, temporaryFolder } from "./temporary.ts";

/** The app `forge` is called `smithy` now. */
const formerly = ["forge"];
const known = stateOf(account("ada"), account("bob"));
const grant = operation({ verb: "grant", target: "team/dba", after: "member" });
const path = (root: string, app: string): string => join(root, ".pulumi/stacks/rollcall", `${app}.json`);
const journal = (root: string, app: string): string => join(root, "journal", `${app}.jsonl`);
const under = (state: AppState, app: string): AppState => ({
  ...state,
  app,
  accounts: new Map([...state.accounts].map(([k, r]) => [k, { ...r, inputs: { ...r.inputs, app } }])),
});

async function opened(directory: StateDirectory, app = "smithy", before: readonly string[] = formerly): Promise<OpenState> {
  const locking = await directory.lock(app, { ...run, formerly: before });
  if (locking.kind === "held") throw new Error(`held by ${locking.holder.who}`);
  return locking.app;
}

/** State of forge with a grant that only its journal knows. */
async function begun(): Promise<{ root: string; directory: StateDirectory; expected: AppState }> {
  const root = join(await temporaryFolder(), "state");
  const directory = openStateDirectory(root, still);
  const forge = await opened(directory, "forge", []);
  await forge.save(known);
  await forge.journal.begin([grant]);
  await forge.journal.end([{ operation: grant, outcome: done(grant) }]);
  await forge.release();
  const { state } = await directory.load("forge", "memory");
  return { root, directory, expected: under(state, "smithy") };
}

const everyFile = async (root: string): Promise<string[]> =>
  (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name))
    .sort();

describe("an app that has another key than before", () => {
  test("is read from where it was, with what only its journal knows, and nothing is written", async () => {
    const { root, directory, expected } = await begun();
    const before = await everyFile(root);
    expect(expected.accounts.get("ada")!.owned).toEqual({ "team/infra": "maintainer", "team/dba": "member" });
    const loaded = await directory.load("smithy", "memory", formerly);
    expect(loaded.state).toStrictEqual(expected);
    expect(loaded.entries.flatMap((e) => (e.type === "begin" ? [e.operation.app] : []))).toEqual(["smithy"]);
    expect(await everyFile(root)).toEqual(before);
  });

  test("is moved whole by the first run that writes: stack, ids and journal carry the new key, the provider's id stays", async () => {
    const { root, directory, expected } = await begun();
    const provider = (text: string): string => JSON.parse(text).checkpoint.latest.resources[1].id;
    const id = provider(await readFile(path(root, "forge"), "utf8"));
    const open = await opened(directory);
    expect(open.state).toStrictEqual(expected);
    await open.release();
    const text = await readFile(path(root, "smithy"), "utf8");
    expect(text).not.toContain("forge");
    expect(provider(text)).toBe(id);
    expect(await readFile(journal(root, "smithy"), "utf8")).not.toMatch(/"app":"forge"/);
    expect((await everyFile(root)).filter((f) => /stacks|journal/.test(f) && f.includes("forge"))).toEqual([]);
    expect((await directory.load("smithy", "memory")).state).toStrictEqual(expected); // also once formerly is gone from the file
    expect(await directory.apps()).toEqual(["smithy"]);
  });

  test("leaves word for checkouts that are older than the rename", async () => {
    const { directory } = await begun();
    await (await opened(directory)).release();
    await expect(directory.load("forge", "memory")).rejects.toMatchObject({
      kind: "refused",
      message: expect.stringContaining("taken over by smithy"),
    });
    await expect(opened(directory, "forge", [])).rejects.toMatchObject({ kind: "refused" });
    expect(await directory.holders("forge")).toEqual([]);
  });

  test("may go back to the key it had, and on to a third", async () => {
    const { directory, expected } = await begun();
    await (await opened(directory)).release();
    await (await opened(directory, "forge", ["smithy"])).release();
    expect((await directory.load("forge", "memory")).state).toStrictEqual(under(expected, "forge"));
    await expect(directory.load("smithy", "memory")).rejects.toMatchObject({ kind: "refused" });
    await (await opened(directory, "anvil", ["smithy", "forge"])).release();
    expect((await directory.load("anvil", "memory")).state).toStrictEqual(under(expected, "anvil"));
  });

  test("begins anew where there is no state of a former key", async () => {
    const directory = openStateDirectory(join(await temporaryFolder(), "state"), still);
    const open = await opened(directory);
    expect(open.state).toMatchObject({ app: "smithy", accounts: new Map() });
    await open.release();
  });

  test("is refused where there is state under both keys, naming the files", async () => {
    const { root, directory } = await begun();
    const other = await opened(directory, "smithy", []);
    await other.save(under(stateOf(account("cat")), "smithy"));
    await other.release();
    const before = await everyFile(root);
    await expect(directory.load("smithy", "memory", formerly)).rejects.toMatchObject({
      kind: "refused",
      message: expect.stringMatching(/several keys of smithy \(forge, smithy\).*forge\.json.*smithy\.json/),
    });
    await expect(opened(directory)).rejects.toMatchObject({ kind: "refused" });
    expect(await everyFile(root)).toEqual(before);
  });

  test("waits for a run that holds the former key", async () => {
    const { directory } = await begun();
    const forge = await opened(directory, "forge", []);
    expect(await directory.lock("smithy", { ...run, formerly })).toMatchObject({ kind: "held" });
    expect(await directory.holders("smithy")).toEqual([]);
    await forge.release();
    await (await opened(directory)).release();
  });

  test.each([
    ["damaged", async (root: string) => writeFile(path(root, "forge"), '{"version":3'), /not JSON/],
    [
      "of another connector",
      async (root: string) =>
        edit(path(root, "forge"), (t) => t.replaceAll("rollcall/memory", "rollcall/github").replaceAll('"memory', '"github')),
      /connector github/,
    ],
    ["about a stack of neither key", async (root: string) => edit(path(root, "forge"), (t) => t.replaceAll("forge", "other")), /refused/],
    [
      "compressed",
      async (root: string) => {
        await nodeFs.rename(path(root, "forge"), `${path(root, "forge")}.gz`);
      },
      /compressed/,
    ],
  ])("is refused where its state is %s", async (_, harm, words) => {
    const { root, directory } = await begun();
    await harm(root);
    await expect(directory.load("smithy", "memory", formerly)).rejects.toThrow(words);
    await expect(opened(directory)).rejects.toThrow(words);
    expect(await directory.holders("smithy")).toEqual([]);
    expect(await directory.holders("forge")).toEqual([]);
  });

  test("damaged word of a move is said", async () => {
    const { root, directory } = await begun();
    await mkdir(join(root, ".rollcall-moved"));
    await writeFile(join(root, ".rollcall-moved/forge.json"), '{"version":1,"to":"../x"}');
    await expect(directory.load("forge", "memory")).rejects.toThrow(/\.rollcall-moved\/forge\.json does not say/);
  });
});

test("killed at any write, a move is finished by the next run, and read rightly in between", async () => {
  let steps = 0;
  for (let at = 1; ; at++) {
    const { root, directory, expected } = await begun();
    const dying = dyingDisk(at);
    const died = await opened(openStateDirectory(root, { ...still, fs: dying.fs }))
      .then(async (open) => open.release())
      .then(
        () => false,
        () => true,
      );
    if (!died) {
      steps = at;
      break;
    }
    for (const app of ["forge", "smithy"]) for (const holder of await directory.holders(app)) await directory.unlock(app, holder.id);
    // What a checkout of today sees, whatever stood still where.
    expect((await directory.load("smithy", "memory", formerly)).state).toStrictEqual(expected);
    const open = await opened(openStateDirectory(root, { ...still, now: () => noon(60) }));
    expect(open.state).toStrictEqual(expected);
    await open.release();
    expect((await directory.load("smithy", "memory")).state).toStrictEqual(expected);
    expect((await everyFile(root)).filter((f) => /stacks|journal/.test(f) && f.includes("forge"))).toEqual([]);
    await rm(root, { recursive: true });
  }
  expect(steps).toBeGreaterThan(10);
});

async function edit(file: string, change: (text: string) => string): Promise<void> {
  await writeFile(file, change(await readFile(file, "utf8")));
}

/** A machine that stops at the nth change of its disk: that one and none after it happens. */
function dyingDisk(at: number): { fs: FileSystem } {
  let changes = 0;
  const alive = (): void => {
    if (++changes >= at) throw Object.assign(new Error("EIO: the machine is gone"), { code: "EIO" });
  };
  return {
    fs: {
      ...nodeFs,
      open: (async (file: string, flags?: string | number, mode?: number) => {
        if (typeof flags === "number" && (flags & nodeFs.constants.O_CREAT) !== 0) alive();
        return nodeFs.open(file, flags, mode);
      }) as FileSystem["open"],
      rename: async (from, to) => (alive(), nodeFs.rename(from, to)),
      unlink: async (file) => (alive(), nodeFs.unlink(file)),
    },
  };
}
