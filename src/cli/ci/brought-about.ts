import { conditionHolds } from "../../core/expression/holds.ts";
import type { Desired } from "../../core/model/desired.ts";
import type { Organization } from "../../core/model/organization.ts";
import type { Operation } from "../../core/plan/operation.ts";
import type { Plan } from "../../core/plan/plan.ts";
import { renamed, type Renames, renamesBetween, renamesNothing } from "../../core/plan/renames-between.ts";
import type { Outstanding } from "../../core/record/record.ts";
import { aimOf, aimsOf, takesAway } from "../../core/review/aim.ts";
import { eventually } from "../../core/review/eventually.ts";
import { askedLater } from "../../core/review/later.ts";
import { type Asked, enter, enterLate, enterOperations, type Ledger } from "../../core/review/ledger.ts";
import { type JudgedSegment, pullOf } from "../../core/review/warrant.ts";
import { compiled, type Repository } from "../repository.ts";
import { planOver, type SeenApp } from "../session.ts";
import type { Version } from "../versions.ts";
import type { Ci } from "./ci.ts";
import { type History, organizationOf, type Step } from "./history.ts";

/** A step with what it brings about. */
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

export function waysTo(
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
export function judgeSteps(
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
export function ledgerOf(
  before: Ledger,
  { steps, again }: History,
  judged: readonly JudgedStep[],
  ways: ReturnType<typeof waysTo>,
): Ledger {
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
export async function baseline(ci: Ci, commit: string): Promise<Outstanding[]> {
  const start = await ci.versions.at(commit);
  if (!start.organization) return [];
  const side = { organization: start.organization, holds: conditionHolds() };
  return askedLater(side, { manifests: ci.manifests, now: ci.context.now() }, () => true).map((asked) => ({
    ...asked,
    by: { kind: "baseline", commit },
  }));
}

export const repositoryOf = (version: Version): Repository => ({ ...version, organization: organizationOf(version) });

/** What everything shall be once everybody has arrived. */
export const eventualOf = (repository: Repository, now: Date): Desired =>
  compiled({ ...repository, organization: eventually(repository.organization) }, now).desired;
