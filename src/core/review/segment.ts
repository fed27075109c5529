/** A file that differs between two commits, anywhere in the repository. */
export interface ChangedPath {
  readonly path: string;
  readonly change: "added" | "changed" | "removed";
  /** What it is at the later commit; at the earlier one where it was removed. */
  readonly kind: "file" | "executable" | "link" | "submodule";
}

/**
 * One step of the default branch, along first parents: what a merge, or a push, brought. `forced`: `from` is no ancestor of `to`; history was
 * rewritten, and everything between the two counts as pushed by somebody.
 */
export interface Segment {
  readonly from: string;
  readonly to: string;
  readonly forced: boolean;
  /** Commits it consists of, oldest first; several where a pull request was rebased. */
  readonly commits: readonly string[];
  readonly paths: readonly ChangedPath[];
}

/** Who brought a segment about, and whether rollcall believes it (approval.ts). */
export type Provenance =
  | {
      readonly kind: "approved";
      readonly pull: number;
      readonly author: string;
      readonly approvers: readonly string[];
      readonly head: string;
    }
  | {
      readonly kind: "unapproved";
      readonly pull: number;
      readonly author: string | null;
      readonly head: string;
      readonly reasons: readonly string[];
    }
  /** No pull request: a direct or a forced push, a merge that is not what was reviewed. */
  | { readonly kind: "pushed"; readonly pull: number | null; readonly reasons: readonly string[] };
