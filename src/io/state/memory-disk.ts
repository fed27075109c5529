import type { FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { FileSystem } from "./state-files.ts";

/** A disk that can only be read, whose files are in memory: state that came from elsewhere is looked at without writing it down. */
export function memoryDisk(root: string, files: ReadonlyMap<string, Buffer>): FileSystem {
  const contents = new Map([...files].map(([path, bytes]) => [join(root, ...path.split("/")), bytes]));
  const folders = new Map<string, Set<string>>([[root, new Set()]]);
  for (const path of contents.keys()) {
    for (let here = path; here !== root; here = dirname(here)) {
      const parent = dirname(here);
      folders.set(parent, (folders.get(parent) ?? new Set()).add(here.slice(parent.length + 1)));
    }
  }
  const kindOf = (path: string) => {
    const [file, folder] = [contents.has(path), folders.has(path) || root.startsWith(path)];
    return file || folder ? { isFile: () => file, isDirectory: () => folder, isSymbolicLink: () => false } : null;
  };
  const absent = (path: string): Error => systemError("ENOENT", path);
  const disk = {
    open(path: string): Promise<FileHandle> {
      const bytes = contents.get(path);
      if (bytes === undefined) return Promise.reject(absent(path));
      const handle = { readFile: () => Promise.resolve(bytes), close: () => Promise.resolve() };
      return Promise.resolve(handle as unknown as FileHandle);
    },
    lstat(path: string) {
      const found = kindOf(path);
      return found ? Promise.resolve(found) : Promise.reject(absent(path));
    },
    readdir(path: string) {
      const names = folders.get(path);
      if (!names) return Promise.reject(absent(path));
      return Promise.resolve([...names].map((name) => ({ name, ...kindOf(join(path, name))! })));
    },
    mkdir: readOnly,
    rename: readOnly,
    unlink: readOnly,
  };
  return disk as unknown as FileSystem;
}

const readOnly = (path: string): Promise<never> => Promise.reject(systemError("EROFS", path));

const systemError = (code: string, path: string): Error => Object.assign(new Error(`${code}: ${path}`), { code });
