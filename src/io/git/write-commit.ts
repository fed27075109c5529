import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GitFailure } from "./git-error.ts";
import { failureOf, type Git, openGit } from "./open-git.ts";

/** What a commit says about itself. */
export interface Signed {
  readonly message: string;
  /** Author and committer. */
  readonly author: { readonly name: string; readonly email: string };
  readonly at: Date;
}

/** Contents by path; null takes a file away. */
export type FileChanges = ReadonlyMap<string, string | Uint8Array | null>;

/**
 * A commit that holds exactly these files, by their paths from its root, upon `parent` or upon nothing; answers its id. Nothing leads to it until it
 * is pushed. No working tree, no index of the repository, no filter. Throws GitFailure. Four processes.
 */
export async function commitFolder(
  dir: string,
  commit: Signed & { readonly files: ReadonlyMap<string, string | Uint8Array>; readonly parent: string | null },
): Promise<string> {
  const git = openGit(dir);
  const tree = await writeTree(git, null, commit.files);
  return await writeCommit(git, tree, commit.parent, commit);
}

/** A commit of a tree. One process. */
export async function writeCommit(git: Git, tree: string, parent: string | null, { message, author, at }: Signed): Promise<string> {
  if (message.trim() === "") throw new GitFailure("git", "A commit needs a message");
  const date = `@${Math.floor(at.getTime() / 1000)} +0000`;
  const id = await git.text(["commit-tree", "--no-gpg-sign", ...(parent === null ? [] : ["-p", parent]), "-F", "-", tree], {
    input: message,
    config: ["i18n.commitEncoding=UTF-8"],
    env: {
      GIT_AUTHOR_NAME: author.name,
      GIT_AUTHOR_EMAIL: author.email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: author.name,
      GIT_COMMITTER_EMAIL: author.email,
      GIT_COMMITTER_DATE: date,
    },
  });
  return id.trim();
}

/**
 * A tree, changed; or made of nothing but the files. What exists keeps its mode. Refuses to write through what is no ordinary file, or where a folder is
 * or would have to be. An index of its own. Three processes from nothing, five from a tree.
 */
export async function writeTree(git: Git, base: string | null, files: FileChanges): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-commit-"));
  try {
    const env = { GIT_INDEX_FILE: join(folder, "index") };
    if (base !== null) await git.bytes(["read-tree", "--no-sparse-checkout", base], { env });
    const modes = base === null ? new Map<string, string>() : await modesOf(git, env);
    for (const path of files.keys()) checkPath(path);
    const written = [...files].flatMap(([path, content]) => (content === null ? [] : [{ path, content }]));
    checkPlaces(modes, files);
    const ids = await writeBlobs(
      git,
      folder,
      written.map(({ content }) => content),
    );
    const none = "0".repeat(ids[0]?.length ?? base?.length ?? 40);
    const rows = [
      // What goes away first: a file may take the place of a folder.
      ...[...files].flatMap(([path, content]) => (content === null && modes.has(path) ? [`0 ${none}\t${path}\0`] : [])),
      ...written.map(({ path }, i) => `${modes.get(path) ?? "100644"} ${ids[i]}\t${path}\0`),
    ];
    if (rows.length > 0) await updateIndex(git, rows.join(""), env);
    return (await git.text(["write-tree"], { env })).trim();
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A path that Git does not want in a tree (`.git`, and whatever some file system takes for it) it leaves out, with a word and no error. */
async function updateIndex(git: Git, input: string, env: Record<string, string>): Promise<void> {
  const end = await git.ended(["update-index", "-z", "--index-info"], { input, env });
  if (end.code !== 0) throw failureOf(end);
  if (end.err !== "") throw new GitFailure("git", `Git does not take every path: ${end.err.split("\n")[0]}`);
}

/** Modes by path, of what the index holds: `<mode> <id> <stage>\t<path>\0`. */
async function modesOf(git: Git, env: Record<string, string>): Promise<Map<string, string>> {
  const listing = await git.text(["ls-files", "-s", "-z", "--full-name", ":/"], { env: { ...env, GIT_LITERAL_PATHSPECS: "0" } });
  const rows = listing.split("\0").filter((row) => row !== "");
  return new Map(rows.map((row) => [row.slice(row.indexOf("\t") + 1), row.slice(0, row.indexOf(" "))]));
}

/** Ids of contents, in their order; each becomes an object as it is. */
async function writeBlobs(git: Git, folder: string, contents: readonly (string | Uint8Array)[]): Promise<string[]> {
  if (contents.length === 0) return [];
  const paths = contents.map((_, i) => join(folder, String(i)));
  for (const [i, content] of contents.entries()) await writeFile(paths[i]!, content);
  const text = await git.text(["hash-object", "-w", "--no-filters", "--stdin-paths"], { input: paths.map((path) => `${path}\n`).join("") });
  return text.trim().split("\n");
}

/** Git refuses `.git` and its likes; what it would quietly tidy up is refused here. */
function checkPath(path: string): void {
  if (path.split("/").some((part) => part === "" || part === "." || part === "..") || path.includes("\0")) {
    throw new GitFailure("git", `${JSON.stringify(path)} is no path of a file`);
  }
}

/** Every written path must be, or become, an ordinary file in folders. */
function checkPlaces(modes: ReadonlyMap<string, string>, files: FileChanges): void {
  const after = new Set([...modes.keys()].filter((path) => files.get(path) !== null));
  for (const [path, content] of files) if (content !== null) after.add(path);
  const folders = new Set([...after].flatMap(foldersAbove));
  for (const [path, content] of files) {
    if (content === null) continue;
    const name = JSON.stringify(path);
    if (!(modes.get(path) ?? "100644").startsWith("100")) throw new GitFailure("git", `${name} is a link or a submodule`);
    if (folders.has(path)) throw new GitFailure("git", `${name} is a folder`);
    const file = foldersAbove(path).find((folder) => after.has(folder));
    if (file !== undefined) throw new GitFailure("git", `${JSON.stringify(file)} is no folder: ${name} cannot lie in it`);
  }
}

function foldersAbove(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join("/"));
}
