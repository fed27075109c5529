import type { Day } from "../model/person.ts";
import type { Value } from "../source/build-value.ts";
import { type Entry, type Node } from "./layout.ts";

/** Lists whose entries end by themselves. */
const lists = ["roles", "grants"] as const;

type Fields = { readonly [key: string]: Value };
const isFields = (value: Value | undefined): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

/** An entry of roles or grants whose last day has passed. */
const isPast = (item: Value, today: Day): boolean => isFields(item) && typeof item["until"] === "string" && item["until"] < today;

/** Whether the whole file has ended: an allowance past its day. */
export const isPastFile = (value: Value, today: Day): boolean =>
  isFields(value) && value["kind"] === "allowance" && typeof value["expires"] === "string" && value["expires"] < today;

/** The value without what has passed: entries of roles and grants past their `until`, and a list that this leaves empty. */
export function withoutPast(value: Value, today: Day): Value {
  if (!isFields(value)) return value;
  const kept = Object.entries(value).flatMap(([name, child]): [string, Value][] => {
    if (!lists.some((l) => l === name) || !Array.isArray(child)) return [[name, child]];
    const items = (child as readonly Value[]).filter((item) => !isPast(item, today));
    return items.length === 0 && child.length > 0 ? [] : [[name, items]];
  });
  return Object.fromEntries(kept);
}

/** The same of the layout, where an entry goes with the comments right above it and beside it; comments further off stay. */
export function prunedLayout(root: Node | null, value: Value, today: Day): Node | null {
  if (root === null || !isFields(value) || !("entries" in root)) return root;
  const entries: Entry[] = [];
  let carried: readonly string[] = [];
  for (const entry of root.entries) {
    const list = entry.name !== null && lists.some((l) => l === entry.name) ? value[entry.name] : undefined;
    const { value: node } = entry;
    if (!Array.isArray(list) || node === null || !("entries" in node) || !list.some((item: Value) => isPast(item, today))) {
      entries.push({ ...entry, above: [...setApart(carried), ...entry.above] });
      carried = [];
      continue;
    }
    const kept: Entry[] = [];
    let left: readonly string[] = [];
    node.entries.forEach((item, i) => {
      if (isPast(list[i] as Value, today)) left = [...left, ...apart(item.above)];
      else {
        kept.push({ ...item, above: [...left, ...item.above] });
        left = [];
      }
    });
    const after = [...left, ...node.after];
    if (kept.length > 0)
      entries.push({ ...entry, above: [...setApart(carried), ...entry.above], value: { ...node, entries: kept, after } });
    carried = kept.length > 0 ? [] : [...carried, ...apart(entry.above), ...after];
  }
  return { ...root, entries, after: [...carried, ...root.after] };
}

/** What a list that is gone leaves behind is not about the entry below it. */
const setApart = (left: readonly string[]): readonly string[] => (left.length === 0 || left.at(-1) === "" ? left : [...left, ""]);

/** Comments above an entry that a blank line keeps apart from it: they are about more than the entry. */
const apart = (above: readonly string[]): readonly string[] => above.slice(0, above.lastIndexOf("") + 1);
