/** Filters of the form `attribute eq "text"`, joined by `and`: more is asked of no server. */
import { fold } from "../../../src/connector/index.ts";
import { Refusal } from "./refusal.ts";
import type { Traits } from "./traits.ts";

type Row = Readonly<Record<string, unknown>>;

/** The test a filter is, or null where the server ignores it. Throws where it refuses it. */
export function filterOf(text: string, traits: Traits): ((row: Row) => boolean) | null {
  const terms = text.split(/ and /i).map((term) => /^\s*([\w.:]+) eq ("(?:[^"\\]|\\.)*")\s*$/i.exec(term));
  const wanted = terms.map((t) => (t ? { path: t[1]!, value: JSON.parse(t[2]!) as string } : null));
  if (wanted.some((w) => w === null || !traits.filters.some((f) => fold(f) === fold(w.path)))) {
    if (traits.otherFilters === "ignored") return null;
    throw new Refusal(400, "The filter is not supported", "invalidFilter");
  }
  const equal = (a: string, b: string): boolean => (traits.filterCase === "sensitive" ? a === b : fold(a) === fold(b));
  return (row) => wanted.every((w) => textsAt(row, w!.path).some((held) => equal(held, w!.value)));
}

/** The texts at an attribute: of a list, those of its values. */
function textsAt(row: Row, path: string): string[] {
  // Some call the address `email`.
  const name = path === "email" ? "emails" : path.split(".")[0]!;
  const held = Object.entries(row).find(([key]) => fold(key) === fold(name))?.[1];
  const all: unknown[] = Array.isArray(held) ? held : [held];
  return all.flatMap((v) =>
    typeof v === "string" ? [v] : typeof v === "object" && v !== null && "value" in v && typeof v.value === "string" ? [v.value] : [],
  );
}
