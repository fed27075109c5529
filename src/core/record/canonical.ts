import type { Provenance } from "../review/segment.ts";
import type { Outstanding, RecordedOperation, RecordedSegment, RunRecord, StoppedElsewhere, Warrant } from "./record.ts";

/** A record that has no hash yet, or whose hash is not looked at. */
export type Unhashed = Omit<RunRecord, "hash"> & { readonly hash?: string };

/**
 * The text that a record's hash is of: everything but the hash, in one fixed order of fields, as JSON without blanks. Two records have the same
 * text only where every field is the same. Every part is taken to pieces by name: a field that is added to a type and not here does not
 * compile, and one that a record brings along unasked throws, since a hash that passes over a field protects nothing in it.
 */
export function canonicalRecord(record: Unhashed): string {
  const { hash: _hash, version, sequence, at, run, rollcall, commits, segments, operations, left, ...more } = record;
  const { outstanding, unapproved, stoppedElsewhere, result, previous, ...rest } = more;
  nothingElse(rest);
  const { trigger, actor, url, ...restOfRun } = run;
  nothingElse(restOfRun);
  const { from, to, ...restOfCommits } = commits;
  nothingElse(restOfCommits);
  return JSON.stringify({
    version,
    sequence,
    at,
    run: { trigger, actor, url },
    rollcall,
    commits: { from, to },
    segments: segments.map(segmentPart),
    operations: operations.map(operationPart),
    left: left.map(leftPart),
    outstanding: outstanding.map(outstandingPart),
    unapproved: unapproved.map(segmentPart),
    ...(stoppedElsewhere === undefined ? {} : { stoppedElsewhere: stoppedElsewhere.map(stoppedPart) }),
    result,
    previous,
  });
}

/** Nothing is left over: known to the compiler by the type, and held at run time. */
function nothingElse(rest: Readonly<Record<string, never>>): void {
  const [name] = Object.keys(rest);
  if (name !== undefined) throw new TypeError(`A record's field ${JSON.stringify(name)} is not part of its canonical text.`);
}

function segmentPart({ from, to, provenance, paths, ...rest }: RecordedSegment) {
  nothingElse(rest);
  return { from, to, provenance: provenancePart(provenance), paths: [...paths] };
}

/** The return type is said, so that a kind without its case does not compile. */
function provenancePart(provenance: Provenance): Readonly<Record<string, unknown>> {
  switch (provenance.kind) {
    case "approved": {
      const { kind, pull, author, approvers, head, ...rest } = provenance;
      nothingElse(rest);
      return { kind, pull, author, approvers: [...approvers], head };
    }
    case "unapproved": {
      const { kind, pull, author, head, reasons, ...rest } = provenance;
      nothingElse(rest);
      return { kind, pull, author, head, reasons: [...reasons] };
    }
    case "pushed": {
      const { kind, pull, reasons, ...rest } = provenance;
      nothingElse(rest);
      return { kind, pull, reasons: [...reasons] };
    }
  }
}

function operationPart(operation: RecordedOperation) {
  const { id, app, person, verb, target, before, after, login, ref, origin, admin, because, by, ...more } = operation;
  const { outcome, request, fault, reread, ...rest } = more;
  nothingElse(rest);
  return {
    id,
    app,
    person,
    verb,
    target,
    before,
    after,
    login,
    ref,
    origin,
    admin,
    because: [...because],
    by: warrantPart(by),
    outcome,
    request,
    fault,
    reread,
  };
}

function warrantPart(warrant: Warrant): Readonly<Record<string, unknown>> {
  switch (warrant.kind) {
    case "pull": {
      const { kind, pull, commit, approvers, ...rest } = warrant;
      nothingElse(rest);
      return { kind, pull, commit, approvers: [...approvers] };
    }
    case "baseline":
    case "pushed": {
      const { kind, commit, ...rest } = warrant;
      nothingElse(rest);
      return { kind, commit };
    }
    case "person": {
      const { kind, who, ...rest } = warrant;
      nothingElse(rest);
      return { kind, who };
    }
    case "revert": {
      const { kind, policy, ...rest } = warrant;
      nothingElse(rest);
      return { kind, policy };
    }
    case "date":
    case "state": {
      const { kind, ...rest } = warrant;
      nothingElse(rest);
      return { kind };
    }
  }
}

function leftPart({ id, app, person, why, ...rest }: RunRecord["left"][number]) {
  nothingElse(rest);
  return { id, app, person, why };
}

function stoppedPart({ app, person, ref, since, ...rest }: StoppedElsewhere) {
  nothingElse(rest);
  return { app, person, ref, since };
}

function outstandingPart({ app, person, target, after, by, since, ...rest }: Outstanding) {
  nothingElse(rest);
  return { app, person, target, after, by: warrantPart(by), ...(since === undefined ? {} : { since }) };
}
