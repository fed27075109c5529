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

test("of equally many slips the likelier one is meant", () => {
  expect(didYouMean("infra-1x7", ["infra-197", "infra-17"]), "a letter too many rather than a letter for a digit").toBe("infra-17");
  expect(didYouMean("infra17", ["infra-7", "infra-17"]), "a dash forgotten rather than a digit mistyped").toBe("infra-17");
  expect(didYouMean("form", ["farm", "from"]), "two letters swapped rather than a wrong one").toBe("from");
  expect(didYouMean("cst", ["cot", "cat"]), "the key beside").toBe("cat");
  expect(didYouMean("team_a", ["team-a", "teamxa"]), "a dash for an underscore").toBe("team-a");
});

test("of equally likely ones the most used is meant", () => {
  const uses = (name: string): number => (name === "bbb" ? 5 : 1);
  expect(didYouMean("qbb", ["mbb", "bbb"], { uses })).toBe("bbb");
  expect(didYouMean("qbb", ["mbb", "bbb"], { accept: (name) => name !== "bbb" })).toBe("mbb");
});

test("hundreds of names that share all but a number are all found", () => {
  const names = Array.from({ length: 999 }, (_, i) => `team/infra-${i + 1}`);
  for (const name of names) expect(didYouMean(name.replace("fr", "rf"), names)).toBe(name);
});
