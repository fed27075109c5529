import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isKey } from "../../core/model/key.ts";
import { parseAddress } from "../../core/model/address.ts";
import { type Renamed, renameEverywhere } from "../../core/edit/rename.ts";
import { endpointVariable } from "../../io/connectors/base-url.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { hinted } from "../hinted.ts";
import { openRepository, type Repository } from "../repository.ts";
import { refreshSchemas } from "../schemas.ts";

const kinds: readonly Renamed[] = ["person", "service", "role", "entitlement", "app"];

/** `rollcall rename person ada ada-king`: edits every file that names the key; state follows at the next apply through `formerly`. */
export async function rename(context: Context, kindText: string, from: string, to: string): Promise<CommandResult> {
  const kind = kinds.find((k) => k === kindText);
  if (!kind) throw new UsageError(`${kindText} cannot be renamed; one of ${kinds.join(", ")}${hinted(kindText, kinds)}`, 3);
  const repository = await openRepository(context);
  validate(repository, kind, from, to);
  const { written, removed } = renameEverywhere(repository.files, kind, from, to);
  // New texts first: a crash in between leaves the old file beside the new one, which check reports, and never neither.
  for (const file of written) {
    const target = join(context.dir, file.path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, file.text);
  }
  for (const path of removed) await rm(join(context.dir, path));
  await refreshSchemas(context);
  if (context.json) context.out(`${JSON.stringify({ version: 1, written: written.map((f) => f.path), removed }, null, 2)}\n`);
  else {
    for (const file of written) context.out(`wrote    ${file.path}\n`);
    for (const path of removed) context.out(`removed  ${path}\n`);
  }
  if (kind === "app") {
    const [before, after] = [endpointVariable(from), endpointVariable(to)];
    if (context.env[before] !== undefined) context.err(`${before} is set here: it is called ${after} from now on\n`);
    context.err(`the state of ${from} is read as that of ${to} from now on, and moved by the next apply\n`);
  }
  return 0;
}

function validate(repository: Repository, kind: Renamed, from: string, to: string): void {
  const { people, services, roles, apps } = repository.organization;
  if (kind === "entitlement") {
    const [a, b] = [parseAddress(from), parseAddress(to)];
    if (!a || !b || a.app !== b.app || a.level !== undefined || b.level !== undefined) {
      throw new UsageError(
        "entitlements are renamed within one app and without a level: rollcall rename entitlement github/team/a github/team/b",
        3,
      );
    }
    if (!apps.has(a.app)) throw new UsageError(`there is no app ${a.app}${hinted(a.app, [...apps.keys()])}`, 3);
    return;
  }
  const known = kind === "person" ? people : kind === "service" ? services : kind === "role" ? roles : apps;
  if (!known.has(from)) throw new UsageError(`there is no ${kind} ${from}${hinted(from, [...known.keys()])}`, 3);
  if (!isKey(to)) throw new UsageError(`${to} is not a key: lower-case letters, digits, dot, dash, underscore`, 3);
  const taken = kind === "role" ? roles.has(to) : kind === "app" ? apps.has(to) : people.has(to) || services.has(to);
  if (kind === "app" && !addressable(to))
    throw new UsageError(`${to} cannot be the key of an app: lower-case letters, digits and dashes, as in the address ${to}/…`, 3);
  if (taken || to === from) throw new UsageError(`${to} is taken`, 3);
}

/** Keys of apps stand in addresses, which know fewer letters than file names do. */
const addressable = (key: string): boolean => parseAddress(`${key}/x`)?.app === key;
