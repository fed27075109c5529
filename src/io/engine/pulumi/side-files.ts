import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { project } from "../../../core/state/layout.ts";

/**
 * Removes the side files of one stack that a kill left half written. Pulumi's blob library notes checksums beside every file
 * (`<file>.attrs`), not atomically, and refuses the file itself where its note is empty ("EOF", v3.259.0); without the note it is read.
 * `folder`: a backend of files.
 */
export async function mendSideFiles(folder: string, app: string): Promise<void> {
  const stacks = join(folder, ".pulumi", "stacks", project);
  const locks = join(folder, ".pulumi", "locks", "organization", project, app);
  const notes = [
    ...(await namesIn(stacks)).filter((name) => name.startsWith(`${app}.json`)).map((name) => join(stacks, name)),
    ...(await namesIn(locks)).map((name) => join(locks, name)),
  ].filter((path) => path.endsWith(".attrs"));
  for (const path of notes) if (!isJson(await readFile(path, "utf8"))) await rm(path, { force: true });
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // half written
  }
}
