/** What an apply costs is counted, not timed: it has to grow with the number of operations, not with its square. */
import * as nodeFs from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Operation } from "../../../../src/core/plan/operation.ts";
import { runApp } from "../../../../src/io/engine/embedded/app-run.ts";
import { openStateDirectory } from "../../../../src/io/state/state-directory.ts";
import type { FileSystem } from "../../../../src/io/state/state-files.ts";
import { copiedEntries } from "../../../support/copied-entries.ts";
import { vault } from "../../../support/manifests.ts";
import { account, type EdgeSketch, record, state } from "../../../support/world.ts";
import { still, temporaryFolder } from "../../state/temporary.ts";
import { type Bench, bench, type BenchSketch, newcomer, op } from "./bench.ts";

const now = Promise.resolve();
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** n of every kind of operation, over an app that is as large. */
function everything(n: number): BenchSketch {
  const people = range(n).map((i) => `p${i}`);
  return {
    operations: people.flatMap((p, i) => [
      op("adopt", `old${i}`, "account", { at: `o${i}`, next: record("vault", `old${i}`, `o${i}`) }),
      op("suspend", p, "account", { at: p }),
      op("endSessions", p, "account", { at: p }),
      op("revoke", p, `team/t${i}`, { at: p, before: "reader" }),
      op("update", p, "title", { at: p, after: "Engineer" }),
      op("createGroup", null, `team/n${i}`, { payload: {} }),
      newcomer(`new${i}`),
      op("grant", `new${i}`, `team/n${i}`, { after: "reader" }),
      op("deleteGroup", null, `team/t${i}`, { at: `team/id-of-team-t${i}` }),
    ]),
    state: state(
      "vault",
      people.map((p) => record("vault", p, p)),
    ),
    world: { accounts: people.map((p) => account(p)), edges: people.map((p, i): EdgeSketch => [p, `team/t${i}`, "reader"]) },
    // In bulk, so that those that can travel together have to be found among those that cannot.
    manifest: { verbs: { ...vault.verbs, suspend: { ...vault.verbs.suspend!, batch: 2 }, update: { ...vault.verbs.update!, batch: 8 } } },
  };
}

/** Every look at a part of any of these. */
function watched<T extends object>(all: readonly T[]): { all: T[]; looks: () => number } {
  let looks = 0;
  const look: ProxyHandler<T> = { get: (target, name) => (looks++, Reflect.get(target, name) as unknown) };
  return { all: all.map((each) => new Proxy(each, look)), looks: () => looks };
}

test.each(["operations", "edges"] as const)("four times the operations look four times as often at %s", async (what) => {
  const looks = async (n: number): Promise<number> => {
    const b = bench(everything(n));
    const edges = watched(b.run.snapshot.edges);
    const operations = watched<Operation>(b.run.operations);
    const result = await runApp(
      { ...b.run, operations: operations.all, snapshot: { ...b.run.snapshot, edges: edges.all } },
      b.control,
      now,
    );
    expect(result.outcomes.every((o) => o.status === "done")).toBe(true);
    return { operations, edges }[what].looks();
  };
  expect(await looks(200)).toBeLessThanOrEqual(4 * (await looks(50)));
});

test("four times the operations copy four times as much", async () => {
  const copied = async (n: number): Promise<number> => {
    const b = bench(everything(n));
    return copiedEntries(() => runApp(b.run, b.control, now));
  };
  expect(await copied(200)).toBeLessThanOrEqual(4 * (await copied(50)));
});

/** What a run asks of the disk. */
interface Asked {
  looks: number;
  flushes: number;
  /** Bytes appended to the journal. */
  journal: number;
  checkpoints: number;
}

function countingDisk(asked: Asked): FileSystem {
  return {
    ...nodeFs,
    lstat: ((path: string) => {
      asked.looks++;
      return nodeFs.lstat(path);
    }) as FileSystem["lstat"],
    rename: (from, to) => {
      if (String(to).endsWith("stacks/rollcall/vault.json")) asked.checkpoints++;
      return nodeFs.rename(from, to);
    },
    open: (async (path: string, flags?: number, mode?: number) => {
      const handle = await nodeFs.open(path, flags, mode);
      return new Proxy(handle, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name, target);
          if (typeof value !== "function") return value;
          return (...given: unknown[]): unknown => {
            if (path.endsWith(".jsonl") && name === "appendFile") asked.journal += Buffer.byteLength(String(given[0]));
            if (path.endsWith(".jsonl") && name === "datasync") asked.flushes++;
            return value.apply(target, given) as unknown;
          };
        },
      });
    }) as FileSystem["open"],
  };
}

describe("on disk", () => {
  /** A run of n creations, `concurrency` of them at once. */
  async function ran(n: number, concurrency: number): Promise<Asked> {
    const asked: Asked = { looks: 0, flushes: 0, journal: 0, checkpoints: 0 };
    const directory = openStateDirectory(join(await temporaryFolder(), "state"), { ...still, fs: countingDisk(asked) });
    const locking = await directory.lock("vault", { manifest: vault, run: "r1", day: "2026-06-10" });
    if (locking.kind === "held") throw new Error(`held by ${locking.holder.who}`);
    const b: Bench = bench({ operations: range(n).map((i) => newcomer(`p${1000 + i}`)), manifest: { concurrency } });
    const save = async (next: Parameters<typeof locking.app.save>[0]): Promise<void> => void (await locking.app.save(next));
    const result = await runApp({ ...b.run, journal: locking.app.journal, save }, b.control, now);
    await locking.app.release();
    expect(result.failure).toBe(null);
    return asked;
  }

  test("an intent travels with the outcome before it: one flush an operation, however few are under way at once", async () => {
    const { flushes } = await ran(60, 1);
    expect(flushes).toBeLessThanOrEqual(60 + 2); // the last outcome, and the note that the checkpoint has it
    expect((await ran(60, 4)).flushes).toBeLessThanOrEqual(flushes);
  });

  test("there are as many checkpoints in a long run as in a short one, and the journal holds as much of each operation", async () => {
    const [short, long] = [await ran(20, 4), await ran(80, 4)];
    expect(long.checkpoints).toBe(short.checkpoints);
    expect(long.checkpoints).toBeLessThanOrEqual(2);
    expect(long.journal / 80).toBeLessThan(1.05 * (short.journal / 20));
  });

  test("the lock is looked for once a flush, with one look", async () => {
    const [short, long] = [await ran(20, 1), await ran(80, 1)];
    expect(long.looks - short.looks).toBeLessThanOrEqual(long.flushes - short.flushes);
  });
});
