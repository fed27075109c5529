import { join } from "node:path";
import { expect, test } from "vitest";
import { apply } from "../../src/cli/commands/apply.ts";
import { preview } from "../../src/cli/commands/preview.ts";
import { openCompany } from "../support/company.ts";
import { censusLines, type Scenario } from "./scenario.ts";
import { identityScenarios } from "./worlds/identity.ts";
import { peopleScenarios } from "./worlds/people.ts";
import { vendorScenarios } from "./worlds/vendors.ts";

const scenarios = [...peopleScenarios, ...vendorScenarios, ...identityScenarios];

test("scenarios have names of their own", () => {
  expect(new Set(scenarios.map((s) => s.name)).size).toBe(scenarios.length);
});

/** The files of before are applied; then things change; preview says what, apply does it, and nothing is left to do. */
test.each(scenarios.map((s) => [s.name, s] as const))("%s", async (name, s: Scenario) => {
  const company = await openCompany(s.apps, s.before);
  try {
    if (s.first !== undefined) company.now = new Date(`${s.first}T12:00:00Z`);
    const first = await company.run((context) => apply(context, { yes: true }));
    expect(first.code, first.err).toBe(0);
    company.now = new Date("2026-06-10T12:00:00Z");
    await company.write(s.change ?? {});
    s.meanwhile?.(company);

    const shown = await company.run((context) => preview(context, { format: "terminal" }));
    await expect(shown.out).toMatchFileSnapshot(join(import.meta.dirname, "golden", `${name}.txt`));
    expect(shown.code, shown.err).toBe(s.codes?.preview ?? 0);

    const applied = await company.run((context) => apply(context, { yes: true }));
    expect(applied.code, applied.out + applied.err).toBe(s.codes?.apply ?? 0);
    for (const [app, lines] of Object.entries(s.world)) expect(censusLines(company.apps[app]!)).toEqual([...lines].sort());

    company.forget();
    const again = await company.run((context) => apply(context, { yes: true }));
    expect(again.code, again.out + again.err).toBe(s.codes?.again ?? 0);
    expect(company.mutating(), again.out).toEqual([]);
    await s.also?.(company);
  } finally {
    await company.close();
  }
});
