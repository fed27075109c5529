import type { ForgeSeen } from "../facts.ts";
import { type Finding, finding, ok, unseen } from "../finding.ts";
import { sights } from "../sights.ts";

/** Plans of which private repositories have no required reviewers at environments (GitHub docs "Deployments and environments", 2026-11). */
const withoutReviewers = ["free", "pro", "team"];

/**
 * What the owner's plan does not have. rollcall verifies approvals itself, so that these are notes.
 *
 * | code | lacking |
 * |---|---|
 * | PLAN_PROTECTION | protection of branches, rulesets and code owners: private repositories on Free |
 * | PLAN_REVIEWERS | required reviewers at environments: private repositories on Free, Pro and Team |
 * | PLAN | not told |
 */
export function plan({ facts, rules }: ForgeSeen): Finding[] {
  const privately = facts.visibility !== "public";
  return [
    ...(rules.unavailable
      ? [
          finding("PLAN_PROTECTION", "note", {
            summary: "the owner's plan has no protection of branches for this repository",
            detail:
              "rollcall verifies approvals itself, by the rules of the files: a push gives nobody anything. Nothing keeps somebody who may write from rewriting history, of the default branch or of the state",
            fix: "a plan that protects private repositories (Pro, Team, Enterprise)",
          }),
        ]
      : []),
    facts.plan === null
      ? unseen(
          "PLAN",
          "the owner's plan",
          facts.ownerKind === "organization" ? sights.plan : "the owner's own eyes: GitHub tells nobody else",
        )
      : ok("PLAN", `the owner's plan is ${facts.plan}`),
    ...(privately && facts.plan !== null && withoutReviewers.includes(facts.plan)
      ? [
          finding("PLAN_REVIEWERS", "note", {
            summary: `environments of private repositories have no required reviewers on the plan ${facts.plan}`,
            detail: "None is needed: rollcall verifies who approved a change before it carries it out",
          }),
        ]
      : []),
  ];
}
