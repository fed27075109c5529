import { compareText } from "../../core/diagnostic.ts";
import { decodeText, type WorkspaceFile, workspaceLimits } from "../../core/source/workspace.ts";
import { readBlobs } from "./blobs.ts";
import { prefixOf, rawDiff } from "./changed-paths.ts";
import { type CommitRecord, listCommits } from "./commit-record.ts";
import { type Git, openGit } from "./open-git.ts";
import { resolveCommit } from "./revision.ts";
import { cutCommits, placesOf } from "./shallow.ts";
import { listTree } from "./tree-listing.ts";

/** What one commit left at some paths. */
export interface FileVersion {
  readonly commit: CommitRecord;
  /** In order of path, told from the folder asked about. null where there is something that is no ordinary UTF-8 file of at most 1 MiB. */
  readonly files: readonly WorkspaceFile[] | null;
}

export interface FileVersions {
  /** Oldest first: commits of the first-parent line that changed something at the paths. */
  readonly versions: readonly FileVersion[];
  /** What the first version holds was not all brought by its commit: there are older ones, beyond the limit or this clone. */
  readonly cut: "limit" | "shallow" | null;
}

/**
 * Some files through time: every version of what lies at `paths` (files or folders, told from `dir`), by first parents up to `to`, the newest `limit` of
 * them. Each content is read once, however many versions have it. Seven processes, however many versions there are. Throws GitFailure.
 */
export async function fileVersions(dir: string, to: string, paths: readonly string[], limit: number): Promise<FileVersions> {
  const git = openGit(dir);
  const [tip, prefix] = await Promise.all([resolveCommit(git, to), prefixOf(dir)]);
  const newestFirst = await listCommits(git, ["--first-parent", `--max-count=${limit + 1}`, tip, "--", ...paths]);
  const commits = newestFirst.slice(0, limit).toReversed();
  const [oldest, ...later] = commits;
  if (!oldest) return { versions: [], cut: null };
  const shallow = (await cutCommits(await placesOf(git))).has(oldest.id);
  const trees = [new Map((await listTree(git, oldest.id, prefix, paths)).map((e): [string, Entry] => [e.path, e]))];
  const changes = await changesOf(git, later, paths, prefix);
  for (const { id } of later) {
    const next = new Map(trees.at(-1));
    for (const [path, entry] of changes.get(id) ?? []) {
      if (entry === null) next.delete(path);
      else next.set(path, entry);
    }
    trees.push(next);
  }
  const texts = await readTexts(
    git,
    trees.flatMap((tree) => [...tree.values()]),
  );
  const cut = newestFirst.length > limit ? "limit" : shallow ? "shallow" : null;
  return { versions: commits.map((commit, i) => ({ commit, files: filesOf(trees[i]!, texts) })), cut };
}

interface Entry {
  readonly mode: string;
  readonly id: string;
}

const isFile = ({ mode }: Entry): boolean => mode.startsWith("100");

function filesOf(tree: ReadonlyMap<string, Entry>, texts: ReadonlyMap<string, string | null>): WorkspaceFile[] | null {
  const files: WorkspaceFile[] = [];
  for (const [path, entry] of tree) {
    const text = isFile(entry) ? (texts.get(entry.id) ?? null) : null;
    if (text === null) return null;
    files.push({ path, text });
  }
  return files.sort((a, b) => compareText(a.path, b.path));
}

/** By commit what it changed against its first parent, by path; null where it took something away. One process. */
async function changesOf(
  git: Git,
  commits: readonly CommitRecord[],
  paths: readonly string[],
  prefix: string,
): Promise<Map<string, Map<string, Entry | null>>> {
  const result = new Map<string, Map<string, Entry | null>>();
  if (commits.length === 0) return result;
  const input = commits.map(({ id, parents }) => `${id} ${parents[0]!}\n`).join("");
  const parts = (await git.text(["diff-tree", "--stdin", ...rawDiff, "--", ...paths], { input })).split("\0");
  let own = new Map<string, Entry | null>();
  // The commit's id, then `:<mode> <mode> <id> <id> <status>` and a path for each that differs (git-diff-tree, 2026-11).
  for (let i = 0; i + 1 < parts.length;) {
    const part = parts[i]!;
    if (!part.startsWith(":")) {
      result.set(part, (own = new Map()));
      i += 1;
      continue;
    }
    const [, mode = "", , id = "", status] = part.slice(1).split(" ");
    own.set(parts[i + 1]!.slice(prefix.length), status === "D" ? null : { mode, id });
    i += 2;
  }
  return result;
}

/** Texts by id; null where the bytes are too many or not UTF-8. Two processes. */
async function readTexts(git: Git, entries: readonly Entry[]): Promise<Map<string, string | null>> {
  const ids = [...new Set(entries.filter(isFile).map((e) => e.id))];
  const texts = new Map<string, string | null>();
  if (ids.length === 0) return texts;
  // `<id> <type> <size>`, in the order asked for (git-cat-file, 2026-11).
  const sizes = (await git.text(["cat-file", "--batch-check"], { input: ids.map((id) => `${id}\n`).join("") })).split("\n");
  const wanted = ids.map((id, i) => ({ id, size: Number(sizes[i]?.split(" ")[2]) })).filter(({ size }) => size <= workspaceLimits.bytes);
  await readBlobs(git, wanted, (id, content) => texts.set(id, decodeText(content)));
  return texts;
}
