import { parseAddress } from "../model/address.ts";
import { YamlEdit } from "./yaml-edit.ts";
import type { WorkspaceFile } from "../source/workspace.ts";

export type Renamed = "person" | "service" | "role" | "entitlement" | "app";

export interface RenameResult {
  /** Files whose text changes, under the path they shall have. */
  readonly written: readonly WorkspaceFile[];
  /** Paths that are no more. */
  readonly removed: readonly string[];
}

/**
 * Renames a key everywhere it is named, and leaves `formerly: [old]` behind, so that accounts, edges and groups are kept and nothing is
 * deleted and made again; an app's state follows at the next apply. For entitlements the keys are addresses of one app (`github/team/a`). Pure: texts in, texts out; comments stay.
 */
export function renameEverywhere(files: readonly WorkspaceFile[], kind: Renamed, from: string, to: string): RenameResult {
  const written: WorkspaceFile[] = [];
  const removed: string[] = [];
  for (const file of files) {
    if (!file.path.endsWith(".yaml")) continue;
    const edit = new YamlEdit(file.text);
    let changed = edit.mapScalars((text, path) => renamedScalar(kind, text, path, from, to));
    let { path } = file;
    if (kind === "app") changed = edit.renameKey(["accounts"], from, to) || changed;
    const own = ownPath(kind, from);
    // Owners by path, of a policy of approval: the renamed thing's own file has another path.
    if (own !== null) changed = edit.renameKey(["owners"], own, ownPath(kind, to)!) || changed;
    if (kind === "app") changed = edit.renameKey(["owners"], registerPath(from), registerPath(to)) || changed;
    const register = kind === "app" && path === registerPath(from);
    if (path === own || register) {
      if (!register) edit.add(["formerly"], from);
      removed.push(path);
      path = register ? registerPath(to) : ownPath(kind, to)!;
      changed = true;
    }
    if (kind === "entitlement") changed = renameInCatalogue(edit, file.path, from, to) || changed;
    if (changed) written.push({ path, text: edit.toString() });
  }
  return { written, removed };
}

const folders: Readonly<Partial<Record<Renamed, string>>> = { person: "people", service: "services", role: "roles", app: "apps" };

const ownPath = (kind: Renamed, key: string): string | null =>
  folders[kind] === undefined ? null : `identities/${folders[kind]}/${key}.yaml`;

const registerPath = (app: string): string => `identities/registers/${app}.yaml`;

/** Places that name a principal, in any file. */
const principalFields = new Set(["manager", "owner", "transfer-to", "person"]);
const principalLists = new Set(["owners", "approvers"]);
const grantFields = new Set(["grant", "through"]);
/** Maps whose values are addresses, by the name of the map. */
const grantMaps = new Set(["through"]);
/** Places that name an app. */
const appFields = new Set(["app", "provisioned-by"]);

function renamedScalar(kind: Renamed, text: string, path: readonly (string | number)[], from: string, to: string): string | null {
  if (path[0] === "settings" || path[0] === "credentials") return null; // words of a connector, not ours
  const last = path.at(-1);
  const list = typeof last === "number" ? path.at(-2) : undefined;
  switch (kind) {
    case "person":
    case "service":
      return text === from &&
        ((typeof last === "string" && principalFields.has(last)) ||
          (typeof list === "string" && (principalLists.has(list) || path[0] === "owners")))
        ? to
        : null;
    case "role":
      return text === from && (last === "role" || list === "roles" || list === "includes") ? to : null;
    case "entitlement": {
      if (!namesGrant(path)) return null;
      const [base, level] = splitLevel(text);
      return base === from ? (level === undefined ? to : `${to}:${level}`) : null;
    }
    case "app":
      if (namesGrant(path)) return text.startsWith(`${from}/`) ? `${to}/${text.slice(from.length + 1)}` : null;
      return text === from &&
        (list === "after" || (typeof last === "string" && appFields.has(last)) || path.join(".") === "pull-requests.accounts")
        ? to
        : null;
  }
}

function namesGrant(path: readonly (string | number)[]): boolean {
  const [above, last] = [path.at(-2), path.at(-1)];
  if (typeof last === "number") return above === "grants" || above === "between";
  return (typeof last === "string" && grantFields.has(last)) || (typeof above === "string" && grantMaps.has(above));
}

function splitLevel(address: string): [string, string | undefined] {
  const parsed = parseAddress(address);
  return parsed ? [`${parsed.app}/${parsed.entitlement}`, parsed.level] : [address, undefined];
}

function renameInCatalogue(edit: YamlEdit, path: string, from: string, to: string): boolean {
  const old = parseAddress(from);
  const next = parseAddress(to);
  if (!old || !next || path !== `identities/apps/${old.app}.yaml`) return false;
  if (!edit.renameKey(["entitlements"], old.entitlement, next.entitlement)) return false;
  edit.add(["entitlements", next.entitlement, "formerly"], old.entitlement);
  return true;
}
