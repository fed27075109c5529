import { instantOf } from "../compile/day.ts";
import type { AccessChange } from "../plan/access-diff.ts";
import type { Provenance } from "../review/segment.ts";
import type { RecordedOperation, RunRecord, RunPlace } from "./record.ts";
import type { Step } from "./steps.ts";
import { operationsOf, type Trace, type Traced, traceOf } from "./trace.ts";

export interface TracedChange extends AccessChange {
  readonly trace: Trace;
}

/** One moment in somebody's history. */
export type HistoryEntry =
  /** A commit changed what she is meant to have. `provenance` null: no record tells who approved it. */
  | {
      readonly kind: "commit";
      readonly at: string;
      readonly step: Step & { readonly cause: { readonly kind: "commit" } };
      readonly provenance: Provenance | null;
      readonly changes: readonly TracedChange[];
    }
  /** A date that the files had named came. */
  | {
      readonly kind: "date";
      readonly at: string;
      readonly step: Step & { readonly cause: { readonly kind: "date" } };
      readonly changes: readonly TracedChange[];
    }
  /** A run did something that no change of the files answers for: drift put right, attributes, sessions. */
  | {
      readonly kind: "run";
      readonly at: string;
      readonly sequence: number;
      readonly run: RunPlace;
      readonly operations: readonly RecordedOperation[];
    };

export interface HistoryInput {
  /** Oldest first. */
  readonly steps: readonly Step[];
  /** Every key she is or was known by. */
  readonly keys: ReadonlySet<string>;
  /** In order of their numbers. */
  readonly records: readonly RunRecord[];
  /** The default branch along first parents, newest first. */
  readonly line: readonly string[];
}

/** What was wanted and what was done, as one account of it, newest first. */
export function historyOf({ steps, keys, records, line }: HistoryInput): HistoryEntry[] {
  const all = operationsOf(records, keys);
  const used = new Set<Traced>();
  const provenanceOf = provenances(records, line);
  const entries: HistoryEntry[] = [];
  const next = nextWishes(steps);
  for (const step of steps) {
    const { cause, at } = step;
    const commit = cause.kind === "commit" ? cause.commit.id : null;
    const changes = step.changes.map((change): TracedChange => {
      const { app, target, direction } = change;
      return { ...change, trace: traceOf({ app, target, direction, at, until: next(change), commit }, keys, all, records, used) };
    });
    if (isBy(step, "commit")) entries.push({ kind: "commit", at, step, provenance: provenanceOf(step.cause.commit.id), changes });
    else if (isBy(step, "date")) entries.push({ kind: "date", at, step, changes });
  }
  for (const { sequence, at, run } of records) {
    const operations = all.filter((t) => t.sequence === sequence && !used.has(t) && t.operation.verb !== "record").map((t) => t.operation);
    if (operations.length > 0) entries.push({ kind: "run", at, sequence, run, operations });
  }
  // Stable: what bears one time stays in the order of history.
  return entries.sort((a, b) => instantOf(a.at) - instantOf(b.at)).toReversed();
}

const isBy = <K extends Step["cause"]["kind"]>(step: Step, kind: K): step is Step & { readonly cause: { readonly kind: K } } =>
  step.cause.kind === kind;

/** When a change was overtaken by the next one about the same thing. */
function nextWishes(steps: readonly Step[]): (change: AccessChange) => string | null {
  const times = new Map<AccessChange, string>();
  const later = new Map<string, string>();
  for (const { at, changes } of steps.toReversed()) {
    for (const change of changes) {
      const over = later.get(keyOf(change));
      if (over !== undefined) times.set(change, over);
    }
    for (const change of changes) later.set(keyOf(change), at);
  }
  return (change) => times.get(change) ?? null;
}

const keyOf = ({ app, target }: AccessChange): string => `${app}\u0000${target}`;

/** Who brought a commit about, as the latest record says that answers for it. */
function provenances(records: readonly RunRecord[], line: readonly string[]): (commit: string) => Provenance | null {
  const place = new Map(line.map((id, i) => [id, i]));
  const known = new Map<string, Provenance>();
  for (const { segments, unapproved } of records) {
    for (const { from, to, provenance } of [...unapproved, ...segments]) {
      const [first, last] = [place.get(from), place.get(to)];
      known.set(to, provenance);
      if (first === undefined || last === undefined) continue;
      for (const id of line.slice(last, first)) known.set(id, provenance);
    }
  }
  return (commit) => known.get(commit) ?? null;
}
