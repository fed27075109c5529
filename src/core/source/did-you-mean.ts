import { compareText } from "../diagnostic.ts";

/** Names to choose from; of a map its keys. */
export type Candidates = readonly string[] | ReadonlySet<string> | ReadonlyMap<string, unknown>;

/** Up to this many candidates are compared one by one; of more, only those that differ by one slip are found, through an index. */
const fewEnough = 64;

/** The candidate nearest to a mistyped name, if one is near enough: one slip in short names, two in longer ones. Ties go to code-point order. */
export function didYouMean(name: string, candidates: Candidates): string | undefined {
  const wanted = name.toLowerCase();
  if (wanted.length > 64) return undefined;
  let best: string | undefined;
  let bestDistance = wanted.length <= 3 ? 2 : 3;
  for (const candidate of worthComparing(wanted, candidates)) {
    if (candidate === name) continue;
    const distance = editDistance(wanted, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance || (distance === bestDistance && best !== undefined && compareText(candidate, best) < 0)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** `fix` text for an unknown name. */
export function suggestion(name: string, candidates: Candidates, otherwise: string): string {
  const near = didYouMean(name, candidates);
  return near === undefined ? otherwise : `Did you mean "${near}"?`;
}

const indexes = new WeakMap<Candidates, ReadonlyMap<string, readonly string[]>>();

/**
 * The candidates that can be near. Ten thousand people and as many mistyped managers would be a hundred million comparisons; two names that
 * differ by one slip share a form with at most one letter left out, and that is looked up.
 */
function worthComparing(wanted: string, candidates: Candidates): Iterable<string> {
  const all = candidates instanceof Map ? candidates.keys() : (candidates as readonly string[] | ReadonlySet<string>);
  const size = Array.isArray(candidates) ? candidates.length : (candidates as ReadonlySet<string>).size;
  if (size <= fewEnough) return all;
  let index = indexes.get(candidates);
  if (!index) {
    const built = new Map<string, string[]>();
    for (const candidate of all) {
      if (candidate.length > 64) continue;
      for (const form of shortened(candidate.toLowerCase())) {
        const list = built.get(form);
        if (!list) built.set(form, [candidate]);
        else if (list.length < 8) list.push(candidate);
      }
    }
    indexes.set(candidates, (index = built));
  }
  const found = index;
  return new Set([...shortened(wanted)].flatMap((form) => found.get(form) ?? []));
}

/** A text, and the text with each one of its letters left out. */
function shortened(text: string): Set<string> {
  const forms = new Set([text]);
  for (let i = 0; i < text.length; i++) forms.add(text.slice(0, i) + text.slice(i + 1));
  return forms;
}

/**
 * Insertions, deletions, substitutions and swaps of neighbours between two texts (optimal string alignment); `limit` + 1 as soon as it is
 * certain to exceed `limit`, so that a long list of candidates costs little.
 */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit || b.length > 128) return limit + 1;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let d = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) d = Math.min(d, before[j - 2]! + 1);
      row.push(d);
      if (d < least) least = d;
    }
    if (least > limit) return limit + 1;
    before = above;
    above = row;
  }
  return above[b.length]!;
}
