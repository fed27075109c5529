import { realpathSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";

export type CacheFolder = { readonly folder: string } | { readonly off: string };

/**
 * Where what was read before may be kept: `ROLLCALL_CACHE` (`off`: nowhere), else `rollcall` below `XDG_CACHE_HOME`, else `~/.cache/rollcall`.
 * Never inside the repository at `root`: whoever proposes a change to it must not be able to bring answers along.
 */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>, root: string): CacheFolder {
  const asked = env["ROLLCALL_CACHE"];
  if (asked === "off") return { off: "ROLLCALL_CACHE is off" };
  const home = env["HOME"] ?? env["USERPROFILE"];
  const base = env["XDG_CACHE_HOME"] || (home ? join(home, ".cache") : undefined);
  const folder = asked || (base === undefined ? undefined : join(base, "rollcall"));
  if (folder === undefined) return { off: "there is no home folder" };
  if (!isAbsolute(folder)) return { off: `${folder} is not an absolute path` };
  // By whole names: a folder of the repository may be called "..cache".
  const inside = (real: (path: string) => string): boolean => relative(real(root), real(folder)).split(sep)[0] !== "..";
  if (inside(resolve) || inside(realPath)) return { off: `${folder} lies inside the repository` };
  return { folder };
}

/** With links resolved, as far as the path exists. */
function realPath(path: string): string {
  for (let here = resolve(path), rest = ""; ;) {
    try {
      return join(realpathSync(here), rest);
    } catch {
      const parent = resolve(here, "..");
      if (parent === here) return path;
      rest = join(relative(parent, here), rest);
      here = parent;
    }
  }
}
