import { expect, test } from "vitest";
import { didYouMean } from "../../../src/core/source/did-you-mean.ts";

test("one slip or two swapped letters are forgiven, a different word is not", () => {
  expect(didYouMean("emial", ["email", "name"])).toBe("email");
  expect(didYouMean("departmnt", ["department"])).toBe("department");
  expect(didYouMean("cat", ["engineer"])).toBeUndefined();
});

test("ties go to the first in code-point order, whatever the order of candidates", () => {
  expect(didYouMean("ab", ["ac", "aa"])).toBe("aa");
  expect(didYouMean("ab", ["aa", "ac"])).toBe("aa");
});

test("ten thousand mistyped names among ten thousand people are answered within two seconds", () => {
  const people = new Set(Array.from({ length: 10_000 }, (_, i) => `person-number-${i}`));
  const started = performance.now();
  for (let i = 0; i < 10_000; i++) expect(didYouMean(`persno-number-${i}`, people)).toBeDefined();
  expect(performance.now() - started).toBeLessThan(2000);
});
