import { compareText } from "../diagnostic.ts";
import { YamlEdit, writeYaml } from "../edit/yaml-edit.ts";
import { asBefore } from "../format/as-before.ts";
import type { App } from "../model/app.ts";
import type { ImportedAccount, ImportResult } from "./import-app.ts";
import type { WorkspaceFile } from "../source/workspace.ts";

/**
 * The files an import writes: a new file for each new person, the id and missing grants into the files of people who are known, the seen
 * entitlements into the app's catalogue. Grants that a line asks for already are not written twice. New files, and those that were formatted,
 * come out as `rollcall fmt` has them; of others nothing else is touched. Pure.
 *
 * @param held addresses (without their level) that each person's lines ask for already, by person.
 */
export function importFiles(
  app: App,
  result: ImportResult,
  files: readonly WorkspaceFile[],
  held: ReadonlyMap<string, ReadonlySet<string>>,
): WorkspaceFile[] {
  const texts = new Map(files.map((f) => [f.path, f.text]));
  const written: WorkspaceFile[] = [];
  for (const joined of result.joined) {
    const path = pathOf(joined.person, texts);
    const text = texts.get(path);
    const next = text === undefined ? newPerson(app.key, joined) : known(app.key, joined, text, held.get(joined.person) ?? new Set());
    if (next !== text) written.push({ path, text: asBefore(path, text, next) });
  }
  const catalogue = withCatalogue(app, result, texts);
  if (catalogue) written.push({ ...catalogue, text: asBefore(catalogue.path, texts.get(catalogue.path), catalogue.text) });
  return written.sort((a, b) => compareText(a.path, b.path));
}

function pathOf(person: string, texts: ReadonlyMap<string, string>): string {
  const service = `identities/services/${person}.yaml`;
  return texts.has(service) ? service : `identities/people/${person}.yaml`;
}

function hint(joined: ImportedAccount): Record<string, string> {
  const { account } = joined;
  return {
    ...(account.login === undefined ? {} : { login: account.login }),
    ...(joined.id === undefined ? {} : { id: joined.id }),
  };
}

function newPerson(app: string, joined: ImportedAccount): string {
  const accounts = hint(joined);
  return writeYaml({
    name: joined.name,
    ...(joined.email === undefined ? {} : { email: joined.email }),
    grants: joined.grants,
    ...(Object.keys(accounts).length > 0 ? { accounts: { [app]: accounts } } : {}),
  });
}

function known(app: string, joined: ImportedAccount, text: string, held: ReadonlySet<string>): string {
  const edit = new YamlEdit(text);
  const before = edit.plain(["accounts", app]);
  // The id of an account is not forgotten because there is only an invitation today.
  const wanted = { ...idOf(before), ...hint(joined) };
  const same = typeof before === "object" && before !== null && JSON.stringify(sorted(before)) === JSON.stringify(sorted(wanted));
  let changed = false;
  if (!same && Object.keys(wanted).length > 0) {
    edit.set(["accounts", app], wanted);
    changed = true;
  }
  for (const grant of joined.grants) {
    if (held.has(grant.split(":")[0]!)) continue;
    edit.add(["grants"], grant);
    changed = true;
  }
  return changed ? edit.toString() : text;
}

const idOf = (hinted: unknown): { id?: string } =>
  typeof hinted === "object" && hinted !== null && "id" in hinted ? { id: String(hinted.id) } : {};

/** `{ id: 7, login: ada }` says what `{ login: ada, id: "7" }` says. */
const sorted = (hinted: object): [string, string][] =>
  Object.entries(hinted)
    .map(([name, value]): [string, string] => [name, String(value)])
    .sort(([a], [b]) => compareText(a, b));

/** Names that are seen and not in the catalogue yet; its presence closes the set of valid names, so it has to hold all of them. */
function withCatalogue(app: App, result: ImportResult, texts: ReadonlyMap<string, string>): WorkspaceFile | null {
  const path = `identities/apps/${app.key}.yaml`;
  const text = texts.get(path);
  if (text === undefined) return null;
  const missing = result.entitlements.filter((e) => !app.entitlements?.has(e.name));
  if (missing.length === 0) return null;
  const edit = new YamlEdit(text);
  for (const entitlement of missing) {
    edit.set(["entitlements", entitlement.name], entitlement.description === undefined ? {} : { description: entitlement.description });
  }
  return { path, text: edit.toString() };
}
