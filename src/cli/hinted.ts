import { didYouMean } from "../core/source/did-you-mean.ts";

/** `; did you mean "ada"?`, or nothing. */
export function hinted(word: string, known: readonly string[]): string {
  const near = didYouMean(word, known);
  return near === undefined ? "" : `; did you mean "${near}"?`;
}
