import { type Diagnostic, tidyDiagnostics } from "../../diagnostic.ts";
import { fitRows, richest, type Section } from "../budget.ts";
import { codeFrame } from "../diagnostics.ts";
import { block, code, escapeMarkdown } from "../escape.ts";
import { count } from "../text.ts";

/** What does not check, with the line it is about: as many as fit, those of errors first. */
export function problemsSection(problems: readonly Diagnostic[], sources: ReadonlyMap<string, string>, pointer: string): Section {
  if (problems.length === 0) return { minimal: "", fill: () => "", priority: 1 };
  const tidy = tidyDiagnostics(problems);
  const sorted = [...tidy.filter((d) => d.severity === "error"), ...tidy.filter((d) => d.severity !== "error")];
  const errors = tidy.filter((d) => d.severity === "error").length;
  const counted = [
    ...(errors === 0 ? [] : [count(errors, "error")]),
    ...(errors === tidy.length ? [] : [count(tidy.length - errors, "warning")]),
  ].join(", ");
  const head = `#### Problems in the files (${counted})\n\n`;
  const minimal = `${head}Too many to list here: ${pointer}.`;
  const rest = (n: number): string => `and ${count(n, "more problem")}: ${pointer}`;
  const full = (): string => head + sorted.map((d) => problemMarkdown(d, sources)).join("\n");
  const rows = (room: number): string =>
    fitRows(
      sorted.map((d) => `- ${oneLine(d)}`),
      room,
      { head, tail: "", rest: (n) => `- ${rest(n)}` },
    )?.trimEnd() ?? minimal;
  return { minimal, fill: (room) => richest([full], rows, room).trimEnd(), priority: 1, cap: 20_000 };
}

const placeOf = (d: Diagnostic): string => {
  const [place] = d.where;
  return place === undefined ? "" : `${code(`${place.file}:${place.line}`, 200)} `;
};

const oneLine = (d: Diagnostic): string => `${placeOf(d)}${code(d.code, 60)} ${escapeMarkdown(d.summary, 500)}`;

function problemMarkdown(d: Diagnostic, sources: ReadonlyMap<string, string>): string {
  const frame = codeFrame(d, (file) => sources.get(file));
  return [
    `**${d.severity}** ${oneLine(d)}${d.fix === undefined ? "" : `<br>Fix: ${escapeMarkdown(d.fix, 500)}`}`,
    ...(frame.length === 0 ? [] : [block(frame)]),
    "",
  ].join("\n");
}
