import type { DocumentNode, FragmentDefinitionNode, SelectionSetNode, ValueNode } from "graphql";
import { Kind } from "graphql";

/** What GitHub charges for a query before it runs it (GraphQL docs "Rate limits and node limits", 2026-08). */
export interface Cost {
  /** Rows that could be answered at most; over 500,000 is refused. */
  readonly nodes: number;
  /** One point for a hundred lists that would have to be fetched, at least one. */
  readonly points: number;
}

export const nodeLimit = 500_000;

export function costOf(document: DocumentNode, variables: Readonly<Record<string, unknown>>): Cost {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const d of document.definitions) if (d.kind === Kind.FRAGMENT_DEFINITION) fragments.set(d.name.value, d);
  const number = (value: ValueNode): number =>
    value.kind === Kind.INT ? Number(value.value) : value.kind === Kind.VARIABLE ? Number(variables[value.name.value] ?? 0) : 0;
  const sum = { nodes: 0, lists: 0 };
  const walk = (set: SelectionSetNode | undefined, times: number, inside: readonly string[]): void => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet, times, inside);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        // A fragment within itself is refused by validation; here it only must not go on for ever.
        const name = selection.name.value;
        if (!inside.includes(name)) walk(fragments.get(name)?.selectionSet, times, [...inside, name]);
      } else {
        const size = selection.arguments?.find((a) => a.name.value === "first" || a.name.value === "last");
        const rows = size ? number(size.value) : null;
        if (rows !== null) {
          sum.lists += times;
          sum.nodes += times * rows;
        }
        walk(selection.selectionSet, rows === null ? times : times * rows, inside);
      }
    }
  };
  for (const d of document.definitions) if (d.kind === Kind.OPERATION_DEFINITION) walk(d.selectionSet, 1, []);
  return { nodes: sum.nodes, points: Math.max(1, Math.round(sum.lists / 100)) };
}
