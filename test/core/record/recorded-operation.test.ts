import { expect, test } from "vitest";
import type { Operation } from "../../../src/core/plan/operation.ts";
import { recordedOperation } from "../../../src/core/record/recorded-operation.ts";

const operation: Operation = {
  id: "forge ada grant team/core",
  app: "forge",
  person: "ada",
  verb: "grant",
  phase: "grant",
  target: "team/core",
  ref: null,
  login: "ada",
  before: null,
  after: "member",
  because: [
    {
      path: ["role sre"],
      origin: { file: "identities/roles/sre.yaml", line: 4, column: 5, end: 9 },
      via: [{ by: "forge", origin: { file: "identities/apps/forge.yaml", line: 7, column: 1, end: 2 } }],
    },
    { path: [], origin: { file: "identities/roles/sre.yaml", line: 4, column: 5, end: 9 } },
  ] as unknown as Operation["because"],
  evidence: { kind: "seen" },
  origin: "change",
  reversible: true,
  risk: "low",
  admin: true,
};

test("an operation is recorded with the account that its outcome told, each line once, and the fault as one text", () => {
  const warrant = { kind: "pull", pull: 7, commit: "1".repeat(40), approvers: ["grace"] } as const;
  const outcome = {
    id: operation.id,
    status: "failed",
    ref: { kind: "user", id: "12" },
    login: "adalove",
    fault: { kind: "conflict", message: "no seat" },
  } as const;
  expect(recordedOperation(operation, outcome, warrant, "differs")).toEqual({
    id: "forge ada grant team/core",
    app: "forge",
    person: "ada",
    verb: "grant",
    target: "team/core",
    before: null,
    after: "member",
    login: "adalove",
    ref: "user:12",
    origin: "change",
    admin: true,
    because: ["identities/roles/sre.yaml:4", "identities/apps/forge.yaml:7"],
    by: warrant,
    outcome: "failed",
    request: null,
    fault: "conflict: no seat",
    reread: "differs",
  });
});

test("and with the one that was known before where the outcome tells none", () => {
  const known = { ...operation, ref: { kind: "user", id: "3" } };
  const recorded = recordedOperation(known, { id: operation.id, status: "done", request: "req-1" }, { kind: "date" }, "confirmed");
  expect(recorded).toMatchObject({ ref: "user:3", login: "ada", request: "req-1", fault: null, outcome: "done" });
});
