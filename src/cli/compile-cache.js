import { existsSync } from "node:fs";
import module from "node:module";
import { join } from "node:path";

/**
 * In a checkout: lets Node keep TypeScript without its types, and what it compiled of it, in `node_modules/.cache/rollcall`. Who may write
 * there may write the code itself; `npm ci` sweeps it away, and a folder that cannot be written costs time only. The installed package is
 * JavaScript already and gains a tenth at most, for which nothing is written into a user's folder.
 *
 * Called before the first import of a TypeScript file, and after `requireNode`: old versions of Node do not have it. NODE_COMPILE_CACHE and
 * NODE_DISABLE_COMPILE_CACHE go before it, as Node has it.
 */
export function keepCompiled() {
  const here = import.meta.dirname;
  if (!existsSync(join(here, "main.ts"))) return;
  module.enableCompileCache(join(here, "..", "..", "node_modules", ".cache", "rollcall"));
}
