/** What `rollcall init --ci github` writes, judged by two programs that others wrote; and a bad workflow, so that their silence means something. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const entry = join(import.meta.dirname, "..", "..", "src", "cli", "rollcall.js");
const zizmor = process.env["ROLLCALL_ZIZMOR"] ?? "";
const actionlint = process.env["ROLLCALL_ACTIONLINT"] ?? "";

/** Code run by whoever opens a pull request, an issue's title in a command, a tag that can move, a token left behind, all permissions. */
const bad = `name: bad
on:
  pull_request_target:
  issues:
jobs:
  bad:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v7
        with:
          ref: \${{ github.event.pull_request.head.sha }}
      - run: npm ci && echo "\${{ github.event.issue.title }}"
`;

let dir: string;
let files: string[];

const run = async (program: string, args: readonly string[]): Promise<{ code: number; out: string }> =>
  new Promise((resolve) =>
    execFile(program, args, { cwd: dir, env: { PATH: process.env["PATH"] ?? "", HOME: dir, NO_COLOR: "1" } }, (error, stdout, stderr) =>
      resolve({ code: error ? (typeof error.code === "number" ? error.code : -1) : 0, out: `${stdout}${stderr}` }),
    ),
  );

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "rollcall-workflows-"));
  const apps = ["github", "scim", "memory", "manual"].flatMap((c) => ["--connector", c]);
  const made = await run(process.execPath, [
    entry,
    "-C",
    dir,
    "init",
    "--organization",
    "Acme",
    "--domain",
    "acme.example",
    ...apps,
    "--ci",
    "github",
  ]);
  if (made.code !== 0) throw new Error(made.out);
  files = (await readdir(join(dir, ".github", "workflows"))).sort();
  if (files.length !== 5) throw new Error(`there are ${files.length} workflows`);
});
afterAll(async () => rm(dir, { recursive: true }));

/** Judges the generated workflows, then those with the bad one among them. */
async function judged(program: string, args: (paths: readonly string[]) => readonly string[]) {
  const paths = files.map((f) => join(dir, ".github", "workflows", f));
  const good = await run(program, args(paths));
  const planted = join(dir, ".github", "workflows", "bad.yml");
  await writeFile(planted, bad);
  try {
    return { good, planted: await run(program, args([...paths, planted])) };
  } finally {
    await rm(planted);
  }
}

describe("zizmor", () => {
  test("finds nothing in them, as its strictest persona; the one trigger that is needed is named where it stands", async (context) => {
    context.skip(zizmor === "", "ROLLCALL_ZIZMOR is not set: the program zizmor of the Python package of that name");
    const how = "--offline --no-config --no-progress --quiet --persona auditor --strict-collection --format plain".split(" ");
    const { good, planted } = await judged(zizmor, (paths) => [...how, ...paths]);
    expect(good).toMatchObject({ code: 0, out: expect.stringContaining("No findings to report. Good job! (1 ignored)") });
    expect(planted.code).toBeGreaterThan(0);
    for (const audit of ["dangerous-triggers", "template-injection", "unpinned-uses", "artipacked", "excessive-permissions"])
      expect(planted.out).toContain(audit);
    for (const file of files) expect(planted.out).not.toContain(file);
  });
});

describe("actionlint", () => {
  test("finds nothing in them", async (context) => {
    context.skip(actionlint === "", "ROLLCALL_ACTIONLINT is not set: the program actionlint of the Go module github.com/rhysd/actionlint");
    const { good, planted } = await judged(actionlint, (paths) => ["-no-color", "-oneline", ...paths]);
    expect(good).toEqual({ code: 0, out: "" });
    expect(planted).toMatchObject({ code: 1, out: expect.stringMatching(/bad\.yml:12:.*potentially untrusted/) });
    for (const file of files) expect(planted.out).not.toContain(file);
  });
});
