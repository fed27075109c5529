import { GraphQLError } from "graphql";

export interface Paging {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
}

export interface Edge<Node> {
  readonly node: Node;
  /** Sorts the list and makes its cursors; unique in it. */
  readonly key: string;
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** An error of GitHub's own kind, with the type it is told by. */
export const refuse = (type: string, message: string): GraphQLError => new GraphQLError(message, { extensions: { type } });

/** One page of a list as a connection. Cursors name a place in the order, so that they hold when rows come and go. */
export function connection<Node>(
  name: string,
  rows: readonly Edge<Node>[],
  paging: Paging,
  order: "ascending" | "descending" = "ascending",
) {
  const sorted = [...rows].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  if (order === "descending") sorted.reverse();
  const passes = (key: string, cursor: string): boolean => (order === "ascending" ? key > cursor : key < cursor);
  const { first, last } = paging;
  if ((first === undefined || first === null) && (last === undefined || last === null)) {
    throw refuse(
      "MISSING_PAGINATION_BOUNDARIES",
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
    );
  }
  const size = (first ?? last)!;
  if (size > 100) {
    const bound = first === undefined || first === null ? "last" : "first";
    throw refuse(
      "EXCESSIVE_PAGINATION",
      `Requesting ${size} records on the \`${name}\` connection exceeds the \`${bound}\` limit of 100 records.`,
    );
  }
  if (size < 0) throw refuse("ARGUMENT_LIMIT", `\`first\` on the \`${name}\` connection cannot be negative.`);
  const after = paging.after ? decode(paging.after) : null;
  const before = paging.before ? decode(paging.before) : null;
  const within = sorted.filter((e) => (after === null || passes(e.key, after)) && (before === null || passes(before, e.key)));
  const shown = first === undefined || first === null ? within.slice(Math.max(0, within.length - size)) : within.slice(0, size);
  const edges = shown.map((e) => ({ cursor: encode(e.key), node: e.node, ...e.extra }));
  const at = (edge: Edge<Node> | undefined): number => (edge ? sorted.indexOf(edge) : -1);
  return {
    totalCount: sorted.length,
    edges,
    nodes: shown.map((e) => e.node),
    pageInfo: {
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
      hasNextPage: shown.length > 0 && at(shown.at(-1)) < sorted.length - 1,
      hasPreviousPage: at(shown[0]) > 0,
    },
  };
}

const encode = (key: string): string => Buffer.from(`cursor:v2:${key}`).toString("base64");

function decode(cursor: string): string {
  const text = Buffer.from(cursor, "base64").toString("utf8");
  if (!text.startsWith("cursor:v2:")) throw refuse("INVALID_CURSOR_ARGUMENTS", `\`${cursor}\` does not appear to be a valid cursor.`);
  return text.slice("cursor:v2:".length);
}

/** A number as a key that sorts as numbers do. */
export const numericKey = (id: number): string => String(id).padStart(16, "0");
