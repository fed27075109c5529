import { expect, test } from "vitest";
import { stoppedElsewhere } from "../../../src/core/record/stopped-elsewhere.ts";
import type { AccountView, AppPlan, Plan } from "../../../src/core/plan/plan.ts";

const view = (situation: AccountView["situation"], person = "ada", id = "7"): AccountView => ({
  person,
  ref: situation === "unknown" ? null : { kind: "user", id },
  login: person,
  situation,
  detail: "",
});
const app = (accounts: readonly AccountView[], more: Partial<AppPlan> = {}): AppPlan => ({
  app: "wiki",
  connector: "memory",
  mode: "enforce",
  dependsOn: [],
  tenant: null,
  failure: null,
  unread: [],
  accounts,
  calls: { read: 0, estimated: 0 },
  counts: { desired: 0, observed: 0 },
  ...more,
});
const plan = (...apps: AppPlan[]): Plan => ({ today: "2026-11-25", apps, operations: [], tasks: [], findings: [], trips: [] });
const stop = { app: "wiki", person: "ada", ref: "user:7", since: "2026-11-20T00:00:00Z" };
const now = "2026-11-25T00:00:00Z";

test("a stop has the time of the run that first saw it, until it is lifted; another account is another stop", () => {
  expect(stoppedElsewhere([], plan(app([view("stoppedElsewhere")])), now)).toEqual([{ ...stop, since: now }]);
  expect(stoppedElsewhere([stop], plan(app([view("stoppedElsewhere")])), now)).toEqual([stop]);
  expect(stoppedElsewhere([stop], plan(app([view("stoppedElsewhere", "ada", "8")])), now)).toEqual([
    { ...stop, ref: "user:8", since: now },
  ]);
  expect(stoppedElsewhere([stop], plan(app([view("inSync")])), now)).toEqual([]);
  expect(stoppedElsewhere([stop], plan(app([])), now)).toEqual([]);
});

test.each([
  ["the app could not be read", app([view("unknown")], { failure: { kind: "transient", message: "" } })],
  ["her account is not known", app([view("unknown")], { unread: [{ scope: "accounts", reason: "" }] })],
  ["she was not seen in a list that was not read to its end", app([], { unread: [{ scope: "accounts", reason: "" }] })],
])("it stands while %s", (_why, seen) => {
  expect(stoppedElsewhere([stop], plan(seen), now)).toEqual([stop]);
});

test("an app that is gone from the files takes its stops along", () => {
  expect(stoppedElsewhere([stop], plan(), now)).toEqual([]);
});
