import type { RevertPolicy } from "../model/policy.ts";
import { refKey } from "../model/observed.ts";
import type { Operation } from "../plan/operation.ts";
import type { Warrant } from "../record/record.ts";
import { aimOf, takesAway } from "./aim.ts";
import { entryFor, type Ledger } from "./ledger.ts";
import type { Provenance, Segment } from "./segment.ts";
import { type Tainted, taintOf } from "./taint.ts";

/**
 * Law 11: by whose word an operation may be carried out where nobody is asked. The first row that fits holds.
 *
 * | operation | warrant |
 * |---|---|
 * | notes in state what was seen | state |
 * | the newest segment that implies it was approved, resting on approved files (losses in any case) | that pull request |
 * | outstanding from an approved segment, likewise | that pull request |
 * | a loss that a date demands, resting on approved files, or demanded by it before anything came that nobody approved | date |
 * | a loss implied by a segment that nobody approved, or that rests on what nobody approved | pushed, up to `mostUnreviewed` a run; beyond: none of them |
 * | an adoption, an account taken over by a new key; resting on approved files | state: nothing happens at the vendor |
 * | drift of an app, where a policy of the kind `revert` that was approved expects just this much of it | that policy |
 * | anything else: drift, a gain that nobody approved | none: listed and left alone |
 *
 * A segment implies an operation where the plan over the files before it lacks it and the plan over the files after it has it, both over the
 * same world. A gain never rests on a file that nobody approved: not the person's, the app's, or that of a line that asks for it.
 */
export interface WarrantInput {
  /** Of the plan over the files at the head of the default branch, before guards. */
  readonly operations: readonly Operation[];
  /** Oldest first: those of this run, and those of earlier runs that nobody had approved. */
  readonly segments: readonly JudgedSegment[];
  /** With what the approved ones of `segments` ask for. */
  readonly ledger: Ledger;
  readonly tainted: Tainted;
  /** Why what earlier runs recorded is not to be trusted; null: it is. Then nothing is given, and what takes away goes on. */
  readonly doubt: string | null;
  /** Policies that have not ended. */
  readonly reverts: readonly RevertPolicy[];
}

/** A segment with who is behind it and what it brings about. */
export interface JudgedSegment {
  readonly segment: Segment;
  readonly provenance: Provenance;
  /** aimOf of the operations it implies. */
  readonly implies: ReadonlySet<string>;
}

export type Warranted = { readonly kind: "warranted"; readonly by: Warrant } | { readonly kind: "none"; readonly why: string };

/**
 * Losses that nobody reviewed and that pass all the same, in one run: taking away from a few is never held back, emptying a company is. Whoever is
 * stopped counts once, in however many apps.
 */
export const mostUnreviewed = { stops: 3, losses: 10 } as const;

/** By id of the operation. */
export function warrantsFor(input: WarrantInput): Map<string, Warranted> {
  const { operations, tainted } = input;
  const newestFirst = input.segments.toReversed();
  const result = new Map<string, Warranted>();
  const unreviewed: Operation[] = [];
  for (const o of operations) {
    const found = warrantOf(o, newestFirst, input.ledger, tainted);
    result.set(o.id, found);
    if (found.kind === "warranted" && found.by.kind === "pushed") unreviewed.push(o);
  }
  const stops = new Set(unreviewed.filter((o) => o.verb === "suspend" || o.verb === "delete").map(whose));
  if (stops.size > mostUnreviewed.stops || unreviewed.length - ofStopped(unreviewed, stops) > mostUnreviewed.losses) {
    const why = `nobody approved it, and of what nobody approved a run carries out ${mostUnreviewed.stops} stops and ${mostUnreviewed.losses} other losses at most`;
    for (const o of unreviewed) result.set(o.id, { kind: "none", why });
  }
  undo(input, result);
  if (input.doubt !== null) {
    for (const o of operations) if (!takesAway(o) && o.verb !== "record") result.set(o.id, { kind: "none", why: input.doubt });
  }
  return result;
}

