import { expect, test } from "vitest";
import { jsonPlan } from "../../../src/core/report/json.ts";
import { everything, shuffled } from "./plans.ts";

test("the JSON form is versioned, carries the digest, and is as the golden file says", async () => {
  const text = jsonPlan(everything, "abc");
  expect(JSON.parse(text)).toMatchObject({ version: 1, digest: "abc", summary: { people: 4, losses: 3 } });
  await expect(text).toMatchFileSnapshot("golden/everything.json");
});

test("the JSON form is the same bytes for the same plan in another order", () => {
  expect(jsonPlan(shuffled(everything), "abc")).toBe(jsonPlan(everything, "abc"));
});

test("what a create sends and what state will hold are not in the JSON form", () => {
  expect(jsonPlan(everything, "abc")).not.toContain("Hedy Lamarr");
});
