import type * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { type ProviderPort, resourceProvider } from "../../../../src/io/engine/pulumi/provider.ts";
import { accountInputs, accountOutputs } from "../../../../src/core/state/outputs.ts";
import { providerKey, providerText } from "../../../../src/core/state/layout.ts";
import { record } from "../../../support/world.ts";

const never = (): never => {
  throw new Error("a pure method asked the world");
};
const pure: ProviderPort = { work: never, seen: never, tenant: never };
const code = { [providerKey]: providerText("memory", "Account") };
const ada = record("wiki", "ada", "ada", { owned: { "space/docs": "editor" } });
const olds = { ...code, ...accountOutputs(ada) };
const news = { ...code, ...accountInputs(ada.inputs) };

test("it is structurally Pulumi's dynamic provider", () => {
  const typed: pulumi.dynamic.ResourceProvider = resourceProvider("Account", pure);
  expect(Object.keys(typed).sort()).toEqual(["check", "create", "delete", "diff", "read", "update"]);
});

test("check and diff ask nobody, delete touches nobody", async () => {
  const provider = resourceProvider("Account", pure);
  expect(await provider.check({}, { anything: 1 })).toEqual({ inputs: { anything: 1 } });
  expect(await provider.diff("wiki/ada", olds, news)).toEqual({ changes: false });
  expect(await provider.diff("wiki/ada", olds, { ...news, status: "suspended" })).toEqual({ changes: true });
  expect(await provider.diff("wiki/ada", olds, { ...news, also: ["endSessions account = done"] })).toEqual({ changes: true });
  expect(await provider.diff("wiki/ada", { ...olds, ref: 1 }, news)).toEqual({ changes: true });
  await provider.delete("wiki/ada", olds);
});

test("diff never replaces: an account's id is for ever", async () => {
  const provider = resourceProvider("Account", pure);
  for (const change of [{ status: "absent" }, { grants: {} }, { attributes: { name: "A" } }, { person: "bob" }])
    expect(Object.keys(await provider.diff("wiki/ada", olds, { ...news, ...change }))).toEqual(["changes"]);
});

test("inputs that rollcall does not register fail where they are used, and only there", async () => {
  const provider = resourceProvider("Account", pure);
  await expect(provider.create({ ...news, status: "happy" })).rejects.toThrow(/not values that rollcall registers: status/);
});
