/** One piece of text over as many lines as the width needs, broken at spaces; the first starts with `lead`, the others are indented as far. */
export function wrap(colour: (text: string) => string, text: string, lead: string, width: number): string[] {
  const room = width === 0 ? Infinity : Math.max(24, width - lead.length);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((l, i) => (i === 0 ? lead : " ".repeat(lead.length)) + colour(l));
}
