import type { Risk } from "../model/app.ts";
import type { Verb } from "../model/manifest.ts";
import type { Ref } from "../model/observed.ts";
import type { Because } from "../model/origin.ts";
import type { AccountRecord } from "../model/state.ts";

/**
 * Why an operation is in the plan. change: the files ask for something new. drift: the world moved away from what was applied.
 * expiry: a date on a grant passed. lifecycle: a date on a person passed or came (last day, leave, retention).
 */
export type CauseKind = "change" | "drift" | "expiry" | "lifecycle";

/** What the operation's claim about the present rests on (law 3). */
export type Evidence =
  /** The account or edge was seen in this run. */
  | { readonly kind: "seen" }
  /** It was not seen in scopes that were read to the end. */
  | { readonly kind: "absent"; readonly scopes: readonly string[] }
  /** It was asked for by these keys, and the answer was empty. */
  | { readonly kind: "lookup"; readonly keys: readonly string[] };

/** Order within an app (law 5): what is taken away goes first. */
export const phases = ["stop", "revoke", "update", "groups", "create", "grant", "link", "deleteGroups"] as const;
export type Phase = (typeof phases)[number];

export interface CreatePayload {
  readonly name: string;
  readonly email?: string;
  readonly login?: string;
  readonly id?: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Level by entitlement. */
  readonly grants: Readonly<Record<string, string>>;
  /** How often an invitation was sent before this one. */
  readonly attempts: number;
  /** The account this principal had before, as refKey: a re-hire is another wish than the first hire, also to a vendor that remembers keys. */
  readonly previous?: string;
  readonly description?: string;
}

/** Access to another app that hangs on an edge of this one. */
export interface Carry {
  /** The edge, without the app, as `provisioned-by` or `through` over there names it: `group/github-users`, `app/github:admin`. */
  readonly through: string;
  /** What it gives, as an address: `github`, `github/team/infra:member`. */
  readonly gives: string;
}

/** Something in another app that must be there first (`after`). */
export interface Wait {
  /** `okta/ada`. */
  readonly for: string;
  /** A clause: "made by this plan", "invited, not yet accepted". */
  readonly why: string;
  /** Id of the operation of this plan that brings it about; null where none does: then this operation is shown and not done. */
  readonly operation: string | null;
}

/**
 * One thing to do. `before` and `after` are short texts that both people and the digest read: a level, a status, an attribute's value;
 * null where there is nothing on that side. `adopt` and `record` change rollcall's state only, never the vendor.
 */
export interface Operation {
  /** Stable within a plan and between equal plans: `app person verb target`. */
  readonly id: string;
  readonly app: string;
  /** Key of the person or service; null for groups, and for accounts that no file knows. */
  readonly person: string | null;
  readonly verb: Verb | "adopt" | "record";
  readonly phase: Phase | "state";
  /** Entitlement, attribute or account the verb is about; `account` for the account itself. */
  readonly target: string;
  /** The account or group, where it exists already. */
  readonly ref: Ref | null;
  readonly login: string | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly because: readonly Because[];
  readonly evidence: Evidence;
  readonly origin: CauseKind;
  readonly reversible: boolean;
  readonly risk: Risk;
  /** Gives or takes administrative rights. */
  readonly admin: boolean;
  /** What a `create` sends beside its key. Not in the digest: its parts are operations of their own or facts of the person's file. */
  readonly payload?: CreatePayload;
  /** State-only operations: the record as it shall be. */
  readonly next?: AccountRecord;
  /** State-only operations: the key under which state held the record so far, after a rename. */
  readonly formerKey?: string;
  /** What other apps give, or give no longer, because of this operation. State notes when it turned. */
  readonly carries?: readonly Carry[];
  /** What has to be there in other apps first. Not in the digest; an operation that cannot be done in this run for it is not in it either. */
  readonly waits?: readonly Wait[];
  /** A guard, a policy or the mode refuses it: the reason. The operation is shown and not done. */
  readonly refused?: string;
}
