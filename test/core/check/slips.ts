/** Slips of the hand, the same ones for the same seed. */
export const slipKinds = ["substitution", "deletion", "insertion", "transposition"] as const;
export type SlipKind = (typeof slipKinds)[number];

export interface Slip {
  readonly kind: SlipKind;
  readonly meant: string;
  readonly typed: string;
}

const letters = "abcdefghijklmnopqrstuvwxyz";

/** Numbers in 0..n-1, one after the other (mulberry32). */
function dice(seed: number): (n: number) => number {
  let a = seed;
  return (n) => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((((t ^ (t >>> 14)) >>> 0) % n) + n) % n;
  };
}

/** `count` slips, of each kind the same number: one letter, anywhere in the address. Those that make another known address are no slips. */
export function slips(addresses: readonly string[], count: number, seed: number): Slip[] {
  const roll = dice(seed);
  const known = new Set(addresses);
  const result: Slip[] = [];
  while (result.length < count) {
    const kind = slipKinds[result.length % slipKinds.length]!;
    const meant = addresses[roll(addresses.length)]!;
    const typed = slipped(meant, kind, roll);
    if (typed !== null && typed !== meant && !known.has(typed)) result.push({ kind, meant, typed });
  }
  return result;
}

function slipped(text: string, kind: SlipKind, roll: (n: number) => number): string | null {
  const at = roll(text.length);
  const letter = letters[roll(letters.length)]!;
  if (kind === "insertion") return text.slice(0, at) + letter + text.slice(at);
  // A wrong letter, a letter that is missing, two letters swapped: digits are not letters.
  if (!/[a-z]/.test(text[at]!)) return null;
  if (kind === "substitution") return text.slice(0, at) + letter + text.slice(at + 1);
  if (kind === "deletion") return text.slice(0, at) + text.slice(at + 1);
  if (!/[a-z]/.test(text[at + 1] ?? "")) return null;
  return text.slice(0, at) + text[at + 1]! + text[at]! + text.slice(at + 2);
}
