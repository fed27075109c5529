import { describe, expect, test } from "vitest";
import type { Outcome } from "../../../../src/connector/contract.ts";
import type { ApplyResult } from "../../../../src/core/engine.ts";
import type { Operation } from "../../../../src/core/plan/operation.ts";
import { applyRuns } from "../../../../src/io/engine/embedded/apply.ts";
import { bench, type BenchSketch, fault, newcomer, op, outcomeOf } from "./bench.ts";

/** Ada's and Bob's accounts are made in idp, then at the site; Bob's site account waits for nobody. */
const inApp = (app: string, operations: readonly Operation[]): Operation[] => operations.map((o) => ({ ...o, app, id: `${app} ${o.id}` }));
const waiting = (o: Operation, operation: string | null): Operation => ({
  ...o,
  waits: [{ for: `idp/${o.person}`, why: "made by this plan", operation }],
});
const ofAda = "idp create ada account";

async function run(idp: Partial<BenchSketch>, more: readonly Operation[] = []): Promise<{ result: ApplyResult; log: string[] }> {
  const log: string[] = [];
  const first = bench({ app: "idp", log, operations: inApp("idp", [newcomer("ada")]), ...idp });
  const second = bench({
    app: "site",
    log,
    after: ["idp"],
    operations: inApp("site", [
      waiting(newcomer("ada"), ofAda),
      newcomer("bob"),
      waiting(op("grant", "ada", "team/red", { after: "reader" }), ofAda),
      op("grant", "bob", "team/red", { after: "reader" }),
      ...more,
    ]),
  });
  return { result: await applyRuns([second.run, first.run], first.control), log };
}
const atSite = ({ result }: { result: ApplyResult }) => result.apps.find((a) => a.app === "site")!;
const statuses = (r: { result: ApplyResult }): Record<string, string> =>
  Object.fromEntries(atSite(r).outcomes.map((o) => [o.id.replace("site ", ""), o.status]));
const everybody = { "create bob account": "done", "grant bob team/red": "done" };

describe("what waits for an account in another app", () => {
  test("goes on once that is made, after it", async () => {
    const r = await run({});
    expect(statuses(r)).toEqual({ ...everybody, "create ada account": "done", "grant ada team/red": "done" });
    expect(r.log.indexOf("answered create ada")).toBeLessThan(r.log.lastIndexOf("send create ada"));
  });

  test.each<[string, Outcome, string, RegExp]>([
    ["failed", fault("forbidden"), "skipped", /^waits for idp\/ada: /],
    ["was left to people", { status: "human", task: "make it" }, "skipped", /^waits for idp\/ada: make it$/],
  ])("is skipped with the reason where that %s, and others go on", async (_, answer, status, message) => {
    const r = await run({ answer: () => answer });
    expect(statuses(r)).toEqual({ ...everybody, "create ada account": status, "grant ada team/red": status });
    expect(outcomeOf(atSite(r), "site create ada account").fault!.message).toMatch(message);
  });

  test.each<[string, Outcome]>([
    ["is invited", { status: "invited", ref: { kind: "invitation", id: "7" }, handle: "7" }],
    ["is under way", { status: "pending", handle: "7" }],
  ])("is pending where she %s there", async (_, answer) => {
    const r = await run({ answer: () => answer });
    expect(statuses(r)).toEqual({ ...everybody, "create ada account": "pending", "grant ada team/red": "pending" });
    expect(outcomeOf(atSite(r), "site create ada account").note).toMatch(/^waits for idp\/ada: /);
  });

  test("is skipped where the other app could not be worked on at all", async () => {
    const r = await run({ open: () => Promise.reject(new Error("down")) });
    expect(statuses(r)).toEqual({ ...everybody, "create ada account": "skipped", "grant ada team/red": "skipped" });
  });

  test("is skipped where the operation that it waits for is in no run, or is none", async () => {
    const r = await run({ operations: inApp("idp", [newcomer("cat")]) }, [
      waiting(op("grant", "dan", "team/red", { at: "u4", after: "reader" }), null),
    ]);
    expect(statuses(r)).toEqual({
      ...everybody,
      "create ada account": "skipped",
      "grant ada team/red": "skipped",
      "grant dan team/red": "skipped",
    });
    expect(outcomeOf(atSite(r), "site grant dan team/red").fault!.message).toBe("waits for idp/dan: made by this plan");
  });

  test("waits for a restoration as well, though no gain of that app is to come", async () => {
    const log: string[] = [];
    const restore = inApp("idp", [op("restore", "ada", "account", { at: "u1", after: "active" })]);
    const first = bench({
      app: "idp",
      log,
      operations: restore,
      answer: async () => (await new Promise((r) => setImmediate(r)), undefined),
    });
    const second = bench({ app: "site", log, after: ["idp"], operations: inApp("site", [waiting(newcomer("ada"), restore[0]!.id)]) });
    const result = await applyRuns([second.run, first.run], first.control);
    expect(statuses({ result })).toEqual({ "create ada account": "done" });
    expect(log.indexOf("answered restore u1")).toBeLessThan(log.indexOf("send create ada"));
  });

  test("holds back no loss, whatever becomes of the other app", async () => {
    const r = await run({ answer: () => fault("forbidden") }, [
      op("suspend", "eve", "account", { at: "u5" }),
      op("revoke", "ada", "team/blue", { at: "u1" }),
    ]);
    expect(statuses(r)).toMatchObject({ "suspend eve account": "done", "revoke ada team/blue": "done" });
    expect(r.log.indexOf("answered suspend u5")).toBeLessThan(r.log.indexOf("answered create ada"));
  });
});

describe("a vendor that lets another system alone write", () => {
  test("is answered with the setting that says so", async () => {
    const b = bench({
      operations: [op("grant", "ada", "team/red", { at: "u1", after: "reader" }), op("suspend", "bob", "account", { at: "u2" })],
      answer: () => ({ status: "failed", fault: { kind: "forbidden", message: "403", managedElsewhere: true } }),
    });
    const { apps } = await applyRuns([b.run], b.control);
    expect(apps[0]!.outcomes.map((o) => o.fault)).toEqual([
      {
        kind: "forbidden",
        message:
          "403; another system manages it: name its app under provisioned-by in identities/apps/vault.yaml, and what carries team/red there under through",
      },
      { kind: "forbidden", message: "403; another system manages it: name its app under provisioned-by in identities/apps/vault.yaml" },
    ]);
  });
});
