import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Names the code that turns a text into a declaration: a digest over the files of these folders and over `also` (versions of the package and
 * of its libraries). Whatever changes in a schema or in a decoder, in a release or in a working copy, makes another name. null where the
 * folders are not to be read: then nothing may be kept.
 */
export function decoderVersion(folders: readonly string[], also: string): string | null {
  const hash = createHash("sha256").update(also);
  try {
    for (const folder of folders) {
      for (const name of readdirSync(folder).sort()) {
        if (!/\.[jt]s$/.test(name)) continue;
        hash.update(`\0${name}\0`).update(readFileSync(join(folder, name)));
      }
    }
  } catch {
    return null;
  }
  return hash.digest("base64url");
}
