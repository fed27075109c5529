import { type DoctorFacts, type ForgeSeen, isSeen } from "../facts.ts";
import { type Finding, finding, ok, tell, unseen } from "../finding.ts";
import { sights } from "../sights.ts";
import { not } from "./default-branch.ts";

/**
 * | code | holds | where not |
 * |---|---|---|
 * | WORKFLOW_TOKEN | workflows that ask for nothing get a token that reads | warn: any workflow could push to the branch of the state. Ours ask for what they need |
 * | WORKFLOW_PULLS | workflows may open pull requests where the forms are there | warn: requests are answered with a failure. Where they may: note, since they may approve as well; rollcall counts no machine's approval |
 */
export function workflowToken({ facts, rules }: ForgeSeen, { checkout }: DoctorFacts): Finding[] {
  const { workflowsMayApprove: may } = facts;
  const forms = isSeen(checkout) && checkout.generated.some((f) => f.path.endsWith("rollcall-request.yml") && f.state !== "missing");
  const approves = rules.codeOwnerReview === true ? "" : "; where code owners need not approve, GitHub takes that for an approval";
  return [
    tell(not(facts.workflowsWriteByDefault), {
      code: "WORKFLOW_TOKEN",
      holds: "a workflow that asks for nothing gets a token that reads",
      broken: {
        level: "warn",
        summary: "a workflow that asks for nothing gets a token that writes",
        detail: "rollcall's own ask for what they need; any other could push to the branch of the state",
        fix: "Settings, Actions, General, Workflow permissions: read repository contents",
      },
      unseen: { what: "what a workflow's token may do by default", by: sights.administration },
    }),
    may === null
      ? unseen("WORKFLOW_PULLS", "whether workflows may open pull requests", sights.administration)
      : may
        ? finding("WORKFLOW_PULLS", "note", {
            summary: "workflows may open pull requests, and approve them",
            detail: `rollcall counts no approval by a machine${approves}`,
          })
        : forms
          ? finding("WORKFLOW_PULLS", "warn", {
              summary: "requests by form, leavers and notices cannot become pull requests: workflows may not open any",
              fix: "Settings, Actions, General: allow GitHub Actions to create and approve pull requests; or put the token of an app of your own into the workflows",
            })
          : ok("WORKFLOW_PULLS", "workflows may not approve pull requests"),
  ];
}
