import type { Mode } from "../model/app.ts";
import type { Ref } from "../model/observed.ts";
import type { Because } from "../model/origin.ts";
import type { Day } from "../model/person.ts";
import type { Operation } from "./operation.ts";
import type { Situation } from "./situation.ts";

/** A plain value: printable, comparable, storable. Sorted throughout; the same input gives the same bytes (law 16). */
export interface Plan {
  /** The day it was computed for, in the organisation's time zone. */
  readonly today: Day;
  readonly apps: readonly AppPlan[];
  /** In order of execution: app, phase, person, target. */
  readonly operations: readonly Operation[];
  /** What no API can do, or what needs a person's decision first. */
  readonly tasks: readonly HumanTask[];
  /** What was seen and is left alone: orphans, foreign edges, ambiguities, stops made elsewhere. */
  readonly findings: readonly Finding[];
  /** Guards that refused something, or everything. */
  readonly trips: readonly Trip[];
}

export interface AppPlan {
  readonly app: string;
  readonly connector: string;
  readonly mode: Mode;
  /** Apps that it waits for: `after`, and the one that provisions it. */
  readonly dependsOn: readonly string[];
  /** The vendor's name of the tenant, as `probe` said. */
  readonly tenant: string | null;
  /** Set where nothing could be read: kind of fault and message. */
  readonly failure: { readonly kind: string; readonly message: string } | null;
  /** Scopes that were not read to the end, and look-ups that got no answer. */
  readonly unread: readonly { readonly scope: string; readonly reason: string }[];
  /** Each desired or observed account, once. Sorted by person, then ref. */
  readonly accounts: readonly AccountView[];
  /** Requests sent to read, and estimated to apply. */
  readonly calls: { readonly read: number; readonly estimated: number };
  /** People wanted here; for "12 of 15 in sync". */
  readonly counts: { readonly desired: number; readonly observed: number };
}

export interface AccountView {
  readonly person: string | null;
  readonly ref: Ref | null;
  readonly login: string | null;
  readonly situation: Situation;
  /** What decided, in a few words; for explain and for people. */
  readonly detail: string;
}

export interface HumanTask {
  readonly app: string;
  readonly person: string | null;
  /** An instruction: "Invite Ada to Badges by hand, then run rollcall state confirm badges/ada". */
  readonly task: string;
  readonly because: readonly Because[];
  /** Access ought to have ended and rollcall could not end it: an apply that leaves this behind is not whole. */
  readonly accessRemains?: true;
}

export interface Finding {
  readonly code:
    | "ORPHAN"
    | "OUT_OF_SCOPE"
    | "FOREIGN_EDGE"
    | "AMBIGUOUS"
    | "COLLISION"
    | "VANISHED"
    | "STOPPED_ELSEWHERE"
    | "PENDING"
    | "AWAITED"
    | "UNKNOWN"
    | "PROTECTED"
    | "RECENTLY_DELETED"
    | "DERIVED_EDGE"
    | "GROUP_MISSING"
    | "NOT_PROVISIONED"
    | "NOT_DEPROVISIONED";
  readonly app: string;
  readonly person: string | null;
  readonly login: string | null;
  readonly summary: string;
  readonly fix?: string;
  /** What is held, of a FOREIGN_EDGE: `github/team/infra:maintainer`. */
  readonly address?: string;
}

export interface Trip {
  readonly guard:
    | "incomplete-read"
    | "checkout-incomplete"
    | "stops"
    | "removals"
    | "group-loss"
    | "admin-losses"
    | "last-admin"
    | "self"
    | "protected"
    | "wrong-tenant";
  /** null: the whole run. */
  readonly app: string | null;
  readonly summary: string;
  readonly detail: string;
  readonly fix: string;
  /** Ids of the operations it refuses. */
  readonly refuses: readonly string[];
}
