import { compareText } from "../../core/diagnostic.ts";
import type { Label } from "../../core/forge/forge.ts";
import { noteOf, notesContext } from "../../core/record/heads.ts";
import { failureClosed, failureIssue, failureMarker, type RunFailure } from "../../core/report/pull/failure-issue.ts";
import { outcomeComment } from "../../core/report/pull/outcome.ts";
import { aimOf } from "../../core/review/aim.ts";
import type { Ci } from "./ci.ts";
import { closeIssue, keepIssue } from "./issues.ts";
import type { ProposalFailure } from "./propose-due.ts";
import type { Reconciled } from "./reconcile.ts";

/** By which rollcall finds its own comments and issues again. */
const outcomeMarker = "<!-- rollcall:outcome -->";

/** Notes the head of the chain where rollcall cannot rewrite it, and tells each pull request what became of it. */
export async function tellOutcome(ci: Ci, run: Reconciled): Promise<void> {
  const { record, doubt } = run;
  // Whatever became of the run, the note is one: that the record stands there.
  if (record.commits.to !== null && doubt === null)
    await ci.forge.status(record.commits.to, { context: notesContext(record), state: "success", description: noteOf(record) });
  ci.context.out(doubt === null ? `record ${noteOf(record)}\n` : `${JSON.stringify(record)}\n`);
  for (const number of concerned(run)) await ci.forge.stickyComment(number, outcomeMarker, commentOn(ci, run, number));
}

const recordOf = ({ record: { sequence, hash }, doubt }: Reconciled) => (doubt === null ? { sequence, hash } : null);

