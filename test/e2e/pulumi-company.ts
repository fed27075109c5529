/** A company that plain `pulumi` works in, and that `rollcall --engine pulumi` drives: its folder, its environment, the real command line. */
import { mkdir, readFile, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Context } from "../../src/cli/command.ts";
import { apply } from "../../src/cli/commands/apply.ts";
import { preview } from "../../src/cli/commands/preview.ts";
import { projectFiles } from "../../src/cli/pulumi/project-files.ts";
import { type AppSketch, type Company, type Files, openCompany, type Ran } from "../support/company.ts";
import { pulumiIn, type Ran as PulumiRan } from "./pulumi-cli.ts";

export interface PulumiCompany extends Company {
  readonly backend: string;
  /** For contexts: the machine's own, the apps', Pulumi's. */
  readonly env: Readonly<Record<string, string>>;
  pulumi(...args: string[]): Promise<PulumiRan>;
  /** Applies by --engine, and shows. */
  apply(engine: "embedded" | "pulumi", more?: Partial<Context>): Promise<Ran>;
  /** Shows what would change; the code is 2 where something would. */
  preview(engine: "embedded" | "pulumi", more?: Partial<Context>): Promise<Ran>;
  /** The text of a stack's state file. */
  file(app: string): Promise<string>;
}

export async function openPulumiCompany(bin: string, apps: Readonly<Record<string, AppSketch>>, files: Files): Promise<PulumiCompany> {
  const own = Object.fromEntries(projectFiles);
  const company = await openCompany(
    apps,
    { ...own, "package.json": '{ "private": true, "type": "module" }\n', ...files },
    { ROLLCALL_PULUMI_ROOT: join(bin, "..") },
  );
  const root = join(company.dir, "..");
  const backend = join(company.dir, ".rollcall", "state");
  await mkdir(backend, { recursive: true });
  await mkdir(join(company.dir, "node_modules"));
  await symlink(resolve("."), join(company.dir, "node_modules", "rollcall"));
  await symlink(resolve("node_modules/@pulumi"), join(company.dir, "node_modules", "@pulumi"));
  let appEnv: Context["env"] = {};
  await company.run((context) => {
    appEnv = context.env;
    return Promise.resolve(0);
  });
  const env = {
    ...Object.fromEntries(Object.entries(appEnv).filter((e): e is [string, string] => e[1] !== undefined)),
    PATH: [bin, process.env["PATH"] ?? ""].join(":"),
    HOME: root,
    PULUMI_HOME: join(root, "home"),
    NO_COLOR: "1",
  };
  const withEngine = (engine: "embedded" | "pulumi", more: Partial<Context> = {}): Partial<Context> => ({ engine, env, ...more });
  return Object.assign(company, {
    backend,
    env,
    pulumi: (...args: string[]) =>
      pulumiIn(bin, company.dir, backend, join(root, "home"), { ...env, ROLLCALL_NOW: company.now.toISOString() })(...args),
    apply: (engine: "embedded" | "pulumi", more?: Partial<Context>) =>
      company.run((context) => apply(context, { yes: true }), withEngine(engine, more)),
    preview: (engine: "embedded" | "pulumi", more?: Partial<Context>) =>
      company.run((context) => preview(context, { format: "terminal", detailedExitcode: true }), withEngine(engine, more)),
    file: (app: string) => readFile(join(backend, ".pulumi", "stacks", "rollcall", `${app}.json`), "utf8"),
  });
}
