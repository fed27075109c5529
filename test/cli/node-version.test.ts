import { expect, test } from "vitest";
import { nodeProblem } from "../../src/cli/node-version.js";

test("a Node that runs TypeScript as we need it is no problem", () => {
  expect(nodeProblem("24.0.0")).toBeNull();
  expect(nodeProblem("25.1.0")).toBeNull();
});

test("an older Node is told in one line what to do", () => {
  const problem = nodeProblem("20.20.2");
  expect(problem).toContain("Node 24");
  expect(problem).toContain("npm run rollcall");
  expect(problem).not.toContain("\n");
});