/** Drift that a policy wants undone: all of an app's, in the very number that was reviewed, or none. */
function undo({ operations, tainted, reverts }: WarrantInput, result: Map<string, Warranted>): void {
  for (const policy of reverts) {
    if (tainted.has(policy.origin.file)) continue;
    const { app, name, expect } = policy;
    const drift = operations.filter((o) => o.app === app && o.origin === "drift" && o.phase !== "state" && taintOf(o, tainted) === null);
    const open = drift.filter((o) => result.get(o.id)?.kind === "none");
    const { gains, losses } = countOf(open);
    const fits = gains === expect.gains && losses === expect.losses;
    const why = `${name} expects ${expect.gains} gains and ${expect.losses} losses, the drift is ${gains} and ${losses}`;
    for (const o of open) result.set(o.id, fits ? { kind: "warranted", by: { kind: "revert", policy: name } } : { kind: "none", why });
  }
}

const countOf = (operations: readonly Operation[]): RevertPolicy["expect"] => {
  const losses = operations.filter(takesAway).length;
  return { gains: operations.length - losses, losses };
};

/** Drift that policies would undo: for a preview of the change that brings them. */
export function undoneBy(reverts: readonly RevertPolicy[], operations: readonly Operation[]): Operation[] {
  return reverts.flatMap(({ app, expect }) => {
    const drift = operations.filter((o) => o.app === app && o.origin === "drift" && o.phase !== "state");
    const { gains, losses } = countOf(drift);
    return gains === expect.gains && losses === expect.losses ? drift : [];
  });
}

/** What somebody who is stopped loses besides counts as that stop. */
const ofStopped = (operations: readonly Operation[], stops: ReadonlySet<string>): number =>
  operations.filter((o) => stops.has(whose(o))).length;

/** A person, or an account that is nobody's. */
const whose = (o: Operation): string => (o.person === null ? `${o.app} ${o.ref ? refKey(o.ref) : o.id}` : o.person);

function warrantOf(o: Operation, newestFirst: readonly JudgedSegment[], ledger: Ledger, tainted: Tainted): Warranted {
  const by = (warrant: Warrant): Warranted => ({ kind: "warranted", by: warrant });
  const loss = takesAway(o);
  const taint = taintOf(o, tainted);
  if (o.verb === "record" && o.formerKey === undefined) return by({ kind: "state" });
  if (taint === null || loss) {
    const aim = aimOf(o);
    const cause = newestFirst.find((s) => s.implies.has(aim));
    if (cause?.provenance.kind === "approved") return by(pullOf(cause));
    const entry = cause === undefined ? entryFor(ledger, o) : undefined;
    if (entry) return by(entry.by);
    // No open segment implies it: its date was in the files before the oldest of them, whatever has been done to these files since.
    if (loss && (taint === null || cause === undefined) && (o.origin === "expiry" || o.origin === "lifecycle")) return by({ kind: "date" });
    if (loss && cause) return by({ kind: "pushed", commit: cause.segment.to });
    if (loss && taint !== null && o.origin !== "drift") return by({ kind: "pushed", commit: lastThatTouched(newestFirst, taint) });
    if (cause) return { kind: "none", why: `nobody approved it: ${reasonOf(cause.provenance)}` };
    if (o.phase === "state") return by({ kind: "state" });
    return {
      kind: "none",
      why: o.origin === "drift" ? "changed outside the files; no reviewed change asks for it" : "outside the reviewed changes",
    };
  }
  const aim = aimOf(o);
  const cause = newestFirst.find((s) => s.implies.has(aim));
  if (cause && cause.provenance.kind !== "approved") return { kind: "none", why: `nobody approved it: ${reasonOf(cause.provenance)}` };
  return { kind: "none", why: `rests on ${taint}, which lies here as nobody approved it` };
}

/** The warrant that an approved segment gives. */
export function pullOf({ segment, provenance }: Pick<JudgedSegment, "segment" | "provenance">): Extract<Warrant, { kind: "pull" }> {
  if (provenance.kind !== "approved") throw new Error("only an approved segment warrants anything");
  return { kind: "pull", pull: provenance.pull, commit: segment.to, approvers: provenance.approvers };
}

const reasonOf = (p: Provenance): string => {
  if (p.kind === "approved") return "";
  const name = p.pull === null ? "a push" : `#${p.pull}`;
  return p.reasons.length === 0 ? name : `${name}: ${p.reasons.join("; ")}`;
};

const lastThatTouched = (newestFirst: readonly JudgedSegment[], path: string): string =>
  (newestFirst.find((s) => s.provenance.kind !== "approved" && s.segment.paths.some((p) => p.path.endsWith(path))) ?? newestFirst[0])
    ?.segment.to ?? "";
