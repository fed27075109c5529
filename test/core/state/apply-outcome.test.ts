import { describe, expect, test } from "vitest";
import type { OperationOutcome } from "../../../src/core/engine.ts";
import { applyOutcome, takeIntent } from "../../../src/core/state/apply-outcome.ts";
import { StateDraft } from "../../../src/core/state/draft.ts";
import type { JournalOperation } from "../../../src/core/state/journal.ts";
import { account, done, operation, stateOf } from "./sample.ts";

const when = { day: "2026-03-01", at: "2026-03-01T09:30:00.000Z" };
const before = stateOf(account("ada"));
const after = (o: JournalOperation, outcome: Partial<OperationOutcome> = {}, state = before) =>
  applyOutcome(state, o, done(o, outcome), when);
const intended = (o: JournalOperation) => {
  const draft = new StateDraft(before);
  takeIntent(draft, o);
  return draft.state();
};
const ada = (o: JournalOperation, outcome: Partial<OperationOutcome> = {}, state = before) => after(o, outcome, state).accounts.get("ada")!;

const create = operation({
  verb: "create",
  person: "bob",
  ref: null,
  login: null,
  after: "active",
  payload: { name: "Bob", login: "bob", attributes: { name: "Bob" }, grants: { "team/infra": "member" }, attempts: 1 },
});

