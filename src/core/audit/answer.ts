import { kindOf, rankOf } from "../compile/entitlement-kind.ts";
import { compareText } from "../diagnostic.ts";
import { formatAddress, parseAddress } from "../model/address.ts";
import type { Desired, DesiredAccount, Lifecycle } from "../model/desired.ts";
import type { Manifest } from "../model/manifest.ts";
import type { Because } from "../model/origin.ts";

/** One line of `rollcall who`: somebody who shall hold the address today, and every line that says so. */
export interface Holder {
  readonly person: string;
  readonly name: string;
  readonly kind: "person" | "service";
  /** The level that holds; "" without levels. */
  readonly level: string;
  readonly lifecycle: Lifecycle;
  readonly because: readonly Because[];
}

/**
 * Who shall hold `app`, `app/entitlement` or `app/entitlement:level` (that level or a higher one). Answered from the files: people whose
 * access is off (leave) are listed with their lifecycle; leavers hold nothing. null where the address is not one.
 */
export function whoHolds(address: string, desired: Desired, manifests: ReadonlyMap<string, Manifest>): Holder[] | null {
  const appOnly = desired.accounts.has(address);
  const parsed = appOnly ? { app: address, entitlement: null, level: undefined } : parseAddress(address);
  if (!parsed) return null;
  const accounts = desired.accounts.get(parsed.app);
  const manifest = manifests.get(parsed.app);
  if (!accounts || !manifest) return null;
  const kind = parsed.entitlement === null ? undefined : kindOf(manifest, parsed.entitlement);
  const holders: Holder[] = [];
  for (const account of accounts.values()) {
    if (account.status === "absent" || account.lifecycle === "leaver") continue;
    const base = { person: account.person, name: account.name, kind: account.kind, lifecycle: account.lifecycle };
    if (parsed.entitlement === null || kind?.base) {
      holders.push({ ...base, level: "", because: account.because });
      continue;
    }
    const grant = account.grants.get(parsed.entitlement);
    if (!grant) continue;
    if (parsed.level !== undefined && rankOf(kind, grant.level) < rankOf(kind, parsed.level)) continue;
    holders.push({ ...base, level: grant.level, because: grant.because });
  }
  return holders.sort((a, b) => compareText(a.person, b.person));
}

/** `rollcall explain`: what somebody shall have in one app, and why. */
export interface Explanation {
  readonly app: string;
  readonly lifecycle: Lifecycle;
  readonly status: DesiredAccount["status"];
  readonly accountBecause: readonly Because[];
  readonly grants: readonly { readonly address: string; readonly entitlement: string; readonly because: readonly Because[] }[];
  readonly expired: readonly { readonly address: string; readonly because: readonly Because[] }[];
}

/** By app; only those where a line or a date speaks of this principal. */
export function explain(person: string, desired: Desired, app?: string): Explanation[] {
  const result: Explanation[] = [];
  for (const [key, accounts] of desired.accounts) {
    const account = accounts.get(person);
    if (!account || (app !== undefined && key !== app)) continue;
    result.push({
      app: key,
      lifecycle: account.lifecycle,
      status: account.status,
      accountBecause: account.because,
      grants: [...account.grants.values()].map((g) => ({
        entitlement: g.entitlement,
        address: formatAddress({ app: key, entitlement: g.entitlement, level: g.level }),
        because: g.because,
      })),
      expired: [...account.expired]
        .filter(([e]) => !account.grants.has(e))
        .map(([entitlement, because]) => ({ address: formatAddress({ app: key, entitlement }), because })),
    });
  }
  return result;
}
