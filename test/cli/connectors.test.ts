/** Beginning a connector and judging it, as a user meets both. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { newConnector } from "../../src/cli/commands/connectors-new.ts";
import { type Company, openCompany } from "../support/company.ts";

const root = join(import.meta.dirname, "..", "..");
let company: Company;

beforeEach(async () => {
  company = await openCompany({}, { "package.json": '{ "name": "stranger", "type": "commonjs" }\n' });
});
afterEach(async () => company.close());

const files = async (): Promise<string[]> => (await readdir(company.dir, { recursive: true })).sort();
const change = async (path: string, from: string, to: string): Promise<void> => {
  const text = await readFile(join(company.dir, path), "utf8");
  expect(text).toContain(from);
  await company.write({ [path]: text.replace(from, to) });
};

describe("connectors new", () => {
  test("makes a connector that is found and passes the kit as it is, whatever package.json says of modules", async () => {
    const made = await company.child("connectors", "new", "acme").ended;
    expect(made.code).toBe(0);
    const paths = made.out
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.replace(/^made {2}/, ""));
    expect(paths).toEqual(
      expect.arrayContaining(["providers/acme/connector.ts", "providers/acme/acme.test.ts", "providers/acme/README.md"]),
    );
    expect(await files()).toEqual(expect.arrayContaining(paths));
    expect(made.err).toMatch(
      /next:\n {2}1\. rollcall connectors test acme .*\n {2}2\. .*docs\/writing-a-connector\.md\n {2}3\. rollcall init/,
    );
    expect((await company.child("connectors").ended).out).toContain("acme         Acme, in one sentence.\n");
    const judged = await company.child("connectors", "test", "acme").ended;
    expect(judged).toMatchObject({ code: 0, err: "" });
    expect(judged.out).toMatch(/^ok {4}the manifest is coherent\n/);
    expect(judged.out).toMatch(/\nacme: \d+ passed, 0 failed\n$/);
  });

  test("overwrites nothing, and leaves nothing half done", async () => {
    await company.write({ "providers/acme/notes.md": "mine\n" });
    const before = await company.digest();
    const ran = await company.child("connectors", "new", "acme").ended;
    expect(ran).toEqual({ code: 3, out: "", err: "rollcall: providers/acme exists; nothing was written\n" });
    expect(await company.digest()).toBe(before);
  });

  test("writes settings for the compiler and for modules only where the repository has none", async () => {
    await company.write({ "package.json": '{ "type": "module" }\n', "tsconfig.json": "{}\n" });
    const ran = await company.run((c) => newConnector(c, "acme"), { json: true });
    const { version, made } = JSON.parse(ran.out) as { version: number; made: string[] };
    expect([ran.code, version]).toEqual([0, 1]);
    expect(made.filter((path) => !path.startsWith("providers/acme/"))).toEqual([]);
  });

  test.each([
    ["Acme", /^rollcall: Acme is not a name of small letters, digits and single dashes/],
    ["../acme", /is not a name/],
    ["github", /^rollcall: github is taken; give it another name$/m],
    ["test", /^rollcall: test is taken/],
  ])("refuses the name %s with exit 3", async (name, says) => {
    const before = await company.digest();
    const ran = await company.child("connectors", "new", name).ended;
    expect(ran).toMatchObject({ code: 3, out: "", err: expect.stringMatching(says) });
    expect(await company.digest()).toBe(before);
  });

  test("in rollcall's own repository the copy imports the sources, and passes too", { timeout: 60_000 }, async () => {
    const copy = await mkdtemp(join(tmpdir(), "rollcall-checkout-"));
    onTestFinished(() => rm(copy, { recursive: true }));
    for (const name of ["src", "providers", "package.json"]) await cp(join(root, name), join(copy, name), { recursive: true });
    await symlink(join(root, "node_modules"), join(copy, "node_modules"));
    const rollcall = async (...args: string[]): Promise<string> =>
      (await promisify(execFile)(process.execPath, ["src/cli/rollcall.js", ...args], { cwd: copy })).stdout;
    const made = await rollcall("connectors", "new", "acme");
    expect(made).not.toMatch(/package\.json|tsconfig/);
    expect(await readFile(join(copy, "providers/acme/connector.ts"), "utf8")).toContain('from "../../src/connector/index.ts"');
    expect(await rollcall("connectors", "test", "acme")).toMatch(/, 0 failed\n$/);
  });
});

describe("connectors test", () => {
  test("a finding is told with its check and law, as text and as JSON, and exit 3", async () => {
    await company.child("connectors", "new", "acme").ended;
    await change("providers/acme/read.ts", "closes: [{ scope: scope.id, complete: true }]", "closes: []");
    const text = await company.child("connectors", "test", "acme").ended;
    expect(text.code).toBe(3);
    expect(text.out).toMatch(
      /\nFAIL {2}reads every page of every list\n {6}law 3: .*\n {6}- The scope space\/kit-0001 members is incomplete/,
    );
    const json = await company.child("--json", "connectors", "test", "acme").ended;
    const result = JSON.parse(json.out) as {
      version: number;
      connector: string;
      failed: number;
      checks: { name: string; law: string; findings: string[] }[];
    };
    expect([json.code, result.version, result.connector]).toEqual([3, 1, "acme"]);
    expect(result.checks.filter((check) => check.findings.length > 0)).toHaveLength(result.failed);
    expect(result.failed).toBeGreaterThan(0);
  });

  test("a simulator that does not start is a finding of every check that needs one, not an end", async () => {
    await company.child("connectors", "new", "acme").ended;
    await change(
      "providers/acme/simulator.ts",
      "async start(options) {",
      'async start(options) {\n    if (options) throw new Error("no port today");',
    );
    const ran = await company.child("connectors", "test", "acme").ended;
    expect(ran.code).toBe(3);
    expect(ran.out).toContain("ok    the manifest is coherent\n");
    expect(ran.out).toContain("- It could not be carried out: Error: no port today\n");
  });

  test.each([
    ["acme", "there is no connector acme"],
    ["memry", 'there is no connector memry; did you mean "memory"?'],
    ["broken", "providers/broken: connector.js has no default export"],
    ["bare", "providers/bare has no simulator.ts: the kit has nothing to judge the connector by"],
  ])("%s: exit 3, with what is wrong", async (name, says) => {
    const memory = join(root, "providers", "memory", "manifest.ts");
    await company.write({
      "providers/broken/connector.js": "export const x = 1;\n",
      "providers/bare/connector.ts": `import { z } from "zod";
import { defineConnector } from "rollcall/connector";
import { manifest } from ${JSON.stringify(memory)};
export default defineConnector({ manifest: { ...manifest, name: "bare" }, config: z.strictObject({}), open: () => Promise.reject(new Error("no")) });
`,
    });
    expect(await company.child("connectors", "test", name).ended).toEqual({ code: 3, out: "", err: `rollcall: ${says}\n` });
  });

  test("rollcall's own connectors can be judged too, the one without an API by its register", async () => {
    expect((await company.child("connectors", "test", "manual").ended).out).toMatch(/reads the whole register[\s\S]*, 0 failed\n$/);
  });
});

test("a connector is lent the contract of the rollcall that runs, not of one that lies in the repository's node_modules", async () => {
  await company.child("connectors", "new", "acme").ended;
  const other = join(company.dir, "node_modules", "rollcall");
  await mkdir(other, { recursive: true });
  await writeFile(join(other, "package.json"), '{ "name": "rollcall", "type": "module", "exports": { "./*": "./stranger.js" } }');
  await writeFile(join(other, "stranger.js"), 'throw new Error("a second copy of the contract");');
  const judged = await company.child("connectors", "test", "acme").ended;
  expect(judged.out).toMatch(/, 0 failed\n$/);
});

test("a library that the repository installed is its own, and one that it lacks is named", async () => {
  await company.write({
    "node_modules/zod/package.json": '{ "name": "zod", "type": "module", "exports": "./index.js" }',
    "node_modules/zod/index.js": 'throw new Error("the repository has its own zod");',
    "providers/one/connector.js": 'import "zod";\nexport default {};\n',
    "providers/two/connector.ts": 'import nothing from "acme-sdk";\nexport default nothing;\n',
  });
  const { err } = await company.child("connectors").ended;
  expect(err).toContain("warning: providers/one: connector.js cannot be loaded: the repository has its own zod");
  expect(err).toContain("warning: providers/two: connector.ts cannot be loaded: Cannot find package 'acme-sdk'");
});
