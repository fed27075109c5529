import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareText } from "../../core/diagnostic.ts";
import { GitFailure } from "./git-error.ts";
import { failureOf, type Git, openGit } from "./open-git.ts";
import { commitIdOf, isId, treeOf } from "./revision.ts";
import { cutCommits, historyIsCut, type Places, placesOf, tooShallow } from "./shallow.ts";

export type Merged =
  /** Id of the tree of the whole repository that the merge leaves. */
  | { readonly kind: "tree"; readonly tree: string }
  /** Paths from the root of the repository, sorted. */
  | { readonly kind: "conflicts"; readonly paths: readonly string[] }
  /** No common ancestor. */
  | { readonly kind: "unrelated" };

/**
 * How Git merges where nobody has set anything, which is how a forge does it; set here as well, so that a later Git that changes its mind, or
 * somebody's own settings, do not make another tree. Renames are followed; where a
 * folder was renamed, what the other side adds to it is a conflict.
 */
const mergeSettings = [
  "merge.renames=true",
  "merge.directoryRenames=conflict",
  "merge.renameLimit=7000",
  "merge.renormalize=false",
  "diff.renames=true",
  "diff.renameLimit=7000",
  "diff.algorithm=histogram",
];

/**
 * The tree that merging `head` into `base` would leave, three-way; nothing is committed, and the new objects are named by nothing. Throws
 * GitFailure, also where Git is older than 2.38 or the clone too shallow to tell. Two processes for full ids; four in a shallow clone.
 *
 * Merged in an empty repository of its own that borrows the objects: it has no configuration, no attributes and no working tree, so that no merge
 * driver can be chosen or named, whatever lies in the files, in .git or in somebody's home.
 */
export async function mergedTree(dir: string, base: string, head: string): Promise<Merged> {
  const git = openGit(dir);
  return await merge(git, await commitIdOf(git, base), await commitIdOf(git, head));
}

async function merge(git: Git, base: string, head: string): Promise<Merged> {
  const places = await placesOf(git);
  const cut = await cutCommits(places);
  if (cut.size > 0 && (await historyIsCut(git, base, head))) throw tooShallow();
  const folder = await mkdtemp(join(tmpdir(), "rollcall-merge-"));
  try {
    await makeRepository(folder, places.algorithm, cut);
    const end = await git.ended(["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", base, head], {
      env: surroundings(folder, places),
      config: mergeSettings,
    });
    if (end.code === 129) throw new GitFailure("git", "Git 2.38 or newer is needed to merge without a checkout");
    // What it says is the only sign: the exit code is that of every failure.
    if (/refusing to merge unrelated histories/.test(end.err)) return { kind: "unrelated" };
    const [tree = "", ...paths] = end.out
      .toString()
      .split("\0")
      .filter((part) => part !== "");
    // 1 is a conflict, and also a commit that is not here: then there is no tree.
    if ((end.code !== 0 && end.code !== 1) || !isId(tree)) throw failureOf(end);
    return end.code === 0 ? { kind: "tree", tree } : { kind: "conflicts", paths: [...new Set(paths)].sort(compareText) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What Git takes for a repository, at the least. */
async function makeRepository(folder: string, algorithm: Places["algorithm"], cut: ReadonlySet<string>): Promise<void> {
  const format = algorithm === "sha1" ? "" : "[extensions]\n\tobjectFormat = sha256\n";
  await writeFile(join(folder, "config"), `[core]\n\trepositoryFormatVersion = ${algorithm === "sha1" ? 0 : 1}\n\tbare = true\n${format}`);
  await writeFile(join(folder, "HEAD"), "ref: refs/heads/none\n");
  await mkdir(join(folder, "objects"));
  await mkdir(join(folder, "refs"));
  if (cut.size > 0) await writeFile(join(folder, "shallow"), [...cut].map((id) => `${id}\n`).join(""));
}

const surroundings = (folder: string, { objects }: Places): Record<string, string> => ({
  GIT_DIR: folder,
  GIT_OBJECT_DIRECTORY: objects,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
});

/**
 * Whether the tree of `after` is exactly what merging `head` into `before` gives. That is how a merge, a squash, a rebase or a merge queue is known to
 * have left what was reviewed, and nothing besides.
 */
export async function isMergeOf(dir: string, commits: { before: string; head: string; after: string }): Promise<boolean> {
  const merged = await mergedTree(dir, commits.before, commits.head);
  return merged.kind === "tree" && merged.tree === (await treeOf(dir, commits.after));
}
