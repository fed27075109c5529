/** What Git could not do, in words for the user: one line. */
export class GitFailure extends Error {
  override readonly name = "GitFailure";
  /**
   * repository: the folder is in none. revision: it names no commit, or the clone is too shallow to tell. limit: more than the caller asked for.
   * moved: somebody else was there first. tree: it holds what must not be read. rewritten: a branch has another history than it had. remote: the
   * remote refused, or was not reached. git: everything else, Git that is not there or too old included.
   */
  readonly kind: "repository" | "revision" | "limit" | "moved" | "tree" | "rewritten" | "remote" | "git";
  constructor(kind: GitFailure["kind"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
