import type { Origin } from "./origin.ts";
import type { Day } from "./person.ts";

/** Widens or narrows a guard's default budget for one app, or for all where `app` is absent. */
export interface LimitsPolicy {
  readonly kind: "limits";
  readonly name: string;
  readonly app?: string;
  /** Accounts stopped per run: the larger of the two numbers counts. Default 3 and 5 %. */
  readonly stops?: Budget;
  /** Grants removed per run. Default 10 and 2 %. */
  readonly removals?: Budget;
  /** People losing admin rights per run. Default 1. */
  readonly adminLosses?: number;
  /** Smallest share (0..100) of known accounts that must come back in a read. Default 70. */
  readonly knownReturned?: number;
  readonly because?: string;
  readonly origin: Origin;
}

export interface Budget {
  readonly count: number;
  /** Of what state knows, 0..100. */
  readonly percent: number;
}

/** Accounts that no run may stop, demote or strip: break-glass accounts, founders, the automation itself. */
export interface ProtectedPolicy {
  readonly kind: "protected";
  readonly name: string;
  readonly accounts: readonly ProtectedAccount[];
  readonly because?: string;
  readonly origin: Origin;
}

/** `app` plus one of the three: a principal key, a vendor login (case-folded) or a vendor id. */
export interface ProtectedAccount {
  readonly app: string;
  readonly person?: string;
  readonly login?: string;
  readonly id?: string;
  readonly origin: Origin;
}

/**
 * A reviewed exception to the removal budgets of one app: it names the exact counts it expects, so that it cannot be reused for
 * something larger, and the day it ends. Only counts that are given are lifted.
 */
export interface AllowancePolicy {
  readonly kind: "allowance";
  readonly name: string;
  readonly app: string;
  readonly expect: {
    readonly stops?: number;
    readonly removals?: number;
    readonly adminLosses?: number;
    /** Groups allowed to lose over half of their members, by entitlement, each with the exact count of losses. */
    readonly groups?: Readonly<Record<string, number>>;
  };
  readonly expires: Day;
  readonly because: string;
  readonly origin: Origin;
}

/**
 * A reviewed word that what was changed by hand in one app be undone: in CI nothing else undoes it. It names the exact counts it expects, so that
 * it cannot be reused for something else, and the day it ends.
 */
export interface RevertPolicy {
  readonly kind: "revert";
  readonly name: string;
  readonly app: string;
  /** Operations that drift asks for: what gives back, and what takes away. */
  readonly expect: { readonly gains: number; readonly losses: number };
  readonly expires: Day;
  readonly because: string;
  readonly origin: Origin;
}

/** Who may approve what has no owner of its own, and how many have to. One in a repository. */
export interface ApprovalPolicy {
  readonly kind: "approval";
  readonly name: string;
  /** Owners by path below the root: a file, or a folder ending with a slash. Later entries win, as in CODEOWNERS. */
  readonly owners: readonly { readonly path: string; readonly people: readonly string[]; readonly origin: Origin }[];
  /** Approvals that every change needs. */
  readonly approvals: number;
  /** Approvals that a change needs in which the author or the requester gains access. */
  readonly ownAccess: number;
  /** Approvals that a change needs which gives administrative rights. */
  readonly adminGrants: number;
  readonly because?: string;
  readonly origin: Origin;
}

export const usualApprovals = { approvals: 1, ownAccess: 2, adminGrants: 2 } as const;

export type Policy = LimitsPolicy | ProtectedPolicy | AllowancePolicy | RevertPolicy | ApprovalPolicy;
