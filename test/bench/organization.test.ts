import { expect, test } from "vitest";
import { openStage } from "../../bench/plan.ts";
import { generateOrganization } from "../../bench/organization.ts";

test("the generated organisation has four accounts and ten grants for everybody, and is the same for the same seed", () => {
  const made = generateOrganization(40);
  expect([made.people, made.accounts, made.grants, made.worlds.size]).toEqual([40, 160, 400, 10]);
  const held = [...made.files].filter(([path]) => path.startsWith("identities/people/"));
  expect(held).toHaveLength(40);
  expect(generateOrganization(40)).toEqual(made);
  expect(generateOrganization(40, 2)).not.toEqual(made);
});

test("it checks clean, nothing is left to do in any app, and one changed file is one person's change", async () => {
  const stage = await openStage(40);
  try {
    const [checked, planned] = [await stage.check("kept"), await stage.preview("kept")];
    expect(checked.err).toBe("");
    // Every command says what it used; how much that is, is for the benchmark to tell.
    for (const { cpuSeconds, peakMegabytes } of [checked, planned]) expect(Math.min(cpuSeconds, peakMegabytes)).toBeGreaterThan(0);
    await stage.changeOneFile();
    await expect(stage.diff("kept")).resolves.toMatchObject({ code: 0 });
    await expect(stage.diff("off")).resolves.toMatchObject({ code: 0 });
  } finally {
    await stage.close();
  }
});
