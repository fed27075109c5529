import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { compareText } from "../../core/diagnostic.ts";
import { confirmIn } from "../../core/edit/register.ts";
import { formatAddress } from "../../core/model/address.ts";
import type { AppState } from "../../core/model/state.ts";
import { processFacts } from "../../io/state/process-facts.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { hinted } from "../hinted.ts";
import { compiled, openRepository, type Repository } from "../repository.ts";
import { chosenApps } from "../session.ts";
import { stackState } from "../pulumi/stack-state.ts";
import { acceptBranch } from "../branch-store.ts";
import { statePlace } from "../backend.ts";
import { openState } from "../state.ts";
import { byHand } from "../state-store.ts";

/** `rollcall state [list]`: what is remembered, from the state alone. */
export async function list(context: Context): Promise<CommandResult> {
  const repository = await openRepository(context);
  const store = await openState(context, repository);
  const states: AppState[] = [];
  for (const app of chosenApps(context, repository)) states.push((await store.load(app.key, app.connector)).state);
  if (context.json) {
    const apps = states.map((s) => ({
      app: s.app,
      connector: s.connector,
      tenant: s.tenant ?? null,
      accounts: [...s.accounts.values()],
      groups: [...s.groups.values()],
    }));
    context.out(`${JSON.stringify({ version: 1, apps }, null, 2)}\n`);
    return 0;
  }
  for (const state of states) {
    context.out(
      `${state.app}${state.tenant === undefined ? "" : ` (tenant ${state.tenant})`}: ${state.accounts.size} accounts, ${state.groups.size} groups\n`,
    );
    for (const r of [...state.accounts.values()].sort((a, b) => compareText(a.person, b.person))) {
      if (context.person !== undefined && r.person !== context.person) continue;
      const owned = Object.entries(r.owned).map(([entitlement, level]) => formatAddress({ app: state.app, entitlement, level }));
      const waiting = r.pending ? `, waiting since ${r.pending.since}` : "";
      context.out(
        `  ${r.person}  ${r.login ?? "-"}  ${r.ref.kind}/${r.ref.id}  ${r.status}${waiting}  ${owned.sort(compareText).join(" ")}\n`,
      );
    }
  }
  return 0;
}

/** `rollcall state forget github/ada`: rollcall stops knowing the account; the vendor is not touched (law 17). */
export async function forget(context: Context, what: string, options: { readonly yes?: true }): Promise<CommandResult> {
  const repository = await openRepository(context);
  const [app, name] = splitAt(what);
  const declared = appOf(repository, app);
  const store = await openState(context, repository);
  const locked = await store.lock([app], byHand);
  try {
    const { state } = await locked.load(app, declared.connector);
    const group = name.startsWith("group/") ? name.slice("group/".length) : null;
    const known = group === null ? state.accounts : state.groups;
    const key = group ?? name;
    if (!known.has(key))
      throw new UsageError(`state of ${app} has no ${group === null ? "account of" : "group"} ${key}${hinted(key, [...known.keys()])}`, 3);
    const question = `Forget ${what}? It stays as it is at ${app}; rollcall will take it for somebody else's until a file claims it. Only "yes" does it: `;
    if (!(await agreed(context, options, question))) return 1;
    const rest = <T>(map: ReadonlyMap<string, T>): Map<string, T> => new Map([...map].filter(([k]) => k !== key));
    await locked.open(app).save(group === null ? { ...state, accounts: rest(state.accounts) } : { ...state, groups: rest(state.groups) });
    context.err(`${what} is forgotten\n`);
    return 0;
  } finally {
    await locked.release();
  }
}

/** `rollcall state confirm badges/ada`: the work of a manual app was done; its register says so from now on. */
export async function confirm(context: Context, what: string, options: { readonly id?: string }): Promise<CommandResult> {
  const repository = await openRepository(context);
  const [app, person] = splitAt(what);
  const declared = appOf(repository, app);
  const manifest = repository.manifests.get(declared.connector)!;
  if (!manifest.human)
    throw new UsageError(`${app} has an API (connector ${declared.connector}): rollcall sees for itself what was done`, 3);
  const { desired } = compiled(repository, context.now());
  const standing = desired.standings.get(person);
  if (!standing) throw new UsageError(`there is no person or service ${person}${hinted(person, [...desired.standings.keys()])}`, 3);
  const store = await openState(context, repository);
  const { state } = await store.load(app, declared.connector);
  const path = `identities/registers/${app}.yaml`;
  const before = repository.files.find((f) => f.path === path)?.text ?? null;
  const result = confirmIn(before, {
    person,
    name: standing.name,
    ...(standing.email === undefined ? {} : { email: standing.email }),
    wish: desired.accounts.get(app)?.get(person) ?? null,
    record: state.accounts.get(person) ?? null,
    hint: standing.accounts.get(app) ?? null,
    ...(options.id === undefined ? {} : { id: options.id }),
  });
  if (result.kind === "refused") throw new UsageError(result.why, 3);
  if (result.text !== before) {
    const target = join(context.dir, path);
    await mkdir(dirname(target), { recursive: true });
    // Read again: somebody may have edited it while we looked.
    const now = await readFile(target, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw error;
    });
    if (now !== before) throw new UsageError(`${path} changed meanwhile; run the command again`, 1);
    await writeFile(target, result.text);
  }
  context.out(`${path}: ${result.what}\n`);
  return 0;
}

