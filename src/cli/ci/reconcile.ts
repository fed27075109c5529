import type { ApplyResult } from "../../core/engine.ts";
import { hasErrors } from "../../core/diagnostic.ts";
import type { RevertPolicy } from "../../core/model/policy.ts";
import { applicable } from "../../core/plan/make-plan.ts";
import type { Permit } from "../../core/plan/permits.ts";
import type { RunRecord } from "../../core/record/record.ts";
import { spentIn } from "../../core/record/goes-on.ts";
import { seal } from "../../core/record/seal.ts";
import { judgedBy } from "../../core/review/judged-by.ts";
import { dueOn, wantedOf } from "../../core/review/ledger.ts";
import { type Warranted, warrantsFor } from "../../core/review/warrant.ts";
import type { EngineRun } from "../engine-run.ts";
import { openEngine } from "../engine.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { planCodes, remainingCodes, resultCodes } from "../outcome-codes.ts";
import { sha256 } from "../records.ts";
import { progressFor } from "../progress.ts";
import { compiled, type Repository, reportDiagnostics } from "../repository.ts";
import { chosenApps, type Planned, planOver, seeApps } from "../session.ts";
import { UsageError } from "../command.ts";
import type { Version } from "../versions.ts";
import { baseline, eventualOf, type JudgedStep, judgeSteps, ledgerOf, repositoryOf, waysTo } from "./brought-about.ts";
import type { Ci } from "./ci.ts";
import { type History, organizationOf, readHistory, type Step, taintedIn } from "./history.ts";
import { lookAgain } from "./look-again.ts";
import { previousOf } from "./previous.ts";
import { draftOf } from "./record-of-run.ts";

/** What a run over the default branch came to; comments, issues and the summary are made of it. */
export interface Reconciled {
  /** Why the records of earlier runs are not trusted; null: they are. */
  readonly doubt: string | null;
  readonly repository: Repository;
  readonly head: Version;
  readonly planned: Planned;
  readonly history: History;
  /** What each step of `history` brings about, in the same order. */
  readonly judged: readonly JudgedStep[];
  readonly warrants: ReadonlyMap<string, Warranted>;
  readonly result: ApplyResult;
  /** Beside the state, unless there is a doubt: then it is told, and kept nowhere. */
  readonly record: RunRecord;
  readonly codes: readonly ExitCode[];
  /** The record before this run's; null: this was the first. */
  readonly previous: RunRecord | null;
}

/**
 * Law 11. Under the locks of all apps: reads what came to the default branch since the last run and who approved it, reads the apps, and carries
 * out just what the reviewed changes imply, what of them is outstanding, and the losses that dates in the files demand. `head`: the commit.
 */
export async function reconcile(ci: Ci, commit: string, trigger: RunRecord["run"]["trigger"]): Promise<Reconciled> {
  const { context, versions } = ci;
  const head = await versions.at(commit);
  if (!head.organization || hasErrors(head.diagnostics)) {
    reportDiagnostics(context, head, "err");
    throw new UsageError(`the files at ${head.label} have errors; nothing was done`, 3);
  }
  const first: Repository = { ...head, organization: head.organization };
  // State lies where the files say. Apps that turn out to be reached in a way nobody approved are then left out.
  const engine = await openEngine(
    context,
    first,
    chosenApps(context, first).map((a) => a.key),
    { kind: "ci", repository: ci.forge.repository, url: ci.env.runUrl },
  );
  try {
    return await underLock(ci, engine, head, first, commit, trigger);
  } finally {
    await engine.release();
  }
}

