import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { StateError, systemCode } from "./state-error.ts";

/** What the room asks of the disk: node:fs/promises, or a disk that fails on purpose. */
export type FileSystem = Pick<typeof import("node:fs/promises"), "open" | "rename" | "unlink" | "readdir" | "lstat" | "mkdir">;

/** Where files are written before they get their name. Not below .pulumi: Pulumi takes files there for stacks and locks. */
const workshop = ".rollcall-tmp";

const chunkSize = 1 << 20;

/**
 * Files below one folder, by relative path with forward slashes. Nothing is written in place: a reader sees the old text or the new one,
 * also after a crash. No symbolic link is followed below `base`, which is trusted: a link that somebody committed must not lead elsewhere.
 * Every failure is a StateError of kind disk.
 */
export class StateFiles {
  private readonly fs: FileSystem;
  private readonly base: string;
  private readonly root: string;

  constructor(fs: FileSystem, base: string, root: string) {
    if (!isAbsolute(base) || !isAbsolute(root)) throw new Error(`${base} and ${root} must be absolute paths`);
    this.fs = fs;
    this.base = base;
    this.root = root;
  }

  /** Bytes of a file, or null where there is none. */
  async read(path: string): Promise<Buffer | null> {
    return this.attempt(`read ${path}`, async () => {
      await this.refuseLinks(path);
      let handle: FileHandle;
      try {
        handle = await this.fs.open(this.full(path), constants.O_RDONLY | constants.O_NOFOLLOW);
      } catch (error) {
        if (systemCode(error) === "ENOENT") return null;
        throw error;
      }
      try {
        return await handle.readFile();
      } finally {
        await handle.close();
      }
    });
  }

  /** Whether a file that this run has written is still under its name: one look, for what is asked again and again. */
  async isThere(path: string): Promise<boolean> {
    return this.attempt(`look for ${path}`, async () => {
      try {
        return (await this.fs.lstat(this.full(path))).isFile();
      } catch (error) {
        if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") return false;
        throw error;
      }
    });
  }

