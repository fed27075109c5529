import { compareText } from "../diagnostic.ts";

/** Where a declaration was written; attached at parsing and only carried after that (law 8). */
export interface Origin {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * One reason why a grant or an account is wanted. `path` reads from the person to the grant:
 * ["role sre", "role engineer"] for a role that includes another; empty for a grant in the person's own file.
 */
export interface Because {
  readonly origin: Origin;
  readonly path: readonly string[];
  /** The reason the author gave, if any. */
  readonly reason?: string;
  /** Last day on which this reason holds, inclusive, YYYY-MM-DD. */
  readonly until?: string;
  /**
   * Present where the line asks for access to another app that this grant carries (`provisioned-by`, `through`): what it asks for, and the line
   * of that app's file which says through what. The first is what the line itself asks for.
   */
  readonly via?: readonly Via[];
}

export interface Via {
  /** Address that the line asks for: `github/team/infra:maintainer`. */
  readonly by: string;
  readonly origin: Origin;
}

/** By path, file and place. */
export const compareBecause = (a: Because, b: Because): number =>
  (a.path === b.path ? 0 : compareText(a.path.join(" > "), b.path.join(" > "))) ||
  compareText(a.origin.file, b.origin.file) ||
  a.origin.line - b.origin.line ||
  a.origin.column - b.origin.column ||
  compareVia(a.via, b.via);

function compareVia(a: readonly Via[] = none, b: readonly Via[] = none): number {
  if (a === b) return 0;
  const [x, y] = [a, b].map((all) => all.map((v) => `${v.by}\u0000${v.origin.file}\u0000${v.origin.line}`).join("\u0000"));
  return compareText(x!, y!);
}

const none: readonly Via[] = [];
