import { expect, test } from "vitest";
import { takeIntent, takeOutcome } from "../../../src/core/state/apply-outcome.ts";
import { StateDraft } from "../../../src/core/state/draft.ts";
import { fold } from "../../../src/core/state/journal.ts";
import { copiedEntries } from "../../support/copied-entries.ts";
import { account, done, journalOf, operation, stateOf } from "./sample.ts";

const when = { day: "2026-03-01", at: "2026-03-01T09:30:00.000Z" };
const grant = (person: string, target = "team/dba") => operation({ verb: "grant", person, target, after: "member" });
const team = (name: string, id: string) => ({ entitlement: name, ref: { kind: "team", id } });

test("nothing that was put in or handed out changes afterwards", () => {
  const given = stateOf(account("ada"));
  const before = structuredClone(given);
  const draft = new StateDraft(given);
  const states = [];
  const kept = [];
  for (const o of [grant("ada"), operation({ verb: "createGroup", person: null, target: "team/new", ref: { kind: "team", id: "8" } })]) {
    takeOutcome(draft, o, done(o), when);
    states.push(draft.state());
    kept.push(structuredClone(draft.state()));
  }
  takeIntent(draft, operation({ verb: "suspend" }));
  draft.pinTenant("T2");
  draft.dropGroup("team/new");
  expect(given).toEqual(before);
  expect(states).toEqual(kept);
  expect(draft.state()).toMatchObject({ tenant: "T2" });
});

test("an untouched draft is the state it was made of, and asking twice gives the same", () => {
  const given = stateOf(account("ada"));
  const draft = new StateDraft(given);
  expect(draft.state()).toBe(given);
  const o = grant("ada");
  takeOutcome(draft, o, done(o), when);
  expect(draft.state()).not.toBe(given);
  expect(draft.state()).toBe(draft.state());
});

test("a group under another name is the same group no more, also when two swap their names", () => {
  const draft = new StateDraft({ ...stateOf(), groups: new Map() });
  draft.putGroup(team("team/red", "1"));
  draft.putGroup(team("team/blue", "2"));
  draft.state();
  draft.putGroup(team("team/blue", "1"));
  draft.putGroup(team("team/red", "2"));
  expect([...draft.state().groups]).toEqual([
    ["team/blue", team("team/blue", "1")],
    ["team/red", team("team/red", "2")],
  ]);
  draft.dropGroup("team/blue");
  draft.putGroup(team("team/grey", "2"));
  expect([...draft.state().groups.keys()]).toEqual(["team/grey"]);
});

test("a journal of any length is folded with as many copies as one of one entry", async () => {
  const copied = async (n: number): Promise<number> => {
    const people = Array.from({ length: n }, (_, i) => `p${i}`);
    const state = stateOf(...people.map((p) => account(p)));
    const entries = journalOf(
      ...people.flatMap((p) => [grant(p), operation({ verb: "suspend", person: p })]).map((o) => [o, done(o)] as const),
    );
    return (await copiedEntries(() => fold(state, entries))) / n;
  };
  expect(await copied(400)).toBeLessThanOrEqual(await copied(100));
});
