import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { compareText, type Diagnostic, hasErrors } from "../../core/diagnostic.ts";
import { conditionHolds } from "../../core/expression/holds.ts";
import type { PullRequest } from "../../core/forge/forge.ts";
import type { Organization } from "../../core/model/organization.ts";
import type { RevertPolicy } from "../../core/model/policy.ts";
import type { AccountRecord } from "../../core/model/state.ts";
import { accessDiff, type AccessDiff, type AccessDiffInput } from "../../core/plan/access-diff.ts";
import { secondsToApply } from "../../core/plan/estimate.ts";
import { renamesBetween } from "../../core/plan/renames-between.ts";
import { type Heartbeat, heartbeatOf } from "../../core/report/heartbeat.ts";
import { checkOf, rollcall } from "../../core/report/pull/check.ts";
import { pullComment } from "../../core/report/pull/comment.ts";
import { jsonPull } from "../../core/report/pull/json.ts";
import { labelsOf, pullLabels } from "../../core/report/pull/labels.ts";
import type { ApprovalView, LivePlan, Overlap, PullReport } from "../../core/report/pull/pull-report.ts";
import { jobSummary } from "../../core/report/pull/summary.ts";
import { workflowCommand } from "../../core/report/workflow-command.ts";
import { forgeAccounts, forgeApp } from "../../core/review/accounts.ts";
import { aimOf, aimsOf } from "../../core/review/aim.ts";
import { allowancesIn } from "../../core/review/allowances.ts";
import { judge } from "../../core/review/approval.ts";
import { eventualAccess } from "../../core/review/eventual-access.ts";
import { judgedBy, previewedBy } from "../../core/review/judged-by.ts";
import type { Judgement } from "../../core/review/judgement.ts";
import { risksOf } from "../../core/review/risks.ts";
import { undoneBy } from "../../core/review/warrant.ts";
import type { ChangedPath } from "../../core/review/segment.ts";
import { fileKind } from "../../core/source/file-kind.ts";
import { FaultError } from "../../connector/fault.ts";
import { changedPaths } from "../../io/git/changed-paths.ts";
import { fetchPull } from "../../io/git/fetch.ts";
import { mergedTree } from "../../io/git/merged-tree.ts";
import { commitOf } from "../../io/git/revision.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { openEngine } from "../engine.ts";
import { planCodes } from "../outcome-codes.ts";
import { progressFor } from "../progress.ts";
import { compiled, type Reading, type Repository } from "../repository.ts";
import { chosenApps, planOver, seeApps } from "../session.ts";
import type { Version } from "../versions.ts";
import { type Ci, openCi } from "./ci.ts";
import { toldByForge } from "../told-by-forge.ts";
import { organizationOf } from "./history.ts";
import { readSnapshots } from "./snapshots.ts";
import { told } from "../versions.ts";

export interface PreviewOptions {
  readonly pull?: number;
  /** Only what the files say: no app, no state, no credential. */
  readonly files?: true;
  /** The report as JSON, for whoever wants all of it. */
  readonly out?: string;
  /** Tell nobody: print the comment instead. */
  readonly dryRun?: true;
}

/** By which rollcall finds its own comment again. */
export const commentMarker = "<!-- rollcall:preview -->";

/** GitHub shows ten annotations of a kind and step (GitHub docs "Workflow commands", 2026-11). */
const mostInLog = 10;

/** Other open pull requests that are looked at for the same people; each costs a request. */
const mostOthers = 30;

/**
 * `rollcall ci preview`: what a pull request would change. The code that runs is the base's, and so is everything that touches a credential or
 * judges; of the head only files are read, out of Git's objects. Exit 0 · 3 the files have errors · 5 a guard refuses part of it · 8 an app was not read.
 */
export const preview = (context: Context, options: PreviewOptions): Promise<CommandResult> => toldByForge(previewPull(context, options));

async function previewPull(context: Context, options: PreviewOptions): Promise<CommandResult> {
  const ci = await openCi(context, options.dryRun ? "read" : "write", readingOf(context));
  const number = options.pull ?? ci.env.pull;
  if (number === null) throw new UsageError("which pull request? Give --pull, or run on an event of one", 1);
  const pull = await ci.forge.pull(number);
  if (pull === null) throw new UsageError(`${ci.forge.repository} has no pull request #${number}`, 3);
  if (pull.base.ref !== ci.branch)
    throw new UsageError(`#${number} is not into ${ci.branch}: what it would change there, nobody applies`, 3);
  const { report, codes } = await reportOn(ci, pull, options);
  const comment = pullComment(report, { marker: commentMarker });
  if (options.out !== undefined) {
    const path = resolve(context.dir, options.out);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, jsonPull(report));
  }
  await ci.env.writeSummary(jobSummary(report));
  if (options.dryRun) ci.context.out(comment);
  else await tell(ci, pull, report, comment);
  return codes;
}

