import type { App } from "../model/app.ts";
import type { DesiredGroup } from "../model/desired.ts";
import { type ObservedGroup, sameRef } from "../model/observed.ts";
import type { AccountRecord, AppState } from "../model/state.ts";

/**
 * Managed groups that the vendor still has under another name than the files: by the vendor's name, the files' name. Found by a former name
 * (`formerly`), or by the id that state knows where somebody renamed the group by hand.
 */
export function groupRenames(
  wanted: ReadonlyMap<string, DesiredGroup>,
  groups: readonly ObservedGroup[],
  state: AppState,
): Map<string, string> {
  const seen = new Map(groups.map((g) => [g.entitlement, g]));
  const renames = new Map<string, string>();
  for (const { entitlement, formerly, status } of wanted.values()) {
    if (status === "absent" || seen.has(entitlement)) continue;
    const former = [
      ...formerly.map((name) => seen.get(name)),
      ...[entitlement, ...formerly].map((name) => byRecord(groups, state, name)),
    ].find((g) => g !== undefined && !wanted.has(g.entitlement) && !renames.has(g.entitlement));
    if (former) renames.set(former.entitlement, entitlement);
  }
  return renames;
}

function byRecord(groups: readonly ObservedGroup[], state: AppState, name: string): ObservedGroup | undefined {
  const record = state.groups.get(name);
  return record && groups.find((g) => sameRef(g.ref, record.ref));
}

/** State with the entitlements' present names: what was granted under a former name is still ours. */
export function renameOwned(state: AppState, app: App, groups: ReadonlyMap<string, string>): AppState {
  const renames = new Map(groups);
  for (const { name, formerly } of app.entitlements?.values() ?? []) {
    for (const former of formerly) if (!app.entitlements!.has(former)) renames.set(former, name);
  }
  if (renames.size === 0) return state;
  const levels = (values: Readonly<Record<string, string>>): Record<string, string> => {
    const result: Record<string, string> = { ...values };
    for (const [former, name] of renames) {
      const level = values[former];
      if (level === undefined) continue;
      delete result[former];
      result[name] ??= level;
    }
    return result;
  };
  const renamed = (r: AccountRecord): AccountRecord => ({
    ...r,
    owned: levels(r.owned),
    inputs: { ...r.inputs, grants: levels(r.inputs.grants) },
  });
  return { ...state, accounts: new Map([...state.accounts].map(([key, record]) => [key, renamed(record)])) };
}
