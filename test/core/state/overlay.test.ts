import { describe, expect, test } from "vitest";
import type { OperationOutcome } from "../../../src/core/engine.ts";
import type { Snapshot } from "../../../src/core/model/observed.ts";
import type { JournalOperation } from "../../../src/core/state/journal.ts";
import { overlay, unsettledEntries } from "../../../src/core/state/overlay.ts";
import { done, journalOf, manifest, noon, operation, snapshot } from "./sample.ts";

const lay = (o: JournalOperation, seen: Partial<Snapshot> = {}, outcome: Partial<OperationOutcome> = {}, later = 10): Snapshot =>
  overlay({ ...snapshot, ...seen }, journalOf([o, done(o, outcome)]), manifest, noon(later));

const ada = { kind: "user", id: "id-ada" };
const grant = operation({ verb: "grant", target: "team/dba", after: "member" });
const revoke = operation({ verb: "revoke", target: "team/infra", before: "member" });
const suspend = operation({ verb: "suspend" });
const create = operation({
  verb: "create",
  person: "bob",
  ref: null,
  login: null,
  payload: { name: "Bob", login: "Bob", email: "bob@acme.example", attributes: { name: "Bob" }, grants: {}, attempts: 0 },
});
const made = { ref: { kind: "user", id: "9" } };

