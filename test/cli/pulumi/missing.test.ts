/** The Pulumi engine where Pulumi is not there: one message, one command, no stack trace. */
import { chmod, mkdtemp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { check } from "../../../src/cli/commands/check.ts";
import { init } from "../../../src/cli/commands/init.ts";
import { preview } from "../../../src/cli/commands/preview.ts";
import { pulumiRoot, withoutSdk } from "../../../src/cli/pulumi/command-line.ts";
import { projectFiles } from "../../../src/cli/pulumi/project-files.ts";
import { openCompany } from "../../support/company.ts";
import { people, wiki } from "../../scenarios/worlds/small.ts";

test("without the command line: how to get it, and what works without", async () => {
  const company = await openCompany(wiki(), people);
  try {
    const ran = await company.run((context) => preview(context, { format: "terminal" }), {
      engine: "pulumi",
      env: { PATH: "/nowhere/bin" },
    });
    expect(ran.code).toBe(1);
    expect(ran.err).toBe(
      "the Pulumi engine needs Pulumi's command line, and there is no pulumi on the PATH: get it with `curl -fsSL https://get.pulumi.com | sh`, or name its folder in ROLLCALL_PULUMI_ROOT; without it, --engine embedded works",
    );
  } finally {
    await company.close();
  }
});

test("the command line on the PATH comes before the one that is named", async () => {
  const root = await mkdtemp(join(tmpdir(), "rollcall-cli-"));
  try {
    for (const name of ["a", "b"]) {
      await mkdir(join(root, name, "bin"), { recursive: true });
      await writeFile(join(root, name, "bin", "pulumi"), "");
      await chmod(join(root, name, "bin", "pulumi"), 0o755);
    }
    expect(pulumiRoot({ PATH: join(root, "a", "bin"), ROLLCALL_PULUMI_ROOT: join(root, "b") })).toBe(join(root, "a"));
    expect(pulumiRoot({ PATH: "", ROLLCALL_PULUMI_ROOT: join(root, "b") })).toBe(join(root, "b"));
  } finally {
    await rm(root, { recursive: true });
  }
});

test("without the SDK: the one command; any other error stays what it is", () => {
  const missing = Object.assign(new Error("Cannot find package '@pulumi/pulumi' imported from stack-run.ts"), {
    code: "ERR_MODULE_NOT_FOUND",
  });
  expect((withoutSdk(missing) as Error).message).toMatch(/npm install @pulumi\/pulumi/);
  const other = new Error("boom");
  expect(withoutSdk(other)).toBe(other);
});

test("init --engine pulumi writes what this repository has itself, and it checks clean", async () => {
  const company = await openCompany({}, {});
  try {
    await company.write({ "rollcall.yaml": null });
    const made = await company.run((context) => init(context, undefined, {}), { engine: "pulumi" });
    expect(made.code, made.err).toBe(0);
    for (const [path, text] of projectFiles) {
      expect(await readFile(join(company.dir, path), "utf8")).toBe(text);
      if (path !== "package.json") expect(await readFile(resolve(path), "utf8")).toBe(text);
    }
    expect(await readFile(join(company.dir, "rollcall.yaml"), "utf8")).toMatch(/^engine: pulumi$/m);
    expect((await company.run(check)).code).toBe(0);
  } finally {
    await company.close();
  }
});
