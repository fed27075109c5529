import type { Origin } from "./origin.ts";

/**
 * identities/registers/<app>.yaml: the committed record of an app that has no API (connector `manual`). Humans do the work,
 * `rollcall state confirm` writes down that it was done.
 */
export interface Register {
  readonly app: string;
  readonly accounts: readonly RegisterEntry[];
  readonly origin: Origin;
}

export interface RegisterEntry {
  /** Immutable within the register; the badge number, the row's name in the vendor's console. */
  readonly id: string;
  readonly login?: string;
  readonly email?: string;
  readonly name?: string;
  readonly status: "active" | "suspended";
  /** Level by entitlement; "" where the entitlement has no levels. */
  readonly grants: Readonly<Record<string, string>>;
}
