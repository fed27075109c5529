import { createHash, hash, randomUUID } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Declaration, KnownFiles } from "../../core/source/declaration.ts";
import { fromStored, type StoredDeclaration, toStored } from "../../core/source/stored-declaration.ts";

export interface FileCacheOptions {
  /** Absolute, outside every repository; made where it is missing. */
  readonly folder: string;
  /** Root of the repository: each has a file of its own. */
  readonly root: string;
  /** Of the decoder (`decoderVersion`): entries of another one are not looked at. */
  readonly version: string;
  /** Told why a cache is of no use. It never changes a result, so that nobody else need know. */
  note(message: string): void;
}

export interface FileCache extends KnownFiles {
  /**
   * Keeps what is declared by these files, and forgets everything else that was not asked for in this run. Writes nothing where nothing is
   * new.
   */
  keep(read: readonly ReadFiles[]): void;
}

/** Files of one reading, and what those of them declare about which no problem speaks. */
export interface ReadFiles {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly declarations: ReadonlyMap<string, Declaration>;
}

const largest = 512 * 1024 * 1024;
/** Files of repositories that are gone are removed after so many days without a change. */
const forgottenAfterDays = 60;

/**
 * What is known of the files of one repository, in one file: a line with version and digest, then one JSON text. It is read at once, and
 * written under another name and renamed. Whatever is wrong with it, it is as if it were not there.
 */
export function openFileCache(options: FileCacheOptions): FileCache {
  const path = join(options.folder, `files-${hash("sha256", options.root, "hex").slice(0, 16)}.json`);
  const stored = readEntries(path, options);
  /** Entries that were of use in this run, by key. */
  const used = new Map<string, StoredDeclaration>();
  /** Keys of what was asked for and not known, by path and text. */
  const missed = new Map<string, Map<string, string>>();
  return {
    known(file, text) {
      const key = keyOf(file, text);
      const entry = stored.get(key);
      if (entry === undefined) {
        missed.set(file, (missed.get(file) ?? new Map<string, string>()).set(text, key));
        return undefined;
      }
      used.set(key, entry);
      return fromStored(entry, file);
    },
    keep(read) {
      const before = used.size;
      for (const { files, declarations } of missed.size === 0 ? [] : read) {
        for (const { path: file, text } of files) {
          const key = missed.get(file)?.get(text);
          const declaration = declarations.get(file);
          if (key !== undefined && declaration) used.set(key, toStored(declaration));
        }
      }
      if (used.size > before) writeEntries(path, used, options);
    },
  };
}

const keyOf = (path: string, text: string): string => hash("sha256", `${path}\0${text}`, "base64url");

const headOf = (version: string, digest: string): string => `rollcall-files ${version} ${digest}\n`;

function readEntries(path: string, { version, note }: FileCacheOptions): Map<string, StoredDeclaration> {
  const nothing = new Map<string, StoredDeclaration>();
  let bytes: Buffer;
  try {
    const handle = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const facts = fstatSync(handle);
      const foreign = process.getuid !== undefined && (facts.uid !== process.getuid() || (facts.mode & 0o022) !== 0);
      if (!facts.isFile() || facts.size > largest || foreign) {
        note(`${path} is not used: ${foreign ? "others can write it" : "it is no file of ours"}`);
        return nothing;
      }
      bytes = readFileSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") note(`${path} is not used: ${(error as Error).message}`);
    return nothing;
  }
  const end = bytes.indexOf(10) + 1;
  const body = bytes.subarray(end);
  if (bytes.toString("latin1", 0, end) !== headOf(version, digestOf(body))) {
    note(`${path} is not used: it is damaged, or of another version`);
    return nothing;
  }
  return new Map(JSON.parse(body.toString("utf8")) as [string, StoredDeclaration][]);
}

function writeEntries(path: string, entries: ReadonlyMap<string, StoredDeclaration>, { folder, version, note }: FileCacheOptions): void {
  const draft = `${path}.${randomUUID()}`;
  let begun = false;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const body = Buffer.from(JSON.stringify([...entries]));
    begun = true;
    writeFileSync(draft, Buffer.concat([Buffer.from(headOf(version, digestOf(body))), body]), { mode: 0o600, flag: "wx" });
    renameSync(draft, path);
    forgetOld(folder);
  } catch (error) {
    note(`${path} is not written: ${(error as Error).message}`);
    // On a full disk this makes room again; where the folder itself is gone, so is the draft.
    if (begun) rmSync(draft, { force: true });
  }
}

/** Files of repositories that nobody works on any more, and drafts of runs that were killed. */
function forgetOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!/^files-[0-9a-f]{16}\.json/.test(name)) continue;
    const other = join(folder, name);
    // `Date.now` against the file's own time: only housekeeping rests on it.
    if (Date.now() - statSync(other).mtimeMs > forgottenAfterDays * 86_400_000) rmSync(other, { force: true });
  }
}

const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("base64url");
