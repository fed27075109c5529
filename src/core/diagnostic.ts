/** One type for every problem rollcall can report. Data only: frames and colours are added by core/report. */

export type Severity = "error" | "warning";

/** A place in a file of the repository. Lines and columns count from 1; columns count UTF-16 units, as editors do. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Exclusive end on the same line, for the caret underline. */
  readonly endColumn?: number;
}

export interface Diagnostic {
  /** Stable, upper-case, part of the API: tests and users' scripts match on it. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence: what is wrong. Never contains a secret. */
  readonly summary: string;
  /** Why it matters or how it came about. */
  readonly detail?: string;
  /** What to do about it, as an instruction. */
  readonly fix?: string;
  /** First the place to mend, then related places. Empty only where the problem has no file. */
  readonly where: readonly Place[];
  /** Set where the offending line may hold a secret: renderers must not print its text. */
  readonly sensitive?: true;
}

/** The total order in which problems are shown: by file, line, column, code. */
function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  const x = a.where[0];
  const y = b.where[0];
  return (
    compareText(x?.file ?? "", y?.file ?? "") ||
    (x?.line ?? 0) - (y?.line ?? 0) ||
    (x?.column ?? 0) - (y?.column ?? 0) ||
    compareText(a.code, b.code) ||
    compareText(a.summary, b.summary)
  );
}

/** Code-point order: the same on every machine, unlike localeCompare (law 16). */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Sorted, with exact repetitions removed. */
export function tidyDiagnostics(all: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return [...all].sort(compareDiagnostics).filter((d) => {
    const key = JSON.stringify([d.code, d.summary, d.where]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

export const hasErrors = (all: readonly Diagnostic[]): boolean => all.some((d) => d.severity === "error");
