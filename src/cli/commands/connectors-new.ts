import { mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, sep } from "node:path";
import { connectorNameProblem } from "../../core/scaffold/connector-name.ts";
import { copyConnector, type TextFile } from "../../core/scaffold/copy-connector.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { packageRoot } from "../package.ts";
import { discoverConnectors } from "../repository.ts";
import { exists } from "../on-disk.ts";

/** The connector that is copied. */
const reference = "memory";

/** Words that `rollcall connectors` takes for commands of its own. */
const commands = ["help", "list", "new", "probe", "test"];

/** `rollcall connectors new <name>`: the reference under another name, in `providers/<name>`. Overwrites nothing. */
export async function newConnector(context: Context, name: string): Promise<CommandResult> {
  const { manifests } = await discoverConnectors(context.dir);
  const problem = connectorNameProblem(name, [...manifests.keys(), ...commands]);
  if (problem !== null) throw new UsageError(`${name} ${problem}`, 3);
  const root = await rootOf(context);
  const folder = join(root, "providers", name);
  if (await exists(folder)) throw new UsageError(`providers/${name} exists; nothing was written`, 3);

  const from = root === packageRoot ? "source" : "package";
  const files = copyConnector(await readReference(), manifests.get(reference)!, { name, from });
  await writeFolder(folder, files);
  const made = files.map((file) => `providers/${name}/${file.path}`);
  if (from === "package") made.push(...(await writeSurroundings(root)));

  const page = relative(root, join(packageRoot, "docs", "writing-a-connector.md"));
  const shownPage = page.startsWith("..") ? join(packageRoot, "docs", "writing-a-connector.md") : page.split(sep).join("/");
  if (context.json) context.out(`${JSON.stringify({ version: 1, made, page: shownPage }, null, 2)}\n`);
  else for (const path of made) context.out(`made  ${path}\n`);
  if (from === "package" && !isInstalled(root)) {
    context.err(
      "rollcall is not installed in this folder: the connector runs all the same, but an editor does not find rollcall/connector\n",
    );
  }
  context.err(
    [
      "next:",
      `  1. rollcall connectors test ${name}   passes now: keep it so while you replace what is inside`,
      `  2. fill in the folder in the order of ${shownPage}`,
      `  3. rollcall init --connector ${name} && rollcall sandbox --detach && rollcall preview --sandbox`,
      "",
    ].join("\n"),
  );
  return 0;
}

async function rootOf(context: Context): Promise<string> {
  try {
    return await realpath(context.dir);
  } catch (error) {
    throw new UsageError(`${context.dir} cannot be read: ${(error as Error).message}`, 3);
  }
}

/** TypeScript, also where rollcall itself runs compiled: the package carries the sources of this one connector. */
async function readReference(): Promise<TextFile[]> {
  const folder = join(packageRoot, "providers", reference);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name));
  return Promise.all(
    paths.map(async (path) => ({ path: relative(folder, path).split(sep).join("/"), text: await readFile(path, "utf8") })),
  );
}

/** All of it or nothing: a folder that was half written would be taken for a broken connector. */
async function writeFolder(folder: string, files: readonly TextFile[]): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  // Of a name that discovery passes by, should this be killed half-way.
  const unfinished = await mkdtemp(join(dirname(folder), `.${basename(folder)}-`));
  try {
    for (const file of files) {
      await mkdir(dirname(join(unfinished, file.path)), { recursive: true });
      await writeFile(join(unfinished, file.path), file.text);
    }
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

const tsconfig = {
  compilerOptions: {
    target: "es2024",
    module: "nodenext",
    types: ["node"],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    noEmit: true,
  },
};

/**
 * What editors, the compiler and test runners need to know of the folder, where nothing above says it; rollcall itself needs neither. `npm init`
 * calls a package CommonJS, and what connectors are written in is not.
 */
async function writeSurroundings(root: string): Promise<string[]> {
  const made: string[] = [];
  const write = async (path: string, value: object): Promise<void> => {
    if (await exists(join(root, path))) return;
    await writeFile(join(root, path), `${JSON.stringify(value, null, 2)}\n`);
    made.push(path);
  };
  if (!(await isModule(root))) await write("providers/package.json", { type: "module" });
  if (!(await exists(join(root, "tsconfig.json")))) await write("providers/tsconfig.json", tsconfig);
  return made;
}

async function isModule(root: string): Promise<boolean> {
  try {
    return (JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { type?: unknown }).type === "module";
  } catch {
    return false;
  }
}

function isInstalled(root: string): boolean {
  try {
    createRequire(join(root, "providers", "x.js")).resolve("rollcall/package.json");
    return true;
  } catch {
    return false;
  }
}
