/** What the program registers, by the SDK's own runner and a pretended engine: the graph, in stages, with names and nothing else. */
import { spawn } from "node:child_process";
import { chmod, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { compileFunction } from "node:vm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exportState } from "../../src/cli/commands/state.ts";
import { apply } from "../../src/cli/commands/apply.ts";
import { projectFiles } from "../../src/cli/pulumi/project-files.ts";
import { providerKey } from "../../src/core/state/layout.ts";
import { type Company, openCompany, personFile } from "../support/company.ts";
import { inDocs, people, wiki } from "../scenarios/worlds/small.ts";
import { type FakeEngine, type Registration, startFakeEngine } from "./fake-engine.ts";

const runner = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run");

describe("the program of a stack", () => {
  let company: Company;
  beforeEach(async () => {
    company = await openCompany(wiki(), { ...people, ...Object.fromEntries(projectFiles), "package.json": '{ "type": "module" }\n' });
    await mkdir(join(company.dir, "node_modules"));
    await mkdir(join(company.dir, "bin"));
    await symlink(resolve("."), join(company.dir, "node_modules", "rollcall"));
    await symlink(resolve("node_modules/@pulumi"), join(company.dir, "node_modules", "@pulumi"));
    const first = await company.run((context) => apply(context, { yes: true }));
    if (first.code !== 0) throw new Error(first.err);
  });
  afterEach(() => company.close());

  /** Runs the program of the stack `wiki`, whose state is what the embedded engine left. */
  async function run(engine: FakeEngine, dryRun: boolean): Promise<number | null> {
    const exported = await company.run((context) => exportState(context, "wiki", {}));
    await writeFile(join(company.dir, "bin", "state.json"), exported.out);
    await writeFile(join(company.dir, "bin", "pulumi"), `#!/bin/sh\ncat "$(dirname "$0")/state.json"\n`);
    await chmod(join(company.dir, "bin", "pulumi"), 0o755);
    let env: Record<string, string> = {};
    await company.run((context) => {
      env = Object.fromEntries(Object.entries(context.env).filter((e): e is [string, string] => e[1] !== undefined));
      return Promise.resolve(0);
    });
    const facts = ["--project", "rollcall", "--stack", "wiki", "--organization", "organization", "--parallel", "4"];
    const child = spawn(
      process.execPath,
      // As the CLI's language host does with `nodeargs`.
      [
        "--require",
        "rollcall/pulumi",
        runner,
        ...facts,
        "--monitor",
        engine.monitor,
        "--engine",
        engine.engine,
        "--dry-run",
        String(dryRun),
        "--pwd",
        join(company.dir, "pulumi"),
        join(company.dir, "pulumi", "index.js"),
      ],
      {
        cwd: join(company.dir, "pulumi"),
        env: {
          ...env,
          PATH: [join(company.dir, "bin"), process.env["PATH"] ?? ""].join(":"),
          ROLLCALL_NOW: company.now.toISOString(),
          PULUMI_NODEJS_TYPESCRIPT: "false",
          PULUMI_NODEJS_MONITOR: engine.monitor,
        },
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    let complaints = "";
    child.stderr.on("data", (data: Buffer) => (complaints += data.toString()));
    const code = await new Promise<number | null>((done) => child.on("close", done));
    if (code !== 0) engine.logs.push(complaints);
    return code;
  }

  const lines = (all: readonly Registration[]): string[] =>
    all.map(({ type, name, props }) => {
      const { [providerKey]: text, ...rest } = props;
      return `${type} ${name} ${JSON.stringify(rest)}${typeof text === "string" ? ` ${text}` : ""}`;
    });

  test("registers the graph: types, names and the permitted next state, losses first", async () => {
    await company.write({
      ...inDocs("bob", "last-day: 2026-06-09"),
      ...personFile("dan", ["grants: [wiki/space/docs:reader]"]),
      ...personFile("cat", ["grants: [wiki/space/data:editor]"]),
    });
    const waiting = new Set(["bob", "cat"]);
    const engine = await startFakeEngine(async ({ name }) => {
      // Those who lose something settle late: nobody else may come before.
      if (waiting.has(name)) await new Promise((done) => setImmediate(done));
      waiting.delete(name);
      return null;
    });
    try {
      expect(await run(engine, true), engine.logs.join("\n")).toBe(0);
      await expect(`${lines(engine.registrations).join("\n")}\n`).toMatchFileSnapshot("golden/registrations.txt");
      expect(engine.registrations.filter((r) => r.positioned).map((r) => r.name)).toEqual([]);
      expect(engine.registrations.flatMap((r) => r.dependencies)).toEqual([]);
      const names = engine.registrations.map((r) => r.name);
      expect(names.indexOf("dan")).toBeGreaterThan(Math.max(names.indexOf("bob"), names.indexOf("cat")));
    } finally {
      await engine.close();
    }
  });

  test("a registration that fails stops no other, and what it leaves rejected does not end the program twice", async () => {
    await company.write(personFile("dan", ["grants: [wiki/space/docs:reader]"]));
    const engine = await startFakeEngine(({ name }) => Promise.resolve(name === "ada" ? "no" : null));
    try {
      await run(engine, true);
      expect(engine.registrations.map((r) => r.name)).toContain("dan");
      expect(engine.logs.join("\n")).not.toMatch(/unhandled/i);
    } finally {
      await engine.close();
    }
  });

  test("registers nothing where a guard refuses everything", async () => {
    await company.write({ "identities/people/bob.yaml": null });
    const engine = await startFakeEngine();
    try {
      expect(await run(engine, false)).not.toBe(0);
      expect(engine.registrations.map((r) => r.type)).toEqual(["pulumi:pulumi:Stack"]);
      expect(engine.logs.join("\n")).toMatch(/rollcall refuses \(checkout-incomplete\)/);
    } finally {
      await engine.close();
    }
  });

  test("an old Node is told in one line what to do", async () => {
    const text = await readFile(resolve("src/cli/pulumi/entry.cjs"), "utf8");
    const load = compileFunction(text, ["process", "exports", "require"]) as (p: unknown, e: object, r: unknown) => void;
    expect(() => load({ versions: { node: "20.20.2" }, env: {} }, {}, () => undefined)).toThrow(
      /rollcall needs Node 24 or newer.*20\.20\.2/,
    );
  });
});