/** It only tells something. A runner that is thrown away keeps nothing, so that there is none unless an operator named the folder. */
const readingOf = ({ env }: Context): Reading => ((env["ROLLCALL_CACHE"] ?? "") === "" ? "afresh" : "known");

async function tell(ci: Ci, pull: PullRequest, report: PullReport, comment: string): Promise<void> {
  const said = await ci.forge.stickyComment(pull.number, commentMarker, comment);
  ci.context.err(`#${pull.number}: comment ${said}\n`);
  await ci.forge.labels(pull.number, pullLabels, labelsOf(report));
  try {
    await ci.forge.check({ name: rollcall, sha: pull.head.sha, ...checkOf(report) });
  } catch (error) {
    // Only apps make checks: with a person's token the notes at the lines go by way of the log.
    if (!(error instanceof FaultError) || error.fault.kind !== "forbidden") throw error;
    ci.context.err("no check was made: this token is not an app's, or lacks checks: write\n");
    for (const annotation of checkOf(report).annotations.slice(0, mostInLog)) ci.context.command?.(workflowCommand(annotation));
  }
}

interface Sides {
  readonly base: Version;
  readonly head: Version;
  /** Of the head's files: what a merge would leave, or the head itself where it conflicts. */
  readonly tree: string;
  readonly conflicts: readonly string[] | null;
}

async function reportOn(ci: Ci, pull: PullRequest, options: PreviewOptions): Promise<{ report: PullReport; codes: CommandResult }> {
  const { context } = ci;
  const { dir } = context;
  const baseCommit = await told(commitOf(dir, "HEAD"));
  const headCommit = await told(fetchPull(dir, { remote: ci.remote, number: pull.number, ...ci.signedIn }));
  if (headCommit !== pull.head.sha)
    throw new UsageError(`#${pull.number} moved while it was being read; the run for its newest commit will say more`, 1);
  const sides = await sidesOf(ci, baseCommit, headCommit);
  const { base, head } = sides;
  ci.versions.keep([base, head]);
  const paths = ci.below(await told(changedPaths(dir, baseCommit, sides.tree)));
  const problems = [...head.diagnostics, ...conflictProblems(sides.conflicts)];
  const settings = (base.organization ?? head.organization)?.settings;
  const shared = {
    pull: { number: pull.number, head: pull.head.sha, base: baseCommit, baseRef: pull.base.ref, fork: pull.fork },
    files: paths,
    problems,
    sources: new Map(head.files.map((f) => [f.path, f.text])),
    risks: risksOf({ paths, base: base.organization, head: head.organization }),
    privacy: settings?.pullRequests.comments ?? ("keys" as const),
    run: { url: ci.env.runUrl },
  };
  if (hasErrors(problems) || base.organization === null || head.organization === null) {
    const empty: AccessDiff = { changes: [] };
    const why = base.organization === null ? "the files of the base have errors" : "the files have errors";
    const report: PullReport = {
      ...shared,
      access: empty,
      eventually: empty,
      live: null,
      liveMissing: why,
      approval: null,
      allowances: [],
      overlaps: [],
    };
    return { report, codes: 3 };
  }
  const organizations = { base: base.organization, head: head.organization };
  const diffInput: AccessDiffInput = {
    base: { organization: organizations.base, holds: conditionHolds() },
    head: { organization: organizations.head, holds: conditionHolds() },
    manifests: ci.manifests,
    now: context.now(),
  };
  const access = accessDiff(diffInput);
  const eventual = eventualAccess(diffInput);
  const looking = options.files ? nothingSeen("this run reads the files alone") : await look(ci, pull, sides, organizations);
  const today = compiled({ ...base, organization: organizations.base }, context.now()).today;
  const report: PullReport = {
    ...shared,
    access,
    eventually: eventual,
    live: looking.live,
    liveMissing: looking.live === null ? looking.missing : null,
    approval: await approvalOf(ci, pull, { ...sides, paths }, access, eventual),
    allowances: allowancesIn(organizations.head.policies, today, looking.live?.plan ?? null),
    ...(looking.heartbeat === undefined ? {} : { heartbeat: looking.heartbeat }),
    overlaps: await overlapsOf(ci, pull, new Set([...access.changes.map((c) => c.person), ...paths.flatMap((p) => personAt(p.path))])),
  };
  return { report, codes: looking.codes };
}

