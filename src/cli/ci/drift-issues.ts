import { driftIn } from "../../core/edit/revert-drift.ts";
import type { Label } from "../../core/forge/forge.ts";
import type { Operation } from "../../core/plan/operation.ts";
import { driftClosed, driftIssue, driftMarker, isDrift } from "../../core/report/pull/drift-issue.ts";
import { forgeAccounts } from "../../core/review/accounts.ts";
import type { Ci } from "./ci.ts";
import { closeIssue, keepIssue } from "./issues.ts";
import type { Reconciled } from "./reconcile.ts";

/** What no reviewed change asks for, so that nobody did it. */
export const unwarranted = ({ planned, warrants }: Reconciled): readonly Operation[] =>
  planned.plan.operations.filter((o) => warrants.get(o.id)?.kind === "none");

const driftLabel: Label = { name: "rollcall: drift", colour: "fbca04", description: "An app was changed outside the files" };

/** One issue an app about what was changed outside the files; closed where an app that was read agrees with them. */
export async function tellDrift(ci: Ci, run: Reconciled): Promise<void> {
  const { planned, repository } = run;
  const { plan, seen } = planned;
  const { settings, apps } = repository.organization;
  const accounts = forgeAccounts(repository.organization, recordsOf(run));
  for (const { app, failure, unread } of plan.apps) {
    // What was not read says nothing: neither that it drifted nor that it agrees again.
    if (failure !== null || !seen.has(app)) continue;
    const drift = {
      today: plan.today,
      operations: driftIn(unwarranted(run), app),
      findings: plan.findings.filter((f) => f.app === app),
      privacy: settings.pullRequests.comments,
      run: { url: ci.env.runUrl },
    };
    if (isDrift(drift)) {
      const owners = (apps.get(app)?.owners ?? []).flatMap((owner) => accounts.loginOf(owner) ?? []);
      await keepIssue(ci, driftLabel, driftMarker(app), { ...driftIssue(app, drift), assignees: owners });
    } else if (unread.length === 0) await closeIssue(ci, driftLabel, driftMarker(app), driftClosed(app, drift));
  }
}

/** What state remembers of the accounts that people review with. */
export const recordsOf = ({ planned, repository }: Reconciled) => {
  const named = repository.organization.settings.pullRequests.accounts;
  const app = [...planned.seen.values()].find((s) => (named === undefined ? s.app.connector === "github" : s.app.key === named));
  return app?.state.accounts ?? new Map();
};
