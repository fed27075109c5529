import { expect, test } from "vitest";
import { importApp, type ImportResult } from "../../../src/core/import/import-app.ts";
import { manifests } from "../../support/manifests.ts";
import { app, organization, type OrganizationSketch, person, role } from "../../support/organization.ts";
import { account, snapshot, type WorldSketch } from "../../support/world.ts";

function imported(world: WorldSketch, sketch: OrganizationSketch = {}, newPeople = true): ImportResult {
  return importApp({
    app: app("forge"),
    manifest: manifests.get("forge")!,
    organization: organization(sketch),
    snapshot: snapshot("forge", world),
    newPeople,
  });
}

const who = (result: ImportResult): string[] => result.joined.map((j) => `${j.person} ${j.by} ${j.id ?? "-"}: ${j.grants.join(" ")}`);
const reasons = (result: ImportResult): string[] => result.left.map((l) => `${l.account.login ?? l.account.ref.id}: ${l.reason}`);

test("an account gets the lines that keep what it holds, higher levels spoken, and the account itself where it holds nothing", () => {
  const result = imported({
    accounts: [account("u1", { login: "ada" }), account("u2", { login: "bob" })],
    edges: [
      ["u1", "team/red", "maintainer"],
      ["u1", "team/blue", "member"],
    ],
  });
  expect(who(result)).toEqual(["ada new u1: forge/team/blue forge/team/red:maintainer", "bob new u2: forge/member"]);
});

test("what the vendor derives is not asked for", () => {
  const result = imported({ accounts: [account("u1", { login: "ada" })], edges: [["u1", "team/red", "member", "nested team"]] });
  expect(who(result)).toEqual(["ada new u1: forge/member"]);
});

test("invitations are joined without an id of their own; those nobody can be told by are left", () => {
  const result = imported({
    accounts: [
      account("u1", { login: "ada", status: "pending" }),
      account("invitation/5", { login: "gone", status: "pending" }),
      account("invitation/6", { unverified: "carol@acme.example", status: "pending" }),
      account("invitation/7", { status: "pending" }),
      account("invitation/8", { login: "late", status: "expired" }),
    ],
  });
  expect(who(result)).toEqual(["carol new -: forge/member", "ada new u1: forge/member", "gone new -: forge/member"]);
  expect(result.joined.find((j) => j.person === "carol")?.email).toBe("carol@acme.example");
  expect(reasons(result)).toEqual(["7: an invitation without login or address", "late: an invitation that ran out"]);
});

test("suspended, unknown and outside accounts are left alone, each with its reason", () => {
  const result = imported({
    accounts: [
      account("u1", { login: "a", status: "suspended" }),
      account("u2", { login: "b", status: "unknown" }),
      account("u3", { login: "c", outside: "outside collaborator" }),
    ],
  });
  expect(result.joined).toEqual([]);
  expect(reasons(result)).toEqual([
    "a: suspended; a leaver's account is left to whoever stopped it",
    "b: the vendor does not say whether it is active",
    "c: outside collaborator",
  ]);
});

test("an account that the vendor lists twice is imported once", () => {
  const result = imported({
    accounts: [account("u1", { login: "ada", outside: "outside collaborator" }), account("u1", { login: "ada" })],
  });
  expect(who(result)).toEqual(["ada new u1: forge/member"]);
  expect(result.left).toEqual([]);
});

test("without new people unknown accounts are listed, known ones joined", () => {
  const known = { people: [person("ada", { accounts: { forge: { login: "ada" } } })] };
  const result = imported({ accounts: [account("u1", { login: "ada" }), account("u2", { login: "bob" })] }, known, false);
  expect(who(result)).toEqual(["ada login u1: forge/member"]);
  expect(reasons(result)).toEqual(["bob: no file names it"]);
});

test("keys of newcomers keep clear of each other, of everybody in the files, and of keys that somebody had before", () => {
  const sketch = { people: [person("ada", { formerly: ["alice"] })] };
  const result = imported(
    { accounts: [account("u1", { login: "Ada" }), account("u2", { login: "alice" }), account("u3", { login: "ada@b" })] },
    sketch,
  );
  expect(result.joined.map((j) => j.person)).toEqual(["ada-2", "ada-3", "alice-2"]);
});

test("the catalogue names every group, what is granted, and what lines ask for already, so that closing it breaks no line", () => {
  const result = imported(
    { accounts: [account("u1", { login: "ada" })], groups: ["team/empty"], edges: [["u1", "owner"]] },
    { roles: [role("sre", { grants: ["forge/team/planned", "vault/team/other", "forge/member"] })] },
  );
  expect(result.entitlements.map((e) => e.name)).toEqual(["owner", "team/empty", "team/planned"]);
});

test("the same accounts in another order give the same import", () => {
  const accounts = [account("u1", { login: "b" }), account("u2", { login: "a" }), account("u3", { login: "A." })];
  expect(imported({ accounts: accounts.toReversed() })).toEqual(imported({ accounts }));
});
