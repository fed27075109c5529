/**
 * Whether a regular expression runs in time linear to its text, by a rule that errs towards no: no back-reference, no look-around, and nothing
 * that may repeat holds a repetition or a choice. Patterns come from connectors and run on names from files and vendors: none may hang a run.
 */
export function isLinearPattern(source: string): boolean {
  try {
    // An unbalanced pattern ends here, so that the scan below can trust the brackets.
    new RegExp(source, "u");
  } catch {
    return false;
  }
  /** For each open group: whether it holds a repetition or a choice. */
  const groups: boolean[] = [];
  /** The same of the group that was closed last, while a quantifier may follow it. */
  let closed = false;
  for (let i = 0; i < source.length; i++) {
    const c = source[i]!;
    const repeats = repetition.exec(source.slice(i, i + 20));
    if (repeats) {
      if (closed && repeats[1] !== "?") return false;
      if (groups.length > 0 && repeats[1] !== "?") groups[groups.length - 1] = true;
      i += repeats[0].length - 1;
      // A lazy mark belongs to its quantifier.
      if (source[i + 1] === "?") i += 1;
      closed = false;
      continue;
    }
    closed = false;
    if (c === "\\") {
      if (/^\\(?:[1-9]|k<)/.test(source.slice(i))) return false;
      i += 1;
    } else if (c === "[") i = endOfClass(source, i);
    else if (c === "(") {
      if (/^\(\?<?[=!]/.test(source.slice(i))) return false;
      groups.push(false);
      if (source[i + 1] === "?") i = source.indexOf(source[i + 2] === "<" ? ">" : ":", i);
    } else if (c === ")") {
      closed = groups.pop() ?? false;
      // What a group holds, the one around it holds.
      if (closed && groups.length > 0) groups[groups.length - 1] = true;
    } else if (c === "|" && groups.length > 0) groups[groups.length - 1] = true;
  }
  return true;
}

/** `?` and `{0,1}` do not repeat. */
const repetition = /^(\?|\*|\+|\{(?:[2-9]|\d{2,}|\d+,\d*)\})/;

function endOfClass(source: string, start: number): number {
  let i = start + 1;
  for (; source[i] !== "]"; i++) if (source[i] === "\\") i += 1;
  return i;
}
