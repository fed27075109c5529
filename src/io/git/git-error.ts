/** What Git could not do, in words for the user. */
export class GitFailure extends Error {
  override readonly name = "GitFailure";
  /** repository: the folder is in none. revision: it names no commit. git: everything else, Git that is not there included. */
  readonly kind: "repository" | "revision" | "git";
  constructor(kind: GitFailure["kind"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
