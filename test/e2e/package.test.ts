/** `npm pack`, then everything from a folder that has nothing but the package. */
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { dirname, join, normalize } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import packageFile from "../../package.json" with { type: "json" };
import { allOnPath, type Installed, installPackage, linkBin, linkPackage, onPath, repository } from "../support/installed.ts";

const npm = onPath("npm");
let installed: Installed;

beforeAll(async () => {
  if (npm !== null) installed = await installPackage();
});
beforeEach((ctx) => ctx.skip(npm === null, "no npm on the PATH: nothing can be packed"));
afterAll(async () => installed?.close());

describe("the package", () => {
  test("holds what is needed to run it and to write a connector, and nothing else", () => {
    const { files, size } = installed;
    const kinds: readonly RegExp[] = [
      /^(?:README\.md|LICENSE|package\.json|pulumi\.cjs)$/,
      /^docs\/[a-z-]+\.md$/,
      /^dist\/(?:src|providers)\/.*\.c?js$/,
      /^dist\/src\/(?:connector|core\/model)\/.*\.d\.ts$|^dist\/src\/core\/diagnostic\.d\.ts$/,
      /^dist\/providers\/[a-z]+\/spec\/[a-z]+\.graphql$/,
      /^providers\/memory\/.*\.(?:ts|md)$/,
    ];
    expect(files.filter((file) => !kinds.some((kind) => kind.test(file)))).toEqual([]);
    expect(files.filter((file) => file.startsWith("dist/") && /\.test\.|\/spec\/.*\.js$|\/stage\.js$|\.map$/.test(file))).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(["README.md", "LICENSE", "docs/writing-a-connector.md", "providers/memory/manifest.ts"]));
    for (const entry of [packageFile.bin.rollcall, ...Object.values(packageFile.exports)]) {
      const path = typeof entry === "string" ? entry : (entry as { default: string }).default;
      expect(files).toContain(path.replace(/^\.\//, ""));
    }
    // 636 kB when the pull-request loop had come in, of which nothing is comments but the declarations; before it 360.
    expect(size).toBeLessThan(700_000);
  });

  test("depends on what its code imports, and on nothing that only development needs", async () => {
    const imported = new Set<string>();
    for (const file of installed.files.filter((f) => /^dist\/.*\.c?js$/.test(f))) {
      const code = await readFile(join(installed.at, file), "utf8");
      for (const [, name] of code.matchAll(/(?:\bfrom "|\bimport "|\b(?:import|require)\(")([^".][^"]*)"/g)) imported.add(packageOf(name!));
    }
    const bare = [...imported].filter((name) => !name.startsWith("node:") && !builtinModules.includes(name) && name !== "rollcall").sort();
    const declared = Object.keys({ ...packageFile.dependencies, ...packageFile.optionalDependencies });
    expect(bare.filter((name) => !declared.includes(name))).toEqual([]);
    // Declared for the rooms that are being built: the Pulumi engine, and reading commits.
    expect(declared.filter((name) => !bare.includes(name) && !["@pulumi/pulumi", "simple-git"].includes(name))).toEqual([]);
  });

  test("has every file that its code names: modules, and what is read beside them", async () => {
    const missing: string[] = [];
    const has = (path: string): boolean => installed.files.some((file) => file === path || file.startsWith(`${path}/`));
    for (const file of installed.files.filter((f) => /^dist\/.*\.c?js$/.test(f))) {
      const code = await readFile(join(installed.at, file), "utf8");
      const named = code.matchAll(/(?:\bfrom |\bimport |\b(?:import|require)\(|\bnew URL\()"(\.{1,2}\/[^"]*)"/g);
      for (const [, path] of named) if (!has(normalize(join(dirname(file), path!)))) missing.push(`${file}: ${path}`);
    }
    expect(missing).toEqual([]);
    // It would hide the package's own from the modules below it.
    expect(installed.files.filter((file) => /.\/package\.json$/.test(file))).toEqual([]);
  });

  test("says its version and lists its commands", async () => {
    expect(await installed.run("rollcall", "--version")).toEqual({ code: 0, out: `${packageFile.version}\n`, err: "" });
    const help = await installed.run("npx", "rollcall", "--help");
    expect(help).toMatchObject({ code: 0, err: "" });
    for (const command of ["init", "check", "preview", "apply", "sandbox", "connectors"]) expect(help.out).toContain(`  ${command} `);
    // What a checkout keeps to start faster is not kept in a user's folder.
    expect(await readdir(join(installed.dir, "node_modules"))).not.toContain(".cache");
  });

  test("is what the provider text in state files loads, without Pulumi's SDK", async () => {
    const script =
      'const p = require("rollcall/pulumi").get("memory/Account");' +
      'p.check({}, { app: "wiki" }).then((r) => console.log(Object.keys(p).sort().join(), JSON.stringify(r)))';
    expect(await installed.run("node", "-e", script)).toEqual({
      code: 0,
      out: 'check,create,delete,diff,read,update {"inputs":{"app":"wiki"}}\n',
      err: "",
    });
  });

  test("under an old Node it says in one line what to do", async (ctx) => {
    const old = await oldNode();
    if (old === null) return ctx.skip("no Node older than 24 on the PATH");
    const ran = await installed.run(old, join(installed.at, packageFile.bin.rollcall), "check");
    expect(ran).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringMatching(/^rollcall needs Node 24 .*npm install --save-dev node@24.*\n$/),
    });
  });

  test("a stranger follows the page from `connectors new` to an applied plan", async () => {
    const page = await readFile(join(installed.at, "docs", "writing-a-connector.md"), "utf8");
    const commands = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block).join("");
    expect(commands.split("\n").filter((line) => line.startsWith("npx rollcall "))).toHaveLength(10);
    const ran = await installed.run("bash", "-e", "-c", commands);
    expect(`${ran.err}${ran.code}`).toMatch(/simulators ended\n0$/);
    expect(ran.out).toContain("acme: 25 passed, 0 failed\n");
    expect(ran.out).toContain("ok: 0 people, 0 services, 1 role, 1 app, 1 policy\n");
    expect(ran.out).toContain("1 person: 1 to create\n");
    expect(ran.out).toContain("done       acme + ada: create account ada@acme.example\n");
    expect(ran.out).toContain("no changes\n");
    expect(ran.out).toContain('"email": "ada@acme.example"');
  });

  test("the copied connector compiles, by the package's own types, and its tests pass", async () => {
    for (const name of ["typescript", "@types/node", "vitest"]) await linkPackage(installed.dir, name);
    await linkBin(installed.dir, "tsc", join(repository, "node_modules", "typescript", "bin", "tsc"));
    await linkBin(installed.dir, "vitest", join(repository, "node_modules", "vitest", "vitest.mjs"));
    // The types that the package brings are checked themselves, which the folder's own settings would not do.
    await writeFile(
      join(installed.dir, "providers", "types.ts"),
      `import type { Connector } from "rollcall/connector";
import type { Target } from "rollcall/connector/conformance";
import type { Serve } from "rollcall/connector/simulation";
export type All = [Connector, Target, Serve];
`,
    );
    await writeFile(
      join(installed.dir, "providers", "tsconfig.strict.json"),
      JSON.stringify({ extends: "./tsconfig.json", compilerOptions: { skipLibCheck: false }, files: ["types.ts"], include: [] }),
    );
    const [whole, types, tests] = await Promise.all([
      installed.run("tsc", "-p", "providers"),
      installed.run("tsc", "-p", "providers/tsconfig.strict.json"),
      installed.run("vitest", "run", "providers/acme"),
    ]);
    expect(whole).toEqual({ code: 0, out: "", err: "" });
    expect(types).toEqual({ code: 0, out: "", err: "" });
    expect(tests.out + tests.err).toMatch(/Tests\s+\d+ passed/);
    expect(tests.code).toBe(0);
  });

  test("a connector in plain JavaScript passes the kit, and serves two apps, each with a world and a state of its own", async () => {
    await cp(join(import.meta.dirname, "fixtures", "pigeon"), join(installed.dir, "providers", "pigeon"), { recursive: true });
    const kit = await installed.run("rollcall", "--json", "connectors", "test", "pigeon");
    const { failed, checks } = JSON.parse(kit.out) as { failed: number; checks: { name: string; findings: string[] }[] };
    expect(checks.filter((check) => check.findings.length > 0)).toEqual([]);
    expect([kit.code, failed]).toEqual([0, 0]);

    for (const app of ["berlin", "lima"]) {
      const file = `connector: pigeon\ncredentials: { key: env:${app.toUpperCase()}_KEY }\n`;
      await writeFile(join(installed.dir, "identities", "apps", `${app}.yaml`), file);
    }
    await writeFile(
      join(installed.dir, "identities", "people", "mary.yaml"),
      "name: Mary Somerville\nemail: mary@acme.example\ngrants: [berlin/user, lima/user]\n",
    );
    await writeFile(
      join(installed.dir, "identities", "people", "rosa.yaml"),
      "name: Rosa Luxemburg\nemail: rosa@acme.example\ngrants: [lima/user]\n",
    );
    const script = `rollcall sandbox --detach --app berlin --app lima
trap 'rollcall sandbox stop' EXIT
rollcall apply --sandbox --yes --app berlin --app lima
rollcall preview --sandbox --app berlin --app lima --detailed-exitcode
rollcall sandbox dump berlin
rollcall sandbox dump lima`;
    const ran = await installed.run("bash", "-e", "-c", script);
    expect(ran.out).toContain("done       berlin + mary: create account mary@acme.example\n");
    expect(ran.out).toContain("3 done\n");
    expect(ran.out).toContain("no changes\n");
    const [berlin, lima] = ran.out
      .split('"team": "roost"')
      .slice(1)
      .map((world) => [...world.matchAll(/"handle": "(\w+)"/g)].map(([, handle]) => handle!));
    expect(berlin).toEqual(["mary"]);
    // Two accounts of one app may be made at the same time.
    expect(lima).toHaveLength(2);
    expect(lima).toEqual(expect.arrayContaining(["mary", "rosa"]));
    expect(ran.code).toBe(0);
    const state = (await readdir(join(installed.dir, ".rollcall", "sandbox-state"), { recursive: true })).join("\n");
    for (const app of ["berlin", "lima"]) expect(state).toContain(app);
  });
});

/** `@scope/name/path` → `@scope/name`. */
const packageOf = (specifier: string): string => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)![0];

/** A Node on the PATH that is too old, as its path. */
async function oldNode(): Promise<string | null> {
  for (const folder of allOnPath("node")) {
    const { out } = await installed.run(join(folder, "node"), "--version");
    if (Number(/^v(\d+)/.exec(out)?.[1] ?? 99) < 24) return join(folder, "node");
  }
  return null;
}
