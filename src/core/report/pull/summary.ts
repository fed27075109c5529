import { pullMarkdown } from "./comment.ts";
import type { PullReport } from "./pull-report.ts";

/** What GitHub takes as the summary of one step, in bytes of UTF-8 (https://docs.github.com "Job summaries", 2026-11). */
const mostBytes = 1_048_576;

/**
 * The comment at the length that a job summary allows. It is measured in bytes and written in UTF-16 units, of which one is three bytes at most:
 * only where the text is too long in bytes the shorter budget is needed that fits in any case.
 */
export function jobSummary(report: PullReport): string {
  const text = pullMarkdown(report, 1_000_000);
  return bytesOf(text) <= mostBytes ? text : pullMarkdown(report, Math.floor(mostBytes / 3));
}

/** Length in UTF-8 of a well-formed text. */
function bytesOf(text: string): number {
  let bytes = 0;
  for (const c of text) {
    const point = c.codePointAt(0)!;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}
