import { compareText, hasErrors } from "../../core/diagnostic.ts";
import { conditionHolds } from "../../core/expression/holds.ts";
import type { PullRequest, Timeline } from "../../core/forge/forge.ts";
import type { Organization } from "../../core/model/organization.ts";
import type { AppState } from "../../core/model/state.ts";
import { accessDiff, type AccessChange, type AccessDiff } from "../../core/plan/access-diff.ts";
import type { RecordedSegment } from "../../core/record/record.ts";
import { provenanceOf } from "../../core/review/provenance.ts";
import { judge } from "../../core/review/approval.ts";
import { forgeAccounts, forgeApp } from "../../core/review/accounts.ts";
import { eventualAccess } from "../../core/review/eventual-access.ts";
import { askedLater, comingBack } from "../../core/review/later.ts";
import type { Asked } from "../../core/review/ledger.ts";
import { eventually } from "../../core/review/eventually.ts";
import type { Provenance, Segment } from "../../core/review/segment.ts";
import { type Span, spansOf } from "../../core/review/spans.ts";
import { changedPaths } from "../../io/git/changed-paths.ts";
import { fetchCommit, fetchPull } from "../../io/git/fetch.ts";
import { firstParents } from "../../io/git/first-parents.ts";
import { commitsHere } from "../../io/git/line.ts";
import { isMergeOf } from "../../io/git/merged-tree.ts";
import { UsageError } from "../command.ts";
import type { Version, VersionReader } from "../versions.ts";
import type { Ci } from "./ci.ts";
import { told } from "../versions.ts";

/** A step of the default branch with everything that a run needs of it. */
export interface Step {
  readonly segment: Segment;
  readonly provenance: Provenance;
  /** The files before and after, without errors. */
  readonly before: Version;
  readonly after: Version;
  /** What it asks for: today, and on later days that the files name. */
  readonly changes: readonly Asked[];
  /** null: pushed. */
  readonly pull: PullRequest | null;
}

export interface History {
  /** Oldest first: those of earlier runs that nobody had approved, then the new ones. */
  readonly steps: readonly Step[];
  /** How many of `steps` are of earlier runs. */
  readonly again: number;
}

/** Steps of one run at most: a repository that nobody applied for years is taken over by hand. */
const mostCommits = 2000;

export interface HistoryInput {
  readonly versions: VersionReader;
  /** The last run answered for history up to here. */
  readonly from: string;
  readonly to: string;
  /** Segments of earlier runs that nobody had approved. */
  readonly unapproved: readonly RecordedSegment[];
  /** Pull requests whose approval an earlier run has used. */
  spent(): Promise<ReadonlySet<number>>;
  /** What state knows of an app: accounts at the forge by person. */
  stateOf(app: string): Promise<AppState | null>;
}

/** What came to the default branch, by which pull request, and whether those who had to approve it did. */
export async function readHistory(ci: Ci, input: HistoryInput): Promise<History> {
  await bring(ci, [input.from, ...input.unapproved.flatMap(({ from, to }) => [from, to])]);
  const judgeOf = new Judging(ci, input);
  const steps: Step[] = [];
  for (const old of input.unapproved) {
    const pull = old.provenance.kind === "approved" ? null : old.provenance.pull;
    const paths = await told(changedPaths(ci.context.dir, old.from, old.to));
    steps.push(
      await judgeOf.step(
        { from: old.from, to: old.to, commits: [old.to], paths: ci.below(paths), forced: false },
        pull === null ? [] : [pull],
      ),
    );
  }
  const again = steps.length;
  for (const { segment, pulls } of await newSegments(ci, input)) steps.push(await judgeOf.step(segment, pulls));
  return { steps, again };
}

/** A fresh clone has what the branch leads to; what a forced push took out of its history is asked for by itself. */
async function bring(ci: Ci, commits: readonly string[]): Promise<void> {
  const { dir } = ci.context;
  const here = await told(commitsHere(dir, commits));
  for (const id of new Set(commits)) {
    if (here.has(id) || (await told(fetchCommit(dir, { remote: ci.remote, id, ...ci.signedIn })))) continue;
    throw new UsageError(
      `the commit ${id}, up to which earlier runs answer for ${ci.branch}, is not at ${ci.remote} any more: push it there from a clone that has it (git push ${ci.remote} ${id}:refs/tags/rollcall-answered), and run again`,
      3,
    );
  }
}

interface Found {
  readonly segment: Segment;
  /** Several where files had errors in between, so that none of them can be looked at alone; empty: pushed. */
  readonly pulls: readonly number[];
}

