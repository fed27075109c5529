import { expect, test } from "vitest";
import { closingLines } from "./reporter.ts";

test("every skip is told with its reason, and the count is the last line", () => {
  expect(closingLines({ passed: 3, failed: 1, skips: [{ name: "e2e > pulumi", reason: "no pulumi on the PATH" }] })).toEqual([
    "skipped: e2e > pulumi (no pulumi on the PATH)",
    "3 passed, 1 failed, 1 skipped",
  ]);
});

test("a skip without a reason counts as a failure", () => {
  expect(closingLines({ passed: 3, failed: 0, skips: [{ name: "a > b", reason: undefined }] })).toEqual([
    "failed: a > b was skipped without a reason",
    "3 passed, 1 failed, 0 skipped",
  ]);
});
