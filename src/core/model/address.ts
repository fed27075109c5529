/**
 * The one way to name access: `app/entitlement[:level]`, e.g. `github/team/infra:maintainer`.
 * The app is everything before the first slash, the level everything after the last colon.
 */
export interface Address {
  readonly app: string;
  readonly entitlement: string;
  readonly level?: string;
}

const entitlementShape = /[A-Za-z0-9][A-Za-z0-9 ._@+/-]{0,198}[A-Za-z0-9_+]|[A-Za-z0-9]/.source;
const shape = new RegExp(`^([a-z0-9][a-z0-9-]{0,62})\\/(${entitlementShape})(?::([A-Za-z0-9][A-Za-z0-9_-]{0,62}))?$`);
const entitlementAlone = new RegExp(`^(?:${entitlementShape})$`);

/** Whether a text can stand for the entitlement in an address. */
export const isEntitlementName = (text: string): boolean => entitlementAlone.test(text);

/** The parts of an address, or null where the text is not one. */
export function parseAddress(text: string): Address | null {
  const m = shape.exec(text);
  if (!m) return null;
  const [, app, entitlement, level] = m;
  return level === undefined ? { app: app!, entitlement: entitlement! } : { app: app!, entitlement: entitlement!, level };
}

export function formatAddress(a: Address): string {
  return a.level === undefined || a.level === "" ? `${a.app}/${a.entitlement}` : `${a.app}/${a.entitlement}:${a.level}`;
}
