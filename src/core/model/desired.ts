import type { Because } from "./origin.ts";
import type { AccountHint, Day } from "./person.ts";

/**
 * Where a principal stands on a given day. future: not started. active. leave: access off, assignments kept. leaver: after the last day.
 * gone: after the last day and the app's retention. unassigned: employed, but no line asks for this app any more.
 */
export type Lifecycle = "future" | "active" | "leave" | "leaver" | "gone" | "unassigned";

export interface DesiredGrant {
  readonly entitlement: string;
  /** "" where the entitlement has no levels. */
  readonly level: string;
  /** Every line that asks for the entitlement at any level, sorted; those of the level that holds come first. */
  readonly because: readonly Because[];
}

/** What one principal shall have in one app: the account resource's inputs, with reasons. */
export interface DesiredAccount {
  readonly app: string;
  /** Key of the person or service. */
  readonly person: string;
  readonly kind: "person" | "service";
  readonly lifecycle: Lifecycle;
  readonly status: "active" | "suspended" | "absent";
  /** For people: "Ada Lovelace". */
  readonly name: string;
  readonly email?: string;
  readonly hint?: AccountHint;
  /** Only those that the connector's manifest manages. */
  readonly attributes: Readonly<Record<string, string>>;
  /** By entitlement, sorted. Empty where access has ended; kept during a leave. */
  readonly grants: ReadonlyMap<string, DesiredGrant>;
  /** Grants asked for by lines whose date has passed, by entitlement: why something is taken away. */
  readonly expired: ReadonlyMap<string, readonly Because[]>;
  /** Why the account exists, or why it ends (the line of last-day or leave). */
  readonly because: readonly Because[];
  /** Day on which the present lifecycle began or ends, where a date decides it. */
  readonly since?: Day;
  /** Keys this principal had before. */
  readonly formerly: readonly string[];
}

/** A group whose own life is rollcall's (`manage: true`). */
export interface DesiredGroup {
  readonly app: string;
  readonly entitlement: string;
  readonly status: "present" | "absent";
  readonly description?: string;
  readonly formerly: readonly string[];
  readonly because: readonly Because[];
}

/** Where a principal stands today, in the organisation as a whole; apps differ only in retention. */
export interface Standing {
  readonly person: string;
  readonly kind: "person" | "service";
  readonly name: string;
  readonly email?: string;
  /** `unassigned` is a matter of one app, `gone` of its retention: neither occurs here. */
  readonly lifecycle: "future" | "active" | "leave" | "leaver";
  /** Days since the last day, for retention; null unless a leaver. */
  readonly daysGone: number | null;
  readonly since?: Day;
  readonly because: readonly Because[];
  readonly accounts: ReadonlyMap<string, AccountHint>;
  readonly formerly: readonly string[];
  readonly manager?: string;
}

/** The compiled organisation: what every app should hold, on one day. */
export interface Desired {
  /** By app, then by person; both sorted. */
  readonly accounts: ReadonlyMap<string, ReadonlyMap<string, DesiredAccount>>;
  readonly groups: ReadonlyMap<string, ReadonlyMap<string, DesiredGroup>>;
  /**
   * By app, then by principal: the lines of principals for whom every line about the app is past, by entitlement. They want no account, so
   * they are not in `accounts`; where state knows one, these lines say why it ends.
   */
  readonly lapsed: ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, readonly Because[]>>>;
  /** Every person and service of the files, by key. */
  readonly standings: ReadonlyMap<string, Standing>;
}
