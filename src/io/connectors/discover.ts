import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Connector } from "../../connector/contract.ts";
import type { Simulator } from "../../connector/simulator.ts";
import { compareText } from "../../core/diagnostic.ts";
import type { Manifest } from "../../core/model/manifest.ts";
import { manifestSchema } from "./manifest.schema.ts";

export interface Discovered {
  /** By name, which is the folder's. */
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly manifests: ReadonlyMap<string, Manifest>;
  /** Folders that could not be taken, each as one sentence. */
  readonly problems: readonly string[];
}

/**
 * Every `<folder>/<name>/connector.ts` (or .js) of the given folders. A name that comes twice is a problem and the first one holds: a
 * repository cannot replace one of rollcall's own connectors without anybody noticing.
 */
export async function discover(folders: readonly string[]): Promise<Discovered> {
  const connectors = new Map<string, Connector>();
  const problems: string[] = [];
  for (const folder of folders) {
    for (const name of await subfolders(folder)) {
      const module = await load(join(folder, name), "connector");
      if (module === null) continue;
      if (connectors.has(name)) {
        problems.push(`providers/${name}: a connector of this name exists already`);
        continue;
      }
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
    const module = await load(join(folder, name), "simulator");
    if (module === null) return null;
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
    return result.success ? [] : result.error.issues.map((issue) => ({ path: issue.path.map((p) => (typeof p === "number" ? p : String(p))), message: issue.message }));
  };
}

async function subfolders(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((e) => e.isDirectory()).map((e) => e.name).sort(compareText);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

async function load(folder: string, file: string): Promise<{ value: unknown } | { error: string } | null> {
  const names = new Set(await readdir(folder));
  const found = [`${file}.ts`, `${file}.js`].find((n) => names.has(n));
  if (found === undefined) return null;
  try {
    const module = (await import(pathToFileURL(join(folder, found)).href)) as { default?: unknown };
    return module.default === undefined ? { error: `${found} has no default export` } : { value: module.default };
  } catch (error) {
    return { error: `${found} cannot be loaded: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function accept(name: string, value: unknown): Connector | string {
  const connector = value as Partial<Connector>;
  if (typeof connector !== "object" || typeof connector.open !== "function" || typeof connector.config?.safeParse !== "function") {
    return "its default export is not a connector (manifest, config, open)";
  }
  const parsed = manifestSchema.safeParse(connector.manifest);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `its manifest is wrong at ${issue!.path.join(".") || "the top"}: ${issue!.message}`;
  }
  return parsed.data.name === name ? (connector as Connector) : `its manifest calls it ${parsed.data.name}`;
}
