/** What a killed Pulumi leaves in a stack, and what the next run makes of it. */
import { expect, test } from "vitest";
import { decodeExport } from "../../../src/core/state/decode.ts";
import { encodeExport } from "../../../src/core/state/encode.ts";
import { settledExport } from "../../../src/core/state/settle-export.ts";
import { account, stateOf } from "./sample.ts";

const identity = { provider: "e6697381-d2b0-4d93-8464-81bae263b4ed", time: "2026-06-10T12:00:00Z" };
const exported = encodeExport(stateOf(account("ada"), account("bob")), identity) as unknown as {
  version: 3;
  deployment: { resources: Record<string, unknown>[] };
};
const resource = (person: string) => exported.deployment.resources.find((r) => String(r["urn"]).endsWith(`::${person}`))!;
const pending = (type: string, person: string, status: string) => ({
  type,
  resource: { ...resource(person), inputs: { ...(resource(person)["inputs"] as object), status, also: ["endSessions account = done"] } },
});
const withPending = (...operations: object[]) => ({ ...exported, deployment: { ...exported.deployment, pending_operations: operations } });
const decoded = (json: unknown) => {
  const result = decodeExport(json, "forge");
  if (result.kind === "refused") throw new Error(JSON.stringify(result.problems));
  return result;
};

test("a stop that was under way is known to be ours; everything else is left to the world", () => {
  const { state, unfinished } = decoded(withPending(pending("updating", "ada", "suspended"), pending("creating", "bob", "suspended")));
  expect(state!.accounts.get("ada")!.inputs.status).toBe("suspended");
  expect(state!.accounts.get("bob")!.inputs.status).toBe("active");
  expect(unfinished).toHaveLength(2);
});

test("settled, the stack has nothing pending, and the intent is in its record", () => {
  const settled = settledExport(withPending(pending("updating", "ada", "suspended")), "forge");
  expect(settled).not.toHaveProperty("deployment.pending_operations");
  const { state, unfinished } = decoded(settled);
  expect(unfinished).toEqual([]);
  expect(state!.accounts.get("ada")!.inputs.status).toBe("suspended");
  expect(state!.accounts.get("bob")!.inputs).toEqual(account("bob").inputs);
});

test("where nothing is pending there is nothing to settle", () => expect(settledExport(exported, "forge")).toBeNull());

test("what failed in part is named", () => {
  const resources = exported.deployment.resources.map((r) => (r === resource("ada") ? { ...r, initErrors: ["no"] } : r));
  expect(decoded({ ...exported, deployment: { ...exported.deployment, resources } }).retried).toEqual(["Account ada"]);
});
