import { describe, expect, test } from "vitest";
import type { Call, Outcome } from "../../../../src/connector/contract.ts";
import { FaultError } from "../../../../src/connector/fault.ts";
import type { MatchKey, Subject } from "../../../../src/core/model/observed.ts";
import type { Operation } from "../../../../src/core/plan/operation.ts";
import { runApp } from "../../../../src/io/engine/embedded/app-run.ts";
import { record, state } from "../../../support/world.ts";
import { bench, type BenchSketch, fault, newcomer, op, outcomeOf, subject } from "./bench.ts";

const now = Promise.resolve();

/** One operation whose first sending is answered so; later ones as `again` says, done where it says nothing. */
async function one(
  operation: Operation,
  first: Outcome,
  more: Partial<BenchSketch> & { again?: Outcome; tenant?: BenchSketch["tenant"] } = {},
) {
  const { again, ...rest } = more;
  const b = bench({ operations: [operation], answer: (_: Call, nth) => (nth === 1 ? first : again), ...rest });
  const result = await runApp(b.run, b.control, now);
  return { outcome: outcomeOf(result, operation.id), sent: b.performed.flat().length, saved: b.saved.at(-1)!, result };
}

const finding = (...subjects: Subject[]) => {
  const asked: MatchKey[][] = [];
  return { asked, find: (keys: readonly MatchKey[]) => (asked.push([...keys]), Promise.resolve(subjects)) };
};

describe("what should end and is not there has ended", () => {
  test.each(["suspend", "delete", "revoke", "endSessions", "revokeCredentials"] as const)("%s", async (verb) => {
    const o = op(verb, "ada", verb === "revoke" ? "team/red" : "account", { at: "u1" });
    const { outcome, sent } = await one(o, fault("notFound"));
    expect(outcome.status).toBe("already");
    expect(sent).toBe(1);
  });

  test("but a gain that met nothing has failed", async () => {
    for (const o of [
      op("grant", "ada", "team/red", { at: "u1", after: "reader" }),
      op("update", "ada", "title", { at: "u1", after: "x" }),
      op("restore", "ada", "account", { at: "u1" }),
    ]) {
      expect((await one(o, fault("notFound"))).outcome).toMatchObject({ status: "failed", fault: { kind: "notFound" } });
    }
  });

  test("a lower level is set, not removed: where the edge is gone it has failed, so that the next run looks again", async () => {
    const o = op("revoke", "ada", "team/red", { at: "u1", before: "keeper", after: "reader" });
    expect((await one(o, fault("notFound"))).outcome.status).toBe("failed");
  });
});

describe("a create whose answer was lost", () => {
  test("is taken for made where the account is found, and is not sent again", async () => {
    const tenant = finding(subject("u9", { emails: [{ address: "New@acme.example", verified: true }], login: "new" }));
    const { outcome, sent, saved } = await one(newcomer("new"), fault("ambiguous"), { tenant });
    expect(outcome).toMatchObject({ status: "already", ref: { id: "u9" }, login: "new" });
    expect(sent).toBe(1);
    expect(tenant.asked).toEqual([[{ by: "email", value: "new@acme.example" }]]);
    expect(saved.accounts.get("new")!.ref.id).toBe("u9");
  });

  test("fails where it is not found: the next run asks again and makes it", async () => {
    const { outcome, sent, saved } = await one(newcomer("new"), fault("ambiguous"), { tenant: finding() });
    expect(outcome).toMatchObject({ status: "failed", fault: { kind: "ambiguous" } });
    expect(sent).toBe(1);
    expect(saved.accounts.has("new")).toBe(false);
  });

  test("fails with both reasons where the look-up fails too", async () => {
    const tenant = { find: () => Promise.reject(new FaultError({ kind: "transient", message: "still down" })) };
    const { outcome } = await one(newcomer("new"), fault("ambiguous", "answer lost"), { tenant });
    expect(outcome.status).toBe("failed");
    expect(outcome.fault!.message).toMatch(/answer lost.*still down/);
  });

  test("is an invitation where one is found open; grants then wait", async () => {
    const grant = op("grant", "new", "team/red", { after: "reader" });
    const b = bench({
      operations: [newcomer("new", { login: "newbie" }), grant],
      answer: (call) => (call.verb === "create" ? fault("ambiguous") : undefined),
      tenant: finding(subject("invitation/7", { status: "pending", login: "Newbie" })),
    });
    const result = await runApp(b.run, b.control, now);
    expect(outcomeOf(result, "create new account")).toMatchObject({ status: "invited", ref: { kind: "invitation", id: "7" } });
    expect(outcomeOf(result, grant.id).status).toBe("pending");
    expect(b.log).not.toContain("send grant 7 team/red");
    expect(b.saved.at(-1)!.accounts.get("new")).toMatchObject({ status: "pending", pending: { attempts: 1 } });
  });
});

