import type { EntitlementKind, Manifest } from "../model/manifest.ts";

interface Kinds {
  readonly patterns: readonly (readonly [RegExp, EntitlementKind])[];
  /** Answers given before: an organisation has few entitlements, each asked about for every account that holds it. */
  readonly known: Map<string, EntitlementKind | undefined>;
}

const kinds = new WeakMap<Manifest, Kinds>();

/** The first kind of the manifest whose pattern matches the whole name. */
export function kindOf(manifest: Manifest, entitlement: string): EntitlementKind | undefined {
  let own = kinds.get(manifest);
  if (!own) {
    own = { patterns: manifest.entitlements.map((kind) => [new RegExp(`^(?:${kind.pattern})$`), kind]), known: new Map() };
    kinds.set(manifest, own);
  }
  if (own.known.has(entitlement)) return own.known.get(entitlement);
  const kind = own.patterns.find(([pattern]) => pattern.test(entitlement))?.[1];
  own.known.set(entitlement, kind);
  return kind;
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
