// Compiles what is published into dist/, from nothing: Node strips no types below node_modules. In the repository everything runs from its
// sources, and nothing needs this but `npm pack`.
import { spawnSync } from "node:child_process";
import { cpSync, globSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "..");
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");

rmSync(join(root, "dist"), { recursive: true, force: true });
const compile = (...options) =>
  spawnSync(process.execPath, [tsc, "-p", join(import.meta.dirname, "tsconfig.build.json"), ...options], { stdio: "inherit" }).status ?? 1;
// Comments are for who writes a connector, in the declarations; in the code that runs they would be two fifths of the package.
const status = compile("--emitDeclarationOnly") || compile("--declaration", "false", "--removeComments");
// What is read at run time and is no module: a vendor's published description, for its simulator.
for (const file of globSync("providers/*/spec/*.graphql", { cwd: root })) cpSync(join(root, file), join(root, "dist", file));
process.exitCode = status;
