import { describe, expect, test } from "vitest";
import { contradiction, isNoted, spentIn } from "../../../src/core/record/goes-on.ts";
import type { NotedHead } from "../../../src/core/record/heads.ts";
import type { RunRecord } from "../../../src/core/record/record.ts";
import { approved, chainOf, commitId, draft } from "../../support/records.ts";

const [a, b, c] = [commitId("a"), commitId("b"), commitId("c")];
const records = chainOf([
  draft("2026-03-02T10:00:00.000Z", { commits: { from: a, to: b }, segments: [approved(12, a, b)] }),
  draft("2026-03-03T10:00:00.000Z", { commits: { from: b, to: c }, segments: [approved(13, b, c)] }),
]);
const [first, second] = records as [RunRecord, RunRecord];
const noted = ({ sequence, hash }: Pick<RunRecord, "sequence" | "hash">): NotedHead => ({ sequence, hash, where: c, at: null, by: null });
const other = { sequence: 2, hash: "0".repeat(64) };

describe("a note speaks against records", () => {
  test("that lack it, or have another one in its place", () => {
    expect(contradiction(records, [noted(first), noted(second)])).toBeNull();
    expect(contradiction([first], [noted(second)])).toMatch(/^record 2 .*is not there: the last one is 1$/);
    expect(contradiction([], [noted(first)])).toMatch(/^record 1 .*is not there: there is none$/);
    expect(contradiction(records, [noted(other)])).toMatch(/^record 2 is not 2 \(000000000000…\)/);
  });

  test("that are at hand: of older ones nothing is said", () => {
    expect(contradiction([second], [noted({ ...first, hash: other.hash })])).toBeNull();
  });
});

test("a record is noted by number and hash", () => {
  expect([isNoted(second, [noted(first), noted(second)]), isNoted(second, [noted(first), noted(other)])]).toEqual([true, false]);
});

test("approvals are spent up to a record, and not beyond", () => {
  expect([spentIn(records, 2), spentIn(records, 1), spentIn(records, 0)].map((s) => [...s])).toEqual([[12, 13], [12], []]);
});
