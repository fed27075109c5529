import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { believedTimes } from "../../../src/io/git/believed-times.ts";
import { commitAt } from "../../../src/io/git/commit-at.ts";
import { commitDated } from "../../support/git.ts";
import { cloneOf, type GitFolder, openGitFolder } from "../../support/git-folder.ts";

let repo: GitFolder;
beforeEach(() => {
  repo = openGitFolder();
});
afterEach(() => repo.close());

const day = 86_400;
/** Days after 2026-01-01. */
const date = (days: number): Date => new Date((1_767_225_600 + days * day) * 1000);
const now = date(400);

/** Commits made on these days, by their own word. */
function history(...days: number[]): string[] {
  return days.map((told) => commitDated(repo.root, date(told).getTime() / 1000));
}
const at = async (days: number): Promise<string | null> => (await commitAt(repo.root, "main", date(days), now))?.id ?? null;

describe("where a branch was at an instant", () => {
  test("is the newest commit that had been made by then", async () => {
    const [one, two, three] = history(1, 2, 4);
    expect(await at(0.5)).toBeNull();
    expect(await at(1)).toBe(one);
    expect(await at(3)).toBe(two);
    expect(await at(4)).toBe(three);
    expect(await commitAt(repo.root, three!, date(3), now)).toEqual({ id: two, at: "2026-01-03T00:00:00.000Z" });
  });

  test("is a commit of the branch itself, not one that came in by a merge later", async () => {
    const [one] = history(1);
    repo.git("checkout", "--quiet", "-b", "side");
    history(2);
    repo.git("checkout", "--quiet", "main");
    const [, merge] = [repo.git("merge", "--quiet", "--no-ff", "--message", "m", "side"), repo.git("rev-parse", "HEAD")];
    expect(await at(3)).toBe(one);
    expect((await commitAt(repo.root, "main", new Date()))?.id).toBe(merge);
  });

  test("is not moved by a commit dated back, in the middle or at the tip", async () => {
    const [one, two, odd, four] = history(10, 20, 5, 40);
    expect(await at(6)).toBeNull();
    expect(await at(15)).toBe(one);
    expect(await at(30)).toBe(two);
    // It was there when the next was made.
    expect(await at(40)).toBe(four);
    const [tip] = history(1);
    expect(await at(39)).toBe(two);
    expect(await at(40)).toBe(tip);
    expect(odd).not.toBe(two);
  });

  test("is not hidden by a commit dated ahead: neither in the past's future nor in ours", async () => {
    const [one, two, , four, five] = history(10, 20, 300, 40, 50);
    expect([await at(15), await at(30), await at(45), await at(60)]).toEqual([one, two, four, five]);
    const [later] = history(30_000);
    // The year 2108 fits nowhere: it is there since the last that fits.
    expect(await at(60)).toBe(later);
  });

  test("of two commits that contradict each other, the later date is believed", async () => {
    const [one, , three] = history(10, 30, 20);
    expect(await at(25)).toBe(one);
    expect(await at(30)).toBe(three);
  });

  test("is not guessed at past the end of a shallow clone", async () => {
    const [, two, three] = history(1, 2, 3);
    const clone = cloneOf(repo.root, "--depth", "2");
    try {
      expect((await commitAt(clone.root, "HEAD", date(3), now))?.id).toBe(three);
      // The oldest that is here: those that are not could show that its date is odd.
      await expect(commitAt(clone.root, "HEAD", date(2), now)).rejects.toMatchObject({ kind: "revision" });
      await expect(commitAt(clone.root, "HEAD", date(1), now)).rejects.toMatchObject({ message: expect.stringContaining("shallow") });
      expect(two).toBe(clone.git("rev-parse", "HEAD~1"));
    } finally {
      clone.close();
    }
  });
});

describe("of a true history with one date changed to any other", () => {
  /** Strictly rising, oldest first. */
  const histories = fc
    .uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 3, maxLength: 40 })
    .map((times) => times.sort((a, b) => a - b));
  const believed = (times: readonly number[]): number[] => believedTimes(times.toReversed(), 1000).toReversed();

  test("every time that is believed is right but those of that commit and the one it changes places with", () => {
    fc.assert(
      fc.property(histories, fc.nat(), fc.integer({ min: 0, max: 2000 }), (times, place, lie) => {
        const which = place % times.length;
        const told = times.map((t, i) => (i === which ? lie : t));
        const wrong = believed(told).flatMap((t, i) => (t === times[i] ? [] : [i]));
        expect(wrong.filter((i) => Math.abs(i - which) > 1)).toEqual([]);
      }),
      { numRuns: 5000 },
    );
  });

  test("times rise, none is after now, and none is earlier than a true one below it", () => {
    fc.assert(
      fc.property(histories, fc.nat(), fc.integer({ min: 0, max: 2000 }), (times, place, lie) => {
        const which = place % times.length;
        const answer = believed(times.map((t, i) => (i === which ? lie : t)));
        expect(answer).toEqual(answer.toSorted((a, b) => a - b));
        expect(Math.max(...answer)).toBeLessThanOrEqual(1000);
        for (let i = 0; i < which; i++) expect(answer[which]).toBeGreaterThanOrEqual(i === which - 1 ? (times[i - 1] ?? 0) : times[i]!);
      }),
      { numRuns: 5000 },
    );
  });

  test("of a hundred thousand commits they are found in a second", () => {
    const many = Array.from({ length: 100_000 }, (_, i) => i + (i % 97 === 0 ? 5000 : 0));
    const began = performance.now();
    expect(believedTimes(many.toReversed(), 1_000_000)).toHaveLength(100_000);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