async function newSegments(ci: Ci, { versions, from, to }: HistoryInput): Promise<Found[]> {
  const { dir } = ci.context;
  if (from === to) return [];
  const { forced, commits } = await told(firstParents(dir, from, to, mostCommits));
  if (forced) {
    const paths = ci.below(await told(changedPaths(dir, from, to)));
    return [{ segment: { from, to, forced: true, commits: commits.map((c) => c.id), paths }, pulls: [] }];
  }
  const mergedBy = await mergesOf(
    ci,
    commits.map((c) => c.id),
  );
  const spans = spansOf(
    from,
    commits.map((c) => c.id),
    (commit) => mergedBy.get(commit) ?? null,
  );
  const found: Found[] = [];
  let open: Span[] = [];
  for (const span of spans) {
    open.push(span);
    // Files with errors cannot be compared: what brought them and what mended them is looked at together.
    if ((await versions.at(span.to)).organization === null) continue;
    const start = open[0]!.from;
    found.push({
      segment: {
        from: start,
        to: span.to,
        forced: false,
        commits: open.flatMap((s) => s.commits),
        paths: ci.below(await told(changedPaths(dir, start, span.to))),
      },
      pulls: open.some((s) => s.pull === null) ? [] : open.map((s) => s.pull!),
    });
    open = [];
  }
  return found;
}

/** The merged pull request to which each commit belongs. */
async function mergesOf({ forge, branch }: Ci, commits: readonly string[]): Promise<Map<string, { pull: number; commit: string }>> {
  const result = new Map<string, { pull: number; commit: string }>();
  for (const commit of commits) {
    const merged = (await forge.pullsOf(commit)).filter((p) => p.merged !== null && p.base.ref === branch);
    const own = merged.find((p) => p.merged!.commit === commit) ?? merged[0];
    if (own) result.set(commit, { pull: own.number, commit: own.merged!.commit });
  }
  return result;
}

/**
 * Judges steps one after another: what nobody approved does not make the rules for what comes after it, and what was approved since does. The rules
 * are the files before a step, each that a step before it left as nobody approved it as it was before that.
 */
class Judging {
  private readonly ci: Ci;
  private readonly input: HistoryInput;
  private readonly trusted = new Map<string, string | undefined>();
  /** The files before the oldest step that nobody approved: the rules where the others do not make a whole. */
  private oldest: Version | null = null;
  private spent: Promise<ReadonlySet<number>> | null = null;

  constructor(ci: Ci, input: HistoryInput) {
    this.ci = ci;
    this.input = input;
  }

  async step(segment: Segment, pulls: readonly number[]): Promise<Step> {
    const { versions } = this.input;
    const [before, after] = [await versions.at(segment.from), await versions.at(segment.to)];
    const access = between(this.ci, before, after);
    const judged = await this.provenance(segment, pulls, before, after, access.now);
    if (judged.provenance.kind !== "approved") {
      this.oldest ??= before;
      const texts = textsOf(before);
      for (const { path } of segment.paths) if (!this.trusted.has(path)) this.trusted.set(path, texts.get(path));
    }
    return { segment, before, after, changes: [...access.now.changes, ...access.later], ...judged };
  }

  private async provenance(
    segment: Segment,
    pulls: readonly number[],
    before: Version,
    after: Version,
    access: AccessDiff,
  ): Promise<Pick<Step, "provenance" | "pull">> {
    if (segment.forced) return pushed(["history was rewritten: what was there before is no part of what is there now"]);
    if (pulls.length === 0) return pushed(["it came by no pull request"]);
    const spent = await (this.spent ??= this.input.spent());
    // History that was taken back and brought again would have it a second time.
    const again = pulls.find((number) => spent.has(number));
    if (again !== undefined) return pushed([`what #${again} asked for was carried out before: an approval counts once`]);
    let last: { provenance: Provenance; pull: PullRequest | null } | null = null;
    for (const number of pulls) {
      last = await this.ofPull(number, segment, pulls.length > 1, before, after, access);
      if (last.provenance.kind !== "approved") return last;
    }
    return last!;
  }

  private async ofPull(
    number: number,
    segment: Segment,
    joined: boolean,
    before: Version,
    after: Version,
    access: AccessDiff,
  ): Promise<{ provenance: Provenance; pull: PullRequest | null }> {
    const { ci } = this;
    const timeline = await ci.forge.timeline(number);
    if (timeline === null) return pushed([`the forge does not know pull request #${number}`]);
    const rules = this.rulesFor(before);
    const organization = organizationOf(rules);
    const state = await this.input.stateOf(forgeApp(organization)?.key ?? "");
    const accounts = forgeAccounts(organization, state?.accounts ?? new Map());
    const judgement = judge({
      timeline,
      change: {
        paths: segment.paths,
        access,
        eventually: eventualAccess({ ...sidesOf(before, after), manifests: ci.manifests, now: ci.context.now() }),
        head: organizationOf(after),
      },
      rules: { organization, personOf: accounts.personOf, now: ci.context.now() },
      merge: { identical: await this.identical(timeline, segment, joined), branch: ci.branch },
    });
    return { provenance: provenanceOf(judgement, timeline), pull: timeline.pull };
  }

  private rulesFor(before: Version): Version {
    if (this.oldest === null) return before;
    const texts = new Map([...textsOf(before), ...this.trusted]);
    const files = [...texts].flatMap(([path, text]) => (text === undefined ? [] : [{ path, text }]));
    const rules = this.input.versions.of(
      files.sort((a, b) => compareText(a.path, b.path)),
      before.label,
    );
    return rules.organization === null || hasErrors(rules.diagnostics) ? this.oldest : rules;
  }

