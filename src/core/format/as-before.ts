import { format } from "./format.ts";

/** A changed text in the house's spelling, unless what it was made of was not: then its author keeps another. `before` undefined: a new file. */
export function asBefore(path: string, before: string | undefined, after: string): string {
  if (before !== undefined && formatted(path, before) !== before) return after;
  return formatted(path, after) ?? after;
}

const formatted = (path: string, text: string): string | null => {
  const result = format(path, text);
  return result.kind === "formatted" ? result.text : null;
};
