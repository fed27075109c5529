import { describe, expect, test } from "vitest";
import { checksFor } from "../../src/connector/conformance/index.ts";
import { connectorNames, targetOf } from "./targets.ts";

test("the providers folder was really seen", () => {
  expect(connectorNames).toEqual(expect.arrayContaining(["github", "manual", "memory"]));
});

describe.each(connectorNames)("the connector %s", async (name) => {
  const target = await targetOf(name);
  test("has the name of its folder", () => {
    expect(target.connector.manifest.name).toBe(name);
  });
  test.each(checksFor(target).map((check) => [check.name, check] as const))("%s", async (_name, check) => {
    expect(await check.run(target)).toEqual([]);
  });
});
