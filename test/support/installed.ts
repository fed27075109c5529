/** The package as a stranger gets it: packed from a copy of the sources, and installed in a folder of its own. */
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "..", "..");
const run = promisify(execFile);

/** Where the package's own package.json, lock file and installed dependencies are. */
export const repository = root;

/** Folder on the PATH that holds a program; null where there is none. */
export const onPath = (program: string): string | null =>
  (process.env["PATH"] ?? "").split(delimiter).find((folder) => folder !== "" && existsSync(join(folder, program))) ?? null;

/** Every folder of the PATH that holds it. */
export const allOnPath = (program: string): string[] =>
  (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "" && existsSync(join(folder, program)));

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Installed {
  /** Folder of the stranger; package.json is what `npm init` makes. */
  readonly dir: string;
  /** Where its package lies. */
  readonly at: string;
  /** Bytes of the package as it is sent. */
  readonly size: number;
  /** Files of the package, sorted. */
  readonly files: readonly string[];
  /** How it was installed: by npm, or unpacked beside links to its dependencies where npm's cache does not have them. */
  readonly by: "npm" | "unpacked";
  /** A program with the folder's node_modules/.bin first on the PATH, as npm and npx have it. */
  run(program: string, ...args: string[]): Promise<Ran>;
  close(): Promise<void>;
}

const npmQuiet = ["--offline", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--loglevel=error"];

/** Packs and installs; nothing is fetched from anywhere, and the checkout is left as it is. Needs npm on the PATH. */
export async function installPackage(): Promise<Installed> {
  const base = await mkdtemp(join(tmpdir(), "rollcall-package-"));
  try {
    const { tarball, files, size } = await pack(base);
    const dir = join(base, "stranger");
    await mkdir(dir);
    await writeFile(join(dir, "package.json"), '{ "name": "stranger", "version": "1.0.0", "type": "commonjs" }\n');
    const by = await install(dir, tarball);
    await linkBin(dir, "node", process.execPath);
    const env = {
      PATH: [join(dir, "node_modules", ".bin"), process.env["PATH"] ?? ""].join(delimiter),
      HOME: base,
      NO_COLOR: "1",
      npm_config_update_notifier: "false",
      npm_config_offline: "true",
    };
    return {
      dir,
      at: join(dir, "node_modules", "rollcall"),
      size,
      files,
      by,
      run: (program, ...args) => ended(spawn(program, args, { cwd: dir, env, stdio: ["ignore", "pipe", "pipe"] })),
      close: () => rm(base, { recursive: true }),
    };
  } catch (error) {
    await rm(base, { recursive: true });
    throw error;
  }
}

function ended(child: ReturnType<typeof spawn>): Promise<Ran> {
  let out = "";
  let err = "";
  child.stdout!.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr!.on("data", (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? -1, out, err }));
  });
}

/** `npm pack` in a copy: its build empties dist/, which somebody may be using. */
async function pack(base: string): Promise<{ tarball: string; files: string[]; size: number }> {
  const copy = join(base, "source");
  await mkdir(copy);
  for (const name of await readdir(root)) {
    if (["node_modules", "dist", "coverage", ".git", ".rollcall", "test", "examples"].includes(name)) continue;
    await cp(join(root, name), join(copy, name), { recursive: true });
  }
  await symlink(join(root, "node_modules"), join(copy, "node_modules"));
  const { stdout } = await run("npm", ["pack", "--json", "--offline", "--pack-destination", base], { cwd: copy, maxBuffer: 1 << 24 });
  const [packed] = JSON.parse(stdout) as { filename: string; size: number; files: { path: string }[] }[];
  return { tarball: join(base, packed!.filename), files: packed!.files.map((f) => f.path).sort(), size: packed!.size };
}

async function install(dir: string, tarball: string): Promise<"npm" | "unpacked"> {
  try {
    await run("npm", ["install", ...npmQuiet, tarball], { cwd: dir });
    return "npm";
  } catch (error) {
    if (!/ENOTCACHED|ENOTFOUND|EAI_AGAIN|ETARGET/.test(String((error as { stderr?: string }).stderr))) throw error;
  }
  const at = join(dir, "node_modules", "rollcall");
  await rm(join(dir, "node_modules"), { recursive: true, force: true });
  await mkdir(at, { recursive: true });
  await run("tar", ["-xzf", tarball, "-C", at, "--strip-components=1"]);
  for (const name of await productionPackages()) await linkPackage(dir, name);
  const entry = join(at, "dist", "src", "cli", "rollcall.js");
  await chmod(entry, 0o755);
  await linkBin(dir, "rollcall", entry);
  return "unpacked";
}

/** What the lock file says is needed to run, and no development dependency: top-level packages, whose own dependencies Node finds beside them. */
async function productionPackages(): Promise<string[]> {
  const lock = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, { dev?: true; optional?: true; devOptional?: true }>;
  };
  return Object.entries(lock.packages)
    .filter(([path, entry]) => /^node_modules\/(?:@[^/]+\/)?[^/@]+$/.test(path) && !entry.dev && !entry.optional && !entry.devOptional)
    .map(([path]) => path.slice("node_modules/".length));
}

/** Makes a package of the repository one of the stranger's, as an `npm install` would. */
export async function linkPackage(dir: string, name: string): Promise<void> {
  const target = join(dir, "node_modules", name);
  if (existsSync(target)) return;
  await mkdir(dirname(target), { recursive: true });
  await symlink(join(root, "node_modules", name), target);
}

export async function linkBin(dir: string, name: string, target: string): Promise<void> {
  const bin = join(dir, "node_modules", ".bin");
  await mkdir(bin, { recursive: true });
  await rm(join(bin, name), { force: true });
  await symlink(target, join(bin, name));
}
