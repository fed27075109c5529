import { visible } from "./text.ts";

/** Files longer than this are not compared line by line. */
const longest = 2_000;
const around = 3;

/**
 * What changes in one file, as `diff -u` shows it, without line numbers. `before` null: a new file. Each line shows what it holds (control
 * characters become visible). "" where nothing changes; ends with a newline otherwise.
 */
export function lineDiff(path: string, before: string | null, after: string): string {
  if (before === after) return "";
  const head = `--- ${before === null ? "/dev/null" : visible(path)}\n+++ ${visible(path)}\n`;
  const [a, b] = [linesOf(before ?? ""), linesOf(after)];
  if (a.length > longest || b.length > longest) return `${head}  (too long to show)\n`;
  const rows = rowsOf(a, b);
  const near = rows.map((_, i) => rows.slice(Math.max(0, i - around), i + around + 1).some((r) => r.sign !== " "));
  const shown = rows.flatMap(({ sign, line }, i) =>
    near[i] ? [`${sign}${visible(line, 400)}`] : i > 0 && near[i - 1] && near.includes(true, i) ? ["  …"] : [],
  );
  return `${head}${shown.join("\n")}\n`;
}

const linesOf = (text: string): string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

/** The longest lines in common stay; between them, what goes stands before what comes. */
function rowsOf(a: readonly string[], b: readonly string[]): { readonly sign: "-" | "+" | " "; readonly line: string }[] {
  // common[i][j]: how many lines the ends from i and from j have in common.
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i]![j] = a[i] === b[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
    }
  }
  const rows: { sign: "-" | "+" | " "; line: string }[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      rows.push({ sign: " ", line: a[i++]! });
      j++;
    } else if (i < a.length && (j >= b.length || common[i + 1]![j]! >= common[i]![j + 1]!)) rows.push({ sign: "-", line: a[i++]! });
    else rows.push({ sign: "+", line: b[j++]! });
  }
  return rows;
}
