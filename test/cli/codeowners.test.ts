/** `rollcall codeowners` as users meet it. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { codeOwners } from "../../src/cli/commands/codeowners.ts";
import { type Company, openCompany, personFile } from "../support/company.ts";

let company: Company;
beforeEach(async () => {
  company = await openCompany(
    { wiki: { connector: "memory", more: "owners: [ada]\n" } },
    { ...personFile("ada", ["accounts: { wiki: ada }"]), ...personFile("bob", []) },
  );
  await mkdir(join(company.dir, ".git"));
});
afterEach(async () => company.close());

const file = (): string => join(company.dir, ".github", "CODEOWNERS");

test("it writes the file, a second time nothing, and --check finds it right", async () => {
  expect(await company.run(async (c) => codeOwners(c, {}))).toMatchObject({ code: 0, out: "wrote    .github/CODEOWNERS\n" });
  expect(await readFile(file(), "utf8")).toContain("/identities/apps/wiki.yaml ada@acme.example\n");
  expect(await company.run(async (c) => codeOwners(c, {}))).toMatchObject({ code: 0, out: "" });
  expect(await company.run(async (c) => codeOwners(c, { check: true }))).toMatchObject({ code: 0, out: "", err: "" });
  expect((await company.run(async (c) => codeOwners(c, { stdout: true }))).out).toBe(await readFile(file(), "utf8"));
});

test("the sample company's", async () => {
  const sample = join(import.meta.dirname, "..", "..");
  const ran = await company.run(async (c) => codeOwners({ ...c, dir: sample }, { stdout: true }));
  await expect(ran.out).toMatchFileSnapshot("golden/CODEOWNERS");
});

test("--check exits 3 where it is missing or stale, shows the lines, and writes nothing", async () => {
  expect((await company.run(async (c) => codeOwners(c, { check: true }))).code).toBe(3);
  await company.run(async (c) => codeOwners(c, {}));
  const before = await readFile(file(), "utf8");
  await company.write({ "policies/approval.yaml": "kind: approval\nowners:\n  policies/: [bob]\n" });
  const stale = await company.run(async (c) => codeOwners(c, { check: true }));
  expect(stale.code).toBe(3);
  expect(stale.out).toContain("- /policies/ ada@acme.example\n");
  expect(stale.out).toContain("+ /policies/ bob@acme.example\n");
  expect(stale.err).toBe(".github/CODEOWNERS is not that of these files; run: rollcall codeowners\n");
  expect(await readFile(file(), "utf8")).toBe(before);
});

test("a file of somebody else's is not written over", async () => {
  await mkdir(dirname(file()), { recursive: true });
  await writeFile(file(), "* @somebody\n");
  const ran = await company.run(async (c) => codeOwners(c, {}));
  expect(ran.code).toBe(3);
  expect(ran.err).toContain(".github/CODEOWNERS was not written by rollcall");
  expect(await readFile(file(), "utf8")).toBe("* @somebody\n");
});

test("below the root of the Git repository the file lies at its root, and names that folder", async () => {
  await rm(join(company.dir, ".git"), { recursive: true });
  const root = dirname(company.dir);
  await mkdir(join(root, ".git"), { recursive: true });
  try {
    const ran = await company.run(async (c) => codeOwners(c, { stdout: true }));
    const folder = company.dir.slice(root.length + 1);
    expect(ran.out).toContain(`\n/${folder}/rollcall.yaml ada@acme.example\n`);
  } finally {
    await rm(join(root, ".git"), { recursive: true });
  }
});

test("where nobody owns anything there is no file, and the exit code says so", async () => {
  await company.write({ "identities/apps/wiki.yaml": "connector: memory\nsettings: { workspace: acme }\n" });
  const ran = await company.run(async (c) => codeOwners(c, {}));
  expect(ran.code).toBe(3);
  expect(ran.err).toContain("no CODEOWNERS can be written");
});
