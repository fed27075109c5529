import { createHash } from "node:crypto";
import type { RecordedOperation, RecordedSegment, RunRecord, Warrant } from "../../src/core/record/record.ts";
import { type RecordDraft, seal } from "../../src/core/record/seal.ts";

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A full commit id made of one letter or digit. */
export const commitId = (hex: string): string => hex.repeat(40).slice(0, 40);

export const draft = (at: string, more: Partial<RecordDraft> = {}): RecordDraft => ({
  version: 1,
  at,
  run: { trigger: "merge", actor: "grace", url: "https://ci.example/runs/1" },
  rollcall: "0.1.0",
  commits: { from: null, to: null },
  segments: [],
  operations: [],
  left: [],
  outstanding: [],
  unapproved: [],
  result: 0,
  ...more,
});

/** One chain of these drafts. */
export const chainOf = (drafts: readonly RecordDraft[]): RunRecord[] =>
  drafts.reduce<RunRecord[]>((chain, next) => [...chain, seal(next, chain.at(-1) ?? null, sha256)], []);

export const approved = (pull: number, from: string, to: string, approvers: readonly string[] = ["grace"]): RecordedSegment => ({
  from,
  to,
  provenance: { kind: "approved", pull, author: "ada", approvers, head: to },
  paths: [],
});

export const byPull = (pull: number, commit: string, approvers: readonly string[] = ["grace"]): Warrant => ({
  kind: "pull",
  pull,
  commit,
  approvers,
});

/** `wiki grant ada space/docs reader`: app, verb, person, target and what shall be. */
export function operation(what: string, more: Partial<RecordedOperation> = {}): RecordedOperation {
  const [app = "", verb = "", person = "", target = "", after] = what.split(" ");
  return {
    id: `${app} ${person} ${verb} ${target}`,
    app,
    person,
    verb: verb as RecordedOperation["verb"],
    target,
    before: null,
    after: after ?? null,
    login: person,
    ref: `user:${person}`,
    origin: "change",
    admin: false,
    because: [`identities/people/${person}.yaml:3`],
    by: { kind: "date" },
    outcome: "done",
    request: null,
    fault: null,
    reread: "confirmed",
    ...more,
  };
}
