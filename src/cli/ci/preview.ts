import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { compareText, type Diagnostic, hasErrors } from "../../core/diagnostic.ts";
import { conditionHolds } from "../../core/expression/holds.ts";
import type { PullRequest } from "../../core/forge/forge.ts";
import { accessDiff, type AccessDiff, type AccessDiffInput } from "../../core/plan/access-diff.ts";
import { checkOf, rollcall } from "../../core/report/pull/check.ts";
import { pullComment } from "../../core/report/pull/comment.ts";
import { jsonPull } from "../../core/report/pull/json.ts";
import { labelsOf, pullLabels } from "../../core/report/pull/labels.ts";
import type { Overlap, PullReport } from "../../core/report/pull/pull-report.ts";
import { jobSummary } from "../../core/report/pull/summary.ts";
import { workflowCommand } from "../../core/report/workflow-command.ts";
import { allowancesIn } from "../../core/review/allowances.ts";
import { eventualAccess } from "../../core/review/eventual-access.ts";
import { risksOf } from "../../core/review/risks.ts";
import { fileKind } from "../../core/source/file-kind.ts";
import { FaultError } from "../../connector/fault.ts";
import { changedPaths } from "../../io/git/changed-paths.ts";
import { fetchPull } from "../../io/git/fetch.ts";
import { mergedTree } from "../../io/git/merged-tree.ts";
import { commitOf } from "../../io/git/revision.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { compiled, type Reading } from "../repository.ts";
import type { Version } from "../versions.ts";
import { type Ci, openCi } from "./ci.ts";
import { toldByForge } from "../told-by-forge.ts";
import { told } from "../versions.ts";
import { look, nothingSeen } from "./live-look.ts";
import { approvalOf } from "./still-to-approve.ts";

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
