import { expect, test } from "vitest";
import { newEmail, newKey, newName } from "../../../src/core/import/new-person.ts";
import { isKey } from "../../../src/core/model/key.ts";
import { account } from "../../support/world.ts";

const keyOf = (login: string, taken: readonly string[] = []): string => newKey(account("u7", { login }), new Set(taken));

test.each([
  ["AdaLove", "adalove"],
  ["Ünal Öz", "unal-oz"],
  ["ada@acme.example", "ada"],
  ["--x..y--", "x.y"],
  ["ada_", "ada"],
  ["ＡＤＡ", "ada"],
])("the login %s makes the key %s", (login, key) => {
  expect(keyOf(login)).toBe(key);
});

test.each(["日本", "__proto__", "constructor", "...", `${"a".repeat(54)}.${"b".repeat(20)}`, "-", "@acme.example"])(
  "the odd login %s makes a valid key",
  (login) => {
    expect(keyOf(login)).toSatisfy(isKey);
    expect(keyOf(login)).not.toContain("@");
  },
);

test("a key that is taken gets a number, and the numbered one too", () => {
  expect(keyOf("ada", ["ada"])).toBe("ada-2");
  expect(keyOf("ada", ["ada", "ada-2"])).toBe("ada-3");
});

test("a name fits on one line of a file, and falls back to the login and the key", () => {
  expect(newName(account("u1", { name: " Ada\n\tLove\u0000lace " }), "k")).toBe("Ada Love lace");
  expect(newName(account("u1", { name: " ", login: "adalove" }), "k")).toBe("adalove");
  expect(newName(account("u1"), "k")).toBe("k");
  expect(newName(account("u1", { name: "x".repeat(1000) }), "k").length).toBeLessThanOrEqual(300);
});

test("an address is taken over only where it proves something and a file can hold it", () => {
  expect(newEmail(account("u1", { unverified: "a@acme.example" }))).toBeUndefined();
  expect(newEmail(account("u1", { email: "not an address" }))).toBeUndefined();
  expect(newEmail(account("u1", { email: "a@acme.example" }))).toBe("a@acme.example");
  expect(newEmail(account("invitation/1", { unverified: "a@acme.example", status: "pending" }))).toBe("a@acme.example");
});