describe("own writes laid over an observation", () => {
  test("show a granted edge, a raised and a lowered level, and no revoked edge", () => {
    expect(lay(grant).edges).toContainEqual({ account: ada, entitlement: "team/dba", level: "member" });
    expect(lay(operation({ verb: "grant", target: "team/infra", after: "maintainer" })).edges).toStrictEqual([
      { account: ada, entitlement: "team/infra", level: "maintainer" },
    ]);
    expect(
      lay(operation({ verb: "revoke", target: "team/infra", after: "member" }), {
        edges: [{ account: ada, entitlement: "team/infra", level: "maintainer" }],
      }).edges,
    ).toStrictEqual(snapshot.edges);
    expect(lay(revoke).edges).toStrictEqual([]);
  });

  test("leave derived edges to the vendor", () => {
    const derived = { account: ada, entitlement: "team/infra", level: "member", derived: "team/all" };
    expect(lay(revoke, { edges: [derived] }).edges).toStrictEqual([derived]);
  });

  test("show a stop, a restore, an attribute and a removal", () => {
    expect(lay(suspend).accounts[0]!.status).toBe("suspended");
    const stopped = [{ ...snapshot.accounts[0]!, status: "suspended" as const }];
    expect(lay(operation({ verb: "restore" }), { accounts: stopped }).accounts[0]!.status).toBe("active");
    expect(lay(operation({ verb: "update", target: "name", after: "Ada L." })).accounts[0]!.attributes).toStrictEqual({ name: "Ada L." });
    const slow = { ...manifest, verbs: { ...manifest.verbs, delete: manifest.verbs.suspend! } };
    const remove = operation({ verb: "delete" });
    expect(overlay(snapshot, journalOf([remove, done(remove)]), slow, noon(10))).toMatchObject({ accounts: [], edges: [] });
  });

  test("show a made account, an invited one as pending, and grants to either", () => {
    const toBob = operation({ verb: "grant", person: "bob", ref: null, target: "team/dba", after: "member" });
    const laid = overlay(snapshot, journalOf([create, done(create, made)], [toBob, done(toBob)]), manifest, noon(10));
    expect(laid.accounts[1]).toMatchObject({
      ref: made.ref,
      login: "Bob",
      status: "active",
      emails: [{ address: "bob@acme.example", verified: false }],
    });
    expect(laid.edges).toContainEqual({ account: made.ref, entitlement: "team/dba", level: "member" });
    expect(lay(create, {}, { status: "invited", ref: { kind: "invitation", id: "4" } }).accounts[1]).toMatchObject({
      status: "pending",
      since: "2026-03-01T12:00:00.000Z",
    });
  });

  test("do not make two accounts of an invitation that was accepted meanwhile", () => {
    const accepted = [
      ...snapshot.accounts,
      { ref: made.ref, login: "bob", emails: [], status: "active" as const, admin: false, attributes: {} },
    ];
    expect(lay(create, { accounts: accepted }, { status: "invited", ref: { kind: "invitation", id: "4" } }).accounts).toStrictEqual(
      accepted,
    );
  });

  test("leave an observation that agrees as it is", () => {
    expect(lay(operation({ verb: "grant", target: "team/infra", after: "member" }))).toStrictEqual(snapshot);
    expect(lay(create, { accounts: [...snapshot.accounts, { ...snapshot.accounts[0]!, ref: made.ref }] }, made).accounts).toHaveLength(2);
  });

  test("end with the time in which the vendor's lists settle", () => {
    expect(lay(suspend, {}, {}, 59).accounts[0]!.status).toBe("suspended");

    expect(lay(suspend, {}, {}, 60).accounts[0]!.status).toBe("active");
    expect(lay(operation({ verb: "delete" })).accounts).toHaveLength(1); // shows at once: settles 0
  });

  test("are never laid over an account that was read afresh, by id or by look-up", () => {
    for (const seen of [
      { fresh: new Map([["user/id-ada", true]]) },
      { fresh: new Map([["user/id-ada", false]]) },
      { lookups: new Map([["login:ada-login", [ada]]]) },
    ]) {
      expect(lay(suspend, seen).accounts[0]!.status).toBe("active");
      expect(lay(revoke, seen).edges).toStrictEqual(snapshot.edges);
    }
    expect(lay(create, { fresh: new Map([["user/9", false]]) }, made).accounts).toHaveLength(1);
  });

  test("are not laid where the write failed or nothing could be read", () => {
    for (const status of ["failed", "skipped", "human", "pending"] as const)
      expect(lay(suspend, {}, { status }).accounts[0]!.status).toBe("active");
    expect(lay(suspend, { failure: { kind: "auth", message: "no" } }).accounts[0]!.status).toBe("active");
  });

  test("keep the admin flag, which the last-admin guard counts, with the edges", () => {
    const admin = { accounts: [{ ...snapshot.accounts[0]!, admin: true }], edges: [{ account: ada, entitlement: "admin" }] };
    expect(lay(operation({ verb: "revoke", target: "admin" }), admin).accounts[0]!.admin).toBe(false);
    expect(lay(operation({ verb: "grant", target: "admin", after: "" })).accounts[0]!.admin).toBe(true);
  });

  test("show a group that was made, renamed with its edges and the proof of its list, or deleted", () => {
    const group = { person: null, ref: { kind: "team", id: "7" } };
    expect(
      lay(operation({ ...group, verb: "createGroup", ref: null, target: "team/web" }), {}, { ref: { kind: "team", id: "8" } }).groups,
    ).toHaveLength(2);
    const renamed = lay(operation({ ...group, verb: "updateGroup", target: "team/sre", before: "team/infra" }));
    expect([renamed.groups[0]!.entitlement, renamed.edges[0]!.entitlement, renamed.scopes[0]!.entitlement]).toStrictEqual([
      "team/sre",
      "team/sre",
      "team/sre",
    ]);
    expect(lay(operation({ ...group, verb: "deleteGroup", target: "team/infra" })).groups).toStrictEqual([]);
  });

  test("follow each other in the order in which they were made", () => {
    const back = operation({ verb: "grant", target: "team/infra", after: "maintainer" });
    const laid = overlay(snapshot, journalOf([revoke, done(revoke)], [back, done(back)]), manifest, noon(10));
    expect(laid.edges).toStrictEqual([{ account: ada, entitlement: "team/infra", level: "maintainer" }]);
  });
});

test("a journal keeps what is unsettled, and the create that names a newcomer", () => {
  const toBob = operation({ verb: "grant", person: "bob", ref: null, target: "team/dba", after: "member" });
  const quick = { ...manifest, verbs: { ...manifest.verbs, create: manifest.verbs.delete! } };
  const entries = journalOf([create, done(create, made)], [suspend, done(suspend)], [toBob, done(toBob)]);
  expect([...unsettledEntries(entries, quick, noon(10))].toSorted((a, b) => a - b)).toStrictEqual([1, 2, 3, 4, 5, 6]);
  expect([...unsettledEntries(journalOf([create, done(create, made)], [suspend, done(suspend)]), quick, noon(10))]).toStrictEqual([3, 4]);
  expect(unsettledEntries(entries, quick, noon(60)).size).toBe(0);
});
