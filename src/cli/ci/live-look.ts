import type { LivePlan } from "../../core/report/pull/pull-report.ts";
import type { PullRequest } from "../../core/forge/forge.ts";
import type { Organization } from "../../core/model/organization.ts";
import type { RevertPolicy } from "../../core/model/policy.ts";
import { secondsToApply } from "../../core/plan/estimate.ts";
import { renamesBetween } from "../../core/plan/renames-between.ts";
import { type Heartbeat, heartbeatOf } from "../../core/report/heartbeat.ts";
import { aimOf, aimsOf } from "../../core/review/aim.ts";
import { judgedBy, previewedBy } from "../../core/review/judged-by.ts";
import { undoneBy } from "../../core/review/warrant.ts";
import type { CommandResult } from "../command.ts";
import { openEngine } from "../engine.ts";
import { planCodes } from "../outcome-codes.ts";
import { progressFor } from "../progress.ts";
import { compiled, type Repository } from "../repository.ts";
import { chosenApps, planOver, seeApps } from "../session.ts";
import type { Version } from "../versions.ts";
import type { Ci } from "./ci.ts";
import { readSnapshots } from "./snapshots.ts";

/** The base, and what a merge would leave. */
interface Sides {
  readonly base: Version;
  readonly head: Version;
}

/** What asking the apps showed. */
export interface Looked {
  readonly live: LivePlan | null;
  readonly missing: string;
  readonly codes: CommandResult;
  /** Absent: state was not asked, or no run of CI is the last that it knows. */
  readonly heartbeat?: Heartbeat;
}

export const nothingSeen = (missing: string): Looked => ({ live: null, missing, codes: 0 });

/** Asks the apps, with connections, settings and policies of the base: what the change implies, and what the world needs besides. */
export async function look(
  ci: Ci,
  pull: PullRequest,
  sides: Sides,
  { base, head }: Record<"base" | "head", Organization>,
): Promise<Looked> {
  if (pull.fork) return nothingSeen("it comes from a fork, and a fork gets no look at the apps");
  if (base.settings.pullRequests.preview === "files") return nothingSeen("rollcall.yaml says that previews read the files alone");
  const { context } = ci;
  const before: Repository = { ...sides.base, organization: base };
  const after: Repository = { ...sides.head, organization: { ...judgedBy(head, base), policies: previewedBy(head, base) } };
  const apps = chosenApps(context, after).map((a) => a.key);
  const engine = await openEngine(context, after, apps, "read");
  try {
    const progress = progressFor(context);
    const wishes = [after, before].map((r) => compiled(r, context.now()).desired);
    const published = base.settings.pullRequests.preview === "snapshot" ? await readSnapshots(ci, after, engine) : "live";
    if (published === null) return nothingSeen("no scheduled run has published a snapshot of the apps yet");
    const seen = published === "live" ? await seeApps(context, after, wishes, engine, progress) : published.seen;
    progress.done();
    const { plan, digest } = planOver(context, after, seen);
    const was = aimsOf(planOver(context, before, seen).plan, [renamesBetween(base, head)]);
    const aims = aimsOf(plan);
    const implied = new Set(plan.operations.filter((o) => aims.has(aimOf(o)) && !was.has(aimOf(o))).map((o) => o.id));
    const known = new Set(base.policies.map((p) => JSON.stringify({ ...p, origin: null })));
    const reverts = head.policies.filter(
      (p): p is RevertPolicy => p.kind === "revert" && p.expires >= plan.today && !known.has(JSON.stringify({ ...p, origin: null })),
    );
    for (const o of undoneBy(reverts, plan.operations)) implied.add(o.id);
    // Policies of the head judge too, and only ever more strictly: both have to let it pass.
    const changed = JSON.stringify(base.policies) !== JSON.stringify(head.policies);
    const own = changed
      ? planOver(context, { ...after, organization: { ...after.organization, policies: head.policies } }, seen).plan.trips
      : [];
    const { manifestByApp } = compiled(after, context.now());
    const change = {
      ...plan,
      apps: plan.apps.map((a) => ({
        ...a,
        calls: { ...a.calls, estimated: plan.operations.filter((o) => o.app === a.app && implied.has(o.id) && o.phase !== "state").length },
      })),
    };
    const live: LivePlan = {
      plan,
      implied,
      digest,
      seenAt: published === "live" ? null : published.takenAt,
      headTrips: own,
      seconds: secondsToApply(change, manifestByApp),
    };
    const last = await engine.records.last();
    return {
      live,
      missing: "",
      codes: planCodes(plan, false),
      ...(last === null || last.run.trigger === "manual" ? {} : { heartbeat: heartbeatOf(last.at, context.now()) }),
    };
  } finally {
    await engine.release();
  }
}
