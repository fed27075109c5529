/** What differs between two commits, as a pull request shows it: against the point where they parted. */
import { mergeBase, run } from "./git.ts";

export interface Change {
  readonly status: "added" | "removed" | "modified" | "renamed";
  readonly path: string;
  /** Before a renaming. */
  readonly from: string | null;
  /** Of the file after the change; before it where it was removed. */
  readonly blob: string;
  readonly additions: number;
  readonly deletions: number;
  /** Hunks; null for binary files and where nothing but the name or mode changed. */
  readonly patch: string | null;
}

const words = { A: "added", D: "removed", M: "modified", T: "modified", R: "renamed", C: "added" } as const;

/** In Git's order. `head` itself against its parent where `base` is null. */
export function changesOf(dir: string, base: string | null, head: string): Change[] {
  const old = base === null ? null : mergeBase(dir, base, head);
  const ends = base === null ? [head] : old === null ? null : [old, head];
  if (ends === null) return [];
  const options = ["--root", "--no-commit-id", "-r", "-M", "--full-index"];
  const tree = (...more: string[]): string => run(dir, ["diff-tree", ...options, ...more, "--end-of-options", ...ends]).out;
  const raw = tree("--raw", "-z").split("\0");
  const counts = numbers(tree("--numstat", "-z"));
  const patches = tree("--patch")
    .split(/^diff --git /m)
    .slice(1);
  const found: Change[] = [];
  for (let n = 0; n < raw.length - 1;) {
    const [, , before = "", after = "", letter = "M"] = raw[n]!.split(" ");
    const kind = letter[0] as keyof typeof words;
    const moved = kind === "R" || kind === "C";
    const path = raw[n + (moved ? 2 : 1)]!;
    const at = patches[found.length]!.search(/^@@ /m);
    found.push({
      status: words[kind],
      path,
      from: kind === "R" ? raw[n + 1]! : null,
      blob: kind === "D" ? before : after,
      ...counts[found.length]!,
      patch: at < 0 ? null : patches[found.length]!.slice(at).replace(/\n$/, ""),
    });
    n += moved ? 3 : 2;
  }
  return found;
}

/** Lines added and removed, in the same order; binary files count as none. */
function numbers(text: string): { additions: number; deletions: number }[] {
  const parts = text.split("\0");
  const found: { additions: number; deletions: number }[] = [];
  for (let n = 0; n < parts.length - 1;) {
    const [added = "", removed = "", path = ""] = parts[n]!.split("\t");
    found.push({ additions: Number(added) || 0, deletions: Number(removed) || 0 });
    // A renaming has its two names in parts of their own.
    n += path === "" ? 3 : 1;
  }
  return found;
}