async function underLock(
  ci: Ci,
  engine: EngineRun,
  head: Version,
  first: Repository,
  commit: string,
  trigger: RunRecord["run"]["trigger"],
): Promise<Reconciled> {
  const { context, versions } = ci;
  const { record: previous, doubt: unbelieved, from } = await previousOf(ci, engine.records, commit);
  const history = await readHistory(ci, {
    versions,
    from,
    to: commit,
    unapproved: previous?.unapproved ?? [],
    spent: async () => spentIn(await engine.records.all(), previous?.sequence ?? 0),
    stateOf: async (app) => {
      const known = first.organization.apps.get(app);
      return known ? (await engine.load(app, known.connector)).state : null;
    },
  });
  const tainted = taintedIn(history.steps, head);
  const open = history.steps.filter((s) => s.provenance.kind !== "approved" && s.segment.paths.some((p) => tainted.has(p.path)));
  const repository = trusting(first, open, tainted);
  const doubt = unbelieved ?? movedState(first, repository);
  if (doubt !== null) context.err(`${doubt}\n`);
  const steps = history.steps;

  const progress = progressFor(context);
  const stages = [...new Set(steps.flatMap((s) => [s.before, s.after]))];
  const wishes = [repository, ...stages.map(repositoryOf)].map((r) => compiled(r, context.now()).desired);
  const seen = await seeApps(context, repository, wishes, engine, progress);
  const ways = waysTo(repository, steps);
  const judged = judgeSteps(ci, seen, steps, ways);
  const { manifestByApp } = compiled(repository, context.now());
  const ledger = wantedOf(ledgerOf(previous?.outstanding ?? (await baseline(ci, from)), history, judged, ways), {
    eventual: eventualOf(repository, context.now()),
    manifests: manifestByApp,
  });

  const whole = planOver(context, repository, seen);
  const warrants = warrantsFor({
    operations: whole.plan.operations,
    segments: judged.map((j) => j.segment),
    ledger: dueOn(ledger, whole.plan.today),
    tainted,
    doubt,
    reverts: revertsOf(repository, whole.plan.today),
  });
  const permit: Permit = (o) => {
    const found = warrants.get(o.id);
    return found?.kind === "none" ? found.why : null;
  };
  const planned = planOver(context, repository, seen, permit);
  progress.done();
  const result: ApplyResult =
    applicable(planned.plan).length === 0 ? { apps: [], interrupted: false } : await engine.carryOut(planned, progress);
  progress.done();
  const after = await lookAgain(planned, result);
  const codes = [
    ...planCodes(planned.plan, false),
    ...remainingCodes(planned.plan),
    ...resultCodes(result),
    ...(open.length > 0 || doubt !== null ? [exitCodes.refused] : []),
  ];
  const draft = draftOf({
    ci,
    planned,
    warrants,
    result,
    after,
    steps,
    ledger,
    commit,
    trigger,
    codes,
    repository,
    open,
    previous,
  });
  // What is not believed is not gone on from: another link, noted at the forge, would make it believed.
  const record = doubt === null ? await engine.records.append((last) => seal(draft, last, sha256)) : seal(draft, null, sha256);
  return { doubt, repository, head, planned, history, judged, warrants, result, record, codes, previous };
}

const revertsOf = ({ organization }: Repository, today: string): RevertPolicy[] =>
  organization.policies.filter((p): p is RevertPolicy => p.kind === "revert" && p.expires >= today);

/** Files that say how apps are reached, and that judge. */
const judges = (path: string): boolean => path === "rollcall.yaml" || path.startsWith("policies/") || path.startsWith("identities/apps/");

/** What nobody approved neither judges nor leads a credential anywhere: such files count as they were before. */
function trusting(repository: Repository, open: readonly Step[], tainted: ReadonlySet<string>): Repository {
  const oldest = open.find((step) => step.segment.paths.some((p) => tainted.has(p.path) && judges(p.path)));
  if (!oldest) return repository;
  return { ...repository, organization: judgedBy(repository.organization, organizationOf(oldest.before)) };
}

/** State was opened where the files say. Whose account is whose, somebody may have written there: it is no place to give anything by. */
function movedState(opened: Repository, trusted: Repository): string | null {
  const placeOf = ({ organization: { settings } }: Repository): string => JSON.stringify([settings.engine, settings.state]);
  if (placeOf(opened) === placeOf(trusted)) return null;
  return "state lies where `state:` or `engine:` of rollcall.yaml leads now, and nobody approved that place: nothing is given until that line is taken back";
}
