import type { ApplyResult, OperationOutcome } from "../../core/engine.ts";
import type { Snapshot } from "../../core/model/observed.ts";
import type { RecordedOperation, RecordedSegment, RunRecord, Warrant } from "../../core/record/record.ts";
import { recordedOperation } from "../../core/record/recorded-operation.ts";
import { stoppedElsewhere } from "../../core/record/stopped-elsewhere.ts";
import { confirmations } from "../../core/review/confirm.ts";
import { type Ledger, stillOutstanding } from "../../core/review/ledger.ts";
import type { Warranted } from "../../core/review/warrant.ts";
import { type ExitCode, worst } from "../exit-code.ts";
import { version as rollcallVersion } from "../package.ts";
import { compiled, type Repository } from "../repository.ts";
import type { Planned } from "../session.ts";
import { eventualOf } from "./brought-about.ts";
import type { Ci } from "./ci.ts";
import type { Step } from "./history.ts";

/** What a run knows at its end. */
interface Facts {
  readonly ci: Ci;
  readonly planned: Planned;
  readonly warrants: ReadonlyMap<string, Warranted>;
  readonly result: ApplyResult;
  readonly after: ReadonlyMap<string, Snapshot>;
  readonly steps: readonly Step[];
  readonly open: readonly Step[];
  readonly ledger: Ledger;
  readonly commit: string;
  readonly previous: RunRecord | null;
  readonly trigger: RunRecord["run"]["trigger"];
  readonly codes: readonly ExitCode[];
  readonly repository: Repository;
}

/** The record of a run, before it is a link of the chain. */
export function draftOf(facts: Facts): Omit<RunRecord, "sequence" | "previous" | "hash"> {
  const { ci, planned, warrants, result, commit, repository } = facts;
  const { plan, desired } = planned;
  const at = ci.context.now().toISOString();
  const stopped = stoppedElsewhere(facts.previous?.stoppedElsewhere ?? [], plan, at);
  const outcomes = new Map(result.apps.flatMap((a) => a.outcomes).map((o) => [o.id, o]));
  const done = new Set([...outcomes.values()].filter((o) => o.status === "done" || o.status === "already").map((o) => o.id));
  const { manifestByApp } = compiled(repository, ci.context.now());
  return {
    version: 1,
    at,
    run: { trigger: facts.trigger, actor: ci.env.actor ?? "unknown", url: ci.env.runUrl },
    rollcall: rollcallVersion,
    commits: { from: facts.previous?.commits.to ?? null, to: commit },
    segments: facts.steps.map(recordedSegment),
    operations: recordedOperations(planned, warrants, outcomes, facts.after),
    left: plan.operations
      .filter((o) => o.refused !== undefined && warrants.get(o.id)?.kind === "none")
      .map(({ id, app, person, refused }) => ({ id, app, person, why: refused! })),
    outstanding: stillOutstanding(facts.ledger, {
      eventual: eventualOf(repository, ci.context.now()),
      desired,
      plan,
      manifests: manifestByApp,
      done,
    }),
    unapproved: facts.open.map(recordedSegment),
    ...(stopped.length === 0 ? {} : { stoppedElsewhere: stopped }),
    result: worst(facts.codes),
  };
}

const recordedSegment = ({ segment, provenance }: Step): RecordedSegment => ({
  from: segment.from,
  to: segment.to,
  provenance,
  paths: segment.paths.map((p) => p.path),
});

function recordedOperations(
  planned: Planned,
  warrants: ReadonlyMap<string, Warranted>,
  outcomes: ReadonlyMap<string, OperationOutcome>,
  after: ReadonlyMap<string, Snapshot>,
): RecordedOperation[] {
  const carried = planned.plan.operations.flatMap((operation) => {
    const outcome = outcomes.get(operation.id);
    return outcome ? [{ operation, outcome }] : [];
  });
  const reread = new Map(
    [...after].flatMap(([app, snapshot]) => [
      ...confirmations(
        carried.filter((c) => c.operation.app === app),
        snapshot,
      ),
    ]),
  );
  return carried.map(({ operation, outcome }) => {
    const found = warrants.get(operation.id);
    const by: Warrant = found?.kind === "warranted" ? found.by : { kind: "state" };
    return recordedOperation(operation, outcome, by, reread.get(operation.id) ?? "unread");
  });
}
