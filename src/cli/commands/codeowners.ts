import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { AccountRecord } from "../../core/model/state.ts";
import { forgeAccounts, forgeApp } from "../../core/review/accounts.ts";
import { codeOwners as write, type CodeOwnersInput, codeOwnersPath, compareCodeOwners, isOurs } from "../../core/review/code-owners.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { openRepository, type Repository } from "../repository.ts";
import { openState } from "../state.ts";
import { exists, textOf } from "../on-disk.ts";

interface CodeOwnersOptions {
  readonly check?: true;
  readonly stdout?: true;
}

/**
 * `rollcall codeowners`: writes .github/CODEOWNERS at the root of the Git repository from the owners that the files name. With --check nothing is
 * written: 3 where another one lies there. What only a passed day made old (an owner left) is said, and no error: it must not hold up the change
 * that takes the leaver's access.
 */
export async function codeOwners(context: Context, options: CodeOwnersOptions): Promise<CommandResult> {
  const repository = await openRepository(context);
  const { organization } = repository;
  const root = await gitRoot(context.dir);
  const prefix = relative(root, context.dir).replaceAll("\\", "/");
  const input = (records: ReadonlyMap<string, AccountRecord>): CodeOwnersInput => ({
    organization,
    now: context.now(),
    loginOf: forgeAccounts(organization, records).loginOf,
    prefix: prefix === "" ? "" : `${prefix}/`,
  });
  const inputs = [input(await accountsInState(context, repository)), input(new Map())] as const;
  const made = write(inputs[0]);
  if (made.kind === "refused") throw new UsageError(`no CODEOWNERS can be written: ${made.why}`, 3);
  if (made.unnamed.length > 0)
    context.err(`left out, for want of a login and an address: ${made.unnamed.join(", ")}; give them under accounts: or email:\n`);
  if (options.stdout) {
    context.out(made.text);
    return 0;
  }
  const path = join(root, codeOwnersPath);
  const there = await textOf(path);
  if (options.check) {
    // State may not be at hand where the check runs: the logins of the files alone will do as well.
    const found = inputs.map((given) => (there === null ? "stale" : compareCodeOwners(there, given)));
    const stale = found.every((f) => f === "stale");
    if (context.json) context.out(`${JSON.stringify({ version: 1, stale: stale ? [codeOwnersPath] : [] }, null, 2)}\n`);
    else if (stale) context.out(difference(there ?? "", made.text));
    if (stale) context.err(`${codeOwnersPath} is not that of these files; run: rollcall codeowners\n`);
    else if (!found.includes("fresh"))
      context.err(`${codeOwnersPath} names somebody who has left, or lacks somebody who has begun; run: rollcall codeowners\n`);
    return stale ? 3 : 0;
  }
  if (there !== null && there !== made.text && !isOurs(there))
    throw new UsageError(
      `${codeOwnersPath} was not written by rollcall; put its owners into an approval policy (policies/, kind: approval) and remove it`,
      3,
    );
  const changed = there !== made.text;
  if (changed) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, made.text);
  }
  if (context.json) context.out(`${JSON.stringify({ version: 1, written: changed ? [codeOwnersPath] : [] }, null, 2)}\n`);
  else if (changed) context.out(`wrote    ${codeOwnersPath}\n`);
  return 0;
}

/** Accounts at the forge as state remembers them; none where there is no such app. */
async function accountsInState(context: Context, repository: Repository): Promise<ReadonlyMap<string, AccountRecord>> {
  const app = forgeApp(repository.organization);
  if (!app) return new Map();
  const store = await openState(context, repository);
  return (await store.load(app.key, app.connector)).state.accounts;
}

/** The folder that holds .git, from `dir` upwards; `dir` where there is none. */
async function gitRoot(dir: string): Promise<string> {
  for (let at = dir; ; at = dirname(at)) {
    if (await exists(join(at, ".git"))) return at;
    if (dirname(at) === at) return dir;
  }
}

/** Lines that are there and should not be, and the other way round. */
function difference(there: string, wanted: string): string {
  const [old, fresh] = [there, wanted].map((text) => text.split("\n").filter((line) => line !== ""));
  const lines = [
    ...old!.filter((l) => !fresh!.includes(l)).map((l) => `- ${l}`),
    ...fresh!.filter((l) => !old!.includes(l)).map((l) => `+ ${l}`),
  ];
  return lines.length === 0 ? "the same lines in another order\n" : `${lines.join("\n")}\n`;
}
