import type { BranchRules, RepositoryFacts } from "../forge/forge.ts";
import type { Organization } from "../model/organization.ts";
import type { AccountRecord } from "../model/state.ts";
import type { RunRecord } from "../record/record.ts";

/** What could not be looked at, and why: a sentence without a full stop. */
export interface Unseen {
  readonly why: string;
}

/** All that `rollcall doctor` judges. */
export interface DoctorFacts {
  readonly now: Date;
  /** By the files of the commit that is checked out; of the folder where there is none. */
  readonly organization: Organization;
  readonly forge: ForgeSeen | Unseen;
  readonly checkout: Checkout | Unseen;
  readonly state: StateSeen | Unseen;
  /** Of Git on this machine: `2.39.5`; null: it does not say. */
  readonly gitVersion: string | null;
  /** Hours after which a scheduled run is missed. */
  readonly heartbeat: number;
}

export interface ForgeSeen {
  readonly facts: RepositoryFacts;
  /** Of the default branch. */
  readonly rules: BranchRules;
  /** Of the branch of the state; null where state is in a folder. */
  readonly stateRules: BranchRules | null;
  /** Commit at the head of the default branch; null: it has none. */
  readonly head: string | null;
}

export interface Checkout {
  /** Full id of HEAD. */
  readonly commit: string;
  /** Way from the root of the Git repository to rollcall's: "" or ending with a slash. */
  readonly prefix: string;
  /** Text of .github/CODEOWNERS; null: there is none. */
  readonly codeOwners: string | null;
  /** Workflows and forms as `init --ci github` would write them, beside those that are there. */
  readonly generated: readonly GeneratedFile[];
  /** Workflows that rollcall did not write; text null: too large, or no text. */
  readonly otherWorkflows: readonly { readonly path: string; readonly text: string | null }[];
}

export interface GeneratedFile {
  readonly path: string;
  readonly state: "same" | "different" | "missing";
}

export interface StateSeen {
  /** Those that can be read, in order. */
  readonly records: readonly RunRecord[];
  /** Problems of their chain. */
  readonly problems: number;
  /** Accounts at the forge, by key. */
  readonly accounts: ReadonlyMap<string, AccountRecord>;
}

export const isSeen = <T extends object>(of: T): of is Exclude<T, Unseen> => !("why" in of);
