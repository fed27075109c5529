/** What is loaded before the first line is printed: time cannot be asserted, modules can. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..", "..");
const entry = join(root, "src", "cli", "rollcall.js");

/** Writes the address of every module that Node loads to standard error. */
const watch = `data:text/javascript,${encodeURIComponent(`import module from "node:module";
import { writeSync } from "node:fs";
module.registerHooks({ load(url, context, next) { if (url.startsWith("file:")) writeSync(2, url + "\\n"); return next(url, context); } });`)}`;

async function loaded(...args: string[]): Promise<{ packages: string[]; own: string[] }> {
  const { stderr } = await run(process.execPath, ["--import", watch, entry, ...args], { env: { PATH: process.env["PATH"] } });
  const urls = stderr.split("\n").filter((line) => line.startsWith("file:"));
  const packages = urls.flatMap((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? []);
  const own = urls.filter((url) => !url.includes("/node_modules/")).map((url) => url.slice(url.indexOf(`${root}/`) + root.length + 1));
  return { packages: [...new Set(packages)].sort(), own: own.sort() };
}

test.each([["--help"], ["--version"], ["preview --help"], ["sandbox start --help"]])(
  "%s loads commander and the command line itself: no schema, no parser, no command, no connector",
  async (args) => {
    const { packages, own } = await loaded(...args.split(" "));
    expect(packages).toEqual(["commander"]);
    expect(own).toContain("src/cli/main.ts");
    expect(own.filter((file) => /^providers\/|^src\/(?:io|connector)\/|^src\/cli\/commands\//.test(file))).toEqual([]);
    expect(own.length).toBeLessThan(15);
  },
);

test("check loads neither a vendor's SDK nor a simulator", async () => {
  const { packages, own } = await loaded("-C", root, "check");
  expect(packages.filter((name) => /octokit|graphql|pulumi|simple-git/.test(name))).toEqual([]);
  expect(own.filter((file) => /simulat|conformance/.test(file))).toEqual([]);
  expect(own).toContain("providers/github/connector.ts");
});

test("what Node has compiled is kept in the folder it is told to, and is no condition for running", async () => {
  const cache = await mkdtemp(join(tmpdir(), "rollcall-cache-"));
  onTestFinished(() => rm(cache, { recursive: true }));
  const version = async (env: Record<string, string>): Promise<string> =>
    (await run(process.execPath, [entry, "--version"], { env: { PATH: process.env["PATH"], ...env } })).stdout;
  const first = await version({ NODE_COMPILE_CACHE: cache });
  expect((await readdir(cache, { recursive: true })).length).toBeGreaterThan(5);
  expect(await version({ NODE_COMPILE_CACHE: cache })).toBe(first);
  expect(await version({ NODE_DISABLE_COMPILE_CACHE: "1" })).toBe(first);
  expect(await version({ NODE_COMPILE_CACHE: "/dev/null/none" })).toBe(first);
});
