import { compareText } from "../../core/diagnostic.ts";
import type { BranchRules } from "../../core/forge/forge.ts";

/** What one protection or one ruleset demands. null: not visible. */
export interface Source {
  /** null: it demands no pull request. */
  readonly review: {
    readonly approvals: number;
    readonly codeOwner: boolean;
    readonly dismissStale: boolean;
    readonly lastPush: boolean;
  } | null;
  readonly checks: readonly string[];
  readonly forbidsForcePush: boolean;
  readonly forbidsDeletion: boolean;
  /** Administrators are bound by it. */
  readonly bindsAdmins: boolean | null;
  readonly bypass: readonly string[] | null;
  /** Who alone may push; null: some do, and it is not told who. */
  readonly pushOnlyBy: readonly string[] | "writers" | null;
}

/** Demands nothing: an unprotected branch. */
export const none: Source = {
  review: null,
  checks: [],
  forbidsForcePush: false,
  forbidsDeletion: false,
  bindsAdmins: false,
  bypass: [],
  pushOnlyBy: "writers",
};

/**
 * Protections and rulesets hold together, the strictest word for each thing counts (GitHub docs "About rulesets", 2026-11). null among the
 * sources: there may be more, which this token does not see. What is seen to be demanded is demanded whatever else there is; that something is
 * not demanded can be said only where everything is seen.
 */
export function together(sources: readonly (Source | null)[]): Omit<BranchRules, "branch" | "exists" | "unavailable"> {
  const seen = sources.filter((s) => s !== null);
  const whole = seen.length === sources.length;
  const some = (demands: (source: Source) => boolean): boolean | null => seen.some(demands) || (whole ? false : null);
  const not = (value: boolean | null): boolean | null => (value === null ? null : !value);
  const reviewing = seen.filter((s) => s.review !== null);
  const approvals = Math.max(0, ...reviewing.map((s) => s.review!.approvals));
  const checks = [...new Set(seen.flatMap((s) => s.checks))].sort(compareText);
  const bypass = seen.every((s) => s.bypass !== null) ? [...new Set(seen.flatMap((s) => s.bypass!))].sort(compareText) : null;
  const binding = reviewing.map((s) => s.bindsAdmins);
  return {
    pullRequestRequired: some((s) => s.review !== null),
    approvals: approvals > 0 || whole ? approvals : null,
    codeOwnerReview: some((s) => s.review?.codeOwner === true),
    dismissStale: some((s) => s.review?.dismissStale === true),
    lastPusherMayNotApprove: some((s) => s.review?.lastPush === true),
    requiredChecks: checks.length > 0 || whole ? checks : null,
    forcePushAllowed: not(some((s) => s.forbidsForcePush)),
    deletionAllowed: not(some((s) => s.forbidsDeletion)),
    bindsAdmins: binding.includes(true) || (whole && !binding.includes(null) ? false : null),
    bypass: whole ? bypass : null,
    pushOnlyBy: whole ? pushersOf(seen) : null,
  };
}

/** Those whom every restriction lets. */
function pushersOf(seen: readonly Source[]): BranchRules["pushOnlyBy"] {
  const lists = seen.flatMap(({ pushOnlyBy }) => (pushOnlyBy === "writers" ? [] : [pushOnlyBy]));
  if (lists.includes(null)) return null;
  const [first, ...others] = lists.filter((list) => list !== null);
  return first === undefined ? "writers" : first.filter((name) => others.every((list) => list.includes(name))).sort(compareText);
}
