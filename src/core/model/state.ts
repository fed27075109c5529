import type { Ref } from "./observed.ts";

/** What rollcall remembers of one app between runs: ids and what it owns. Never a secret, never a wish. */
export interface AppState {
  readonly app: string;
  readonly connector: string;
  /** Pinned at the first run. */
  readonly tenant?: string;
  /** By principal key. */
  readonly accounts: ReadonlyMap<string, AccountRecord>;
  /** Managed groups, by entitlement. */
  readonly groups: ReadonlyMap<string, GroupRecord>;
}

/** The account resource (DESIGN 6): inputs = last applied, outputs = what is known. */
export interface AccountRecord {
  readonly person: string;
  readonly inputs: AccountInputs;
  readonly ref: Ref;
  readonly login?: string;
  /** As last seen or written. `pending` = invited. */
  readonly status: "active" | "suspended" | "absent" | "pending";
  /** The last stop of this account was rollcall's: only such a one may be undone by a re-hire (law 4). */
  readonly stoppedByUs: boolean;
  /** Level by entitlement ("" without levels), of edges rollcall made or adopted. */
  readonly owned: Readonly<Record<string, string>>;
  /** Present only while something is under way at the vendor. */
  readonly pending?: PendingRecord;
  /** Leaver steps that no read can confirm, by verb: the day on which they were done. */
  readonly steps: Readonly<Record<string, string>>;
  /**
   * Of entitlements that carry another app's access, by name, with the level where one is named: whether the edge was there when it was last written or seen, and since when that is so
   * (RFC 3339). The other app is verified by it. Left out where there are none.
   */
  readonly assignments?: Readonly<Record<string, AssignmentRecord>>;
}

export interface AssignmentRecord {
  readonly held: boolean;
  /** When rollcall granted or revoked it, or first saw it so. */
  readonly since: string;
}

export interface AccountInputs {
  readonly app: string;
  readonly person: string;
  readonly status: "active" | "suspended" | "absent";
  readonly attributes: Readonly<Record<string, string>>;
  readonly grants: Readonly<Record<string, string>>;
}

export interface PendingRecord {
  readonly handle: string;
  /** RFC 3339. */
  readonly since: string;
  readonly attempts: number;
}

export interface GroupRecord {
  readonly entitlement: string;
  readonly ref: Ref;
  readonly description?: string;
}
