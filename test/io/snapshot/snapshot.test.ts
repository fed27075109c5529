import { expect, test } from "vitest";
import { decodeSnapshots, encodeSnapshots } from "../../../src/io/snapshot/codec.ts";
import { keyFrom, lock, unlock } from "../../../src/io/snapshot/lock.ts";
import { account, snapshot } from "../../support/world.ts";

const key = Buffer.alloc(32, 7);
const seen = {
  ...snapshot("vault", { accounts: [account("ada", { login: "ada" })], edges: [["ada", "badge/a"]] }),
  fresh: new Map([["user/ada", true]]),
};
const taken = { takenAt: "2026-06-10T12:00:00Z", apps: [seen, { ...seen, app: "forge", failure: { kind: "auth", message: "no" } }] };

test("what a run saw comes back as it was", () => {
  expect(decodeSnapshots(unlock(lock(encodeSnapshots(taken), key, "acme/identities"), key, "acme/identities"))).toEqual(taken);
});

test("nothing of it can be read without the key, and it is never twice the same", () => {
  const [a, b] = [lock("ada@acme.example", key, "p"), lock("ada@acme.example", key, "p")];
  expect(a.includes("ada")).toBe(false);
  expect(a.equals(b)).toBe(false);
});

test.each([
  ["another key", (b: Buffer) => unlock(b, Buffer.alloc(32, 8), "acme/identities")],
  ["another repository", (b: Buffer) => unlock(b, key, "acme/other")],
  ["a file that was cut", (b: Buffer) => unlock(b.subarray(0, -1), key, "acme/identities")],
  ["another file", () => unlock(Buffer.from("{}"), key, "acme/identities")],
])("%s does not open it", (_, open) => {
  expect(() => open(lock("text", key, "acme/identities"))).toThrow(/snapshot/);
});

test("no byte can be changed", () => {
  const sealed = lock("text", key, "p");
  for (let i = 0; i < sealed.length; i++) {
    const changed = Buffer.from(sealed);
    changed[i]! ^= 1;
    expect(() => unlock(changed, key, "p"), `byte ${i}`).toThrow(/snapshot/);
  }
});

test("a key that is none says how to make one and not what it was", () => {
  for (const wrong of [undefined, "", "c2VjcmV0", "not base64 at all"]) expect(() => keyFrom(wrong)).toThrow(/openssl rand -base64 32/);
  expect(() => keyFrom("c2VjcmV0")).not.toThrow(/c2VjcmV0|secret/);
});

test("another shape is refused by name, not taken in part", () => {
  const value = JSON.parse(encodeSnapshots(taken)) as { apps: Record<string, unknown>[] };
  value.apps[0]!["accounts"] = [{ ref: { kind: "user" } }];
  expect(() => decodeSnapshots(JSON.stringify(value))).toThrow(/another shape/);
});
