import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { cruise, type ICruiseOptions, type ICruiseResult, type IFlattenedRuleSet } from "dependency-cruiser";
import extractTsConfig from "dependency-cruiser/config-utl/extract-ts-config";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const configuration = createRequire(import.meta.url)("../.dependency-cruiser.cjs") as {
  forbidden: { name: string }[];
  options: ICruiseOptions;
};

async function violations(baseDir: string, folders: string[]): Promise<{ modules: number; found: string[] }> {
  const { enhancedResolveOptions, ...options } = configuration.options;
  const { output } = await cruise(
    folders,
    { ...options, baseDir, validate: true, ruleSet: { forbidden: configuration.forbidden } as IFlattenedRuleSet },
    enhancedResolveOptions ?? {},
    { tsConfig: extractTsConfig(join(root, "tsconfig.json")) },
  );
  const { summary } = output as ICruiseResult;
  return { modules: summary.totalCruised, found: summary.violations.map((v) => `${v.rule.name}: ${v.from} -> ${v.to}`).sort() };
}

test("every import of the tree points the allowed way, and the checker saw the tree", { timeout: 60_000 }, async () => {
  const { modules, found } = await violations(root, ["src", "providers", "test"]);
  expect(found).toEqual([]);
  expect(modules).toBeGreaterThan(100);
});

/** One file per rule that breaks it, and nothing else. */
const planted: readonly { rule: string; file: string; imports: string }[] = [
  { rule: "core-imports-core", file: "src/core/a.ts", imports: "../io/http/http.ts" },
  { rule: "core-without-node", file: "src/core/b.ts", imports: "node:fs" },
  { rule: "core-libraries", file: "src/core/c.ts", imports: "octokit" },
  { rule: "core-zod", file: "src/core/plan/a.ts", imports: "zod" },
  { rule: "connector-imports", file: "src/connector/a.ts", imports: "../core/plan/plan.ts" },
  { rule: "connector-without-node", file: "src/connector/b.ts", imports: "node:http" },
  { rule: "provider-imports", file: "providers/one/a.ts", imports: "../two/connector.ts" },
  { rule: "provider-imports", file: "providers/one/b.ts", imports: "../../src/core/plan/plan.ts" },
  { rule: "provider-without-node", file: "providers/one/c.ts", imports: "node:fs" },
  { rule: "connector-without-simulator", file: "providers/one/d.ts", imports: "./simulator.ts" },
  { rule: "io-imports", file: "src/io/git/a.ts", imports: "../http/http.ts" },
  { rule: "engines-apart", file: "src/io/engine/embedded/a.ts", imports: "../pulumi/program.ts" },
  { rule: "cli-is-last", file: "src/io/http/a.ts", imports: "../../cli/compose.ts" },
  { rule: "not-to-test", file: "src/cli/a.ts", imports: "../../test/world.ts" },
  { rule: "no-dev-dependency", file: "src/cli/b.ts", imports: "fast-check" },
  { rule: "library-yaml", file: "src/io/http/b.ts", imports: "yaml" },
  { rule: "library--marcbachmann-cel-js", file: "src/io/http/c.ts", imports: "@marcbachmann/cel-js" },
  { rule: "library--pulumi-pulumi", file: "src/io/http/d.ts", imports: "@pulumi/pulumi" },
  { rule: "library-simple-git", file: "src/cli/c.ts", imports: "simple-git" },
  { rule: "library-octokit", file: "src/io/http/e.ts", imports: "octokit" },
  { rule: "library-graphql", file: "src/cli/d.ts", imports: "graphql" },
  { rule: "library-commander", file: "src/io/http/f.ts", imports: "commander" },
  { rule: "library-picocolors", file: "src/io/http/g.ts", imports: "picocolors" },
  { rule: "no-cycles", file: "src/cli/compose.ts", imports: "./e.ts" },
  { rule: "resolvable", file: "src/cli/f.ts", imports: "./missing.ts" },
  { rule: "no-orphans", file: "src/cli/orphan.ts", imports: "" },
];

const sound: Readonly<Record<string, string>> = {
  "src/core/plan/plan.ts": "export const plan = 1;",
  "src/io/http/http.ts": "export const http = 1;",
  "src/io/engine/pulumi/program.ts": "export const program = 1;",
  "src/cli/e.ts": 'import "./compose.ts";\nexport const e = 1;',
  "providers/two/connector.ts": "export const two = 1;",
  "providers/one/simulator.ts": "export const simulator = 1;",
  "test/world.ts": "export const world = 1;",
};

test("each rule catches the violation planted for it", { timeout: 60_000 }, async () => {
  const tree = await mkdtemp(join(tmpdir(), "rollcall-arrows-"));
  try {
    await symlink(join(root, "node_modules"), join(tree, "node_modules"));
    const files = {
      ...sound,
      "package.json": await import("../package.json", { with: { type: "json" } }).then((m) => JSON.stringify(m.default)),
    };
    const broken = Object.fromEntries(
      planted.map((p) => [p.file, p.imports === "" ? "export const x = 1;" : `import "${p.imports}";\nexport const x = 1;`]),
    );
    for (const [path, text] of Object.entries({ ...files, ...broken })) {
      await mkdir(dirname(join(tree, path)), { recursive: true });
      await writeFile(join(tree, path), text);
    }
    const { found } = await violations(tree, ["src", "providers", "test"]);
    for (const { rule, file } of planted) expect(found.join("\n")).toContain(`${rule}: ${file} -> `);
  } finally {
    await rm(tree, { recursive: true });
  }
  const untested = configuration.forbidden.map((rule) => rule.name).filter((name) => !planted.some((p) => p.rule === name));
  expect(untested).toEqual([]);
});
