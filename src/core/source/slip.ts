/**
 * What it takes to make one text out of another by slips of the hand: a wrong letter, one too many, one too few, two neighbours swapped.
 */

/** Cost of one slip beside its kind; kinds differ by less than this. */
export const slip = 100;

/** Rows of the common keyboard; on others the neighbours are nearly the same. */
const rows = ["1234567890-", "qwertyuiop", "asdfghjkl", "zxcvbnm"];
const neighbours: ReadonlySet<string> = new Set(
  rows.flatMap((row, r) =>
    Array.from(row).flatMap((c, i) => {
      const below = rows[r + 1] ?? "";
      return [row[i + 1], below[i], below[i - 1]].flatMap((d) => (d === undefined ? [] : [c + d, d + c]));
    }),
  ),
);

const isDigit = (c: string): boolean => c >= "0" && c <= "9";
const isLetter = (c: string): boolean => c.toLowerCase() !== c.toUpperCase();

/** Digits tell names apart (`team-1`, `team-2`): of two ways to read a slip, the one that leaves them alone is likelier. */
const changesDigit = 16;

function wrong(typed: string, meant: string): number {
  if (isDigit(typed) || isDigit(meant)) return isDigit(typed) && isDigit(meant) ? changesDigit + 2 : changesDigit;
  if (isLetter(typed) && isLetter(meant)) return neighbours.has(typed + meant) ? 8 : 10;
  return isLetter(typed) || isLetter(meant) ? 13 : 7; // a dash for an underscore is the likeliest of all
}

/** A character too many or too few; `beside` is the one before it in the longer text. */
const spare = (c: string, beside: string | undefined): number => (c === beside ? 7 : isDigit(c) ? changesDigit : isLetter(c) ? 10 : 9);

const swapped = (a: string, b: string): number => (isDigit(a) || isDigit(b) ? changesDigit : 8);

/**
 * The least cost of making `meant` out of `typed`: `slip` for each slip, and a little for how unlikely it is; capitals do not count as slips.
 * `limit` + 1 or more as soon as it is certain to exceed `limit`, so that a long list of candidates costs little.
 */
export function slipCost(typed: string, meant: string, limit: number): number {
  const a = typed.toLowerCase();
  const b = meant.toLowerCase();
  if (a === b) return typed === meant ? 0 : 1;
  if (Math.abs(a.length - b.length) * slip > limit || b.length > 330) return limit + 1;
  let before: number[] = [];
  let above = [0];
  for (let j = 1; j <= b.length; j++) above.push(above[j - 1]! + slip + spare(b[j - 1]!, b[j - 2]));
  for (let i = 1; i <= a.length; i++) {
    const row = [above[0]! + slip + spare(a[i - 1]!, a[i - 2])];
    let least = row[0]!;
    for (let j = 1; j <= b.length; j++) {
      const x = a[i - 1]!;
      const y = b[j - 1]!;
      let d = above[j - 1]! + (x === y ? 0 : slip + wrong(x, y));
      const extra = above[j]! + slip + spare(x, a[i - 2]);
      const missing = row[j - 1]! + slip + spare(y, b[j - 2]);
      if (extra < d) d = extra;
      if (missing < d) d = missing;
      if (i > 1 && j > 1 && x === b[j - 2] && y === a[i - 2]) d = Math.min(d, before[j - 2]! + (x === y ? 0 : slip + swapped(x, y)));
      row.push(d);
      if (d < least) least = d;
    }
    if (least > limit) return limit + 1;
    before = above;
    above = row;
  }
  return above[b.length]!;
}

/**
 * Whether two names are so alike that one of them may be a slip of the hand for the other, though both could be meant: they differ by capitals,
 * or by one slip that leaves digits alone and is not in a short word. `team-1` and `team-2`, `site-a` and `site-b`, `dba` and `dbt`, `app` and
 * `apps` are not alike.
 */
export function mayBeSlip(typed: string, meant: string): boolean {
  if (typed === meant || Math.abs(typed.length - meant.length) > 1) return false;
  const a = typed.toLowerCase();
  const b = meant.toLowerCase();
  if (a === b) return true;
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const x = a.slice(start, a.length - end);
  const y = b.slice(start, b.length - end);
  if (x.length > 1 || y.length > 1) {
    const isSwap = x.length === 2 && y.length === 2 && x[0] === y[1] && x[1] === y[0];
    return isSwap && !/\d/.test(x) && wordAt(a, start) >= 3;
  }
  if (isDigit(x) || isDigit(y)) return false;
  if (x !== "" && y !== "") return Math.min(wordAt(a, start), wordAt(b, start)) >= 4;
  return x === "" ? isSpare(b, start, a) : isSpare(a, start, b);
}

/** Whether the character that `longer` has at an offset, and `shorter` has not, is one that a hand adds or forgets. */
function isSpare(longer: string, at: number, shorter: string): boolean {
  const c = longer[at]!;
  const next = longer[at + 1] ?? "";
  // A letter in front of or among digits is a slip; one behind them is a name: `infra-1x2`, `infra-x12`, but `infra-12b`.
  if (isLetter(c) && isDigit(next)) return isDigit(longer[at - 1] ?? "") || isDigit(longer[at + 2] ?? "");
  if (isDigit(longer[at - 1] ?? "") && isLetter(c)) return false;
  const length = Math.min(wordAt(longer, at), wordAt(shorter, at));
  return length >= (c === "s" && !isWord(next) ? 5 : 3);
}

const isWord = (c: string | undefined): boolean => c !== undefined && c !== "" && (isLetter(c) || isDigit(c));

/** Length of the word that an offset lies in or borders on; at a dash, slash or colon, of the longer of the words on both sides. */
function wordAt(text: string, offset: number): number {
  let from = offset;
  let to = offset;
  while (isWord(text[from - 1])) from--;
  while (isWord(text[to])) to++;
  let next = to + 1;
  while (isWord(text[next])) next++;
  return Math.max(to - from, isWord(text[offset]) ? 0 : next - to - 1);
}
