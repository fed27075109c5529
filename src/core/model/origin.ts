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
}

/** By path, file and place. */
export const compareBecause = (a: Because, b: Because): number =>
  (a.path === b.path ? 0 : compareText(a.path.join(" > "), b.path.join(" > "))) ||
  compareText(a.origin.file, b.origin.file) ||
  a.origin.line - b.origin.line ||
  a.origin.column - b.origin.column;
