import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { init } from "../../src/cli/commands/init.ts";
import { type Company, openCompany } from "../support/company.ts";

let company: Company;
beforeEach(async () => {
  company = await openCompany({ wiki: { connector: "memory" }, chat: { connector: "scim" } }, {});
});
afterEach(async () => company.close());

const run = async (options: Parameters<typeof init>[2] = {}) => company.run(async (c) => init(c, undefined, { ci: "github", ...options }));

test("in a repository that is there already only workflows, forms and package.json are made, and what is left to do is said", async () => {
  const before = (await readdir(company.dir)).sort();
  const ran = await run();
  expect(ran.code).toBe(0);
  expect((await readdir(company.dir)).sort()).toEqual([".github", ...before, "package.json"].sort());
  expect(ran.err).toMatch(/environment rollcall-preview: CHAT_TOKEN, WIKI_TOKEN, ROLLCALL_ENDPOINT_CHAT \(a variable\)/);
  expect(ran.err).toContain("require the check `rollcall gate`");
  expect(ran.err).toContain("a runner forgets");
  expect(await company.files(".github/workflows/rollcall-apply.yml")).toContain("WIKI_TOKEN: ${{ secrets.WIKI_TOKEN }}");
  expect((await run({ check: true })).code).toBe(0);
});

test("what is there is never overwritten, and --check says where it is not what it would be", async () => {
  await run();
  const path = join(company.dir, ".github/workflows/rollcall-apply.yml");
  await writeFile(path, "mine\n");
  await rm(join(company.dir, ".github/workflows/rollcall-check.yml"));
  const judged = await run({ check: true });
  expect(judged).toMatchObject({
    code: 3,
    out: "different  .github/workflows/rollcall-apply.yml\nmissing  .github/workflows/rollcall-check.yml\n",
  });
  const again = await run();
  expect(again.out).toContain("made  .github/workflows/rollcall-check.yml");
  expect(again.out).toContain("kept  .github/workflows/rollcall-apply.yml (exists)");
  expect(await readFile(path, "utf8")).toBe("mine\n");
});

test("an app that is added makes the workflows stale", async () => {
  await run();
  await company.write({
    "identities/apps/docs.yaml": "connector: memory\nsettings: { workspace: docs }\ncredentials: { token: env:DOCS_TOKEN }\n",
  });
  expect((await run({ check: true })).out).toMatch(/different .*apply.yml\ndifferent .*preview.yml\ndifferent .*scheduled.yml/);
});

test.each([
  ["main\njobs: {}", /cannot stand for a branch/],
  ["${{ secrets.X }}", /cannot stand for a branch/],
  ["'", /cannot stand for a branch/],
])("a branch named %j is refused", async (branch, words) => {
  expect(await run({ branch })).toMatchObject({ code: 3, err: expect.stringMatching(words) });
  expect(await readdir(company.dir)).not.toContain(".github");
});

test("a credential by a name that means something else in a workflow is refused with its line", async () => {
  await company.write({
    "identities/apps/wiki.yaml": "connector: memory\nsettings: { workspace: acme }\ncredentials: { token: env:GITHUB_TOKEN }\n",
  });
  expect(await run()).toMatchObject({
    code: 3,
    err: expect.stringMatching(/CI_VARIABLE[^]*identities\/apps\/wiki.yaml:1[^]*nothing was done/),
  });
});

test("in an empty folder it makes the repository as well", async () => {
  const dir = await mkdtemp(join(tmpdir(), "rollcall-init-"));
  try {
    const ran = await company.run(async (c) => init(c, dir, { ci: "github", connector: ["github"], branch: "trunk" }), { json: true });
    expect(JSON.parse(ran.out)).toMatchObject({ made: expect.arrayContaining(["rollcall.yaml", ".github/workflows/rollcall-apply.yml"]) });
    expect(await readFile(join(dir, ".github/workflows/rollcall-apply.yml"), "utf8")).toContain('branches: ["trunk"]');
  } finally {
    await rm(dir, { recursive: true });
  }
});

test("--check without --ci is a mistake", async () => {
  expect(await company.run(async (c) => init(c, undefined, { check: true }))).toMatchObject({ code: 1 });
});
