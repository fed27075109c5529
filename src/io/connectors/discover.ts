import { readdir, realpath } from "node:fs/promises";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Connector } from "../../connector/contract.ts";
import type { Simulator } from "../../connector/simulator.ts";
import { compareText } from "../../core/diagnostic.ts";
import type { Manifest } from "../../core/model/manifest.ts";
import { lendContract } from "./lend-contract.ts";
import { manifestSchema } from "./manifest.schema.ts";

export interface Discovered {
  /** By name, which is the folder's. */
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly manifests: ReadonlyMap<string, Manifest>;
  /** Folders that could not be taken, each as one sentence. */
  readonly problems: readonly string[];
}

/**
 * Every `<folder>/<name>/connector.ts` (or .mts, .js, .mjs) of the given folders. A name that comes twice is a problem and the first one holds: a
 * repository cannot replace one of rollcall's own connectors without anybody noticing.
 */
export async function discover(folders: readonly string[]): Promise<Discovered> {
  const connectors = new Map<string, Connector>();
  const taken = new Set<string>();
  const problems: string[] = [];
  for (const folder of await distinct(folders)) {
    lendContract(folder);
    for (const name of await subfolders(folder)) {
      const file = await locate(join(folder, name), "connector");
      if (file === null) continue;
      // Not even loaded: its code has no business here.
      if (taken.has(name)) {
        problems.push(`providers/${name}: a connector of this name exists already; give this one another name`);
        continue;
      }
      taken.add(name);
      const module = await load(file);
      const result = "error" in module ? module.error : accept(name, module.value);
      if (typeof result === "string") problems.push(`providers/${name}: ${result}`);
      else connectors.set(name, result);
    }
  }
  const sorted = [...connectors].sort(([a], [b]) => compareText(a, b));
  return { connectors: new Map(sorted), manifests: new Map(sorted.map(([name, c]) => [name, c.manifest])), problems };
}

/** The simulator beside a connector, from the folder that `discover` took the connector from; null where it has none. */
export async function findSimulator(folders: readonly string[], name: string): Promise<Simulator | null> {
  for (const folder of folders) {
    if (!(await subfolders(folder)).includes(name)) continue;
    const file = await locate(join(folder, name), "simulator");
    if (file === null) return null;
    const module = await load(file);
    if ("error" in module) throw new Error(`providers/${name}/simulator: ${module.error}`);
    return module.value as Simulator;
  }
  return null;
}

/** What a connector's own schema says of an app's settings; never repeats a value. */
export function checkSettings(connectors: ReadonlyMap<string, Connector>) {
  return (name: string, settings: Readonly<Record<string, unknown>>): { path: readonly (string | number)[]; message: string }[] => {
    const connector = connectors.get(name);
    if (!connector) return [];
    const result = connector.config.safeParse(settings);
    return result.success
      ? []
      : result.error.issues.map((issue) => ({
          path: issue.path.map((p) => (typeof p === "number" ? p : String(p))),
          message: issue.message,
        }));
  };
}

/** Folders that exist, once each: a repository may be rollcall's own, by whatever path it is reached. */
async function distinct(folders: readonly string[]): Promise<string[]> {
  const real: string[] = [];
  for (const folder of folders) {
    try {
      real.push(await realpath(folder));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return [...new Set(real)];
}

async function subfolders(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((e) => e.isDirectory() && !e.name.startsWith("."))
      .map((e) => e.name)
      .sort(compareText);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Path of a folder's module, TypeScript first; null where it has none. */
async function locate(folder: string, module: string): Promise<string | null> {
  const names = new Set(await readdir(folder));
  const found = ["ts", "mts", "js", "mjs"].map((extension) => `${module}.${extension}`).find((name) => names.has(name));
  return found === undefined ? null : join(folder, found);
}

async function load(file: string): Promise<{ value: unknown } | { error: string }> {
  try {
    const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
    return module.default === undefined ? { error: `${basename(file)} has no default export` } : { value: module.default };
  } catch (error) {
    return { error: `${basename(file)} cannot be loaded: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function accept(name: string, value: unknown): Connector | string {
  const connector = value as Partial<Connector>;
  if (typeof connector !== "object" || typeof connector.open !== "function" || typeof connector.config?.safeParse !== "function") {
    return "its default export is not a connector (manifest, config, open)";
  }
  const parsed = manifestSchema.safeParse(connector.manifest);
  if (!parsed.success) {
    const all = parsed.error.issues.map((issue) => `at ${issue.path.join(".") || "the top"}: ${issue.message}`);
    return `its manifest is wrong ${all.join("; ")}`;
  }
  return parsed.data.name === name ? (connector as Connector) : `its manifest calls it ${parsed.data.name}`;
}
