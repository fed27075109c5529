import type { DesiredAccount } from "../model/desired.ts";
import type { AccountRecord } from "../model/state.ts";
import type { Decision } from "./decide.ts";
import type { Levels } from "./edges.ts";

/** One principal's account in one app with everything that was decided about it, ready to be turned into operations. */
export interface AccountCase {
  readonly desired: DesiredAccount;
  /** Attributes and levels after the vendor's own rules. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly levels: Levels;
  /** What state knows, under the present names of entitlements. */
  readonly record: AccountRecord | undefined;
  /** The same as it is stored. */
  readonly stored: AccountRecord | undefined;
  /** Key under which state holds the record, where it is not the present one. */
  readonly formerKey: string | undefined;
  readonly decision: Decision;
  readonly joinsByEmail: boolean;
  /** Who takes over from a leaver: a principal with an active account in this app, or null. */
  readonly heir: string | null;
  readonly today: string;
  /** What state shall remember of edges that carry other apps; undefined where there are none. */
  readonly assignments: AccountRecord["assignments"];
}
