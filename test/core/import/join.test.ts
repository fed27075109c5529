import { expect, test } from "vitest";
import { joinAccounts } from "../../../src/core/import/join.ts";
import type { Manifest } from "../../../src/core/model/manifest.ts";
import { type ObservedAccount, refKey } from "../../../src/core/model/observed.ts";
import { manifests } from "../../support/manifests.ts";
import { organization, type OrganizationSketch, person, service } from "../../support/organization.ts";
import { account } from "../../support/world.ts";

const forge = manifests.get("forge")!;

/** `ada by id`, `new`, or the reason why it is left: one text an account, in their order. */
function joinings(sketch: OrganizationSketch, accounts: readonly ObservedAccount[], manifest: Manifest = forge): string[] {
  const all = joinAccounts("forge", manifest, organization(sketch), accounts);
  return accounts.map((a) => {
    const joining = all.get(refKey(a.ref))!;
    return joining.kind === "joined" ? `${joining.person} by ${joining.by}` : joining.kind === "left" ? joining.reason : "new";
  });
}

const ada = (s: Parameters<typeof person>[1] = {}): OrganizationSketch => ({ people: [person("ada", s)] });

test("an account is joined by its id, whatever its login has become", () => {
  expect(joinings(ada({ accounts: { forge: { id: "u1", login: "before" } } }), [account("u1", { login: "after" })])).toEqual(["ada by id"]);
});

test("an account is joined by login without regard to case, to a service as well", () => {
  expect(joinings(ada({ accounts: { forge: { login: "AdaLove" } } }), [account("u1", { login: "adalove" })])).toEqual(["ada by login"]);
  const bots = { people: [person("ada")], services: [service("deploy", "ada", { accounts: { forge: { login: "deploy-bot" } } })] };
  expect(joinings(bots, [account("u2", { login: "deploy-bot" })])).toEqual(["deploy by login"]);
});

test("a login that went to somebody else is not joined: the file names another id", () => {
  const [why] = joinings(ada({ accounts: { forge: { id: "u1", login: "ada" } } }), [account("u2", { login: "ada" })]);
  expect(why).toBe("the file of ada names its login, and another id (u1)");
});

test("an account whose id is in one file and whose login is in another is left alone", () => {
  const two = { people: [person("ada", { accounts: { forge: { id: "u1" } } }), person("bob", { accounts: { forge: { login: "ada" } } })] };
  expect(joinings(two, [account("u1", { login: "ada" })])).toEqual(["the file of ada names its id, the file of bob its login"]);
});

test("a verified address joins, an unverified one does not and makes no second person either", () => {
  const sketch = ada({ email: "ada@acme.example" });
  expect(joinings(sketch, [account("u1", { login: "x", email: "ADA@acme.example" })])).toEqual(["ada by email"]);
  expect(joinings(sketch, [account("u1", { login: "x", unverified: "ada@acme.example" })])).toEqual([
    "its address is ada's, but the vendor has not verified it",
  ]);
});

test("an account with admin rights is never joined by its address alone, but by id and login it is", () => {
  const admin = account("u1", { login: "root", email: "ada@acme.example", admin: true });
  expect(joinings(ada({ email: "ada@acme.example" }), [admin])).toEqual([
    "it has admin rights, and nothing but its address says that it is ada's",
  ]);
  expect(joinings(ada({ email: "ada@acme.example", accounts: { forge: { login: "root" } } }), [admin])).toEqual(["ada by login"]);
  expect(joinings(ada({ email: "ada@acme.example", accounts: { forge: { id: "u1" } } }), [admin])).toEqual(["ada by id"]);
});

test("where a vendor's addresses prove nothing they join nobody", () => {
  const manifest: Manifest = { ...forge, matchKeys: ["id", "login"] };
  const [why] = joinings(ada({ email: "ada@acme.example" }), [account("u1", { login: "x", email: "ada@acme.example" })], manifest);
  expect(why).toContain("addresses prove nothing");
});

test("somebody whose file names another account is not joined by address to a second one", () => {
  const sketch = ada({ email: "ada@acme.example", accounts: { forge: { login: "ada" } } });
  expect(joinings(sketch, [account("u1", { login: "ada2", email: "ada@acme.example" })])).toEqual([
    "its address is ada's, whose file names another account",
  ]);
});

test("of several accounts for one person the best reason counts, and equal ones join none of them", () => {
  const sketch = ada({ accounts: { forge: { id: "u1", login: "ada" } } });
  expect(joinings(sketch, [account("invitation/9", { login: "ada", status: "pending" }), account("u1", { login: "new-name" })])).toEqual([
    "ada is joined to new-name already",
    "ada by id",
  ]);
  const byAddress = ada({ email: "ada@acme.example" });
  const twins = [account("u1", { login: "a", email: "ada@acme.example" }), account("u2", { login: "b", email: "ada@acme.example" })];
  expect(joinings(byAddress, twins)).toEqual(["2 accounts could be ada's", "2 accounts could be ada's"]);
  expect(joinings(byAddress, twins.toReversed())).toEqual(["2 accounts could be ada's", "2 accounts could be ada's"]);
});

test("an account comes before the invitation of the same person", () => {
  const invited = account("invitation/9", { unverified: "ada@acme.example", status: "pending" });
  const member = account("u1", { login: "a", email: "ada@acme.example" });
  expect(joinings(ada({ email: "ada@acme.example" }), [invited, member])).toEqual(["ada is joined to a already", "ada by email"]);
  expect(joinings(ada({ email: "ada@acme.example" }), [invited])).toEqual(["ada by email"]);
});

test("an invitation's number is no account's id", () => {
  expect(joinings(ada({ accounts: { forge: { id: "9" } } }), [account("invitation/9", { login: "somebody", status: "pending" })])).toEqual([
    "new",
  ]);
});

test("accounts of nobody known that share an address are left to people; without an address each is a newcomer", () => {
  const shared = [account("u1", { login: "a", email: "x@acme.example" }), account("u2", { login: "b", email: "X@acme.example" })];
  expect(joinings({}, shared)).toEqual(["it shares an address with b", "it shares an address with a"]);
  expect(joinings({}, [account("u1", { login: "a" }), account("u2", { login: "b" })])).toEqual(["new", "new"]);
});
