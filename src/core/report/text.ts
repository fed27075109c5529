/**
 * A name or message as one line that shows what it holds: control characters, line breaks, invisible characters and marks that turn the
 * direction of text become `\u{…}`, and what a build log would take for a command is broken up. Longer than `limit` UTF-16 units, it is cut
 * and says how long it was.
 */
export function visible(text: string, limit = 160): string {
  const whole = text.toWellFormed();
  const cut = whole.length > limit ? `${whole.slice(0, limit).toWellFormed()}… (${whole.length} characters)` : whole;
  return cut
    .replace(/[\p{Cc}\p{Cf}\p{DI}\p{Zl}\p{Zp}\p{Co}\p{Cn}\ufffd\u2800]/gu, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`)
    .replace(/##\[/g, "\\u{23}#[")
    .replace(/^(\s*):(?=:)/, "$1\\u{3a}");
}

/** "1 grant", "2 grants"; irregular plurals are given. */
export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** The number of items under each key, keys in order of first appearance. */
export function tally<T>(items: readonly T[], key: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}

/** "40 seconds", "12 minutes", "3 hours": a length of time as people say it. */
export function duration(seconds: number): string {
  if (seconds < 90) return count(Math.max(1, Math.round(seconds)), "second");
  return seconds < 5_400 ? count(Math.round(seconds / 60), "minute") : count(Math.round(seconds / 3_600), "hour");
}
