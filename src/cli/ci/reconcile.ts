import type { ApplyResult, OperationOutcome } from "../../core/engine.ts";
import { hasErrors } from "../../core/diagnostic.ts";
import type { Desired } from "../../core/model/desired.ts";
import type { Organization } from "../../core/model/organization.ts";
import type { RevertPolicy } from "../../core/model/policy.ts";
import type { Snapshot } from "../../core/model/observed.ts";
import { conditionHolds } from "../../core/expression/holds.ts";
import { applicable } from "../../core/plan/make-plan.ts";
import type { Operation } from "../../core/plan/operation.ts";
import type { Permit } from "../../core/plan/permits.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { Outstanding, RecordedOperation, RecordedSegment, RunRecord, Warrant } from "../../core/record/record.ts";
import { recordedOperation } from "../../core/record/recorded-operation.ts";
import { spentIn } from "../../core/record/goes-on.ts";
import { seal } from "../../core/record/seal.ts";
import { stoppedElsewhere } from "../../core/record/stopped-elsewhere.ts";
import { renamed, type Renames, renamesBetween, renamesNothing } from "../../core/plan/renames-between.ts";
import { aimOf, aimsOf, takesAway } from "../../core/review/aim.ts";
import { confirmations } from "../../core/review/confirm.ts";
import { eventually } from "../../core/review/eventually.ts";
import { judgedBy } from "../../core/review/judged-by.ts";
import { askedLater } from "../../core/review/later.ts";
import { type Asked, dueOn, enter, enterLate, enterOperations, type Ledger, stillOutstanding, wantedOf } from "../../core/review/ledger.ts";
import { type JudgedSegment, pullOf, type Warranted, warrantsFor } from "../../core/review/warrant.ts";
import type { EngineRun } from "../engine-run.ts";
import { openEngine } from "../engine.ts";
import { type ExitCode, exitCodes, worst } from "../exit-code.ts";
import { planCodes, remainingCodes, resultCodes } from "../outcome-codes.ts";
import { version as rollcallVersion } from "../package.ts";
import { sha256 } from "../records.ts";
import { progressFor } from "../progress.ts";
import { compiled, type Repository, reportDiagnostics } from "../repository.ts";
import { chosenApps, type Planned, planOver, seeApps, type SeenApp } from "../session.ts";
import { UsageError } from "../command.ts";
import type { Version } from "../versions.ts";
import type { Ci } from "./ci.ts";
import { type History, organizationOf, readHistory, type Step, taintedIn } from "./history.ts";
import { lookAgain } from "./look-again.ts";
import { previousOf } from "./previous.ts";

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

const repositoryOf = (version: Version): Repository => ({ ...version, organization: organizationOf(version) });

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

export interface JudgedStep {
  readonly segment: JudgedSegment;
  readonly operations: readonly Operation[];
}

/** What was renamed on the way from a step to the head; only what was reviewed makes a new name out of an old one. */
interface Way {
  /** Between the step before and this one. */
  readonly here: readonly Renames[];
  /** By the step; of one that nobody approved, they keep losses alone what they were. */
  readonly own: readonly Renames[];
  /** From the files after it to those at the head. */
  readonly later: readonly Renames[];
}

function waysTo(
  { organization }: Repository,
  steps: readonly Step[],
): { readonly steps: readonly Way[]; readonly end: readonly Renames[] } {
  const between = (a: Organization | null, b: Organization): Renames[] =>
    a === null || a === b ? [] : [renamesBetween(a, b)].filter((r) => !renamesNothing(r));
  const last = steps.at(-1);
  const end = between(last ? organizationOf(last.after) : null, organization);
  let later: readonly Renames[] = end;
  const ways: Way[] = [];
  for (let i = steps.length - 1; i >= 0; i--) {
    const { before, after, provenance } = steps[i]!;
    const earlier = steps[i - 1];
    const own = between(organizationOf(before), organizationOf(after));
    const here = between(earlier ? organizationOf(earlier.after) : null, organizationOf(before));
    ways.unshift({ here, own, later });
    later = [...here, ...(provenance.kind === "approved" ? own : []), ...later];
  }
  return { steps: ways, end };
}

/** What each step brings about, over the world as it is now: what the plan after it is out for, and the plan before it was not. */
function judgeSteps(
  ci: Ci,
  seen: ReadonlyMap<string, SeenApp>,
  steps: readonly Step[],
  ways: { readonly steps: readonly Way[] },
): JudgedStep[] {
  const plans = new Map<Version, Plan>();
  const planOf = (version: Version): Plan => {
    const plan = plans.get(version) ?? planOver(ci.context, repositoryOf(version), seen).plan;
    plans.set(version, plan);
    return plan;
  };
  return steps.map(({ segment, provenance, before, after }, i) => {
    const { own, later } = ways.steps[i]!;
    const approved = provenance.kind === "approved";
    const was = aimsOf(planOf(before), approved ? [...own, ...later] : later);
    if (!approved && own.length > 0) for (const o of planOf(before).operations) if (takesAway(o)) was.add(aimOf(o, [...own, ...later]));
    const is = planOf(after);
    const implies = new Set([...aimsOf(is, later)].filter((aim) => !was.has(aim)));
    return { segment: { segment, provenance, implies }, operations: is.operations.filter((o) => implies.has(aimOf(o, later))) };
  });
}

/** `again`: how many of the steps are of earlier runs, which have had their say. */
function ledgerOf(before: Ledger, { steps, again }: History, judged: readonly JudgedStep[], ways: ReturnType<typeof waysTo>): Ledger {
  const named = (ledger: Ledger, names: readonly Renames[]): Ledger =>
    names.length === 0 ? ledger : ledger.map((e) => names.reduce<Outstanding>(renamed, e));
  let ledger = before;
  steps.forEach((step, i) => {
    const { here, own, later } = ways.steps[i]!;
    const by = step.provenance.kind === "approved" ? pullOf(judged[i]!.segment) : null;
    if (i < again) {
      // Under the names of today: what is outstanding stands there since.
      const now = (all: readonly Asked[]): Asked[] => all.map((c) => later.reduce<Asked>(renamed, c));
      if (by) ledger = enterLate(ledger, now(step.changes), by);
      if (by)
        ledger = enterOperations(
          ledger,
          judged[i]!.operations.map((o) => later.reduce<Operation>(renamed, o)),
          by,
        );
      return;
    }
    const names = [...(i === again ? [] : here), ...(by ? own : [])];
    ledger = enter(named(ledger, names), step.changes, by);
    if (by) ledger = enterOperations(ledger, judged[i]!.operations, by);
  });
  return steps.length > again ? named(ledger, ways.end) : ledger;
}

/** What the files already said of later days when CI took over: nobody will review that again. */
async function baseline(ci: Ci, commit: string): Promise<Outstanding[]> {
  const start = await ci.versions.at(commit);
  if (!start.organization) return [];
  const side = { organization: start.organization, holds: conditionHolds() };
  return askedLater(side, { manifests: ci.manifests, now: ci.context.now() }, () => true).map((asked) => ({
    ...asked,
    by: { kind: "baseline", commit },
  }));
}

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

function draftOf(facts: Facts): Omit<RunRecord, "sequence" | "previous" | "hash"> {
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

const eventualOf = (repository: Repository, now: Date): Desired =>
  compiled({ ...repository, organization: eventually(repository.organization) }, now).desired;

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
