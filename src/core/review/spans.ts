/** Commits of the default branch that came there together: by one pull request, or by a push. */
export interface Span {
  /** The pull request that brought them; null where none did. */
  readonly pull: number | null;
  /** Oldest first. */
  readonly commits: readonly string[];
  readonly from: string;
  readonly to: string;
}

/** What the forge says of a commit: the merged pull request it belongs to, and the commit which that merge ended with. */
export interface Merged {
  readonly pull: number;
  readonly commit: string;
}

/**
 * First-parent commits after `start`, oldest first, cut where one pull request ends and the next begins. A merge, a squash and a queue leave one
 * commit; a rebase leaves several, the last of which the forge names. A commit that claims a pull request whose end is not here belongs to none.
 */
export function spansOf(start: string, commits: readonly string[], mergedBy: (commit: string) => Merged | null): Span[] {
  const spans: Span[] = [];
  let from = start;
  let open: string[] = [];
  const close = (pull: number | null, own: readonly string[]): void => {
    if (own.length === 0) return;
    spans.push({ pull, commits: own, from, to: own.at(-1)! });
    from = own.at(-1)!;
  };
  for (const commit of commits) {
    open.push(commit);
    const merged = mergedBy(commit);
    if (merged?.commit !== commit) continue;
    // Of those before it, what the forge counts to the same pull request is its rebase; the rest somebody pushed.
    let first = open.length - 1;
    while (first > 0 && mergedBy(open[first - 1]!)?.pull === merged.pull) first--;
    for (const pushed of open.slice(0, first)) close(null, [pushed]);
    close(merged.pull, open.slice(first));
    open = [];
  }
  for (const pushed of open) close(null, [pushed]);
  return spans;
}