/** Pull requests that came in by this run, and those whose operations it carried out. */
function concerned({ history, record }: Reconciled): number[] {
  const numbers = [
    ...history.steps.flatMap((step) => (step.pull === null ? [] : [step.pull.number])),
    ...record.operations.flatMap((o) => (o.by.kind === "pull" ? [o.by.pull] : [])),
  ];
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function commentOn(ci: Ci, run: Reconciled, number: number): string {
  const { planned, warrants, result, history, judged, record, repository } = run;
  const byId = new Map(planned.plan.operations.map((o) => [o.id, o]));
  const own = judged.filter((_, i) => history.steps[i]!.pull?.number === number);
  const implies = new Set(own.flatMap((j) => [...j.segment.implies]));
  const operations = result.apps.flatMap((app) =>
    app.outcomes.flatMap((outcome) => {
      const operation = byId.get(outcome.id);
      const found = warrants.get(outcome.id);
      if (!operation || found?.kind !== "warranted" || found.by.kind !== "pull" || found.by.pull !== number) return [];
      return [{ operation, outcome, warrant: found.by }];
    }),
  );
  const apps = new Set([...implies].map((aim) => (JSON.parse(aim) as [string])[0]));
  return outcomeComment(
    {
      pull: number,
      commit: own.at(-1)?.segment.segment.to ?? record.commits.to ?? "",
      operations,
      left: planned.plan.operations
        .filter((o) => o.refused !== undefined && implies.has(aimOf(o)))
        .map((operation) => ({ operation, why: operation.refused! })),
      tasks: planned.plan.tasks.filter(
        (t) => operations.some((o) => o.operation.app === t.app && o.operation.person === t.person) || touches(run, number, t.person),
      ),
      failures: [
        ...planned.plan.apps.flatMap((a) => (a.failure && apps.has(a.app) ? [{ app: a.app, ...a.failure }] : [])),
        ...result.apps.flatMap((a) => (a.failure ? [{ app: a.app, ...a.failure }] : [])),
      ].sort((a, b) => compareText(a.app, b.app)),
      interrupted: result.interrupted,
      record: recordOf(run),
      privacy: repository.organization.settings.pullRequests.comments,
      run: { url: ci.env.runUrl },
    },
    { marker: outcomeMarker },
  );
}

const touches = ({ history }: Reconciled, number: number, person: string | null): boolean =>
  person !== null && history.steps.some((s) => s.pull?.number === number && s.changes.some((c) => c.person === person));

const failedLabel: Label = {
  name: "rollcall: apply failed",
  colour: "b60205",
  description: "The last run did not do all that was reviewed",
};

/** How a run came to its end: with a record, or before it could write one. */
type End =
  | { readonly kind: "ended"; readonly run: Reconciled; readonly proposals: readonly ProposalFailure[] }
  | { readonly kind: "broken"; readonly message: string };

/** The one issue about what is not done: opened, brought up to date, and closed when nothing is left. */
export async function tellFailure(ci: Ci, end: End): Promise<void> {
  const place = { run: { url: ci.env.runUrl } };
  const failure: RunFailure | null =
    end.kind === "ended"
      ? failureOf(ci, end.run, end.proposals)
      : {
          ...place,
          commit: ci.env.sha ?? "",
          operations: [],
          left: [],
          failures: [{ app: "the run", kind: "broken off", message: end.message }],
          unapproved: [],
          remains: [],
          interrupted: false,
          record: null,
          privacy: "keys",
        };
  if (failure !== null) await keepIssue(ci, failedLabel, failureMarker, failureIssue(failure));
  else if (end.kind === "ended") {
    const { record } = end.run;
    const done = record.operations.filter((o) => o.outcome === "done" || o.outcome === "already").length;
    await closeIssue(ci, failedLabel, failureMarker, failureClosed({ ...place, record, done }));
  }
}

/** null: nothing is left undone that somebody has to know of, and the exit code is 0. */
function failureOf(
  ci: Ci,
  { planned, warrants, result, record, repository, doubt }: Reconciled,
  proposals: readonly ProposalFailure[],
): RunFailure | null {
  const byId = new Map(planned.plan.operations.map((o) => [o.id, o]));
  const operations = result.apps.flatMap((app) =>
    app.outcomes.flatMap((outcome) => {
      const operation = byId.get(outcome.id);
      const found = warrants.get(outcome.id);
      const bad = outcome.status === "failed" || outcome.status === "skipped" || outcome.status === "refused";
      return operation && found?.kind === "warranted" && bad ? [{ operation, outcome, warrant: found.by }] : [];
    }),
  );
  const guarded = new Set(planned.plan.trips.flatMap((t) => t.refuses));
  const left = planned.plan.operations
    .filter((o) => guarded.has(o.id) && warrants.get(o.id)?.kind === "warranted")
    .map((operation) => ({ operation, why: operation.refused! }));
  const failures = [
    ...(doubt === null ? [] : [{ app: "the records", kind: "not trusted", message: doubt }]),
    ...planned.plan.apps.flatMap((a) => (a.failure ? [{ app: a.app, ...a.failure }] : [])),
    ...result.apps.flatMap((a) => (a.failure ? [{ app: a.app, ...a.failure }] : [])),
    ...planned.plan.apps.flatMap((a) => a.unread.map((u) => ({ app: a.app, kind: "not read", message: `${u.scope}: ${u.reason}` }))),
    ...planned.plan.trips.map((t) => ({ app: t.app ?? "all apps", kind: "guard", message: t.summary })),
    ...proposals.map(({ about, kind, message }) => ({ app: about, kind, message })),
  ];
  const remains = planned.plan.tasks.filter((t) => t.accessRemains === true);
  const unapproved = record.unapproved.map(({ provenance, to }) => ({
    pull: provenance.kind === "approved" ? null : provenance.pull,
    commit: to,
    reasons: provenance.kind === "approved" ? [] : provenance.reasons,
  }));
  if (operations.length + left.length + failures.length + unapproved.length + remains.length === 0 && !result.interrupted) return null;
  return {
    commit: record.commits.to ?? "",
    operations,
    left,
    failures,
    unapproved,
    remains,
    interrupted: result.interrupted,
    record: doubt === null ? { sequence: record.sequence, hash: record.hash } : null,
    privacy: repository.organization.settings.pullRequests.comments,
    run: { url: ci.env.runUrl },
  };
}
