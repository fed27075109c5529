import type { RecordedOperation, RecordedSegment, RunRecord, Warrant } from "./record.ts";

/** What Git and the forge know of what records claim. */
export interface Facts {
  /** The default branch along first parents, newest first; of a shallow clone, as far back as it goes. */
  readonly line: readonly string[];
  /** Older commits are not in this clone. */
  readonly shallow: boolean;
  /** Further commits that Git has. */
  readonly elsewhere: ReadonlySet<string>;
  /**
   * What the forge says of pull requests: the commit that the merge left, null where it was not merged or is not there. null: the forge was
   * not asked, or did not answer; a number that is missing was not asked about.
   */
  readonly merges: ReadonlyMap<number, string | null> | null;
}

export interface ClaimProblem {
  readonly sequence: number;
  readonly code: "COMMIT_UNKNOWN" | "WARRANT_UNFOUND" | "APPROVERS_DIFFER" | "PULL_ELSEWHERE" | "GAIN_UNREVIEWED";
  readonly summary: string;
}

export interface ClaimsChecked {
  readonly problems: readonly ClaimProblem[];
  /** Commits that this clone does not reach: nothing is said about them. */
  readonly unseen: readonly string[];
  /** Commits that Git has and the default branch has no more: its history was written anew. */
  readonly offLine: readonly string[];
}

/** Every commit that a record names, once, in order. */
export function commitsOf(record: RunRecord): string[] {
  const { commits, segments, operations, unapproved, outstanding } = record;
  const warrants = [...operations, ...outstanding].flatMap(({ by }) => ("commit" in by ? [by.commit] : []));
  const named = [commits.from, commits.to, ...[...segments, ...unapproved].flatMap((s) => [s.from, s.to]), ...warrants];
  return [...new Set(named.filter((c): c is string => c !== null && c !== ""))];
}

/** Every pull request by whose word something was done, once, in order of number. */
export const pullsOf = (records: readonly RunRecord[]): number[] =>
  [
    ...new Set(
      records.flatMap((r) => [...pullsIn(r.segments), ...r.operations.flatMap(({ by }) => (by.kind === "pull" ? [by.pull] : []))]),
    ),
  ].sort((a, b) => a - b);

const pullsIn = (segments: readonly RecordedSegment[]): number[] =>
  segments.flatMap(({ provenance }) => (provenance.kind === "approved" ? [provenance.pull] : []));

/**
 * Whether what records say fits Git, the forge and each other: commits exist; what was done by a pull request's word has an approved segment of
 * that pull request, here or in an earlier record, with the same approvers, in which the commit lies that the merge left. Whether those who
 * approved were allowed to is not asked here.
 */
export function checkClaims(records: readonly RunRecord[], facts: Facts): ClaimsChecked {
  const place = new Map(facts.line.map((id, i) => [id, facts.line.length - i]));
  const problems: ClaimProblem[] = [];
  const unseen = new Set<string>();
  const offLine = new Set<string>();
  const approved = new Map<number, RecordedSegment[]>();
  const told = new Set<string>();
  for (const record of records) {
    const { sequence } = record;
    const add = (code: ClaimProblem["code"], summary: string): void => {
      if (told.has(`${code} ${summary}`)) return;
      told.add(`${code} ${summary}`);
      problems.push({ sequence, code, summary });
    };
    for (const commit of commitsOf(record)) {
      if (place.has(commit)) continue;
      if (facts.elsewhere.has(commit)) offLine.add(commit);
      else if (facts.shallow) unseen.add(commit);
      else add("COMMIT_UNKNOWN", `Record ${sequence} names the commit ${commit}, which Git does not have.`);
    }
    for (const segment of record.segments) {
      const { provenance } = segment;
      if (provenance.kind !== "approved") continue;
      approved.set(provenance.pull, [...(approved.get(provenance.pull) ?? []), segment]);
      const merge = facts.merges?.get(provenance.pull);
      if (merge === undefined || (merge !== null && within(segment, merge, place) !== false)) continue;
      const says = merge === null ? "knows no such merge" : `says that its merge left ${merge}`;
      add("PULL_ELSEWHERE", `Record ${sequence} says that pull request #${provenance.pull} brought ${segment.to}; the forge ${says}.`);
    }
    for (const operation of record.operations) {
      const { by } = operation;
      if (by.kind === "pushed" && gains.has(operation.verb)) {
        add("GAIN_UNREVIEWED", `Record ${sequence}: ${what(operation)} gave access and rests on a push that nobody reviewed.`);
      }
      if (by.kind === "pull") holdAgainst(add, sequence, operation, by, approved.get(by.pull) ?? [], place);
    }
  }
  return { problems, unseen: [...unseen], offLine: [...offLine] };
}

const gains: ReadonlySet<string> = new Set(["create", "restore", "grant"]);

const what = ({ app, person, verb, target }: RecordedOperation): string => `${verb} ${target} of ${person ?? "a group"} in ${app}`;

type PullWarrant = Extract<Warrant, { kind: "pull" }>;

/** One operation against the approved segments of the pull request it names. */
function holdAgainst(
  add: (code: ClaimProblem["code"], summary: string) => void,
  sequence: number,
  operation: RecordedOperation,
  by: PullWarrant,
  segments: readonly RecordedSegment[],
  place: ReadonlyMap<string, number>,
): void {
  const fitting = segments.filter((segment) => within(segment, by.commit, place) !== false);
  if (fitting.length === 0) {
    const why = segments.length === 0 ? "no record up to this one has it approved" : `${by.commit} is not among the commits it brought`;
    add("WARRANT_UNFOUND", `Record ${sequence}: ${what(operation)} was done by the word of pull request #${by.pull}, but ${why}.`);
    return;
  }
  const approvers = [...by.approvers].sort().join(", ");
  const same = fitting.some(
    ({ provenance }) => provenance.kind === "approved" && [...provenance.approvers].sort().join(", ") === approvers,
  );
  if (same) return;
  add(
    "APPROVERS_DIFFER",
    `Record ${sequence}: ${what(operation)} names other approvers of pull request #${by.pull} than its segment does.`,
  );
}

/** Whether a commit is one of a segment's; null where this clone cannot say. */
function within({ from, to }: RecordedSegment, commit: string, place: ReadonlyMap<string, number>): boolean | null {
  if (commit === to) return true;
  if (commit === from) return false;
  const [first, last, own] = [place.get(from), place.get(to), place.get(commit)];
  // What lies off the default branch, or before what this clone has, is compared by its end alone.
  if (last === undefined) return null;
  if (own === undefined) return first === undefined ? null : false;
  return own <= last && (first === undefined || own > first);
}
