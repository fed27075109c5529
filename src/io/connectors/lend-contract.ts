import module from "node:module";
import { extname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** What a connector may import of rollcall, by the names of package.json's `exports`. */
const contract: Readonly<Record<string, string>> = {
  "rollcall/connector": "../../connector/index",
  "rollcall/connector/simulation": "../../connector/simulation/serve",
  "rollcall/connector/conformance": "../../connector/conformance/index",
};

/** Sources from a checkout, compiled where installed. */
const extension = extname(import.meta.filename);
const ours = (path: string): string => new URL(`${path}${extension}`, import.meta.url).href;

/** rollcall's own connectors, which import it by path. */
const own = fileURLToPath(new URL("../../../providers", import.meta.url));

/** Addresses of the folders whose files are lent to, each with a slash at its end. */
const borrowers = new Set<string>();

/**
 * Lets the connectors in a repository's own `providers/` import the contract of the rollcall that runs, wherever it was installed (in that
 * repository, globally, by npx, or a checkout that is pointed at it with -C), and none other: with two copies of the contract the faults of
 * one would be strangers to the other. `zod` is lent where the repository has none of its own. All files there are ES modules, whatever
 * the package.json above them says (`npm init` writes `"type": "commonjs"`). `folder` is a real path.
 */
export function lendContract(folder: string): void {
  if (folder === own) return;
  const first = borrowers.size === 0;
  borrowers.add(`${pathToFileURL(folder).href}/`);
  if (first) module.registerHooks({ resolve });
}

const resolve: module.ResolveHookSync = (specifier, context, next) => {
  const borrowing = borrows(context.parentURL);
  const lent = borrowing ? contract[specifier] : undefined;
  if (lent !== undefined) return { url: ours(lent), shortCircuit: true };
  const found = borrowing ? resolveOrLend(specifier, context, next) : next(specifier, context);
  return borrows(found.url) ? { ...found, ...formatOf(found.url) } : found;
};

/** A file of a repository's own, and not of a package that it has installed. */
function borrows(url: string | undefined): boolean {
  return url !== undefined && !url.includes("/node_modules/") && [...borrowers].some((folder) => url.startsWith(folder));
}

const resolveOrLend: module.ResolveHookSync = (specifier, context, next) => {
  try {
    return next(specifier, context);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND";
    if (!missing || !/^zod(?:\/|$)/.test(specifier)) throw error;
    return next(specifier, { ...context, parentURL: import.meta.url });
  }
};

function formatOf(url: string): { format?: string } {
  if (url.endsWith(".ts")) return { format: "module-typescript" };
  return url.endsWith(".js") ? { format: "module" } : {};
}
