import type { Diagnostic } from "../../diagnostic.ts";
import type { AccessDiff } from "../../plan/access-diff.ts";
import type { Plan, Trip } from "../../plan/plan.ts";
import type { AllowanceView } from "../../review/allowances.ts";
import type { Risk } from "../../review/risks.ts";
import type { ChangedPath } from "../../review/segment.ts";
import type { Heartbeat } from "../heartbeat.ts";

/** All that is told about one open pull request; comment, check, labels, summary and JSON are made of it and of nothing else. */
export interface PullReport {
  readonly pull: PullFacts;
  readonly files: readonly ChangedPath[];
  /** What the files change now, base to head; no app was asked. Empty where `problems` has errors. */
  readonly access: AccessDiff;
  /** The same, all dates reached: what somebody who starts later will have. May hold all of `access` too. */
  readonly eventually: AccessDiff;
  /** What does not check at head; with an error there is neither an access diff nor a live plan. */
  readonly problems: readonly Diagnostic[];
  /** Text at head of the files that `problems` are about, for code frames; a file may be missing. */
  readonly sources: ReadonlyMap<string, string>;
  readonly live: LivePlan | null;
  /** Why there is no live plan, as a clause of ours that names nobody: "it comes from a fork, which gets no credential". null where there is one. */
  readonly liveMissing: string | null;
  readonly risks: readonly Risk[];
  /** null: nobody could be asked (no pull request of the forge). */
  readonly approval: ApprovalView | null;
  readonly allowances: readonly AllowanceView[];
  readonly overlaps: readonly Overlap[];
  /** keys: no name, login, address, title or other free text of anybody, in any output. */
  readonly privacy: "names" | "keys";
  readonly run: { readonly url: string | null };
  /** Of the last run over the default branch, where that is known. */
  readonly heartbeat?: Heartbeat;
}

export interface PullFacts {
  readonly number: number;
  readonly head: string;
  readonly base: string;
  readonly baseRef: string;
  readonly fork: boolean;
}

/** The plan over head's people and roles against the apps. */
export interface LivePlan {
  readonly plan: Plan;
  /** Ids of the operations that this change implies; the others are the world's. */
  readonly implied: ReadonlySet<string>;
  /** Of the canonical text of the plan, hex. */
  readonly digest: string;
  /** RFC 3339: when the snapshot was taken that stands for the apps; null: they were read in this run. */
  readonly seenAt: string | null;
  /** Guards that trip under head's policies, where the change touches policies. */
  readonly headTrips: readonly Trip[];
  /** Estimated time of applying what is implied. */
  readonly seconds: number;
}

/** Where the approval stands, by the rules of the base. People by their keys; clauses name people by keys, and accounts as `@login` alone. */
export interface ApprovalView {
  readonly needs: readonly ApprovalNeed[];
  readonly counted: readonly { readonly person: string | null; readonly login: string }[];
  /** `why`: a clause: "it was given before the last push". */
  readonly discounted: readonly { readonly person: string | null; readonly login: string; readonly why: string }[];
  /** What no number of approvals lifts, as clauses: "grace asked for changes". Absent: nothing. */
  readonly against?: readonly string[];
}

export interface ApprovalNeed {
  /** What is needed: "owner of the app github", "2 approvals: somebody gains administrative rights". */
  readonly why: string;
  /** Paths and access that it is about; empty: the change as a whole. */
  readonly paths: readonly string[];
  /** Who may give it; empty: nobody can. */
  readonly from: readonly string[];
  readonly approvals: number;
  readonly given: number;
}

/** Another open pull request about the same people. */
export interface Overlap {
  readonly number: number;
  readonly title: string;
  /** Keys. */
  readonly people: readonly string[];
}