describe("what an outcome means for state", () => {
  test("a created account is known by its ref and holds nothing yet", () => {
    expect(after(create, { ref: { kind: "user", id: "9" } }).accounts.get("bob")).toStrictEqual({
      person: "bob",
      inputs: { app: "forge", person: "bob", status: "active", attributes: { name: "Bob" }, grants: {} },
      ref: { kind: "user", id: "9" },
      login: "bob",
      status: "active",
      stoppedByUs: false,
      owned: {},
      steps: {},
    });
  });

  test("an invitation is pending, counted, and known by its handle", () => {
    const bob = after(create, { status: "invited", ref: { kind: "invitation", id: "4" }, note: "h4" }).accounts.get("bob")!;
    expect(bob).toMatchObject({ status: "pending", pending: { handle: "h4", since: "2026-03-01T00:00:00Z", attempts: 2 } });
  });

  test("a create that names no account leaves state alone: the next run finds it", () => {
    expect(after(create)).toBe(before);
    expect(after(create, { status: "pending", note: "job 1" })).toBe(before);
  });

  test("a re-hire's new account replaces the record of the removed one, and its stop with it", () => {
    const gone = stateOf(account("bob", { status: "absent", stoppedByUs: true, steps: { delete: when.day }, owned: {} }));
    expect(after(create, { ref: { kind: "user", id: "9" } }, gone).accounts.get("bob")).toMatchObject({
      status: "active",
      stoppedByUs: false,
      steps: {},
    });
  });

  test("a granted edge is ours at its level, and a lowered one at the lower", () => {
    expect(ada(operation({ verb: "grant", target: "team/dba", after: "member" }))).toMatchObject({
      owned: { "team/dba": "member", "team/infra": "maintainer" },
      inputs: { grants: { "team/dba": "member" } },
    });
    expect(ada(operation({ verb: "revoke", target: "team/infra", before: "maintainer", after: "member" })).owned).toStrictEqual({
      "team/infra": "member",
    });
  });

  test("a grant that the vendor still works on is ours already, so that it can be taken back", () => {
    const record = ada(operation({ verb: "grant", target: "team/dba", after: "member" }), { status: "pending" });
    expect(record.owned).toHaveProperty(["team/dba"], "member");
    expect(record.inputs.grants).not.toHaveProperty(["team/dba"]);
  });

  test("a revoked edge is forgotten on both sides", () => {
    const record = ada(operation({ verb: "revoke", target: "team/infra", before: "maintainer" }));
    expect([record.owned, record.inputs.grants]).toStrictEqual([{}, {}]);
  });

  test("an edge that carries another app turns at its moment, once, and one that carries none leaves no time", () => {
    const carries = [{ through: "team/dba", gives: "wiki" }];
    const grant = operation({ verb: "grant", target: "team/dba", after: "member", carries });
    expect(ada(operation({ verb: "grant", target: "team/dba", after: "member" }))).not.toHaveProperty("assignments");
    const granted = after(grant);
    expect(granted.accounts.get("ada")!.assignments).toStrictEqual({ "team/dba": { held: true, since: when.at } });
    const later = { day: "2026-03-02", at: "2026-03-02T08:00:00.000Z" };
    expect(
      applyOutcome(granted, { ...grant, before: "member", after: "maintainer" }, done(grant), later).accounts.get("ada")!.assignments,
    ).toStrictEqual({
      "team/dba": { held: true, since: when.at },
    });
    const lowered = operation({ verb: "revoke", target: "team/dba", before: "maintainer", after: "member" });
    expect(applyOutcome(granted, lowered, done(lowered), later).accounts.get("ada")!.assignments!["team/dba"]!.held).toBe(true);
    for (const end of [
      operation({ verb: "revoke", target: "team/dba", before: "member", carries }),
      operation({ verb: "delete", after: "absent" }),
    ])
      expect(applyOutcome(granted, end, done(end), later).accounts.get("ada")!.assignments).toStrictEqual({
        "team/dba": { held: false, since: later.at },
      });
    const waiting = applyOutcome(before, grant, done(grant, { status: "pending" }), when);
    expect(waiting.accounts.get("ada")).not.toHaveProperty("assignments");
  });

  test("a stop is ours, and only a restore undoes that", () => {
    const stopped = after(operation({ verb: "suspend", after: "suspended" }));
    expect(stopped.accounts.get("ada")).toMatchObject({
      status: "suspended",
      stoppedByUs: true,
      inputs: { status: "suspended" },
      owned: { "team/infra": "maintainer" },
    });
    const back = after(operation({ verb: "restore", after: "active" }), {}, stopped).accounts.get("ada");
    expect(back).toMatchObject({ status: "active", stoppedByUs: false, inputs: { status: "active" }, steps: {} });
  });

  test("a deleted account holds nothing, is absent by our hand, and the day is kept", () => {
    expect(ada(operation({ verb: "delete", after: "absent" }))).toMatchObject({
      status: "absent",
      stoppedByUs: true,
      owned: {},
      steps: { delete: when.day },
      inputs: { status: "absent", grants: {} },
    });
  });

  test("steps that no read can confirm are noted with their day", () => {
    for (const verb of ["endSessions", "revokeCredentials", "transfer"] as const)
      expect(ada(operation({ verb })).steps).toStrictEqual({ [verb]: when.day });
  });

  test("an attribute is what was applied", () => {
    expect(ada(operation({ verb: "update", target: "name", after: "Ada L." })).inputs.attributes).toStrictEqual({ name: "Ada L." });
  });

  test("adopt and record put the plan's record in place, under its new key after a rename", () => {
    const next = account("ada-byron");
    expect([...after(operation({ verb: "record", person: "ada-byron", next, formerKey: "ada" })).accounts]).toStrictEqual([
      ["ada-byron", next],
    ]);
  });

  test("groups are made, renamed and forgotten", () => {
    const made = after(operation({ verb: "createGroup", person: null, ref: null, target: "team/web" }), { ref: { kind: "team", id: "8" } });
    expect([...made.groups.keys()]).toStrictEqual(["team/infra", "team/web"]);
    const renamed = after(
      operation({ verb: "updateGroup", person: null, ref: { kind: "team", id: "7" }, target: "team/sre", before: "team/infra" }),
      {},
      made,
    );
    expect([...renamed.groups.keys()]).toStrictEqual(["team/sre", "team/web"]);
    expect([...after(operation({ verb: "deleteGroup", person: null, target: "team/sre" }), {}, renamed).groups.keys()]).toStrictEqual([
      "team/web",
    ]);
  });

  test.each(["failed", "skipped", "refused", "human"] as const)("%s changes nothing", (status) => {
    for (const verb of ["suspend", "delete", "grant", "revoke", "create", "update", "restore"] as const) {
      expect(after(operation({ verb, target: "team/infra" }), { status, ref: { kind: "user", id: "1" } })).toBe(before);
    }
  });

  test("an operation about somebody whom state does not know changes nothing", () => {
    expect(after(operation({ verb: "suspend", person: null }))).toBe(before);
    expect(after(operation({ verb: "grant", person: "zoe", target: "team/infra", after: "member" }))).toBe(before);
  });

  test("applied twice it says what it says once", () => {
    const all = [
      [create, { ref: { kind: "user", id: "9" } }],
      [operation({ verb: "grant", target: "team/dba", after: "member" }), {}],
      [operation({ verb: "revoke", target: "team/dba" }), {}],
      [operation({ verb: "suspend" }), {}],
      [operation({ verb: "endSessions" }), {}],
      [operation({ verb: "delete" }), {}],
    ] as const;
    const run = (state = before) => all.reduce((s, [o, outcome]) => after(o, outcome, s), state);
    expect(run(run())).toStrictEqual(run());
  });

  test("the intent of a stop marks the wish, not the status", () => {
    expect(intended(operation({ verb: "suspend" })).accounts.get("ada")).toMatchObject({
      status: "active",
      stoppedByUs: false,
      inputs: { status: "suspended" },
    });
    expect(intended(operation({ verb: "grant" }))).toBe(before);
  });
});
