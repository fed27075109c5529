import type { Place } from "../diagnostic.ts";

/** Translates offsets (UTF-16 units) of one text into places. Built on the first question: most files never have one. */
export interface LineIndex {
  /** The place of `start`; `end` (exclusive) becomes `endColumn` where it lies on the same line. */
  place(start: number, end?: number): Place;
}

/** `file` is the path shown in places. */
export function indexLines(file: string, text: string): LineIndex {
  let starts: number[] | null = null;
  const lineStarts = (): number[] => {
    if (starts) return starts;
    starts = [0];
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    return starts;
  };
  const lineOf = (offset: number): number => {
    const all = lineStarts();
    let low = 0;
    let high = all.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (all[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    place(start, end) {
      const from = Math.max(0, Math.min(start, text.length));
      const line = lineOf(from);
      const column = from - lineStarts()[line]! + 1;
      const base = { file, line: line + 1, column };
      if (end === undefined || end <= from || lineOf(Math.min(end, text.length)) !== line) return base;
      return { ...base, endColumn: end - lineStarts()[line]! + 1 };
    },
  };
}
