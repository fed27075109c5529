import module from "node:module";
import { join, sep } from "node:path";

/**
 * Lets Node keep what it made of our files (compiled code; from a checkout also TypeScript without its types) in `node_modules/.cache/rollcall`
 * of the folder rollcall is installed in: who may write there may write the code itself, and `npm ci` sweeps it away. A folder that cannot be
 * written makes no difference but time. NODE_COMPILE_CACHE and NODE_DISABLE_COMPILE_CACHE go before it, as Node has it.
 *
 * Called before the first import of a TypeScript file, and after `requireNode`: old versions of Node do not have it.
 */
export function keepCompiled() {
  const here = import.meta.dirname;
  const installed = here.lastIndexOf(`${sep}node_modules${sep}`);
  const folder = installed >= 0 ? here.slice(0, installed) : join(here, "..", "..");
  module.enableCompileCache(join(folder, "node_modules", ".cache", "rollcall"));
}
