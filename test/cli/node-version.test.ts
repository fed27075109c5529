import { expect, test } from "vitest";
import { nodeProblem } from "../../src/cli/node-version.js";

test("a Node that runs TypeScript as we need it is no problem", () => {
  expect(nodeProblem("24.0.0", false)).toBeNull();
  expect(nodeProblem("25.1.0", true)).toBeNull();
});

test("an older Node is told in one line what to do", () => {
  for (const [installed, way] of [
    [false, "npm run rollcall"],
    [true, "npm install --save-dev node@24"],
  ] as const) {
    const problem = nodeProblem("20.20.2", installed);
    expect(problem).toContain("Node 24");
    expect(problem).toContain(way);
    expect(problem).not.toContain("\n");
  }
});