  /**
   * Replaces a file: whole text to another name, flushed, renamed, folder flushed. Of one path there must be one writer at a time, which the
   * app's lock sees to; `writer` tells apart those of a path that apps share.
   */
  async write(path: string, text: Iterable<string> | readonly Buffer[], writer = ""): Promise<void> {
    await this.attempt(`write ${path}`, async () => {
      const draft = `${workshop}/${path.replaceAll("/", "~")}${writer}`;
      await this.folder(dirname(draft));
      await this.folder(dirname(path));
      await this.refuseLinks(path);
      await this.refuseLinks(draft);
      try {
        const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
        const handle = await this.fs.open(this.full(draft), flags, 0o600);
        try {
          for (const chunk of gather(text)) await handle.appendFile(chunk);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await this.fs.rename(this.full(draft), this.full(path));
      } catch (error) {
        // Makes room again on a full disk. If this fails too, the first failure is the one to tell; the next write reuses the name.
        await this.fs.unlink(this.full(draft)).catch(() => undefined);
        throw error;
      }
      await this.flushFolder(dirname(path));
    });
  }

  /** Opens a file for appending; it is made where there is none. */
  async append(path: string): Promise<FileHandle> {
    return this.attempt(`open ${path}`, async () => {
      await this.folder(dirname(path));
      await this.refuseLinks(path);
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;
      const handle = await this.fs.open(this.full(path), flags, 0o600);
      await this.flushFolder(dirname(path));
      return handle;
    });
  }

  /** Gives a file another name, atomically; one that is not there is left alone. */
  async move(from: string, to: string): Promise<void> {
    await this.attempt(`move ${from} to ${to}`, async () => {
      await this.refuseLinks(from);
      await this.folder(dirname(to));
      await this.refuseLinks(to);
      try {
        await this.fs.rename(this.full(from), this.full(to));
      } catch (error) {
        if (systemCode(error) === "ENOENT") return;
        throw error;
      }
      await this.flushFolder(dirname(to));
      if (dirname(from) !== dirname(to)) await this.flushFolder(dirname(from));
    });
  }

  /** Removes a file; one that is not there is removed. */
  async remove(path: string): Promise<void> {
    await this.attempt(`remove ${path}`, async () => {
      await this.refuseLinks(path);
      try {
        await this.fs.unlink(this.full(path));
      } catch (error) {
        if (systemCode(error) !== "ENOENT") throw error;
      }
    });
  }

  /** Sorted names of the regular files in a folder; none where there is no folder. */
  async list(folder: string): Promise<string[]> {
    return this.attempt(`list ${folder}`, async () => {
      await this.refuseLinks(`${folder}/-`);
      try {
        const entries = await this.fs.readdir(this.full(folder), { withFileTypes: true });
        return entries
          .filter((e) => e.isFile())
          .map((e) => e.name)
          .sort();
      } catch (error) {
        if (systemCode(error) === "ENOENT") return [];
        throw error;
      }
    });
  }

  /** Sorted paths of all regular files, at any depth; links are left out. */
  async tree(): Promise<string[]> {
    return this.attempt("list everything", async () => {
      const found: string[] = [];
      const folders = [""];
      for (const folder of folders) {
        let entries;
        try {
          entries = await this.fs.readdir(this.full(folder), { withFileTypes: true });
        } catch (error) {
          if (systemCode(error) === "ENOENT") continue;
          throw error;
        }
        for (const entry of entries) {
          if (entry.isDirectory()) folders.push(`${folder}${entry.name}/`);
          else if (entry.isFile()) found.push(`${folder}${entry.name}`);
        }
      }
      return found.sort();
    });
  }

  private full(path: string): string {
    return join(this.root, ...path.split("/"));
  }

  private async folder(path: string): Promise<void> {
    const full = this.full(path);
    await this.refuseLinks(`${path}/-`);
    const made = await this.fs.mkdir(full, { recursive: true, mode: 0o700 });
    if (made === undefined) return;
    // A new folder is on disk once its parent is; the first one made may lie several levels up.
    for (let parent = dirname(full); parent.length >= dirname(made).length; parent = dirname(parent)) {
      await this.flush(parent);
      if (parent === dirname(parent)) break;
    }
  }

  private flushFolder(path: string): Promise<void> {
    return this.flush(this.full(path));
  }

  private async flush(folder: string): Promise<void> {
    const handle = await this.fs.open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /** Every step from the base to the path, and the path itself, is a plain folder or file, or does not exist yet. */
  private async refuseLinks(path: string): Promise<void> {
    const steps = relative(this.base, this.full(path)).split(sep);
    let here = this.base;
    for (const [i, step] of steps.entries()) {
      here = join(here, step);
      try {
        const found = await this.fs.lstat(here);
        const last = i === steps.length - 1;
        if (!(last ? found.isFile() : found.isDirectory())) {
          const what = found.isSymbolicLink() ? "a symbolic link" : `no plain ${last ? "file" : "folder"}`;
          throw new StateError("refused", `${here} is ${what}; state is kept in plain folders and files only: remove it and run again`);
        }
      } catch (error) {
        if (systemCode(error) === "ENOENT") return;
        throw error;
      }
    }
  }

  private async attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StateError) throw error;
      const code = systemCode(error);
      if (code === null) throw error;
      throw new StateError("disk", `could not ${what} in ${this.root}: ${advice[code] ?? (error as Error).message}`, { cause: error });
    }
  }
}

const advice: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full; make room and run again, nothing was lost",
  EDQUOT: "the quota is used up; make room and run again, nothing was lost",
  EIO: "the disk failed (EIO); check it before running again",
  EROFS: "the file system is read-only",
  EACCES: "permission denied; the folder must be writable by the user that runs rollcall",
  EPERM: "not permitted; the folder must be writable by the user that runs rollcall",
  ELOOP: "a symbolic link stands in the way",
};

/** Pieces of text joined until a write is worth its while. */
function* gather(text: Iterable<string | Buffer>): Generator<string | Buffer> {
  let held = "";
  for (const piece of text) {
    if (typeof piece !== "string") {
      yield piece;
      continue;
    }
    held += piece;
    if (held.length < chunkSize) continue;
    yield held;
    held = "";
  }
  if (held !== "") yield held;
}
