import type { Verb } from "../model/manifest.ts";
import type { Day } from "../model/person.ts";
import type { CauseKind } from "../plan/operation.ts";
import type { Provenance } from "../review/segment.ts";

/**
 * What one run of `ci apply`, `ci scheduled` or `apply` did, and by whose word. A link of a chain: `hash` is the SHA-256, in hex, of the
 * canonical text of everything but itself, and `previous` the hash of the record before (null of the first). Times are RFC 3339 in UTC.
 * Holds names and keys, never a secret; messages are redacted before they get here.
 */
export interface RunRecord {
  readonly version: 1;
  /** 1, 2, 3 … without a gap. */
  readonly sequence: number;
  readonly at: string;
  readonly run: RunPlace;
  readonly rollcall: string;
  /** First-parent history this run answers for: after `from` (null: the first run) up to `to`. `to` null: outside Git. */
  readonly commits: { readonly from: string | null; readonly to: string | null };
  readonly segments: readonly RecordedSegment[];
  readonly operations: readonly RecordedOperation[];
  /** What the world needed and nobody reviewed: left alone. Ids of operations with the reason. */
  readonly left: readonly { readonly id: string; readonly app: string; readonly person: string | null; readonly why: string }[];
  /** Reviewed and not yet done; the next run goes on with it. */
  readonly outstanding: readonly Outstanding[];
  /** Segments that nobody approved yet, from all runs so far; looked at again by the next run. */
  readonly unapproved: readonly RecordedSegment[];
  /** Accounts that somebody stopped elsewhere; absent where there are none. Carried from run to run, so that a stop that was lifted and came back is a new one. */
  readonly stoppedElsewhere?: readonly StoppedElsewhere[];
  /** Exit code. */
  readonly result: number;
  readonly previous: string | null;
  readonly hash: string;
}

/** An account that shall be active and that somebody else suspended. */
export interface StoppedElsewhere {
  readonly app: string;
  readonly person: string;
  /** kind:id of the vendor's account. */
  readonly ref: string;
  /** RFC 3339: the run that first saw it so. */
  readonly since: string;
}

export interface RunPlace {
  readonly trigger: "merge" | "schedule" | "manual";
  /** Who or what started it: a login, `schedule`, a local user's name. */
  readonly actor: string;
  /** Address of the run's log; null where there is none. */
  readonly url: string | null;
}

export interface RecordedSegment {
  readonly from: string;
  readonly to: string;
  readonly provenance: Provenance;
  /** Paths below the repository's root; those of a segment nobody approved are asked for later. */
  readonly paths: readonly string[];
}

export interface RecordedOperation {
  readonly id: string;
  readonly app: string;
  readonly person: string | null;
  readonly verb: Verb | "adopt" | "record";
  readonly target: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly login: string | null;
  /** kind:id of the vendor's account. */
  readonly ref: string | null;
  readonly origin: CauseKind;
  readonly admin: boolean;
  /** file:line of every line that asks for it. */
  readonly because: readonly string[];
  /** By whose word: the pull request, a date in the files, the pushed commit. */
  readonly by: Warrant;
  readonly outcome: "done" | "already" | "invited" | "pending" | "human" | "failed" | "skipped" | "refused";
  /** Vendor's request id; null where it gives none. */
  readonly request: string | null;
  readonly fault: string | null;
  /** What a later look at the vendor showed: there as written, not there, or nobody looked. */
  readonly reread: "confirmed" | "differs" | "unread";
}

/** What an operation rests on. */
export type Warrant =
  | { readonly kind: "pull"; readonly pull: number; readonly commit: string; readonly approvers: readonly string[] }
  /** `until`, `last-day`, `leave`, retention. */
  | { readonly kind: "date" }
  /** In the files when CI took over: what dates in them bring later, a first day or the end of a leave. */
  | { readonly kind: "baseline"; readonly commit: string }
  /** A reviewed policy of the kind `revert`: drift that is undone. */
  | { readonly kind: "revert"; readonly policy: string }
  /** A loss that somebody pushed without review; gains never rest on this. */
  | { readonly kind: "pushed"; readonly commit: string }
  /** Somebody answered yes to `rollcall apply`, outside CI. */
  | { readonly kind: "person"; readonly who: string }
  /** State only: nothing at a vendor. */
  | { readonly kind: "state" };

/** Something reviewed that the world does not show yet: what somebody shall have (or no longer have) in an app. */
export interface Outstanding {
  readonly app: string;
  /** null: a group's own life. */
  readonly person: string | null;
  /** `account`, an entitlement, an attribute. */
  readonly target: string;
  readonly after: string | null;
  readonly by: Extract<Warrant, { kind: "pull" | "baseline" }>;
  /** Nothing is done by it before that day: what comes back after a leave that is still to come. */
  readonly since?: Day;
}
