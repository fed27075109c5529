import { appendFile, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RunRecord } from "../../../src/core/record/record.ts";
import { openStateDirectory, type StateDirectory } from "../../../src/io/state/state-directory.ts";
import { failingDisk, still, temporaryFolder } from "./temporary.ts";

/** A link of a chain; its hash is one, if not core's. */
const after = (last: RunRecord | null, at: string, actor = "ada"): RunRecord => {
  const draft = {
    version: 1 as const,
    sequence: (last?.sequence ?? 0) + 1,
    at,
    run: { trigger: "merge" as const, actor, url: null },
    rollcall: "1.0.0",
    commits: { from: null, to: null },
    segments: [],
    operations: [],
    left: [],
    outstanding: [],
    unapproved: [],
    result: 0,
    previous: last?.hash ?? null,
  };
  return { ...draft, hash: createHash("sha256").update(JSON.stringify(draft)).digest("hex") };
};

async function folder(): Promise<{ root: string; state: StateDirectory }> {
  const root = join(await temporaryFolder(), "state");
  return { root, state: openStateDirectory(root, still) };
}

describe("records beside the state", () => {
  test("are lines of one file a month, and come back in order", async () => {
    const { root, state } = await folder();
    expect(await state.records.last()).toBeNull();
    expect(await state.records.all()).toEqual([]);
    for (const at of ["2026-06-30T23:59:00Z", "2026-07-01T00:01:00Z", "2026-07-02T00:00:00Z"])
      await state.records.append((last) => after(last, at));
    expect(await readdir(join(root, "records"))).toEqual(["2026-06.jsonl", "2026-07.jsonl"]);
    const all = await openStateDirectory(root, still).records.all();
    expect(all.map((r) => r.sequence)).toEqual([1, 2, 3]);
    expect(await state.records.last()).toEqual(all[2]);
    expect(all[1]!.previous).toBe(all[0]!.hash);
  });

  test("stay in order where the clock is set back", async () => {
    const { state } = await folder();
    for (const at of ["2026-07-01T00:00:00Z", "2026-06-30T00:00:00Z"]) await state.records.append((last) => after(last, at));
    expect((await state.records.all()).map((r) => r.sequence)).toEqual([1, 2]);
  });

  test("of runs that end at the same time make one chain", async () => {
    const { root } = await folder();
    const runs = Array.from({ length: 5 }, () => openStateDirectory(root, { now: () => new Date() }));
    await Promise.all(runs.map((run, i) => run.records.append((last) => after(last, "2026-07-01T00:00:00Z", `run ${i}`))));
    const all = await runs[0]!.records.all();
    expect(all.map((r) => r.sequence)).toEqual([1, 2, 3, 4, 5]);
    expect(new Set(all.map((r) => r.run.actor)).size).toBe(5);
    for (const [i, record] of all.entries()) expect(record.previous).toBe(all[i - 1]?.hash ?? null);
  }, 60_000);

  test("take only the record that follows", async () => {
    const { state } = await folder();
    await state.records.append((last) => after(last, "2026-07-01T00:00:00Z"));
    const again = state.records.append(() => after(null, "2026-07-01T00:00:00Z"));
    await expect(again).rejects.toThrow(/does not follow record 1/);
    expect(await state.records.all()).toHaveLength(1);
  });

  test("that are damaged are an error that names file and line; a last line that was cut short was never written", async () => {
    const { root, state } = await folder();
    for (const at of ["2026-07-01T00:00:00Z", "2026-07-02T00:00:00Z"]) await state.records.append((last) => after(last, at));
    const path = join(root, "records/2026-07.jsonl");
    const whole = await readFile(path, "utf8");
    await appendFile(path, '{"version":1,"seq');
    expect(await state.records.all()).toHaveLength(2);
    await state.records.append((last) => after(last, "2026-07-03T00:00:00Z"));
    expect(await state.records.all()).toHaveLength(3);
    for (const [text, line] of [
      [whole.replace('"result":0', '"result":"0"'), 1],
      [whole.replace("}\n{", "}\nnot JSON\n{"), 2],
      [whole.replace('"actor":"ada"', '"actor":"ada","more":1'), 1],
    ] as const) {
      await writeFile(path, text);
      await expect(state.records.all()).rejects.toMatchObject({
        kind: "refused",
        message: expect.stringContaining(`records/2026-07.jsonl:${line} is no run record`) as string,
      });
    }
  });

  test("are read from plain files alone, named by month", async () => {
    const { root, state } = await folder();
    await mkdir(join(root, "records"), { recursive: true });
    await writeFile(join(root, "records/notes.txt"), "");
    await expect(state.records.last()).rejects.toMatchObject({ message: expect.stringContaining("records/notes.txt") as string });
    const linked = await folder();
    await mkdir(linked.root, { recursive: true });
    await symlink(join(root, "records"), join(linked.root, "records"));
    await expect(linked.state.records.append((last) => after(last, "2026-07-01T00:00:00Z"))).rejects.toMatchObject({ kind: "refused" });
  });

  test("on a full disk are not lost: the run is told", async () => {
    const root = join(await temporaryFolder(), "state");
    const disk = failingDisk();
    const state = openStateDirectory(root, { ...still, fs: disk.fs });
    await state.records.append((last) => after(last, "2026-07-01T00:00:00Z"));
    disk.on("write", /records/, "ENOSPC");
    await expect(state.records.append((last) => after(last, "2026-07-02T00:00:00Z"))).rejects.toMatchObject({ kind: "disk" });
    disk.off();
    await state.records.append((last) => after(last, "2026-07-02T00:00:00Z"));
    expect((await state.records.all()).map((r) => r.sequence)).toEqual([1, 2]);
  });
});
