/** The benchmarks' generators make what they say; nothing here is timed. */
import { expect, test } from "vitest";
import { run as runApply } from "../../bench/apply.ts";
import { growthExponent } from "../../bench/apply/growth.ts";
import { run as runTerraform, terraformVersion } from "../../bench/terraform.ts";

test("the exponent of what grows with its square is 2, of what does not grow 0", () => {
  const sizes = [10, 20, 40, 80];
  expect(growthExponent(sizes.map((size) => ({ size, cost: 3 * size ** 2 })))).toBeCloseTo(2);
  expect(growthExponent(sizes.map((size) => ({ size, cost: 7 })))).toBeCloseTo(0);
});

test("twenty operations are applied, seen to be in the app, and told with what they used", { timeout: 120_000 }, async () => {
  const lines: string[] = [];
  await runApply((line) => lines.push(line), [20, 40]);
  expect(lines.filter((line) => /^ +(?:0|20|40) +[\d.]+ s +[\d.]+ s +\d+ MB/.test(line))).toHaveLength(3);
  expect(lines.at(-1)).toContain("from 20 to 40 operations");
});

test("Terraform and rollcall both find twenty accounts in order, and both make twenty", { timeout: 120_000 }, async (context) => {
  if ((await terraformVersion()) === null) context.skip("there is no terraform on the PATH");
  const lines: string[] = [];
  await runTerraform((line) => lines.push(line), { planned: 20, applied: 20 });
  expect(lines.filter((line) => line.includes("terraform takes"))).toHaveLength(3);
});

test("without terraform one line says why nothing is compared", async () => {
  const { PATH } = process.env;
  const lines: string[] = [];
  process.env["PATH"] = "";
  try {
    await runTerraform((line) => lines.push(line));
  } finally {
    process.env["PATH"] = PATH;
  }
  expect(lines).toEqual(["terraform: not compared, there is no terraform on the PATH"]);
});
