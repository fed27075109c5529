import type { Audit } from "../record/audit.ts";
import { plainStyle, type Style } from "./style.ts";
import { count, visible } from "./text.ts";
import { wrap } from "./wrap.ts";

const verdicts = {
  0: "verified: everything that could be proven is",
  5: "NOT VERIFIED: the records are not what was written, or somebody wants it to look so",
  8: "not all of it could be proven",
} as const;

/** For a terminal: what is wrong, what stands and what does not. Ends with a newline. `width` 0 = as wide as the text is. */
export function terminalAudit(audit: Audit, options: { readonly width?: number; readonly style?: Style } = {}): string {
  const { width = 0, style = plainStyle } = options;
  const lines: string[] = [];
  const list = (title: string, texts: readonly string[], colour: (text: string) => string, sign: string): void => {
    if (texts.length === 0) return;
    lines.push(style.strong(title));
    for (const text of texts) lines.push(...wrap(colour, visible(text, 1000), `  ${sign} `, width));
    lines.push("");
  };
  const { head, records } = audit;
  lines.push(
    head === null
      ? records === 0
        ? "no records"
        : `${count(records, "record")}, none of which can be read`
      : `${count(records, "record")}, the last of ${head.at}: ${head.sequence}:${head.hash}`,
    "",
  );
  list(
    count(audit.problems.length, "problem"),
    audit.problems.map((p) => `${p.code}: ${p.summary}`),
    style.alarm,
    "!",
  );
  list("Proven", audit.proven, style.gain, "+");
  const of = (gap: boolean): string[] => audit.unproven.filter((u) => u.gap === gap).map((u) => u.summary);
  list("Not proven, for want of something to hold it against", of(true), style.change, "?");
  list("Not what this command proves", of(false), style.faint, "-");
  lines.push((audit.result === 0 ? style.strong : style.alarm)(verdicts[audit.result]));
  return `${lines.join("\n")}\n`;
}

/**
 * As JSON, version 1, for programs: fields may be added within a version, none is removed or changes its meaning.
 *
 * | field | holds |
 * |---|---|
 * | `records`, `head` | how many there are; `sequence, hash, at` of the last, or null |
 * | `result` | 0, 5 or 8, as the exit code |
 * | `problems[]` | `code, sequence, summary`; codes are stable |
 * | `proven[]`, `unproven[] { summary, gap }` | sentences; `gap`: more access would have proven it |
 */
export function jsonAudit({ records, head, result, problems, proven, unproven }: Audit): string {
  const told = problems.map(({ code, sequence, summary }) => ({ code, sequence, summary }));
  return `${JSON.stringify({ version: 1, records, head, result, problems: told, proven, unproven }, null, 2)}\n`;
}
