import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { phases } from "../../../../src/core/plan/operation.ts";
import { runApp } from "../../../../src/io/engine/embedded/app-run.ts";
import { record, state } from "../../../support/world.ts";
import { bench, callText, newcomer, op, statuses } from "./bench.ts";

const now = Promise.resolve();

describe("phases", () => {
  test("every loss is answered before the first gain is sent, whatever order the operations come in", async () => {
    const operations = [
      op("grant", "ada", "team/red", { at: "u1", after: "reader" }),
      newcomer("new"),
      op("createGroup", null, "team/blue", { payload: {} }),
      op("update", "ada", "title", { at: "u1", after: "x" }),
      op("revoke", "bob", "team/red", { at: "u2" }),
      op("suspend", "cat", "account", { at: "u3" }),
      op("deleteGroup", null, "team/old", { at: "team/t9" }),
    ];
    const b = bench({ operations });
    await runApp(b.run, b.control, now);
    const sent = b.log.filter((l) => l.startsWith("send"));
    expect(sent).toEqual([
      "send suspend u3",
      "send revoke u2 team/red",
      "send update u1 title",
      "send createGroup team/blue",
      "send create new",
      "send grant u1 team/red",
      "send deleteGroup t9",
    ]);
    // Not only sent in order: each phase has its answers before the next begins.
    expect(b.log.filter((l) => /^(send|answered)/.test(l)).map((l) => l.split(" ")[0])).toEqual(
      Array.from({ length: 14 }, (_, i) => (i % 2 === 0 ? "send" : "answered")),
    );
  });

  test("a failing stop holds up no other loss and no gain", async () => {
    const operations = [
      op("suspend", "ada", "account", { at: "u1" }),
      op("suspend", "bob", "account", { at: "u2" }),
      op("revoke", "cat", "team/red", { at: "u3" }),
      newcomer("new"),
    ];
    const b = bench({
      operations,
      answer: (call) => (callText(call) === "suspend u1" ? { status: "failed", fault: { kind: "forbidden", message: "no" } } : undefined),
    });
    const result = await runApp(b.run, b.control, now);
    expect(statuses(result)).toEqual({
      "suspend ada account": "failed",
      "suspend bob account": "done",
      "revoke cat team/red": "done",
      "create new account": "done",
    });
    expect(result.failure).toBeNull();
  });

  test("stops wait for nobody: only gains wait for the gate", async () => {
    let open!: () => void;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const b = bench({
      operations: [
        op("suspend", "ada", "account", { at: "u1" }),
        op("revoke", "bob", "team/red", { at: "u2" }),
        op("update", "cat", "title", { at: "u3", after: "x" }),
        newcomer("new"),
      ],
    });
    const running = runApp(b.run, b.control, gate);
    while (!b.log.includes("answered update u3 title")) await new Promise((r) => setImmediate(r));
    expect(b.log).not.toContain("send create new");
    open();
    await running;
    expect(b.log).toContain("send create new");
  });
});

describe("lanes", () => {
  test("two operations of one account are never in flight at once, those of different accounts are", async () => {
    const operations = ["ada", "bob", "cat"].flatMap((p, i) =>
      ["red", "blue", "green", "black"].map((t) => op("grant", p, `team/${t}`, { at: `u${i}`, after: "reader" })),
    );
    const b = bench({ operations });
    await runApp(b.run, b.control, now);
    const busy = new Set<string>();
    let together = 0;
    for (const line of b.log.filter((l) => /^(send|answered)/.test(l))) {
      const [what, , who] = line.split(" ");
      if (what === "send") {
        expect(busy.has(who!), line).toBe(false);
        busy.add(who!);
        together = Math.max(together, busy.size);
      } else busy.delete(who!);
    }
    expect(together).toBe(3);
  });

  test("never more than the manifest's concurrency in flight", async () => {
    const operations = Array.from({ length: 40 }, (_, i) => op("revoke", `p${i}`, "team/red", { at: `u${i}` }));
    for (const concurrency of [1, 3]) {
      const b = bench({ operations, manifest: { concurrency } });
      await runApp(b.run, b.control, now);
      expect(b.peak()).toBe(concurrency);
    }
  });

  test("updates of one account become one call and one outcome each", async () => {
    const operations = [
      op("update", "ada", "email", { at: "u1", after: "a@acme.example" }),
      op("update", "ada", "title", { at: "u1", after: "Countess" }),
      op("update", "bob", "title", { at: "u2", after: "x" }),
    ];
    const b = bench({ operations, state: state("vault", [record("vault", "ada", "u1")]) });
    const result = await runApp(b.run, b.control, now);
    expect(b.performed.map((c) => c.map(callText))).toEqual([["update u1 email+title"], ["update u2 title"]]);
    expect(result.outcomes.map((o) => o.status)).toEqual(["done", "done", "done"]);
    expect(b.saved.at(-1)!.accounts.get("ada")!.inputs.attributes).toEqual({ email: "a@acme.example", title: "Countess" });
  });
});

