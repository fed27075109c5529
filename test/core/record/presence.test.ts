import { expect, test } from "vitest";
import { type Presence, presenceAt } from "../../../src/core/record/presence.ts";
import type { RecordedOperation } from "../../../src/core/record/record.ts";
import { operationsOf, type Trace, traceOf, type Wish } from "../../../src/core/record/trace.ts";
import { chainOf, draft, operation } from "../../support/records.ts";

const noon = Date.parse("2026-03-02T12:00:00Z");
const at = (hour: number): string => new Date(noon + hour * 3_600_000).toISOString();

type Told = readonly [hour: number, what: string, more?: Partial<RecordedOperation>];

/** What stands at noon, of operations by the hour before (-) or after it. */
const presence = (...told: readonly Told[]): Presence => {
  const records = chainOf(told.map(([hour, what, more]) => draft(at(hour), { operations: [operation(what, more)] })));
  return presenceAt(records, noon).of("wiki", ["ada", "ada-old"], "space/ops");
};
const failed = { outcome: "failed" } as const;

test("what the last success before left, and the next one after shows", () => {
  expect(presence([-2, "wiki grant ada space/ops reader"])).toMatchObject({ kind: "there", level: "reader", by: { at: at(-2) } });
  expect(presence([-2, "wiki grant ada space/ops editor"], [-1, "wiki revoke ada space/ops"])).toMatchObject({
    kind: "absent",
    by: { at: at(-1) },
  });
  expect(presence([-2, "wiki grant ada space/ops editor"], [-1, "wiki revoke ada space/ops reader"])).toMatchObject({
    kind: "there",
    level: "reader",
  });
  expect(presence([1, "wiki grant ada space/ops reader"])).toMatchObject({ kind: "absent", by: null, later: { at: at(1) } });
  expect(presence([1, "wiki grant ada space/ops editor", { before: "reader" }])).toMatchObject({
    kind: "there",
    level: "reader",
    by: null,
  });
  expect(presence([1, "wiki revoke ada space/ops", { before: "reader" }])).toMatchObject({ kind: "there", level: "reader", by: null });
  expect(presence()).toEqual({ kind: "unknown" });
  expect(presence([-1, "wiki grant ada space/hr reader"])).toEqual({ kind: "unknown" });
});

test("an attempt that failed gives nothing and takes nothing", () => {
  expect(presence([-1, "wiki grant ada space/ops reader", failed])).toMatchObject({ kind: "absent", by: { at: at(-1) } });
  expect(presence([-1, "wiki revoke ada space/ops", { ...failed, before: "reader" }])).toMatchObject({ kind: "there", level: "reader" });
  expect(presence([-2, "wiki grant ada space/ops reader"], [-1, "wiki revoke ada space/ops", failed])).toMatchObject({ kind: "there" });
  expect(presence([-2, "wiki revoke ada space/ops"], [-1, "wiki grant ada space/ops reader", failed])).toMatchObject({
    kind: "absent",
    by: { at: at(-1) },
  });
});

test("an account that was stopped or deleted leaves no edge; let in again, it does", () => {
  const granted = [-5, "wiki grant ada space/ops reader"] as const;
  expect(presence(granted, [-4, "wiki suspend ada account suspended"])).toMatchObject({ kind: "absent", by: { at: at(-4) } });
  expect(presence(granted, [-4, "wiki suspend ada account suspended", failed])).toMatchObject({ kind: "there" });
  expect(presence(granted, [-4, "wiki suspend ada account suspended"], [-3, "wiki restore ada account active"])).toMatchObject({
    kind: "there",
  });
});

test("an invitation, what was adopted, and what was done under a former key", () => {
  expect(presence([-1, "wiki grant ada space/ops reader", { outcome: "invited" }])).toMatchObject({ kind: "invited" });
  expect(presence([1, "wiki grant ada space/ops reader", { outcome: "already" }])).toEqual({ kind: "unknown" });
  expect(presence([-1, "wiki grant ada-old space/ops reader"])).toMatchObject({ kind: "there" });
});

test("holders are all who had it by the records, whoever the files name", () => {
  const records = chainOf([
    draft(at(-3), { operations: ["ada", "bob", "eve"].map((p) => operation(`wiki grant ${p} space/ops reader`)) }),
    draft(at(-2), { operations: [operation("wiki revoke bob space/ops"), operation("wiki delete eve account absent")] }),
  ]);
  expect(
    presenceAt(records, noon)
      .holders("wiki", "space/ops")
      .map((h) => h.person),
  ).toEqual(["ada"]);
  expect(
    presenceAt(records, noon)
      .held(["ada"])
      .map((h) => h.target),
  ).toEqual(["space/ops"]);
});

const traced = (wishes: readonly Partial<Wish>[], ...told: readonly Told[]): Trace[] => {
  const records = chainOf(told.map(([hour, what, more]) => draft(at(hour), { operations: [operation(what, more)] })));
  const keys = new Set(["ada"]);
  const used = new Set<ReturnType<typeof operationsOf>[number]>();
  const all = operationsOf(records, keys);
  return wishes.map((wish) =>
    traceOf(
      { app: "wiki", target: "space/ops", direction: "gain", at: at(0), until: null, commit: null, ...wish },
      keys,
      all,
      records,
      used,
    ),
  );
};

test("a wish is done by the first success, and an operation answers for one wish alone", () => {
  const [first, second] = traced(
    [{ until: at(2) }, { at: at(2) }],
    [1, "wiki grant ada space/ops reader", failed],
    [1.5, "wiki grant ada space/ops reader"],
    [3, "wiki grant ada space/ops editor"],
  );
  expect(first).toMatchObject({ kind: "done", attempts: 2, by: { at: at(1.5) } });
  expect(second).toMatchObject({ kind: "done", attempts: 1, by: { at: at(3) } });
});

test("what was done before it was wanted, for another direction or after it was overtaken is not its doing", () => {
  expect(traced([{}], [-1, "wiki grant ada space/ops reader"])).toEqual([{ kind: "none" }]);
  expect(traced([{}], [1, "wiki revoke ada space/ops"])).toEqual([{ kind: "none" }]);
  expect(traced([{ until: at(1) }], [2, "wiki grant ada space/ops reader"])).toEqual([{ kind: "none" }]);
  // Unless it says itself for which commit it was done.
  const by = { kind: "pull", pull: 1, commit: "c".repeat(40), approvers: [] } as const;
  expect(traced([{ until: at(1), commit: by.commit }], [2, "wiki grant ada space/ops reader", { by }])).toMatchObject([{ kind: "done" }]);
});
