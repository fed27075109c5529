import { expect, test } from "vitest";
import { FaultError } from "../../../../src/connector/fault.ts";
import { runApp } from "../../../../src/io/engine/embedded/app-run.ts";
import { account, record, state } from "../../../support/world.ts";
import { bench, fault, op, outcomeOf, statuses } from "./bench.ts";

const now = Promise.resolve();
const known = state("vault", [record("vault", "ada", "u1"), record("vault", "bob", "u2")]);
const world = { accounts: [account("u1"), account("u2")] };

test("what was interrupted before it was sent is skipped, its intent to stop is taken back, and nothing more is begun", async () => {
  const stop = new AbortController();
  const b = bench({
    operations: [op("suspend", "ada", "account", { at: "u1" }), op("suspend", "bob", "account", { at: "u2" })],
    state: known,
    world,
    manifest: { concurrency: 1 },
    signal: stop.signal,
    answer: () => {
      stop.abort();
      return fault("interrupted");
    },
  });
  const result = await runApp(b.run, b.control, now);
  expect(statuses(result)).toEqual({ "suspend ada account": "skipped", "suspend bob account": "skipped" });
  expect(outcomeOf(result, "suspend ada account").fault!.message).toBe("interrupted before it was sent");
  expect(b.saved[0]!.accounts.get("ada")!.inputs.status).toBe("suspended");
  expect(b.saved.at(-1)!.accounts).toEqual(known.accounts);
  expect(b.log.filter((line) => /^(?:begin|end|send)/.test(line))).toEqual([
    "begin suspend ada account",
    "send suspend u1",
    "end suspend ada account",
  ]);
});

test("a write whose answer was lost stays in doubt when the question after it is interrupted", async () => {
  const b = bench({
    operations: [op("suspend", "ada", "account", { at: "u1" })],
    state: known,
    world,
    answer: () => fault("ambiguous", "the answer was lost"),
    tenant: { get: () => Promise.reject(new FaultError({ kind: "interrupted", message: "interrupted instead of waiting" })) },
  });
  const result = await runApp(b.run, b.control, now);
  expect(outcomeOf(result, "suspend ada account")).toMatchObject({
    status: "failed",
    fault: { kind: "ambiguous", message: "the answer was lost" },
  });
  expect(b.saved.at(-1)!.accounts.get("ada")!.inputs.status).toBe("suspended");
});

test("and when its second sending is", async () => {
  const b = bench({
    operations: [op("suspend", "ada", "account", { at: "u1" })],
    state: known,
    world,
    answer: (_, nth) => fault(nth === 1 ? "ambiguous" : "interrupted"),
    tenant: { get: () => Promise.resolve({ account: account("u1"), edges: [] }) },
  });
  const result = await runApp(b.run, b.control, now);
  expect(outcomeOf(result, "suspend ada account")).toMatchObject({ status: "failed", fault: { kind: "ambiguous" } });
  expect(b.saved.at(-1)!.accounts.get("ada")!.inputs.status).toBe("suspended");
});

test("what the vendor still works on is as pending as before when nobody could ask", async () => {
  const b = bench({
    operations: [op("delete", "ada", "account", { at: "u1" })],
    state: known,
    world,
    answer: () => ({ status: "pending", handle: "job 1" }),
    tenant: { poll: () => Promise.reject(new FaultError({ kind: "interrupted", message: "interrupted instead of waiting" })) },
  });
  const result = await runApp(b.run, b.control, now);
  expect(outcomeOf(result, "delete ada account")).toMatchObject({ status: "pending", note: "job 1" });
});
