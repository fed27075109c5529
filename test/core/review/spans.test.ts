import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Merged, spansOf } from "../../../src/core/review/spans.ts";

const by = (pairs: Readonly<Record<string, Merged>>) => (commit: string) => pairs[commit] ?? null;
const shape = (spans: ReturnType<typeof spansOf>) => spans.map((s) => `${s.from}..${s.to} ${s.pull ?? "pushed"} [${s.commits.join(" ")}]`);

describe("history by pull request", () => {
  test("a merge or a squash is one commit, a rebase as many as it has, a push stands alone", () => {
    const merged = by({
      a: { pull: 1, commit: "a" },
      b: { pull: 2, commit: "d" },
      c: { pull: 2, commit: "d" },
      d: { pull: 2, commit: "d" },
    });
    expect(shape(spansOf("0", ["a", "b", "c", "d", "e", "f"], merged))).toEqual([
      "0..a 1 [a]",
      "a..d 2 [b c d]",
      "d..e pushed [e]",
      "e..f pushed [f]",
    ]);
  });

  test("a push between two merges is not taken for part of either", () => {
    expect(shape(spansOf("0", ["x", "a"], by({ a: { pull: 1, commit: "a" } })))).toEqual(["0..x pushed [x]", "x..a 1 [a]"]);
  });

  test("a commit that names a pull request which ends elsewhere belongs to none", () => {
    expect(shape(spansOf("0", ["x"], by({ x: { pull: 1, commit: "y" } })))).toEqual(["0..x pushed [x]"]);
  });

  test("every commit is in one span, in order, each beginning where the one before ended", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ pull: fc.option(fc.integer({ min: 1, max: 3 }), { nil: null }), end: fc.boolean() })), (rows) => {
        const commits = rows.map((_, i) => `c${i}`);
        const endOf = (pull: number): string => commits.findLast((_, i) => rows[i]!.pull === pull && rows[i]!.end) ?? "none";
        const spans = spansOf("start", commits, (c) => {
          const { pull } = rows[commits.indexOf(c)]!;
          return pull === null ? null : { pull, commit: endOf(pull) };
        });
        expect(spans.flatMap((s) => s.commits)).toEqual(commits);
        let at = "start";
        for (const s of spans) {
          expect([s.from, s.to]).toEqual([at, s.commits.at(-1)]);
          at = s.to;
        }
      }),
    );
  });
});
