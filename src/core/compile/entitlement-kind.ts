import type { EntitlementKind, Manifest } from "../model/manifest.ts";

const compiled = new WeakMap<EntitlementKind, RegExp>();

/** The first kind of the manifest whose pattern matches the whole name. */
export function kindOf(manifest: Manifest, entitlement: string): EntitlementKind | undefined {
  return manifest.entitlements.find((kind) => {
    let pattern = compiled.get(kind);
    if (!pattern) compiled.set(kind, (pattern = new RegExp(`^(?:${kind.pattern})$`)));
    return pattern.test(entitlement);
  });
}

/** Rank of a level within its kind; unknown levels rank below all, so that they are raised rather than trusted. */
export const rankOf = (kind: EntitlementKind | undefined, level: string): number => (kind ? kind.levels.indexOf(level) : -1);

/** The level an address without one means: the lowest; "" for kinds without levels. */
export const defaultLevel = (kind: EntitlementKind | undefined): string => kind?.levels[0] ?? "";

/** Whether holding this entitlement at this level is administrative. */
export function isAdmin(manifest: Manifest, entitlement: string, level: string): boolean {
  const admin = kindOf(manifest, entitlement)?.admin;
  return admin === true || (Array.isArray(admin) && admin.includes(level));
}
