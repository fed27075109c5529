import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { writeYaml } from "../../core/edit/yaml-edit.ts";
import type { Manifest } from "../../core/model/manifest.ts";
import { settingsFile } from "../../core/model/organization.schema.ts";
import type { Settings } from "../../core/model/organization.ts";
import { schemaFolder, withModeline } from "../../core/schema/modeline.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { type CiOptions, checkCi, ciHints, writeCi } from "./init-ci.ts";
import { exists } from "../on-disk.ts";
import { hinted } from "../hinted.ts";
import { projectFiles } from "../pulumi/project-files.ts";
import { discoverConnectors } from "../repository.ts";
import { refreshSchemas } from "../schemas.ts";

interface InitOptions extends CiOptions {
  /** Workflows and forms for this host as well. In a repository that is there already, nothing else. */
  readonly ci?: "github";
  readonly organization?: string;
  readonly domain?: string[];
  readonly connector?: string[];
}

/** `rollcall init [dir]`: a repository that checks clean. Never overwrites: what exists is left and named. */
export async function init(context: Context, dir: string | undefined, options: InitOptions): Promise<CommandResult> {
  const root = dir === undefined ? context.dir : resolve(context.dir, dir);
  if (options.check) {
    if (options.ci === undefined) throw new UsageError("--check is for the workflows: rollcall init --ci github --check", 1);
    return checkCi({ ...context, dir: root }, options);
  }
  const done =
    options.ci !== undefined && (await exists(join(root, "rollcall.yaml")))
      ? { made: [], kept: [] }
      : await scaffold(context, root, options);
  const { made, kept } = done;
  const ci = options.ci === undefined ? null : await writeCi(context, root, options);
  if (ci) {
    made.push(...ci.made);
    kept.push(...ci.kept);
  }
  if (context.json) {
    context.out(`${JSON.stringify({ version: 1, made, kept }, null, 2)}\n`);
    return 0;
  }
  for (const path of made) context.out(`made  ${path}\n`);
  for (const path of kept) context.out(`kept  ${path} (exists)\n`);
  if (kept.includes(".gitignore") && !(await ignoresState(root)))
    context.err(".gitignore does not name .rollcall/: add it, or what rollcall remembers here gets into Git\n");
  if (ci) for (const hint of await ciHints(root, ci)) context.err(`next: ${hint}\n`);
  else await sayNext(context, root, options);
  return 0;
}

async function sayNext(context: Context, root: string, { connector = [] }: InitOptions): Promise<void> {
  const [app] = connector;
  const entries = await readdir(join(root, "identities", "apps"));
  context.err(
    app === undefined && entries.filter((e) => e.endsWith(".yaml")).length === 0
      ? "next: rollcall init --connector github, then fill in its settings\n"
      : `next: fill in identities/apps/, export the tokens it names, then: rollcall import ${app ?? "<app>"}\n`,
  );
}

/** The files of a repository that has none, or lacks some. */
async function scaffold(context: Context, root: string, options: InitOptions): Promise<{ made: string[]; kept: string[] }> {
  const { manifests } = await discoverConnectors(root);
  const wanted = options.connector ?? [];
  for (const name of wanted) {
    if (!manifests.has(name))
      throw new UsageError(
        `there is no connector ${name}${hinted(name, [...manifests.keys()]) || "; `rollcall connectors` lists them"}`,
        3,
      );
  }
  const engine = context.engine ?? "embedded";
  const files = filesOf(
    checked(options),
    engine,
    wanted.map((name) => manifests.get(name)!),
  );
  if (engine === "pulumi") files.push(...projectFiles);
  const made: string[] = [];
  const kept: string[] = [];
  for (const [path, text] of files) {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    try {
      await writeFile(target, withModeline(path, text), { flag: "wx" });
      made.push(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      kept.push(path);
    }
  }
  await mkdir(join(root, schemaFolder), { recursive: true });
  made.push(...(await refreshSchemas({ ...context, dir: root })));
  return { made, kept };
}

/** A repository that is made has to check clean, so what is typed is judged like the file that it goes into. Domains are told in any case. */
function checked(options: InitOptions): InitOptions {
  const { organization = "Example" } = options;
  const domains = options.domain?.map((d) => d.trim().toLowerCase());
  const result = settingsFile.safeParse({ organization, ...(domains === undefined ? {} : { domains }) });
  if (!result.success) {
    const told = result.error.issues.map(({ path, message }) =>
      path[0] === "domains" ? `--domain ${options.domain?.[Number(path[1])] ?? ""}: ${message}` : `--organization: ${message}`,
    );
    throw new UsageError(told.join("; "), 3);
  }
  return { ...options, ...(domains === undefined ? {} : { domain: domains }) };
}

async function ignoresState(root: string): Promise<boolean> {
  const lines = (await readFile(join(root, ".gitignore"), "utf8")).split("\n").map((line) => line.trim());
  return lines.some((line) => /^\/?\.rollcall\/?\*{0,2}$/.test(line));
}

function filesOf(options: InitOptions, engine: Settings["engine"], connectors: readonly Manifest[]): (readonly [string, string])[] {
  const organization = options.organization ?? "Example";
  const files: (readonly [string, string])[] = [
    [
      "rollcall.yaml",
      writeYaml({
        organization,
        domains: options.domain ?? ["example.com"],
        timezone: "UTC",
        engine,
        // A runner forgets its folders.
        state: options.ci === undefined ? ".rollcall/state" : "git:rollcall-state",
      }),
    ],
    ["identities/people/.gitkeep", ""],
    ["identities/services/.gitkeep", ""],
    ["identities/roles/everyone.yaml", `description: What everybody gets\nwhen: "true"\ngrants: []\n`],
    ["identities/apps/.gitkeep", ""],
    [
      "policies/limits.yaml",
      writeYaml({
        kind: "limits",
        name: "limits",
        stops: { count: 3, percent: 5 },
        removals: { count: 10, percent: 2 },
        "admin-losses": 1,
        because: "rollcall's defaults, written down",
      }),
    ],
    [".gitignore", "node_modules/\n.rollcall/\n"],
  ];
  for (const manifest of connectors) files.push([`identities/apps/${manifest.name}.yaml`, appFile(manifest)]);
  return files;
}

/** An app in mode `observe`: it reads and reports, and touches nothing until somebody says so. */
function appFile(manifest: Manifest): string {
  const name = manifest.name.toUpperCase().replaceAll("-", "_");
  const secrets = (access: string): Record<string, string> =>
    Object.fromEntries(manifest.secrets.map((s) => [s.name, `env:${name}_${access}_${s.name.toUpperCase()}`]));
  const credentials = manifest.secrets.length === 0 ? {} : { credentials: { read: secrets("READ"), write: secrets("WRITE") } };
  const settings = manifest.settingsExample === undefined ? {} : { settings: manifest.settingsExample };
  return `# ${manifest.label}: ${manifest.description}\n${writeYaml({ connector: manifest.name, ...settings, ...credentials, mode: "observe" })}`;
}
