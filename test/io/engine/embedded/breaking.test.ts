import { describe, expect, test } from "vitest";
import { FaultError } from "../../../../src/connector/fault.ts";
import type { AppOutcome } from "../../../../src/core/engine.ts";
import { applyRuns } from "../../../../src/io/engine/embedded/apply.ts";
import { runApp } from "../../../../src/io/engine/embedded/app-run.ts";
import { record, state } from "../../../support/world.ts";
import { bench, type BenchSketch, fault, newcomer, op, outcomeOf, statuses } from "./bench.ts";

const now = Promise.resolve();
const people = ["ada", "bob", "cat", "dan"];
const known = state(
  "vault",
  people.map((p) => record("vault", p, `u-${p}`, { owned: { "team/red": "reader" } })),
);
const revokes = people.map((p) => op("revoke", p, "team/red", { at: `u-${p}` }));

describe("state before the first write", () => {
  test("the intent of every stop and every adoption is saved before anything is sent", async () => {
    const b = bench({
      operations: [
        op("adopt", "eve", "account", { next: record("vault", "eve", "u-eve") }),
        op("suspend", "ada", "account", { at: "u-ada" }),
      ],
      state: known,
    });
    await runApp(b.run, b.control, now);
    expect(b.log[0]).toBe("save");
    expect(b.saved[0]!.accounts.get("ada")).toMatchObject({ status: "active", stoppedByUs: false, inputs: { status: "suspended" } });
    expect(b.saved[0]!.accounts.has("eve")).toBe(true);
    expect(b.saved[0]!.tenant).toBe("acme");
    expect(b.saved.at(-1)!.accounts.get("ada")).toMatchObject({ status: "suspended", stoppedByUs: true });
  });

  test("where it cannot be saved, nothing is sent", async () => {
    const b = bench({
      operations: [op("suspend", "ada", "account", { at: "u-ada" })],
      state: known,
      onSave: (_, nth) => {
        if (nth === 1) throw new Error("disk full");
      },
    });
    const result = await runApp(b.run, b.control, now);
    expect(b.performed).toEqual([]);
    expect(result.failure!.message).toContain("disk full");
    expect(outcomeOf(result, "suspend ada account").status).toBe("skipped");
  });

  test("adoptions alone open no door", async () => {
    const b = bench({
      operations: [op("adopt", "eve", "account", { next: record("vault", "eve", "u-eve") })],
      open: () => Promise.reject(new Error("opened")),
    });
    const result = await runApp(b.run, b.control, now);
    expect(result.failure).toBeNull();
    expect(b.saved.at(-1)!.accounts.has("eve")).toBe(true);
  });

  test("a stop that was never sent is not remembered as ours, one that was sent and failed is", async () => {
    const operations = [op("suspend", "ada", "account", { at: "u-ada" }), op("suspend", "bob", "account", { at: "u-bob" })];
    const b = bench({ operations, state: known, manifest: { concurrency: 1 }, answer: () => fault("auth") });
    await runApp(b.run, b.control, now);
    expect(b.saved[0]!.accounts.get("bob")!.inputs.status).toBe("suspended");
    expect(b.saved.at(-1)!.accounts.get("bob")!.inputs.status).toBe("active");
    expect(b.saved.at(-1)!.accounts.get("ada")!.inputs.status).toBe("suspended");
  });
});

