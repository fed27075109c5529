import { clockIn } from "../compile/day.ts";
import type { Provenance } from "../review/segment.ts";
import type { Presence } from "../record/presence.ts";
import type { RecordedOperation, Warrant } from "../record/record.ts";
import type { Trace, Traced } from "../record/trace.ts";
import { visible } from "./text.ts";

/** Words for what records tell of one wish, one operation, one moment. Escaped; times as people read them in `zone`. */

const outcomes: Readonly<Record<RecordedOperation["outcome"], string>> = {
  done: "done",
  already: "was so already",
  invited: "invited",
  pending: "begun, not ended",
  human: "left to a person",
  failed: "failed",
  skipped: "skipped",
  refused: "refused",
};

/** "PR #12, approved by grace". */
export function warrantText(by: Warrant): string {
  switch (by.kind) {
    case "pull":
      return `PR #${by.pull}, approved by ${names(by.approvers)}`;
    case "date":
      return "a date in the files";
    case "baseline":
      return "in the files when CI began";
    case "revert":
      return `drift undone by the policy ${visible(by.policy)}`;
    case "pushed":
      return "pushed, without approval";
    case "person":
      return `by ${visible(by.who)}, by hand`;
    case "state":
      return "in state only";
  }
}

export function provenanceText(p: Provenance | null): string {
  if (p === null) return "no run tells of a review";
  switch (p.kind) {
    case "approved":
      return `PR #${p.pull} by ${visible(p.author)}, approved by ${names(p.approvers)}`;
    case "unapproved":
      return `PR #${p.pull}, not approved: ${p.reasons.map((r) => visible(r)).join("; ")}`;
    case "pushed":
      return `${p.pull === null ? "pushed" : `PR #${p.pull}`}, not approved: ${p.reasons.map((r) => visible(r)).join("; ")}`;
  }
}

const names = (all: readonly string[]): string => (all.length === 0 ? "nobody" : all.map((n) => visible(n)).join(", "));

/** "done 2026-03-02 14:11 in run 3, request 8F1C, confirmed". */
function tracedText({ operation, sequence, at }: Traced, zone: string): string {
  const { outcome, request, fault, reread } = operation;
  const parts = [`${outcomes[outcome]} ${clockIn(at, zone)} in run ${sequence}`];
  if (request !== null) parts.push(`request ${visible(request, 80)}`);
  if (fault !== null) parts.push(visible(fault, 240));
  if (reread === "confirmed") parts.push("confirmed by a later look");
  if (reread === "differs") parts.push("A LATER LOOK SHOWED SOMETHING ELSE");
  return parts.join(", ");
}

/** `recorded`: there are records at all; without any, nothing is said of what no record tells. */
export function traceText(trace: Trace, zone: string, recorded: boolean): string | null {
  switch (trace.kind) {
    case "done":
    case "open": {
      const tries = trace.attempts > 1 ? ` (${trace.attempts} attempts)` : "";
      return `${tracedText(trace.by, zone)}${tries}; ${warrantText(trace.by.operation.by)}`;
    }
    case "left":
      return `left alone ${clockIn(trace.at, zone)} in run ${trace.sequence}: ${visible(trace.why, 240)}`;
    case "outstanding":
      return `wanted, not yet done as of run ${trace.sequence}, ${clockIn(trace.at, zone)}; ${warrantText(trace.by)}`;
    case "none":
      return recorded ? "no run tells of it" : null;
  }
}

/** Whether it was really there: for a line that the files had at that moment (`wanted`), or for one that they had not. */
export function presenceText(presence: Presence, zone: string, wanted: boolean): string {
  switch (presence.kind) {
    case "there":
      return presence.by === null
        ? "was there, since when no run tells"
        : `${wanted ? "there" : "was there"} since ${clockIn(presence.by.at, zone)}: ${tracedText(presence.by, zone)}; ${warrantText(presence.by.operation.by)}`;
    case "invited":
      return `${tracedText(presence.by, zone)}; whether the invitation was accepted by then no run tells`;
    case "absent": {
      const why = presence.by === null ? "" : `: ${tracedText(presence.by, zone)}`;
      const later = presence.later === null ? "" : `; ${tracedText(presence.later, zone)}`;
      return `${wanted ? "wanted, not yet applied" : "was not there"}${why}${later}`;
    }
    case "unknown":
      return "no run tells whether it was there";
  }
}

/** For `--json`: `kind` there, invited, absent or unknown; `since` where a run made it so; the operations as recorded. */
export function presenceToJson(presence: Presence) {
  const traced = (t: Traced | null) => t && { sequence: t.sequence, at: t.at, operation: t.operation };
  switch (presence.kind) {
    case "there":
      return { kind: presence.kind, level: presence.level, since: presence.by?.at ?? null, by: traced(presence.by) };
    case "invited":
      return { kind: presence.kind, since: presence.by.at, by: traced(presence.by) };
    case "absent":
      return { kind: presence.kind, by: traced(presence.by), later: traced(presence.later) };
    case "unknown":
      return { kind: presence.kind };
  }
}
