import { expect, test } from "vitest";
import type { Operation } from "../../../../src/core/plan/operation.ts";
import { toCall } from "../../../../src/io/engine/perform/to-call.ts";
import { planFrom } from "../../../support/plan.ts";
import { person } from "../../../support/organization.ts";
import { record } from "../../../support/world.ts";

const names = { account: () => undefined, group: () => undefined };
const keyOf = (operations: readonly Operation[]): unknown => {
  const create = operations.find((o) => o.verb === "create");
  const call = create && toCall([create], names);
  return call?.verb === "create" ? call.key : null;
};
const bob = person("bob", { email: "bob@acme.example", grants: ["vault/member"], accounts: { vault: { login: "bob" } } });

test("a re-hire is made under another key than the first hire, so that a vendor that remembers keys does not answer with the account that is gone", () => {
  const first = keyOf(planFrom({ people: [bob] }).operations);
  const gone = record("vault", "bob", "u1", {
    login: "bob",
    status: "absent",
    stoppedByUs: true,
    inputs: { status: "absent" },
    steps: { delete: "2025-01-01" },
  });
  const again = keyOf(planFrom({ people: [bob], records: [gone] }).operations);
  expect(first).toBe("vault/bob/0");
  expect(again).toMatch(/^vault\/bob\/0\/.*u1$/);
});
