import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { asksOf } from "../../core/compile/expand-roles.ts";
import { conditionHolds } from "../../core/expression/holds.ts";
import { importApp, type ImportResult } from "../../core/import/import-app.ts";
import { importFiles } from "../../core/import/write-files.ts";
import { applicable, makePlan } from "../../core/plan/make-plan.ts";
import { parseAddress } from "../../core/model/address.ts";
import { applyRuns } from "../../io/engine/embedded/apply.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { hinted } from "../hinted.ts";
import { progressFor } from "../progress.ts";
import { compiled, openRepository, type Repository, withFiles } from "../repository.ts";
import { appRun } from "../run.ts";
import { refreshSchemas } from "../schemas.ts";
import { planRun } from "../session.ts";
import { openState } from "../state.ts";
import { byHand } from "../state-store.ts";

interface ImportOptions {
  readonly onlyKnown?: true;
  readonly dryRun?: true;
}

/**
 * `rollcall import <app>`: joins the accounts of an app to people, writes the files that say so, and takes the accounts into state. The
 * preview after it is empty. It writes nothing at the vendor: there is no write credential in its hands.
 */
export async function importCommand(context: Context, key: string, options: ImportOptions): Promise<CommandResult> {
  const repository = await openRepository(context);
  const app = repository.organization.apps.get(key);
  if (!app)
    throw new UsageError(
      `there is no app ${key}${hinted(key, [...repository.organization.apps.keys()])}; its file is identities/apps/${key}.yaml`,
      3,
    );
  const store = await openState(context, repository);
  const locked = options.dryRun ? null : await store.lock([key], byHand);
  try {
    const progress = progressFor(context);
    const only = { ...context, apps: [key] };
    const { seen } = await planRun(only, repository, locked ?? store, progress);
    progress.done();
    const { snapshot, manifest } = seen.get(key)!;
    if (snapshot.failure)
      throw new UsageError(`${key} could not be read: ${snapshot.failure.message}`, snapshot.failure.kind === "auth" ? 4 : 8);
    const open = snapshot.scopes.filter((s) => !s.complete);
    if (open.length > 0) {
      throw new UsageError(
        `${key} could not be read to the end (${open
          .map((s) => `${s.id}: ${s.reason}`)
          .slice(0, 5)
          .join("; ")}); half a list is not imported`,
        8,
      );
    }
    const result = importApp({ app, manifest, organization: repository.organization, snapshot, newPeople: !options.onlyKnown });
    const files = importFiles(app, result, repository.files, heldAddresses(repository, key));
    // Nothing is written, and nothing is called written, that `check` would not accept.
    withFiles(context, repository, files);
    report(
      context,
      key,
      result,
      files.map((f) => f.path),
      options.dryRun ?? false,
    );
    if (options.dryRun || !locked) return 0;
    await locked.claim();
    for (const file of files) {
      const target = join(context.dir, file.path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, file.text);
    }
    await refreshSchemas(context);
    // What was written is read again, and taken into state by the same plan that every run makes.
    const written = await openRepository(context);
    const { desired, today } = compiled(written, context.now());
    // Asking for an import is asking for the adoptions, whatever the mode holds back in ordinary runs.
    const enforced = { ...written.organization.apps.get(key)!, mode: "enforce" as const };
    const organization = { ...written.organization, apps: new Map([...written.organization.apps, [key, enforced]]) };
    const adopting = { ...seen.get(key)!, app: enforced };
    const plan = makePlan({ organization, desired, today, now: context.now(), apps: new Map([[key, adopting]]) });
    const adoptions = applicable(plan).filter((o) => o.phase === "state");
    const run = appRun({ context, repository: written, locked, seen: adopting, operations: adoptions, progress });
    const done = await applyRuns([run], { signal: context.signal, onEvent: () => undefined });
    const failure = done.apps[0]?.failure;
    if (failure) throw new UsageError(`the files are written, but state is not: ${failure.message}`, 1);
    return 0;
  } finally {
    await locked?.release();
  }
}

/** Addresses that lines ask for already, by person, without levels: an import must not write them again beside a role. */
function heldAddresses(repository: Repository, app: string): Map<string, Set<string>> {
  const holds = conditionHolds();
  const { people, services } = repository.organization;
  const result = new Map<string, Set<string>>();
  for (const principal of [...people.values(), ...services.values()]) {
    const held = new Set<string>();
    for (const { address } of asksOf(principal, repository.organization, holds)) {
      const parsed = parseAddress(address);
      if (parsed?.app === app) held.add(`${parsed.app}/${parsed.entitlement}`);
    }
    result.set(principal.key, held);
  }
  return result;
}

function report(context: Context, app: string, result: ImportResult, paths: readonly string[], dry: boolean): void {
  if (context.json) {
    const joined = result.joined.map((j) => ({
      person: j.person,
      by: j.by,
      login: j.account.login ?? null,
      id: j.account.ref.id,
      grants: j.grants,
    }));
    const left = result.left.map((l) => ({ login: l.account.login ?? null, id: l.account.ref.id, reason: l.reason }));
    context.out(`${JSON.stringify({ version: 1, app, joined, left, files: paths, written: !dry }, null, 2)}\n`);
    return;
  }
  const by = (how: string): number => result.joined.filter((j) => j.by === how).length;
  const without = result.joined.filter((j) => j.by === "new" && j.email === undefined).length;
  context.out(
    `${app}: ${result.joined.length} accounts joined (${by("id")} by id, ${by("login")} by login, ${by("email")} by e-mail, ${by("new")} new people`,
  );
  context.out(without > 0 ? `, ${without} of them without a verified e-mail address)\n` : ")\n");
  context.out(`${result.entitlements.length} entitlements in the catalogue\n`);
  for (const { account, reason } of result.left)
    context.out(`  left alone: ${account.login ?? account.emails[0]?.address ?? account.ref.id} (${reason})\n`);
  context.out(`${paths.length} files ${dry ? "would be written" : "written"}\n`);
}
