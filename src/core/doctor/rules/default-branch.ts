import { usualApprovals } from "../../model/policy.ts";
import { approvalPolicy } from "../../review/owners.ts";
import type { DoctorFacts, ForgeSeen } from "../facts.ts";
import { type Finding, finding, ok, tell, unseen } from "../finding.ts";
import { sights } from "../sights.ts";

/** Names of the jobs that the workflows of `init --ci github` have for this. */
export const requiredChecks = { gate: "rollcall gate", check: "rollcall check" } as const;

/**
 * The default branch: what lies there is what is wanted. rollcall verifies approvals itself, so that what GitHub lets through gives nobody
 * anything; but it stays on the branch, unapproved, and stands in the way of what comes after.
 *
 * | code | holds | where not |
 * |---|---|---|
 * | BRANCH_PULL_REQUEST | changes come by pull request | fail: a push takes away, up to the bound of what nobody reviewed; of reviews nothing more is said |
 * | BRANCH_APPROVALS | as many approvals as the policy asks for | none: fail; fewer: warn |
 * | BRANCH_CODE_OWNERS, BRANCH_STALE, BRANCH_LAST_PUSH | reviews as rollcall judges them | warn |
 * | BRANCH_FORCE_PUSH, BRANCH_DELETION | history stays | fail: Git is the audit trail |
 * | BRANCH_GATE | `rollcall gate` is required | fail: a change could be merged that nobody saw the effect of |
 * | BRANCH_CHECK | `rollcall check` is required | warn: files with errors stop every run |
 *
 * Nothing is said where the plan has no protection (plan.ts does).
 */
export function defaultBranch({ rules }: ForgeSeen, { organization }: DoctorFacts): Finding[] {
  if (rules.unavailable) return [];
  const branch = rules.branch;
  const by = sights.administration;
  const pull = tell(rules.pullRequestRequired, {
    code: "BRANCH_PULL_REQUEST",
    holds: `changes come to ${branch} by pull request`,
    broken: {
      level: "fail",
      summary: `whoever may write can push to ${branch} without a pull request`,
      detail:
        "What is pushed gives nobody anything, but takes away from a few without anybody's review, and stays in the way of what comes after",
      fix: "require a pull request before merging, with approvals, code owners, dismissal of stale ones and approval of the last push (Settings, Rules)",
    },
    unseen: { what: `whether ${branch} takes pull requests only`, by },
  });
  return [
    pull,
    ...(rules.pullRequestRequired === false ? [] : reviews(rules, approvalPolicy(organization)?.approvals ?? usualApprovals.approvals)),
    tell(not(rules.forcePushAllowed), {
      code: "BRANCH_FORCE_PUSH",
      holds: `the history of ${branch} cannot be rewritten`,
      broken: {
        level: "fail",
        summary: `${branch} takes forced pushes`,
        detail: "Git is the audit trail: who approved what, and when, could be rewritten",
        fix: `block force pushes to ${branch}`,
      },
      unseen: { what: `whether ${branch} takes forced pushes`, by },
    }),
    tell(not(rules.deletionAllowed), {
      code: "BRANCH_DELETION",
      holds: `${branch} cannot be deleted`,
      broken: { level: "fail", summary: `${branch} can be deleted`, fix: `restrict deletions of ${branch}` },
      unseen: { what: `whether ${branch} can be deleted`, by },
    }),
    required(rules, requiredChecks.gate, {
      code: "BRANCH_GATE",
      level: "fail",
      detail: "A change could be merged whose effect nobody was shown",
    }),
    required(rules, requiredChecks.check, {
      code: "BRANCH_CHECK",
      level: "warn",
      detail: "Files with errors could be merged; until they are mended no run does anything",
    }),
  ];
}

function reviews({ branch, ...rules }: ForgeSeen["rules"], wanted: number): Finding[] {
  const by = sights.administration;
  return [
    approvals(branch, rules.approvals, wanted),
    tell(rules.codeOwnerReview, {
      code: "BRANCH_CODE_OWNERS",
      holds: "code owners have to approve",
      broken: {
        level: "warn",
        summary: "GitHub merges without the approval of a code owner",
        detail: "rollcall asks for it all the same: what was merged without it is not carried out",
        fix: `require review from code owners on ${branch}`,
      },
      unseen: { what: "whether code owners have to approve", by },
    }),
    tell(rules.dismissStale, {
      code: "BRANCH_STALE",
      holds: "a push dismisses approvals",
      broken: {
        level: "warn",
        summary: "approvals stay when something is pushed after them",
        detail: "To rollcall they are void: what was merged on them is not carried out",
        fix: `dismiss stale approvals on ${branch} when new commits are pushed`,
      },
      unseen: { what: "whether a push dismisses approvals", by },
    }),
    tell(rules.lastPusherMayNotApprove, {
      code: "BRANCH_LAST_PUSH",
      holds: "whoever pushed last cannot approve",
      broken: {
        level: "warn",
        summary: "whoever pushed last may approve it",
        detail: "rollcall does not count that approval: what was merged on it is not carried out",
        fix: `require approval of the most recent push on ${branch}`,
      },
      unseen: { what: "whether whoever pushed last may approve", by },
    }),
  ];
}

function approvals(branch: string, asked: number | null, wanted: number): Finding {
  const code = "BRANCH_APPROVALS";
  if (asked === null) return unseen(code, `how many approvals ${branch} asks for`, sights.administration);
  if (asked >= wanted && asked > 0) return ok(code, `${branch} asks for as many approvals as the files do`);
  return finding(code, asked === 0 ? "fail" : "warn", {
    summary:
      asked === 0
        ? `GitHub merges to ${branch} without any approval`
        : `GitHub merges to ${branch} with fewer approvals than the files ask for (${asked} of ${wanted})`,
    detail: "What was merged without them is on the branch and is not carried out",
    fix: `require ${wanted === 1 ? "1 approval" : `${wanted} approvals`} on ${branch}`,
  });
}

function required(
  { branch, requiredChecks: all }: ForgeSeen["rules"],
  name: string,
  { code, level, detail }: { readonly code: string; readonly level: "fail" | "warn"; readonly detail: string },
): Finding {
  const there = all?.includes(name) ?? null;
  const instead = all?.includes("rollcall") ? "; `rollcall` alone is the report, which says nothing about whether the other jobs ran" : "";
  return tell(there, {
    code,
    holds: `the check ${name} is required`,
    broken: {
      level,
      summary: `the check ${name} is not required on ${branch}`,
      detail: `${detail}${instead}`,
      fix: `require the check \`${name}\``,
    },
    unseen: { what: `whether the check ${name} is required`, by: sights.administration },
  });
}

export const not = (value: boolean | null): boolean | null => (value === null ? null : !value);
