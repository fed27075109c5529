/** rollcall's own package: the same from a checkout, where it runs from its TypeScript, and as installed, where it runs from `dist/`. */
import { createRequire } from "node:module";
import { dirname } from "node:path";

const require = createRequire(import.meta.url);

/** The name by which a package finds itself, wherever it was put. */
const file = require.resolve("rollcall/package.json");

/** Folder of package.json. */
export const packageRoot = dirname(file);

const text = require(file) as { readonly version: string; readonly optionalDependencies: { readonly "@pulumi/pulumi": string } };

/** As in package.json. */
export const { version } = text;

/** The versions of Pulumi's SDK that the second engine works with. */
export const sdkRange = text.optionalDependencies["@pulumi/pulumi"];