/** The files of the base, and those that a merge would leave; where it conflicts, those of the head as they are. */
async function sidesOf(ci: Ci, base: string, head: string): Promise<Sides> {
  const merged = await told(mergedTree(ci.context.dir, base, head));
  const before = await ci.versions.at(base);
  if (merged.kind === "tree")
    return {
      base: before,
      head: await ci.versions.tree(merged.tree, `#merge of ${head.slice(0, 12)}`),
      tree: merged.tree,
      conflicts: null,
    };
  const conflicts = merged.kind === "conflicts" ? merged.paths : [];
  return { base: before, head: await ci.versions.at(head), tree: head, conflicts };
}

const conflictProblems = (paths: readonly string[] | null): Diagnostic[] =>
  paths === null
    ? []
    : [
        {
          code: "MERGE_CONFLICT",
          severity: "error",
          summary: paths.length === 0 ? "The branch shares no history with its base." : "The branch conflicts with its base.",
          fix: "Bring the branch up to date with its base.",
          where: paths.map((file) => ({ file, line: 1, column: 1 })),
        },
      ];

interface Looked {
  readonly live: LivePlan | null;
  readonly missing: string;
  readonly codes: CommandResult;
  /** Absent: state was not asked, or no run of CI is the last that it knows. */
  readonly heartbeat?: Heartbeat;
}

const nothingSeen = (missing: string): Looked => ({ live: null, missing, codes: 0 });

/** Asks the apps, with connections, settings and policies of the base: what the change implies, and what the world needs besides. */
async function look(ci: Ci, pull: PullRequest, sides: Sides, { base, head }: Record<"base" | "head", Organization>): Promise<Looked> {
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

/** Where the approval stands: what `ci apply` will ask for. Accounts are people's by the files of the base, and by state where it can be read. */
async function approvalOf(
  ci: Ci,
  pull: PullRequest,
  { base, head, paths }: Sides & { readonly paths: readonly ChangedPath[] },
  access: AccessDiff,
  eventual: AccessDiff,
): Promise<ApprovalView | null> {
  const timeline = await ci.forge.timeline(pull.number);
  if (timeline === null) return null;
  const organization = organizationOf(base);
  const { personOf } = forgeAccounts(organization, await forgeRecords(ci, base));
  const judgement = judge({
    timeline,
    change: { paths, access, eventually: eventual, head: organizationOf(head) },
    rules: { organization, personOf, now: ci.context.now() },
    merge: null,
  });
  return viewOf(judgement);
}

async function forgeRecords(ci: Ci, base: Version): Promise<ReadonlyMap<string, AccountRecord>> {
  const organization = organizationOf(base);
  const app = forgeApp(organization);
  if (!app) return new Map();
  const engine = await openEngine(ci.context, { ...base, organization }, [app.key], "read");
  try {
    return (await engine.load(app.key, app.connector)).state.accounts;
  } finally {
    await engine.release();
  }
}

const viewOf = ({ needs, counted, discounted, stops }: Judgement): ApprovalView => ({
  against: stops,
  needs: needs.map((n) => ({ why: n.what, paths: n.about, from: n.people, approvals: n.count, given: n.have.length })),
  counted: counted.map(({ person, review }) => ({ person, login: review.author?.login ?? "" })),
  discounted: discounted.map(({ review, why }) => ({ person: null, login: review.author?.login ?? "", why })),
});

const personAt = (path: string): string[] => {
  const kind = fileKind(path);
  return kind.kind === "people" || kind.kind === "services" ? [kind.key] : [];
};

/** Other open pull requests about the same people: whoever merges second may undo what the first one meant. */
async function overlapsOf(ci: Ci, pull: PullRequest, people: ReadonlySet<string>): Promise<Overlap[]> {
  if (people.size === 0) return [];
  const others = (await ci.forge.openPulls(pull.base.ref)).filter((p) => p.number !== pull.number).slice(0, mostOthers);
  const found: Overlap[] = [];
  for (const other of others) {
    const paths = ci.below(((await ci.forge.pullPaths(other.number)) ?? []).map((path) => ({ path, change: "changed", kind: "file" })));
    const same = [...new Set(paths.flatMap((p) => personAt(p.path)))].filter((key) => people.has(key));
    if (same.length > 0) found.push({ number: other.number, title: other.title, people: same.sort(compareText) });
  }
  return found.sort((a, b) => a.number - b.number);
}
