/**
 * When the commits of a first-parent line count as made: milliseconds, newest first, as their committers wrote them; the answer never rises.
 *
 * The only date that Git has is the one the committer wrote, and it can be any. Along the line dates rise. Those that do not fit are left out, as few
 * as possible (of equally few, so that nothing counts as made earlier than need be), and such a commit counts as made when the next one above it that
 * fits was: by then it was there. At the tip, where nothing above vouches for it, it counts from the last one below that fits. So one odd date, past
 * or future, makes neither a late change look early nor hides what followed; and nothing can look older than what it was built on.
 * Dates after `now` fit nowhere.
 */
export function believedTimes(own: readonly number[], now: number): number[] {
  const fits = longestFalling(own, now);
  // The newest that fits, or nothing does.
  let above = own.find((_, i) => fits.has(i)) ?? now;
  return own.map((time, i) => (above = fits.has(i) ? time : above));
}

/** Places of a longest subsequence that never rises, of times that are not after `now`; of several, the one with the latest times at its end. */
function longestFalling(times: readonly number[], now: number): Set<number> {
  /** By length less one: the place at which the best subsequence of that length ends. */
  const ends: number[] = [];
  const before: (number | undefined)[] = [];
  for (const [i, time] of times.entries()) {
    if (time > now) continue;
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[ends[middle]!]! >= time) low = middle + 1;
      else high = middle;
    }
    before[i] = ends[low - 1];
    ends[low] = i;
  }
  const places = new Set<number>();
  for (let i = ends.at(-1); i !== undefined; i = before[i]) places.add(i);
  return places;
}