  /** Whether the merge left just what base and the reviewed head come to together. */
  private async identical({ pull }: Timeline, segment: Segment, joined: boolean): Promise<boolean> {
    const { ci } = this;
    const head = await told(fetchPull(ci.context.dir, { remote: ci.remote, number: pull.number, ...ci.signedIn }));
    if (head !== pull.head.sha) return false;
    // Of several looked at together each is compared with its own place in history.
    const place = joined ? await ownPlace(ci, pull, segment) : segment;
    return place !== null && (await told(isMergeOf(ci.context.dir, { before: place.from, head, after: place.to })));
  }
}

async function ownPlace(ci: Ci, pull: PullRequest, segment: Segment): Promise<{ from: string; to: string } | null> {
  const to = pull.merged?.commit;
  if (to === undefined || !segment.commits.includes(to)) return null;
  const own = [];
  for (const commit of segment.commits) if ((await ci.forge.pullsOf(commit)).some((p) => p.number === pull.number)) own.push(commit);
  const first = segment.commits.indexOf(own[0] ?? to);
  return { from: first === 0 ? segment.from : segment.commits[first - 1]!, to };
}

const pushed = (reasons: readonly string[]): Pick<Step, "provenance" | "pull"> => ({
  provenance: { kind: "pushed", pull: null, reasons },
  pull: null,
});

/** Files with errors end a run before this is asked. */
export function organizationOf(version: Version) {
  if (!version.organization) throw new UsageError(`the files at ${version.label} have errors`, 3);
  return version.organization;
}

const sidesOf = (before: Version, after: Version) => ({
  base: { organization: organizationOf(before), holds: conditionHolds() },
  head: { organization: organizationOf(after), holds: conditionHolds() },
});

/** What a step asks for today, and what it asks for once people have started or come back. */
function between(ci: Ci, before: Version, after: Version): { now: AccessDiff; later: Asked[] } {
  const diff = (base: ReturnType<typeof sidesOf>["base"], head: ReturnType<typeof sidesOf>["head"]): AccessDiff =>
    accessDiff({ base, head, manifests: ci.manifests, now: ci.context.now() });
  const { base, head } = sidesOf(before, after);
  const there = (side: typeof base): typeof base => ({ ...side, organization: eventually(side.organization) });
  const now = diff(base, head);
  const said = new Set(now.changes.map(keyOf));
  const touched = new Set(changedKeys(before, after));
  const eventual = diff(there(base), there(head)).changes;
  return {
    now,
    later: [
      ...eventual.filter((c) => !said.has(keyOf(c))),
      ...comingBack(eventual, head.organization, ci.context.now()),
      // Whose own file says when they begin or come back: that, too, was read by who approved it.
      ...askedLater(head, { manifests: ci.manifests, now: ci.context.now() }, (person) => touched.has(person)),
    ],
  };
}

const keyOf = (c: AccessChange): string => JSON.stringify([c.app, c.person, c.target]);

function changedKeys(before: Version, after: Version): string[] {
  const [was, is] = [organizationOf(before), organizationOf(after)];
  return [...is.people.values(), ...is.services.values()]
    .filter((p) => (was.people.get(p.key) ?? was.services.get(p.key)) !== p)
    .map((p) => p.key);
}

/**
 * Files that lie at head as nobody approved them: what a step that nobody approved left, until the file is again what it was before the first such
 * step, or an approved step began at that. A later approval of another change to the same file does not bless what its reader was not shown.
 */
export function taintedIn(steps: readonly Step[], head: Version): Set<string> {
  const trusted = new Map<string, string | undefined>();
  for (const step of steps) {
    if (step.provenance.kind === "approved" && trusted.size === 0) continue;
    const before = textsOf(step.before);
    for (const { path } of step.segment.paths) {
      if (step.provenance.kind !== "approved") {
        if (!trusted.has(path)) trusted.set(path, before.get(path));
      } else if (trusted.has(path) && before.get(path) === trusted.get(path)) trusted.delete(path);
    }
  }
  const now = textsOf(head);
  const tainted = new Set([...trusted].filter(([path, text]) => now.get(path) !== text).map(([path]) => path));
  for (const [path, former] of formerPaths(organizationOf(head))) if (tainted.has(former) && !now.has(former)) tainted.add(path);
  return tainted;
}

/** Declarations with a name they had before, by their paths: what a file held goes on under the new one. */
const formerPaths = ({ people, services, roles, apps }: Organization): [string, string][] =>
  Object.entries({ people, services, roles, apps }).flatMap(([folder, all]) =>
    [...all.values()].flatMap(({ key, formerly }): [string, string][] =>
      formerly.map((former) => [`identities/${folder}/${key}.yaml`, `identities/${folder}/${former}.yaml`]),
    ),
  );

const textsOf = (version: Version): ReadonlyMap<string, string> => new Map(version.files.map((f) => [f.path, f.text]));
