import { describe, expect, test } from "vitest";
import { fold, type JournalEntry, parseJournal } from "../../../src/core/state/journal.ts";
import { account, done, journalOf, operation, stateOf } from "./sample.ts";

const grant = operation({ verb: "grant", target: "team/dba", after: "member" });
const revoke = operation({ verb: "revoke", target: "team/infra", before: "maintainer" });
const suspend = operation({ verb: "suspend", after: "suspended" });
const entries = journalOf([grant, done(grant)], [revoke, done(revoke)], [suspend, done(suspend)]);
const text = entries.map((e) => `${JSON.stringify(e)}\n`).join("");
const saved = (seq: number, upTo: number): JournalEntry => ({
  seq,
  run: "r1",
  at: "2026-03-01T12:00:00.000Z",
  day: "2026-03-01",
  type: "saved",
  upTo,
});
const before = stateOf(account("ada"));

describe("a journal folded into state", () => {
  test("gives what was finished", () => {
    expect(fold(before, entries).accounts.get("ada")).toMatchObject({
      owned: { "team/dba": "member" },
      status: "suspended",
      stoppedByUs: true,
    });
  });

  test("leaves out what a checkpoint has, so that later knowledge is not undone", () => {
    const known = stateOf(account("ada", { owned: {} })); // the edge was found gone, and forgotten, after the checkpoint
    expect(fold(known, [...entries, saved(7, 6)])).toBe(known);
    expect(fold(known, [...entries.slice(0, 4), saved(7, 2)]).accounts.get("ada")!.owned).toStrictEqual({});
  });

  test("gives the intent of a stop that was begun, and of nothing else", () => {
    expect(fold(before, entries.slice(4, 5)).accounts.get("ada")).toMatchObject({ status: "active", inputs: { status: "suspended" } });
    expect(fold(before, entries.slice(0, 1))).toBe(before);
  });

  test("twice is as good as once", () => {
    const once = fold(before, entries);
    expect(fold(once, entries)).toStrictEqual(once);
  });
});

describe("a journal's text", () => {
  test("cut at any character gives the entries whose lines are whole, and says where they end", () => {
    for (let length = 0; length <= text.length; length++) {
      const cut = text.slice(0, length);
      const reading = parseJournal(cut, ["forge"]);
      const lines = cut.split("\n").length - 1;
      expect(reading).toStrictEqual({ kind: "read", entries: entries.slice(0, lines), whole: cut.lastIndexOf("\n") + 1 });
    }
  });

  const lines = text.trimEnd().split("\n");
  const broken = (i: number, line: string): string => lines.map((l, j) => (i === j ? line : l)).join("\n") + "\n";
  test.each([
    ["that is not JSON", broken(1, lines[1]!.slice(0, 20)), 2],
    ["of zeroes, as a lost page leaves them", broken(2, "\0".repeat(20)), 3],
    ["of an unknown type", broken(0, lines[0]!.replace('"begin"', '"start"')), 1],
    ["with a field that it does not know", broken(0, lines[0]!.replace('"seq"', '"hold":true,"seq"')), 1],
    ["with a vendor id that walks up a path", broken(0, lines[0]!.replace("id-ada", "../x")), 1],
    ["about another app", broken(0, lines[0]!.replace('"app":"forge"', '"app":"other"')), 1],
    ["whose number does not count up", broken(1, lines[0]!), 2],
    ["that ends what was not begun", broken(0, lines[1]!), 1],
    ["that ends another operation than it says", broken(1, lines[1]!.replace("team/dba", "team/sre")), 2],
  ])("with a line %s is damaged there", (_, damaged, line) => {
    expect(parseJournal(damaged, ["forge"])).toMatchObject({ kind: "corrupt", line });
  });
});