describe("a create that met an account takes over only the one that fits", () => {
  const verified = { emails: [{ address: "new@acme.example", verified: true }] };
  const cases: readonly (readonly [
    string,
    Partial<NonNullable<Parameters<typeof newcomer>[1]>>,
    readonly Subject[],
    "already" | "failed",
  ])[] = [
    ["one with the verified address", {}, [subject("u9", verified)], "already"],
    ["one with the login, without regard to case", { login: "NewBie" }, [subject("u9", { login: "newbie" })], "already"],
    ["one with the id", { id: "u9" }, [subject("u9")], "already"],
    ["not an administrator by address", {}, [subject("u9", { ...verified, admin: true })], "failed"],
    ["not one whose address is unverified", {}, [subject("u9", { emails: [{ address: "new@acme.example", verified: false }] })], "failed"],
    ["not a suspended one", {}, [subject("u9", { ...verified, status: "suspended" })], "failed"],
    ["not an invitation that ran out", {}, [subject("u9", { ...verified, status: "expired" })], "failed"],
    ["not an outsider", {}, [subject("u9", { ...verified, outside: "an outside collaborator" })], "failed"],
    ["not one of two", {}, [subject("u8", verified), subject("u9", verified)], "failed"],
    [
      "not one with the address where the file names another login",
      { login: "somebody" },
      [subject("u9", { ...verified, login: "other" })],
      "failed",
    ],
    ["none", {}, [], "failed"],
  ];
  test.each(cases)("%s", async (_, payload, found, expected) => {
    const { outcome, sent, saved } = await one(newcomer("new", payload), fault("conflict"), { tenant: finding(...found) });
    expect(outcome.status).toBe(expected);
    if (expected === "failed") expect(outcome.fault!.kind).toBe("conflict");
    expect(saved.accounts.has("new")).toBe(expected === "already");
    expect(sent).toBe(1);
  });

  test("an administrator is taken over by login: the file names her", async () => {
    const { outcome } = await one(newcomer("new", { login: "root" }), fault("conflict"), {
      tenant: finding(subject("u9", { login: "root", admin: true })),
    });
    expect(outcome.status).toBe("already");
  });
});