describe("a journal that breaks", () => {
  test("at a begin: that call is not sent, no other is begun, what was done is saved, the failure is told", async () => {
    let begins = 0;
    const b = bench({
      operations: revokes,
      state: known,
      manifest: { concurrency: 1 },
      onBegin: () => {
        if (++begins === 3) throw new Error("no space left");
      },
    });
    const result = await runApp(b.run, b.control, now);
    expect(b.log.filter((l) => l.startsWith("send"))).toEqual(["send revoke u-ada team/red", "send revoke u-bob team/red"]);
    expect(statuses(result)).toEqual({
      "revoke ada team/red": "done",
      "revoke bob team/red": "done",
      "revoke cat team/red": "skipped",
      "revoke dan team/red": "skipped",
    });
    expect(result.failure).toMatchObject({ kind: "journal" });
    expect(result.failure!.message).toContain("no space left");
    expect(Object.keys(b.saved.at(-1)!.accounts.get("ada")!.owned)).toEqual([]);
    expect(Object.keys(b.saved.at(-1)!.accounts.get("cat")!.owned)).toEqual(["team/red"]);
  });

  test("at an end: the outcome counts and is in the saved state, and nothing more is sent", async () => {
    const b = bench({
      operations: revokes,
      state: known,
      manifest: { concurrency: 1 },
      onEnd: () => {
        throw new Error("no space left");
      },
    });
    const result = await runApp(b.run, b.control, now);
    expect(b.performed).toHaveLength(1);
    expect(outcomeOf(result, revokes[0]!.id).status).toBe("done");
    expect(result.failure!.kind).toBe("journal");
    expect(Object.keys(b.saved.at(-1)!.accounts.get("ada")!.owned)).toEqual([]);
  });

  test("while others are being begun: they are not sent either", async () => {
    let release!: () => void;
    const held = new Promise<void>((resolve) => (release = resolve));
    const b = bench({
      operations: revokes.slice(0, 2),
      state: known,
      onBegin: async ([o]) => {
        if (o!.person === "ada") await held;
        else throw new Error("broken");
      },
    });
    const running = runApp(b.run, b.control, now);
    await new Promise((r) => setImmediate(r));
    release();
    const result = await running;
    expect(b.performed).toEqual([]);
    expect(result.failure!.kind).toBe("journal");
  });
});

describe("a checkpoint that breaks", () => {
  const failing: Partial<BenchSketch> = {
    state: known,
    onSave: () => {
      throw new Error("hunter2 disk gone");
    },
  };

  test("at the end: everything that was done is told, with the failure, and the journal keeps what it has", async () => {
    const b = bench({ ...failing, operations: revokes, world: { tenant: null } });
    const result = await runApp(b.run, b.control, now);
    expect(result.outcomes.map((o) => o.status)).toEqual(["done", "done", "done", "done"]);
    expect(result.failure).toMatchObject({ kind: "state" });
    expect(result.failure!.message).toMatch(/journal has what was done.*\*\*\* disk gone/);
    expect(b.log).not.toContain("settle");
    expect(b.log.filter((l) => l.startsWith("end"))).toHaveLength(4);
  });

  test("is told beside a refused credential, not instead of it", async () => {
    const b = bench({ ...failing, operations: revokes, world: { tenant: null }, answer: () => fault("auth", "expired") });
    const result = await runApp(b.run, b.control, now);
    expect(result.failure!.kind).toBe("auth");
    expect(result.failure!.message).toMatch(/expired; and state could not be saved/);
  });
});

