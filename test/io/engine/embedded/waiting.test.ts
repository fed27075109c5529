import { describe, expect, test } from "vitest";
import { runApp } from "../../../../src/io/engine/embedded/app-run.ts";
import { account, record, state } from "../../../support/world.ts";
import { bench, fault, newcomer, op, outcomeOf, statuses } from "./bench.ts";

const now = Promise.resolve();

describe("what rests on something that did not come about", () => {
  test("grants of an invited newcomer wait, those of others do not", async () => {
    const operations = [
      newcomer("new"),
      op("grant", "new", "team/red", { after: "reader" }),
      op("grant", "ada", "team/red", { at: "u1", after: "reader" }),
    ];
    const b = bench({
      operations,
      answer: (c) =>
        c.verb === "create" ? { status: "invited", ref: { kind: "invitation", id: "7" }, handle: "invitation/7" } : undefined,
    });
    const result = await runApp(b.run, b.control, now);
    expect(statuses(result)).toEqual({ "create new account": "invited", "grant new team/red": "pending", "grant ada team/red": "done" });
    expect(b.saved.at(-1)!.accounts.get("new")!.pending!.handle).toBe("invitation/7");
  });

  test("grants of a newcomer whose account could not be made are skipped with the reason", async () => {
    const b = bench({
      operations: [newcomer("new"), op("grant", "new", "team/red", { after: "reader" })],
      answer: (c) => (c.verb === "create" ? fault("invalid") : undefined),
    });
    const result = await runApp(b.run, b.control, now);
    expect(statuses(result)).toEqual({ "create new account": "failed", "grant new team/red": "skipped" });
    expect(b.performed).toHaveLength(1);
  });

  test("a newcomer's grants go to the account that was made", async () => {
    const b = bench({ operations: [newcomer("new"), op("grant", "new", "team/red", { after: "reader" })] });
    await runApp(b.run, b.control, now);
    expect(b.performed[1]![0]).toMatchObject({ verb: "grant", ref: { id: "made-new" } });
    expect(b.saved.at(-1)!.accounts.get("new")).toMatchObject({
      ref: { id: "made-new" },
      owned: { "team/red": "reader" },
      status: "active",
    });
  });

  test("grants of a group that could not be made are skipped, those of one that was name its id", async () => {
    const operations = [
      op("createGroup", null, "team/blue", { payload: {} }),
      op("createGroup", null, "team/green", { payload: {} }),
      op("grant", "ada", "team/blue", { at: "u1", after: "reader" }),
      op("grant", "ada", "team/green", { at: "u1", after: "reader" }),
    ];
    const b = bench({ operations, answer: (c) => (c.verb === "createGroup" && c.name === "team/blue" ? fault("forbidden") : undefined) });
    const result = await runApp(b.run, b.control, now);
    expect(outcomeOf(result, "grant ada team/blue")).toMatchObject({ status: "skipped" });
    expect(b.performed.at(-1)![0]).toMatchObject({
      verb: "grant",
      target: { name: "team/green", ref: { kind: "team", id: "made-team/green" } },
    });
  });

  test("a group that gets another name is granted under it by its id, and not at all where the renaming failed", async () => {
    const operations = [
      op("updateGroup", null, "team/new", { at: "team/t1", payload: {} }),
      op("grant", "ada", "team/new", { at: "u1", after: "reader" }),
    ];
    const world = { groups: [{ entitlement: "team/old", ref: { kind: "team", id: "t1" } }] };
    const good = bench({ operations, world });
    await runApp(good.run, good.control, now);
    expect(good.performed.at(-1)![0]).toMatchObject({ verb: "grant", target: { name: "team/new", ref: { id: "t1" } } });
    const bad = bench({ operations, world, answer: (c) => (c.verb === "updateGroup" ? fault("invalid") : undefined) });
    expect(statuses(await runApp(bad.run, bad.control, now))).toEqual({
      "updateGroup - team/new": "failed",
      "grant ada team/new": "skipped",
    });
  });

  test("a group is deleted only when everybody who was to leave it has left", async () => {
    const operations = [
      op("revoke", "ada", "team/old", { at: "u1" }),
      op("delete", "bob", "account", { at: "u2" }),
      op("deleteGroup", null, "team/old", { at: "team/t1" }),
    ];
    const world = {
      accounts: [account("u1"), account("u2")],
      edges: [
        ["u1", "team/old"],
        ["u2", "team/old"],
      ] as const,
    };
    const all = bench({ operations, world });
    expect(outcomeOf(await runApp(all.run, all.control, now), "deleteGroup - team/old").status).toBe("done");
    for (const stuck of ["revoke", "delete"]) {
      const b = bench({ operations, world, answer: (c) => (c.verb === stuck ? fault("forbidden") : undefined) });
      expect(outcomeOf(await runApp(b.run, b.control, now), "deleteGroup - team/old")).toMatchObject({
        status: "skipped",
        fault: { message: "somebody is still in team/old" },
      });
    }
  });

  test("the failed stop of somebody who is not in a group does not keep it", async () => {
    const operations = [op("delete", "bob", "account", { at: "u2" }), op("deleteGroup", null, "team/old", { at: "team/t1" })];
    const b = bench({ operations, answer: (c) => (c.verb === "delete" ? fault("forbidden") : undefined) });
    expect(outcomeOf(await runApp(b.run, b.control, now), "deleteGroup - team/old").status).toBe("done");
  });
});

describe("an answer that is pending", () => {
  const stop = op("suspend", "ada", "account", { at: "u1" });
  const pending = { status: "pending", handle: "job-1" } as const;

  test("is asked after until it is done", async () => {
    let polls = 0;
    const b = bench({
      operations: [stop],
      answer: () => pending,
      tenant: { poll: (handle) => Promise.resolve(handle === "job-1" && ++polls === 3 ? { status: "done" } : pending) },
    });
    expect(outcomeOf(await runApp(b.run, b.control, now), stop.id).status).toBe("done");
    expect(b.log.filter((l) => l === "sleep")).toHaveLength(3);
    expect(b.events.filter((e) => e.kind === "waiting")).toHaveLength(3);
  });

  test("is left to the next run after six times, with the intent of the stop in state", async () => {
    const b = bench({
      operations: [stop],
      state: state("vault", [record("vault", "ada", "u1")]),
      answer: () => pending,
      tenant: { poll: () => Promise.resolve(pending) },
    });
    expect(outcomeOf(await runApp(b.run, b.control, now), stop.id)).toMatchObject({ status: "pending", note: "job-1" });
    expect(b.log.filter((l) => l === "sleep")).toHaveLength(6);
    expect(b.saved.at(-1)!.accounts.get("ada")!.inputs.status).toBe("suspended");
  });

  test("whose asking fails has failed; one that nobody can ask after stays pending", async () => {
    const broken = bench({ operations: [stop], answer: () => pending, tenant: { poll: () => Promise.reject(new Error("gone")) } });
    expect(outcomeOf(await runApp(broken.run, broken.control, now), stop.id).status).toBe("failed");
    const silent = bench({ operations: [stop], answer: () => pending });
    expect(outcomeOf(await runApp(silent.run, silent.control, now), stop.id).status).toBe("pending");
    expect(silent.log).not.toContain("sleep");
  });

  test("grants of an account that is still being made wait", async () => {
    const b = bench({
      operations: [newcomer("new"), op("grant", "new", "team/red", { after: "reader" })],
      answer: (c) => (c.verb === "create" ? pending : undefined),
    });
    expect(statuses(await runApp(b.run, b.control, now))).toEqual({ "create new account": "pending", "grant new team/red": "pending" });
  });
});