describe("another write whose answer was lost is looked up", () => {
  const grant = op("grant", "ada", "team/red", { at: "u1", after: "editor" });
  const rows: readonly (readonly [string, Operation, Subject | null, boolean])[] = [
    ["a grant that holds", grant, subject("u1", {}, [["team/red", "editor"]]), true],
    ["a grant that does not hold", grant, subject("u1"), false],
    ["a grant at another level", grant, subject("u1", {}, [["team/red", "reader"]]), false],
    ["a revocation that took place", op("revoke", "ada", "team/red", { at: "u1" }), subject("u1"), true],
    ["a revocation that did not", op("revoke", "ada", "team/red", { at: "u1" }), subject("u1", {}, [["team/red", "reader"]]), false],
    ["a lowered level", op("revoke", "ada", "team/red", { at: "u1", after: "reader" }), subject("u1", {}, [["team/red", "reader"]]), true],
    [
      "a level that is still high",
      op("revoke", "ada", "team/red", { at: "u1", after: "reader" }),
      subject("u1", {}, [["team/red", "keeper"]]),
      false,
    ],
    ["a stop that holds", op("suspend", "ada", "account", { at: "u1" }), subject("u1", { status: "suspended" }), true],
    ["a stop that does not", op("suspend", "ada", "account", { at: "u1" }), subject("u1"), false],
    ["a stop nobody can see", op("suspend", "ada", "account", { at: "u1" }), subject("u1", { status: "unknown" }), false],
    ["a deletion that took place", op("delete", "ada", "account", { at: "u1" }), null, true],
    ["a deletion that did not", op("delete", "ada", "account", { at: "u1" }), subject("u1"), false],
    ["a restoration", op("restore", "ada", "account", { at: "u1" }), subject("u1"), true],
    ["an attribute", op("update", "ada", "title", { at: "u1", after: "x" }), subject("u1", { attributes: { title: "x" } }), true],
    ["another attribute", op("update", "ada", "title", { at: "u1", after: "x" }), subject("u1", { attributes: { title: "y" } }), false],
    ["ended sessions, which no read shows", op("endSessions", "ada", "account", { at: "u1" }), subject("u1"), false],
  ];
  test.each(rows)("%s", async (_, o, seen, holds) => {
    const { outcome, sent } = await one(o, fault("ambiguous"), { tenant: { get: () => Promise.resolve(seen) } });
    expect(outcome.status).toBe(holds ? "already" : "done");
    expect(sent).toBe(holds ? 1 : 2);
  });

  test("it is sent once more and never a third time", async () => {
    const { outcome, sent } = await one(grant, fault("ambiguous"), {
      again: fault("ambiguous", "lost again"),
      tenant: { get: () => Promise.resolve(subject("u1")) },
    });
    expect(outcome).toMatchObject({ status: "failed", fault: { kind: "ambiguous" } });
    expect(sent).toBe(2);
  });

  test("a second revocation that finds nothing shows that the first one worked", async () => {
    const { outcome } = await one(op("deleteGroup", null, "team/old", { at: "team/t1" }), fault("ambiguous"), { again: fault("notFound") });
    expect(outcome.status).toBe("already");
  });

  test("a group is not looked up as an account", async () => {
    const get = (): Promise<never> => Promise.reject(new Error("that is no account"));
    const { outcome, sent } = await one(op("updateGroup", null, "team/red", { at: "team/t1", payload: {} }), fault("ambiguous"), {
      tenant: { get },
    });
    expect(outcome.status).toBe("done");
    expect(sent).toBe(2);
  });

  test("where the look-up fails, the operation has failed and nothing is sent again", async () => {
    const { outcome, sent } = await one(grant, fault("ambiguous"), {
      tenant: { get: () => Promise.reject(new FaultError({ kind: "transient", message: "down" })) },
    });
    expect(outcome).toMatchObject({ status: "failed", fault: { message: "down" } });
    expect(sent).toBe(1);
  });
});

test("what the tenant cannot do becomes a person's task and never counts as done", async () => {
  const known = state("vault", [record("vault", "ada", "u1")]);
  const { outcome, saved } = await one(op("suspend", "ada", "account", { at: "u1" }), fault("unsupported", "not in this edition"), {
    state: known,
  });
  expect(outcome.status).toBe("human");
  expect(outcome.note).toMatch(/suspend.*ada.*vault.*not in this edition/);
  expect(saved.accounts.get("ada")).toMatchObject({ status: "active", stoppedByUs: false });
});

test.each(["forbidden", "invalid", "transient", "throttled", "refused"] as const)(
  "%s fails, without a look-up and without a second sending",
  async (kind) => {
    const ask = (): Promise<never> => Promise.reject(new Error("must not be asked"));
    for (const o of [newcomer("new"), op("revoke", "ada", "team/red", { at: "u1" })]) {
      const { outcome, sent } = await one(o, fault(kind), { tenant: { get: ask, find: ask } });
      expect(outcome).toMatchObject({ status: "failed", fault: { kind } });
      expect(sent).toBe(1);
    }
  },
);

test("secrets in a fault are struck out of outcomes", async () => {
  const { outcome } = await one(op("revoke", "ada", "team/red", { at: "u1" }), fault("invalid", "token hunter2 is odd"));
  expect(outcome.fault!.message).toBe("token *** is odd");
});
