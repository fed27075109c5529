import { expect, test } from "vitest";
import { usualPullRequests } from "../../../src/core/model/organization.ts";
import { forgeAccounts, forgeApp } from "../../../src/core/review/accounts.ts";
import { app, organization, person, service } from "../../support/organization.ts";
import { record } from "../../support/world.ts";

const forge = app("forge", { connector: "github" });
const records = (...all: [string, string, string?][]) =>
  new Map(all.map(([key, id, login]) => [key, record("forge", key, id, login === undefined ? {} : { login })]));

test("an account is somebody's by its number: of the file, else of state; the file stands above state", () => {
  const files = organization({
    apps: [forge],
    people: [
      person("ada", { accounts: { forge: { id: "5", login: "ada" } } }),
      person("bob"),
      person("kim", { accounts: { forge: { login: "kim" } } }),
    ],
  });
  const { personOf } = forgeAccounts(files, records(["ada", "user/6"], ["bob", "user/7"], ["kim", "invitation/8"]));
  expect([5, 6, 7, 8, 9].map(personOf)).toEqual(["ada", null, "bob", null, null]);
});

test("a number that two claim is nobody's, and a service's is no person's", () => {
  const claimed = organization({
    apps: [forge],
    people: [person("ada"), person("eve", { accounts: { forge: { id: "5" } } })],
    services: [service("bot", "ada", { accounts: { forge: { id: "9" } } })],
  });
  const { personOf } = forgeAccounts(claimed, records(["ada", "user/5"]));
  expect([5, 9].map(personOf)).toEqual([null, null]);
  // Of somebody who is in no file any more, state's number is nobody's as well.
  expect(forgeAccounts(claimed, records(["gone", "user/11"])).personOf(11)).toBeNull();
});

test("a person's number is the one that they are known by: nobody's where two claim it, and a service has none", () => {
  const files = organization({
    apps: [forge],
    people: [person("ada", { accounts: { forge: { id: "5" } } }), person("bob"), person("eve", { accounts: { forge: { id: "7" } } })],
    services: [service("bot", "ada", { accounts: { forge: { id: "9" } } })],
  });
  const { numberOf } = forgeAccounts(files, records(["ada", "user/6"], ["bob", "user/7"]));
  expect(["ada", "bob", "eve", "bot", "kim"].map(numberOf)).toEqual([5, null, null, null, null]);
  expect(forgeAccounts(files, records(["bob", "user/8"])).numberOf("bob")).toBe(8);
});

test("logins are only told: the file's, else state's where it is of the same account", () => {
  const files = organization({
    apps: [forge],
    people: [person("ada", { accounts: { forge: { login: "ada" } } }), person("bob", { accounts: { forge: { id: "7" } } }), person("kim")],
  });
  const known = forgeAccounts(files, records(["ada", "user/5", "old"], ["bob", "user/8", "other"], ["kim", "user/9", "kim"]));
  expect(["ada", "bob", "kim", "eve"].map(known.loginOf)).toEqual(["ada", null, "kim", null]);
});

test("the app is the one that is named, else the only one of GitHub; of two, nobody is known", () => {
  const two = organization({
    apps: [forge, app("second", { connector: "github" })],
    people: [person("ada", { accounts: { forge: { id: "5" } } })],
  });
  expect(forgeApp(two)).toBeNull();
  expect(forgeAccounts(two, new Map()).personOf(5)).toBeNull();
  const named = { ...two, settings: { ...two.settings, pullRequests: { ...usualPullRequests, accounts: "forge" } } };
  expect(forgeAccounts(named, new Map()).personOf(5)).toBe("ada");
  expect(forgeApp({ ...named, apps: new Map() })).toBeNull();
});
