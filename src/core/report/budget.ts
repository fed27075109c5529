/**
 * A part of a report that can be said at different lengths. `fill` gets the room in UTF-16 units, which is never less than the length of
 * `minimal`, and answers the most telling text that fits. Texts are whole blocks of Markdown without a newline at either end; "" for nothing.
 */
export interface Section {
  readonly minimal: string;
  fill(room: number): string;
  /** Who is served first: 0, then 1, and so on. */
  readonly priority: number;
  /** The most it may take, however much room there is. */
  readonly cap?: number;
  /**
   * What must not be lost for lack of room, as short as it can be said, within `room`: kept before any section is given more than its minimum.
   * `fill` answers no less than this where it fits.
   */
  keep?(room: number): string;
}

/** Sections in the order of reading, one empty line between them, within `budget` as long as the shortest forms are. */
export function assemble(sections: readonly Section[], budget: number): string {
  const texts = sections.map((s) => s.minimal);
  let spare = budget - texts.reduce((sum, text) => sum + text.length + 2, 0);
  for (const [index, { keep }] of sections.entries()) {
    if (keep === undefined || spare <= 0) continue;
    const least = texts[index]!.length;
    const text = keep(least + spare);
    if (text.length > least + spare) continue;
    texts[index] = text;
    spare -= text.length - least;
  }
  const order = sections
    .map((section, index) => ({ section, index }))
    .sort((a, b) => a.section.priority - b.section.priority || a.index - b.index);
  for (const { section, index } of order) {
    const least = texts[index]!.length;
    if (spare <= 0) continue;
    const text = section.fill(Math.min(least + spare, Math.max(section.cap ?? Infinity, least)));
    if (text.length > least + spare) continue;
    texts[index] = text;
    spare -= text.length - least;
  }
  return `${texts.filter((text) => text !== "").join("\n\n")}\n`;
}

/** The same text however much room there is. */
export const fixed = (text: string): Section => ({ minimal: text, fill: () => text, priority: 0 });

/** The first of the variants that fits, else the last that is given the room to fit by itself. */
export function richest(variants: readonly (() => string)[], last: (room: number) => string, room: number): string {
  for (const variant of variants) {
    const text = variant();
    if (text.length <= room) return text;
  }
  return last(room);
}

/** As many whole rows as fit between `head` and `tail`, and a row about those left out. null where not even that row fits. */
export function fitRows(
  rows: readonly string[],
  room: number,
  frame: { readonly head: string; readonly tail: string; rest(omitted: number): string },
): string | null {
  const { head, tail } = frame;
  const total = rows.reduce((sum, row) => sum + row.length + 1, head.length + tail.length);
  if (total <= room) return head + rows.map((row) => `${row}\n`).join("") + tail;
  // The row about the rest is longest where most is left out: that length is kept free.
  let left = room - head.length - tail.length - (frame.rest(rows.length).length + 1);
  if (left < 0) return null;
  let shown = 0;
  for (const row of rows) {
    if (row.length + 1 > left) break;
    left -= row.length + 1;
    shown += 1;
  }
  return `${head}${rows
    .slice(0, shown)
    .map((row) => `${row}\n`)
    .join("")}${frame.rest(rows.length - shown)}\n${tail}`;
}
