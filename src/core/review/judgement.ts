import type { Review, Timeline } from "../forge/forge.ts";
import type { Organization } from "../model/organization.ts";
import type { Change } from "./change.ts";

/** What `judge` looks at: everything is an argument, and the same arguments give the same answer. */
export interface JudgeInput {
  readonly timeline: Timeline;
  readonly change: Change;
  readonly rules: BaseRules;
  /** null: the pull request is open, and the question is who still has to approve. */
  readonly merge: MergeFacts | null;
}

/** The rules are those of the base: of the newest commit before the change whose own policies were approved. */
export interface BaseRules {
  readonly organization: Organization;
  /** Key of the person behind an account at the forge (accounts.ts); null: nobody that is known for certain. */
  readonly personOf: (actor: number) => string | null;
  readonly now: Date;
}

export interface MergeFacts {
  /** The merge left exactly the tree that base and reviewed head come to together. */
  readonly identical: boolean;
  /** The branch that the merge was found on. */
  readonly branch: string;
}

export interface Judgement {
  /** Merged by pull request as it was reviewed, and `sufficient`. Never true of an open pull request. */
  readonly accepted: boolean;
  /** The reviews are enough and nothing stands against it. */
  readonly sufficient: boolean;
  /** The pull request is what put the change on the branch. */
  readonly merged: boolean;
  /** Key of the author, or `@login` of an account that no file knows; null: the account does not exist any more. */
  readonly author: string | null;
  /** Reviews that count, by person. `covers`: needs that it meets. */
  readonly counted: readonly { readonly review: Review; readonly person: string; readonly covers: readonly string[] }[];
  /** Approvals that do not count, by number of review. */
  readonly discounted: readonly { readonly review: Review; readonly why: string }[];
  readonly needs: readonly Need[];
  /** What no number of approvals lifts, as clauses: "grace asked for changes". */
  readonly stops: readonly string[];
  /** Why it is not sufficient or not accepted, as sentences without a full stop; empty where it is both. May name logins and paths: text from outside. */
  readonly reasons: readonly string[];
}

/** Something that somebody has to say yes to. */
export interface Need {
  /** For people: `owner of the app github`, `2 approvals: ada gains access by her own change`. */
  readonly what: string;
  /** Paths and access that it is about; empty of a number of approvals. */
  readonly about: readonly string[];
  /** How many distinct people. */
  readonly count: number;
  /** Keys of those who could give it, sorted; empty: nobody can. */
  readonly people: readonly string[];
  /** Keys of those who did. Met where there are `count` of them. */
  readonly have: readonly string[];
}

export const isMet = (need: Need): boolean => need.have.length >= need.count;
