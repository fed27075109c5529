import { parseAddress } from "../model/address.ts";
import { YamlEdit } from "./yaml-edit.ts";

export type Renamed = "person" | "service" | "role" | "entitlement";

export interface TextFile {
  readonly path: string;
  readonly text: string;
}

export interface RenameResult {
  /** Files whose text changes, under the path they shall have. */
  readonly written: readonly TextFile[];
  /** Paths that are no more. */
  readonly removed: readonly string[];
}

/**
 * Renames a key everywhere it is named, and leaves `formerly: [old]` behind, so that accounts, edges and groups are kept and nothing is
 * deleted and made again. For entitlements the keys are addresses of one app (`github/team/a`). Pure: texts in, texts out; comments stay.
 */
export function renameEverywhere(files: readonly TextFile[], kind: Renamed, from: string, to: string): RenameResult {
  const written: TextFile[] = [];
  const removed: string[] = [];
  for (const file of files) {
    if (!file.path.endsWith(".yaml")) continue;
    const edit = new YamlEdit(file.text);
    let changed = edit.mapScalars((text, path) => renamedScalar(kind, text, path, from, to));
    let { path } = file;
    const own = ownPath(kind, from);
    if (path === own) {
      edit.add(["formerly"], from);
      removed.push(path);
      path = ownPath(kind, to)!;
      changed = true;
    }
    if (kind === "entitlement") changed = renameInCatalogue(edit, file.path, from, to) || changed;
    if (changed) written.push({ path, text: edit.toString() });
  }
  return { written, removed };
}

function ownPath(kind: Renamed, key: string): string | null {
  return kind === "person"
    ? `identities/people/${key}.yaml`
    : kind === "service"
      ? `identities/services/${key}.yaml`
      : kind === "role"
        ? `identities/roles/${key}.yaml`
        : null;
}

/** Places that name a principal, in any file. */
const principalFields = new Set(["manager", "owner", "transfer-to", "person"]);
const principalLists = new Set(["owners", "approvers"]);
const grantFields = new Set(["grant"]);

function renamedScalar(kind: Renamed, text: string, path: readonly (string | number)[], from: string, to: string): string | null {
  const last = path.at(-1);
  const list = typeof last === "number" ? path.at(-2) : undefined;
  switch (kind) {
    case "person":
    case "service":
      return text === from &&
        ((typeof last === "string" && principalFields.has(last)) || (typeof list === "string" && principalLists.has(list)))
        ? to
        : null;
    case "role":
      return text === from && (last === "role" || list === "roles" || list === "includes") ? to : null;
    case "entitlement": {
      if (!(list === "grants" || list === "between" || (typeof last === "string" && grantFields.has(last)))) return null;
      const [base, level] = splitLevel(text);
      return base === from ? (level === undefined ? to : `${to}:${level}`) : null;
    }
  }
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
