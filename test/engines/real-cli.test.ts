/** Scenarios through both engines: the company as it was by the embedded one, the change by Pulumi, and nothing left for either. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openPulumiCompany } from "../e2e/pulumi-company.ts";
import { findPulumi, noPulumi } from "../e2e/pulumi-cli.ts";
import { censusLines, type Scenario } from "../scenarios/scenario.ts";
import { peopleScenarios } from "../scenarios/worlds/people.ts";
import { vendorScenarios } from "../scenarios/worlds/vendors.ts";

const bin = findPulumi();
const all = new Map([...peopleScenarios, ...vendorScenarios].map((s) => [s.name, s]));

/** One of each kind of trouble; the others go through the plugin process alone (provider-process.test.ts). */
const chosen = [
  "joiner",
  "mover",
  "leaver",
  "leaver-after-retention",
  "re-hire",
  "leave-begins",
  "grant-expires",
  "rename-of-key",
  "drift-both-ways",
  "orphan-suspended",
  "protected",
  "invitation-sent",
  "lost-answers",
  "lagging-lists",
  "wrong-tenant",
];

const golden = (name: string): Promise<string> => readFile(join(import.meta.dirname, "..", "scenarios", "golden", `${name}.txt`), "utf8");

describe.concurrent("with the real command line", () => {
  test.for(chosen)("%s", { timeout: 300_000 }, async (name, ctx) => {
    const s: Scenario = all.get(name)!;
    if (bin === null) return ctx.skip(noPulumi);
    const company = await openPulumiCompany(bin, s.apps, s.before);
    try {
      if (s.first !== undefined) company.now = new Date(`${s.first}T12:00:00Z`);
      const first = await company.apply("embedded");
      expect(first.code, first.err).toBe(0);
      company.now = new Date("2026-06-10T12:00:00Z");
      await company.write(s.change ?? {});
      s.meanwhile?.(company);

      const applied = await company.apply("pulumi");
      expect(applied.out.startsWith(await golden(name)), applied.out).toBe(true);
      expect(applied.code, applied.out + applied.err).toBe(s.codes?.apply ?? 0);
      for (const [app, lines] of Object.entries(s.world)) expect(censusLines(company.apps[app]!)).toEqual([...lines].sort());

      company.forget();
      const again = await company.apply("embedded");
      expect(again.code, again.out + again.err).toBe(s.codes?.again ?? 0);
      expect(company.mutating(), again.out).toEqual([]);
    } finally {
      await company.close();
    }
  });
});
