import { compareText } from "../diagnostic.ts";
import { slip, slipCost } from "./slip.ts";

/** Names to choose from; of a map its keys. */
export type Candidates = readonly string[] | ReadonlySet<string> | ReadonlyMap<string, unknown>;

export interface Preferences {
  /** How much a candidate is used; of equally near ones the most used is meant. */
  readonly uses?: (candidate: string) => number;
  /** Candidates that may be meant; all where absent. */
  readonly accept?: (candidate: string) => boolean;
}

/** Up to this many candidates are compared one by one; of more, only those that differ by one slip are found, through an index. */
const fewEnough = 64;

/** Longer names are not compared: no address is longer. */
const longest = 330;

/**
 * The candidate nearest to a mistyped name, if one is near enough: one slip in short names, two in longer ones; of slips the likelier. Ties go
 * to what is used most, then to code-point order.
 */
export function didYouMean(name: string, candidates: Candidates, { uses, accept }: Preferences = {}): string | undefined {
  if (name.length > longest) return undefined;
  let best: string | undefined;
  let bestCost = (name.length <= 3 ? 2 : 3) * slip - 1;
  for (const candidate of worthComparing(name.toLowerCase(), candidates)) {
    if (candidate === name || (accept && !accept(candidate))) continue;
    const cost = slipCost(name, candidate, bestCost);
    if (cost > bestCost) continue;
    if (cost === bestCost && best !== undefined && !isPreferred(candidate, best, uses)) continue;
    best = candidate;
    bestCost = cost;
  }
  return best;
}

function isPreferred(a: string, b: string, uses: Preferences["uses"]): boolean {
  const more = uses ? uses(a) - uses(b) : 0;
  return more === 0 ? compareText(a, b) < 0 : more > 0;
}

/** `fix` text for an unknown name. */
export function suggestion(name: string, candidates: Candidates, otherwise: string): string {
  const near = didYouMean(name, candidates);
  return near === undefined ? otherwise : asQuestion(near);
}

export const asQuestion = (near: string): string => `Did you mean "${near}"?`;

const indexes = new WeakMap<Candidates, ReadonlyMap<string, readonly string[]>>();

/** Candidates that one form may lead to. Names differ in few letters, so that real lists are far shorter; it bounds what made-up ones cost. */
const longestList = 128;

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
      if (candidate.length > longest) continue;
      for (const form of shortened(candidate.toLowerCase())) {
        const list = built.get(form);
        if (!list) built.set(form, [candidate]);
        else if (list.length < longestList) list.push(candidate);
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