/** `rollcall state unlock github`: for a run that is known to be dead. State on a branch has one lock for all apps. */
export async function unlock(context: Context, app: string | undefined, options: { readonly yes?: true }): Promise<CommandResult> {
  const repository = await openRepository(context);
  const place = statePlace(context, repository);
  if (app !== undefined) appOf(repository, app);
  else if (place.kind === "folder") throw new UsageError("say which app: each has a lock of its own", 3);
  const { locks } = await openState(context, repository);
  if (!locks) throw new UsageError(`the lock of ${app} is its backend's: \`pulumi cancel --stack ${app}\` removes it`, 1);
  const what = place.kind === "branch" ? `the state (branch ${place.name})` : app!;
  const holders = await locks.holders(app ?? "");
  if (holders.length === 0) {
    context.err(`${what} is not locked\n`);
    return 0;
  }
  for (const holder of holders) {
    context.err(`${what} is locked by ${holder.by}: ${holder.who}${holder.since === null ? "" : `, since ${holder.since}`}\n`);
    const question = 'Is that run dead for certain? Two runs at once can undo each other. Only "yes" removes the lock: ';
    if (!(await agreed(context, options, question))) return 1;
    await locks.unlock(app ?? "", holder.id);
  }
  context.err(`${what} is unlocked\n`);
  return 0;
}

/** `rollcall state release`: takes the state back from CI, in somebody's name; the next `ci apply` makes it CI's again. */
export async function releaseState(context: Context, options: { readonly yes?: true }): Promise<CommandResult> {
  const repository = await openRepository(context);
  const store = await openState(context, repository);
  const question =
    'From here on anybody with credentials can apply without review, until the next run of CI. Pause CI first. Only "yes" takes the state back: ';
  if (!(await agreed(context, options, question))) return 1;
  const who = processFacts();
  const locked = await store.lock([], { kind: "release", who: `${who.user} on ${who.host}` });
  await locked.release();
  context.err(`the state is released from CI by ${who.user} on ${who.host}\n`);
  return 0;
}

/** `rollcall state accept`: the history of the state branch was rewritten, and that was meant. */
export async function accept(context: Context, options: { readonly yes?: true }): Promise<CommandResult> {
  const repository = await openRepository(context);
  const place = statePlace(context, repository);
  if (place.kind === "folder") throw new UsageError("the state lies in a folder, which has no history that could be rewritten", 3);
  const question = `Whatever ${place.name} holds now becomes the state. Whoever rewrote it can have changed which account is whose. Only "yes" accepts it: `;
  if (!(await agreed(context, options, question))) return 1;
  const commit = await acceptBranch(context, place.name);
  context.err(
    commit === null ? `${place.name} is gone, and the state begins anew\n` : `${place.name} is accepted as of ${commit.slice(0, 12)}\n`,
  );
  return 0;
}

async function agreed(context: Context, options: { readonly yes?: true }, question: string): Promise<boolean> {
  if (options.yes) return true;
  if (!context.interactive) throw new UsageError("nobody can answer here: give --yes", 1);
  return (await context.ask(question)).trim() === "yes";
}

/** `rollcall state export github`: the state of one app, as `pulumi stack import` takes it. */
export async function exportState(context: Context, app: string, options: { readonly out?: string }): Promise<CommandResult> {
  const repository = await openRepository(context);
  const { connector } = appOf(repository, app);
  const store = await openState(context, repository);
  const text = `${JSON.stringify(await store.export(app, connector), null, 2)}\n`;
  if (options.out === undefined) context.out(text);
  else await writeFile(resolve(options.out), text, { mode: 0o600 });
  return 0;
}

/** `rollcall state import github FILE`: what `pulumi stack export` printed becomes the state of the app. No vendor is touched. */
export async function importState(context: Context, app: string, path: string, options: { readonly yes?: true }): Promise<CommandResult> {
  const repository = await openRepository(context);
  const { connector } = appOf(repository, app);
  const imported = await readExport(path, app, connector);
  const store = await openState(context, repository);
  const locked = await store.lock([app], byHand);
  try {
    const { state } = await locked.load(app, connector);
    const question = `The state of ${app} has ${state.accounts.size} accounts. Replace it by one of ${imported.accounts.size}? Only "yes" does it: `;
    if (state.accounts.size > 0 && !(await agreed(context, options, question))) return 1;
    await locked.open(app).save(imported);
    context.err(`${app}: ${imported.accounts.size} accounts and ${imported.groups.size} groups are known\n`);
    return 0;
  } finally {
    await locked.release();
  }
}

async function readExport(path: string, app: string, connector: string): Promise<AppState> {
  let json: unknown;
  try {
    json = JSON.parse(path === "-" ? await readAll(process.stdin) : await readFile(resolve(path), "utf8"));
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`, 3);
  }
  const { state, known } = stackState(json, app, connector);
  if (!known) throw new UsageError(`${path} holds no resources`, 3);
  return state;
}

function splitAt(what: string): [string, string] {
  const slash = what.indexOf("/");
  if (slash < 1 || slash === what.length - 1) throw new UsageError(`${what} is not app/person`, 3);
  return [what.slice(0, slash), what.slice(slash + 1)];
}

function appOf(repository: Repository, key: string) {
  const app = repository.organization.apps.get(key);
  if (!app) throw new UsageError(`there is no app ${key}${hinted(key, [...repository.organization.apps.keys()])}`, 3);
  return app;
}