describe("several apps", () => {
  const appOf = (s: BenchSketch & { app: string }) => bench({ ...s, operations: s.operations.map((o) => ({ ...o, app: s.app })) });
  const byApp = (apps: readonly AppOutcome[]): Record<string, AppOutcome> => Object.fromEntries(apps.map((a) => [a.app, a]));

  test("a refused credential ends its own app only", async () => {
    const bad = appOf({
      app: "bad",
      operations: revokes,
      manifest: { concurrency: 1 },
      answer: (_, nth) => (nth > 0 ? fault("auth", "expired") : undefined),
    });
    const good = appOf({ app: "good", operations: revokes });
    const { apps } = await applyRuns([bad.run, good.run], bad.control);
    expect(byApp(apps)["bad"]!.failure).toEqual({ kind: "auth", message: "expired" });
    expect(byApp(apps)["bad"]!.outcomes.map((o) => o.status)).toEqual(["failed", "skipped", "skipped", "skipped"]);
    expect(bad.performed).toHaveLength(1);
    expect(byApp(apps)["good"]!.outcomes.every((o) => o.status === "done")).toBe(true);
  });

  test("an app that cannot be opened fails alone, and its redacted reason is told", async () => {
    const bad = appOf({
      app: "bad",
      operations: revokes,
      open: () => Promise.reject(new FaultError({ kind: "forbidden", message: "no hunter2" })),
    });
    const good = appOf({ app: "good", operations: revokes });
    const { apps } = await applyRuns([bad.run, good.run], bad.control);
    expect(byApp(apps)["bad"]!.failure).toEqual({ kind: "forbidden", message: "no ***" });
    expect(byApp(apps)["bad"]!.outcomes).toHaveLength(4);
    expect(byApp(apps)["good"]!.failure).toBeNull();
  });

  test("`after` holds back gains until the gains of the other app were tried, and no loss", async () => {
    const log: string[] = [];
    const first = appOf({
      app: "first",
      log,
      operations: [newcomer("one")],
      answer: async () => (await new Promise((r) => setTimeout(r, 5)), undefined),
    });
    const second = appOf({
      app: "second",
      log,
      after: ["first"],
      operations: [op("suspend", "ada", "account", { at: "u1" }), newcomer("two")],
    });
    await applyRuns([second.run, first.run], first.control);
    expect(log.indexOf("send create two")).toBeGreaterThan(log.indexOf("answered create one"));
    expect(log.indexOf("answered suspend u1")).toBeLessThan(log.indexOf("answered create one"));
  });

  test("a predecessor that fails, or that has only losses, or that is not in this run, blocks nothing", async () => {
    const failing = appOf({ app: "failing", operations: [newcomer("one")], open: () => Promise.reject(new Error("down")) });
    const losing = appOf({ app: "losing", operations: revokes });
    const second = appOf({ app: "second", after: ["failing", "losing", "nowhere"], operations: [newcomer("two")] });
    const { apps } = await applyRuns([second.run, failing.run, losing.run], second.control);
    expect(byApp(apps)["second"]!.outcomes[0]!.status).toBe("done");
  });

  test("a circle of `after` blocks nothing", async () => {
    const circle = ["a", "b", "c"].map((app, i) => appOf({ app, after: [["b", "c", "a"][i]!, app], operations: [newcomer(`n-${app}`)] }));
    const { apps } = await applyRuns(
      circle.map((c) => c.run),
      circle[0]!.control,
    );
    expect(apps.map((a) => [a.app, a.outcomes[0]!.status])).toEqual([
      ["a", "done"],
      ["b", "done"],
      ["c", "done"],
    ]);
  });
});

describe("an interruption", () => {
  test("lets what is in flight finish, starts nothing more, saves state, and says so", async () => {
    const stop = new AbortController();
    const b = bench({
      operations: revokes,
      state: known,
      manifest: { concurrency: 2 },
      signal: stop.signal,
      answer: async () => {
        stop.abort();
        await new Promise((r) => setImmediate(r));
        return undefined;
      },
    });
    const result = await applyRuns([b.run], b.control);
    expect(result.interrupted).toBe(true);
    expect(statuses(result.apps[0]!)).toEqual({
      "revoke ada team/red": "done",
      "revoke bob team/red": "done",
      "revoke cat team/red": "skipped",
      "revoke dan team/red": "skipped",
    });
    expect(result.apps[0]!.failure).toBeNull();
    expect(b.log.slice(-2)).toEqual(["save", "settle"]);
    expect(Object.keys(b.saved.at(-1)!.accounts.get("bob")!.owned)).toEqual([]);
    expect(Object.keys(b.saved.at(-1)!.accounts.get("cat")!.owned)).toEqual(["team/red"]);
  });

  test("ends the asking after a pending answer", async () => {
    const stop = new AbortController();
    const b = bench({
      operations: [revokes[0]!],
      signal: stop.signal,
      answer: () => (stop.abort(), { status: "pending", handle: "j" }),
      tenant: { poll: () => Promise.reject(new Error("asked")) },
    });
    expect((await runApp(b.run, b.control, now)).outcomes[0]!.status).toBe("pending");
  });
});
