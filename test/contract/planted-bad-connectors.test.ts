import { describe, expect, test } from "vitest";
import { checksFor, type Target } from "../../src/connector/conformance/index.ts";
import memorySimulator from "../../providers/memory/simulator.ts";
import { planted } from "./planted-connectors.ts";
import { targetOf } from "./targets.ts";

// That the good one passes every check is asserted by every-connector.test.ts.
describe("the kit finds a connector that", () => {
  test.each(planted.map((p) => [p.mistake, p] as const))("%s", async (_mistake, { connector, foundBy, says }) => {
    const target: Target = { connector, simulator: memorySimulator };
    const check = checksFor(target).find((c) => c.name === foundBy);
    expect(check, `there is a check "${foundBy}"`).toBeDefined();
    const findings = await check!.run(target);
    expect(findings.join("\n")).toContain(says);
  });

  test("lacks a simulator and a register: it is not judged at all", async () => {
    const { connector } = await targetOf("memory");
    expect(() => checksFor({ connector })).toThrow("neither a simulator nor a register");
  });

  test("keeps a register and forgets a grant, finds nobody, or says that it has done the work", async () => {
    const target = await targetOf("manual");
    const bad = (remake: (page: object) => object, outcome: "done" | "human"): Target => ({
      ...target,
      connector: {
        ...target.connector,
        async open(config, io) {
          const tenant = await target.connector.open(config, io);
          return {
            ...tenant,
            read: async (scope) => remake(await tenant.read(scope)),
            perform: async (calls) => calls.map(() => (outcome === "done" ? { status: "done" } : { status: "human", task: "x" })),
          };
        },
      },
    });
    const findings = async (t: Target, name: string): Promise<string[]> =>
      checksFor(t)
        .find((c) => c.name === name)!
        .run(t);
    const reads = "reads the whole register, and finds in it what the lists show";
    const works = "every verb is a task for a person, and nothing counts as done";
    expect(
      await findings(
        bad((page) => page, "human"),
        reads,
      ),
    ).toEqual([]);
    expect(
      await findings(
        bad((page) => ("edges" in page ? { ...page, edges: [] } : page), "human"),
        reads,
      ),
    ).not.toEqual([]);
    expect(
      await findings(
        bad((page) => page, "done"),
        works,
      ),
    ).not.toEqual([]);
  });
});
