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
  const named = <T>(values: Readonly<Record<string, T>>): Record<string, T> => {
    const result: Record<string, T> = { ...values };
    for (const [former, name] of renames) {
      const value = values[former];
      if (value === undefined) continue;
      delete result[former];
      result[name] ??= value;
    }
    return result;
  };
  // A carrier may name a level: `app/github:admin`.
  const carriers = <T>(values: Readonly<Record<string, T>>): Record<string, T> => {
    const present = (key: string): string => {
      const [entitlement, ...level] = key.split(":");
      return [renames.get(entitlement!) ?? entitlement!, ...level].join(":");
    };
    return Object.fromEntries(Object.entries(values).map(([key, value]) => [present(key), value]));
  };
  const renamed = (r: AccountRecord): AccountRecord => ({
    ...r,
    owned: named(r.owned),
    inputs: { ...r.inputs, grants: named(r.inputs.grants) },
    ...(r.assignments === undefined ? {} : { assignments: carriers(r.assignments) }),
  });
  return { ...state, accounts: new Map([...state.accounts].map(([key, record]) => [key, renamed(record)])) };
}
