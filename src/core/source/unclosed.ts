import { CST } from "yaml";

/** A quote or bracket that nothing closes, by the place where it was opened. */
export interface Unclosed {
  readonly offset: number;
  readonly what: "quote" | "bracket";
}

/**
 * What is opened last and never closed, or null. The parser notices at the end of the file, where nobody would look for it; all that it says of
 * what stands behind the opening is a consequence.
 */
export function findUnclosed(tokens: readonly CST.Token[]): Unclosed | null {
  let last: Unclosed | null = null;
  const look = (token: CST.Token | null | undefined): void => {
    const what = token && openEnded(token);
    if (what && (last === null || token.offset > last.offset)) last = { offset: token.offset, what };
  };
  for (const document of tokens) {
    if (document.type !== "document") continue;
    look(document.value);
    CST.visit(document, ({ key, value }) => {
      look(key);
      look(value);
    });
  }
  return last;
}

function openEnded(token: CST.Token): Unclosed["what"] | null {
  switch (token.type) {
    case "double-quoted-scalar":
    case "single-quoted-scalar":
      return token.source.length > 1 && token.source.endsWith(token.source[0]!) ? null : "quote";
    case "flow-collection":
      return token.end.some((end) => end.type === "flow-map-end" || end.type === "flow-seq-end") ? null : "bracket";
    default:
      return null;
  }
}