describe("batches", () => {
  const can = { scopes: [], reversible: true, settles: 0 } as const;
  const verbs = { suspend: { ...can, batch: 3 }, endSessions: can, grant: { ...can, batch: 10 } };

  test("are as large as the manifest says, of one verb, each account at most once, in the account's order", async () => {
    const stops = ["a", "b", "c", "d"].flatMap((p) => [op("suspend", p, "account", { at: p }), op("endSessions", p, "account", { at: p })]);
    const grants = ["a", "b"].flatMap((p) => ["red", "blue"].map((t) => op("grant", p, `team/${t}`, { at: p, after: "reader" })));
    const b = bench({ operations: [...stops, ...grants], manifest: { verbs } });
    const result = await runApp(b.run, b.control, now);
    expect(b.performed[0]!.map(callText)).toEqual(["suspend a", "suspend b", "suspend c"]);
    for (const batch of b.performed) {
      expect(new Set(batch.map((c) => c.verb)).size).toBe(1);
      expect(new Set(batch.map((c) => ("ref" in c ? c.ref.id : ""))).size).toBe(batch.length);
    }
    expect(b.performed.filter((c) => c[0]!.verb === "grant").map((c) => c.length)).toEqual([2, 2]);
    for (const p of ["a", "b", "c", "d"])
      expect(b.log.indexOf(`answered suspend ${p}`)).toBeLessThan(b.log.indexOf(`send endSessions ${p}`));
    expect(result.outcomes).toHaveLength(12);
    expect(result.outcomes.every((o) => o.status === "done")).toBe(true);
  });

  test("one failing call of a batch fails alone; an answer that is missing is a failure, never a success", async () => {
    const operations = ["a", "b", "c"].map((p) => op("suspend", p, "account", { at: p }));
    const one = bench({
      operations,
      manifest: { verbs },
      answer: (call) => (callText(call) === "suspend b" ? { status: "failed", fault: { kind: "invalid", message: "b" } } : undefined),
    });
    expect(statuses(await runApp(one.run, one.control, now))).toEqual({
      "suspend a account": "done",
      "suspend b account": "failed",
      "suspend c account": "done",
    });
    const short = bench({ operations, manifest: { verbs }, tenant: { perform: () => Promise.resolve([{ status: "done" }]) } });
    expect(statuses(await runApp(short.run, short.control, now))).toEqual({
      "suspend a account": "done",
      "suspend b account": "failed",
      "suspend c account": "failed",
    });
  });
});

test("whatever is answered, every operation has exactly one outcome, was begun before it was sent, and state was saved last", async () => {
  const kinds = [
    "done",
    "already",
    "invited",
    "pending",
    "human",
    "forbidden",
    "conflict",
    "transient",
    "notFound",
    "unsupported",
    "throw",
  ] as const;
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.tuple(fc.constantFrom("suspend", "revoke", "update", "create", "grant", "endSessions"), fc.nat(3), fc.constantFrom(...kinds)),
        { maxLength: 14 },
      ),
      fc.integer({ min: 1, max: 4 }),
      async (rows, concurrency) => {
        const answers = new Map<string, (typeof kinds)[number]>();
        const operations = rows.flatMap(([verb, who, answer]) => {
          const person = `p${who}`;
          const o =
            verb === "create"
              ? newcomer(person)
              : op(verb, person, verb === "update" ? "title" : verb === "grant" || verb === "revoke" ? "team/red" : "account", {
                  at: `u${who}`,
                  after: verb === "revoke" ? null : "reader",
                });
          if (answers.has(o.id)) return [];
          answers.set(o.id, answer);
          return [o];
        });
        const b = bench({
          operations,
          manifest: { concurrency },
          answer: (call) => {
            const o = operations.find(
              (x) => x.verb === call.verb && (call.verb === "create" ? x.person === call.name : "ref" in call && x.ref?.id === call.ref.id),
            )!;
            const kind = answers.get(o.id)!;
            if (kind === "throw") throw new Error("a connector that breaks");
            if (kind === "done" || kind === "already")
              return { status: kind, ...(call.verb === "create" ? { ref: { kind: "user", id: `n-${call.name}` } } : {}) };
            if (kind === "invited") return { status: "invited", ref: { kind: "user", id: "i" }, handle: "h" };
            if (kind === "pending") return { status: "pending", handle: "h" };
            if (kind === "human") return { status: "human", task: "do it" };
            return { status: "failed", fault: { kind, message: kind } };
          },
        });
        const result = await runApp(b.run, b.control, now);
        expect(result.outcomes.map((o) => o.id)).toEqual(operations.map((o) => o.id));
        expect(result.outcomes.every((o) => o.status !== "skipped")).toBe(true);
        for (const o of operations) expect(b.log.filter((l) => l === `end ${o.id}`)).toHaveLength(1);
        const begun = b.log.findIndex((l) => l.startsWith("send"));
        if (begun >= 0) expect(b.log.slice(0, begun).some((l) => l.startsWith("begin"))).toBe(true);
        if (operations.length > 0) expect(b.log.slice(-2)).toEqual(["save", "settle"]);
        const order = b.log
          .filter((l) => l.startsWith("begin"))
          .map((l) => phases.indexOf(operations.find((o) => `begin ${o.id}` === l)!.phase as (typeof phases)[number]));
        expect(order).toEqual([...order].sort((x, y) => x - y));
      },
    ),
    { numRuns: 150 },
  );
});
