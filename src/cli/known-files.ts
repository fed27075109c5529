import { join } from "node:path";
import type { Declaration, KnownFiles } from "../core/source/declaration.ts";
import { decodingLibraries } from "../core/source/libraries.ts";
import type { WorkspaceFile } from "../core/source/workspace.ts";
import { cacheFolder } from "../io/cache/cache-folder.ts";
import { decoderVersion } from "../io/cache/decoder-version.ts";
import { openFileCache } from "../io/cache/file-cache.ts";
import type { Context } from "./command.ts";
import { version } from "./package.ts";

export interface KnownFilesOfRepository {
  readonly files: KnownFiles;
  /** For the next run: what these files declare. What is not among them is forgotten. */
  keep(all: readonly { readonly files: readonly WorkspaceFile[]; readonly declarations: ReadonlyMap<string, Declaration> }[]): void;
}

/** The code that decides what a file means. */
const decoder = ["core/source", "core/model"].map((folder) => join(import.meta.dirname, "..", folder));

/** What earlier runs have read of this repository, or null where nothing is kept. */
export function openKnownFiles(context: Context): KnownFilesOfRepository | null {
  const note = (message: string): void => {
    if (context.verbose) context.err(`known files: ${message}\n`);
  };
  const place = cacheFolder(context.env, context.dir);
  const decoding = decoderVersion(decoder, `rollcall ${version}, ${decodingLibraries}`);
  if ("off" in place || decoding === null) {
    note("off" in place ? place.off : "this rollcall's own code cannot be read");
    return null;
  }
  const cache = openFileCache({ folder: place.folder, root: context.dir, version: decoding, note });
  return {
    files: cache,
    keep: (all) => cache.keep(all),
  };
}
