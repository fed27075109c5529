import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { schemaFolder } from "../core/schema/modeline.ts";
import { schemaFiles } from "../core/schema/schemas.ts";
import { settingsSchemas } from "../io/connectors/settings-schema.ts";
import { type Loaded, loadRepository } from "./repository.ts";
import type { Context } from "./command.ts";
import { exists, textOf } from "./on-disk.ts";

type SchemaSource = Pick<Loaded, "draft" | "keys" | "manifests" | "connectors">;
type SchemaFile = ReturnType<typeof schemaFiles>[number];

/** What the schemas of a repository are made of. */
export const schemaInput = (loaded: SchemaSource) => ({ ...loaded, settings: settingsSchemas(loaded.connectors) });

/** Schemas of a repository that differ from what lies in its folder. */
export async function staleSchemas(dir: string, loaded: SchemaSource): Promise<SchemaFile[]> {
  const files = schemaFiles(schemaInput(loaded));
  const there = await Promise.all(files.map(async (f) => textOf(join(dir, f.path))));
  return files.filter((f, i) => there[i] !== f.text);
}

export async function writeSchemas(dir: string, files: readonly SchemaFile[]): Promise<void> {
  for (const { path, text } of files) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
}

/** Whether a repository has schemas at all; made once, they are kept up to date. */
export const keepsSchemas = async (dir: string): Promise<boolean> => exists(join(dir, schemaFolder));

/** After a command has changed names: the schemas of a repository that keeps any are those of its files again. Their paths. */
export async function refreshSchemas(context: Context): Promise<string[]> {
  if (!(await keepsSchemas(context.dir))) return [];
  const stale = await staleSchemas(context.dir, await loadRepository(context));
  await writeSchemas(context.dir, stale);
  return stale.map((f) => f.path);
}
