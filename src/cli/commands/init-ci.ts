import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { StatePlace } from "../../core/model/organization.ts";
import { renderDiagnostics } from "../../core/report/diagnostics.ts";
import type { Binding } from "../../core/scaffold/github/credentials.ts";
import { type CiScaffold, ciScaffold, compareFiles } from "../ci-scaffold.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { version } from "../package.ts";
import { paintFor } from "../palette.ts";
import { openRepository, type Repository } from "../repository.ts";
import { exists, textOf } from "../on-disk.ts";

export interface CiOptions {
  /** The default branch, from which things are applied. */
  readonly branch?: string;
  /** Write nothing; exit 3 where a file is not what it would be. */
  readonly check?: true;
}

/** Names of branches as Git takes them, without what would need quoting in a pattern of a workflow. */
const branchShape = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/;

/** What is to be written for a repository as it is now. Ends with exit 3 where it could not work. */
function workingScaffold(context: Context, repository: Repository, { branch = "main" }: CiOptions): CiScaffold {
  if (!branchShape.test(branch)) throw new UsageError(`${JSON.stringify(branch)} cannot stand for a branch in a workflow`, 3);
  const scaffold = ciScaffold(repository, branch);
  const { problems } = scaffold.bindings;
  if (problems.length > 0) {
    const texts = new Map(repository.files.map((f) => [f.path, f.text]));
    context.err(renderDiagnostics(problems, (path) => texts.get(path), paintFor(context.colour.err)));
    throw new UsageError("workflows cannot be written for these files; nothing was done", 3);
  }
  return scaffold;
}

/** Writes what is not there yet. What is there is left alone, whoever wrote it. */
export async function writeCi(
  context: Context,
  root: string,
  options: CiOptions,
): Promise<{ made: string[]; kept: string[]; bindings: CiScaffold["bindings"]; state: StatePlace }> {
  const repository = await openRepository({ ...context, dir: root });
  const { files, bindings } = workingScaffold(context, repository, options);
  const made: string[] = [];
  const kept: string[] = [];
  for (const { path, text } of [...files, { path: "package.json", text: packageJson() }]) {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    try {
      await writeFile(target, text, { flag: "wx" });
      made.push(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      kept.push(path);
    }
  }
  return { made, kept, bindings, state: repository.organization.settings.state };
}

/** `rollcall init --ci github --check`: whether the workflows are those of the files, as after an app was added. */
export async function checkCi(context: Context, options: CiOptions): Promise<CommandResult> {
  const { files } = workingScaffold(context, await openRepository(context, "known"), options);
  const compared = await compareFiles(files, async (path) => textOf(join(context.dir, path)));
  const stale = compared.filter(({ state }) => state !== "same");
  if (context.json) context.out(`${JSON.stringify({ version: 1, stale }, null, 2)}\n`);
  else for (const { path, state } of stale) context.out(`${state}  ${path}\n`);
  if (stale.length > 0)
    context.err("to write one anew, remove it and run rollcall init --ci github; read what Git shows of your own changes\n");
  return stale.length > 0 ? 3 : 0;
}

/** What is left to do by hand, in words. */
export async function ciHints(
  root: string,
  { bindings, state }: { readonly bindings: CiScaffold["bindings"]; readonly state: StatePlace },
): Promise<string[]> {
  const named = (all: readonly Binding[]): string =>
    all.length === 0
      ? "none"
      : all
          .map(({ from, name, variable }) =>
            from === "vars" ? `${name} (a variable)` : name === variable ? name : `${name} (for ${variable})`,
          )
          .join(", ");
  const missing = await Promise.all(
    ["package-lock.json", ".github/CODEOWNERS"].map(async (path) => ((await exists(join(root, path))) ? [] : [path])),
  );
  const [lock, owners] = missing.map((m) => m.length > 0);
  return [
    ...(state.kind === "branch" ? [] : [`state: git:rollcall-state in rollcall.yaml; a runner forgets what it writes to ${state.path}`]),
    ...(lock
      ? [
          `rollcall is in no registry: put what \`npm pack\` makes of it into vendor/, run npm install, and commit vendor/, package.json and package-lock.json`,
        ]
      : []),
    `secrets of the environment rollcall (default branch only): ${named(bindings.write)}`,
    `secrets of the environment rollcall-preview: ${named(bindings.snapshot.length > 0 ? bindings.snapshot : bindings.read)}`,
    ...(owners ? ["owners for reviews: rollcall codeowners"] : []),
    "then require the check `rollcall gate` on the default branch; docs/pull-requests.md of rollcall has every step",
  ];
}

const packageJson = (): string =>
  `${JSON.stringify({ name: "access", private: true, devDependencies: { rollcall: `file:vendor/rollcall-${version}.tgz` } }, null, 2)}\n`;
