import { compareText } from "../../core/diagnostic.ts";
import { readBlobs } from "./blobs.ts";
import { GitFailure } from "./git-error.ts";
import type { Git } from "./open-git.ts";

export interface TreeFile {
  /** Below the root of the tree, with forward slashes. */
  readonly path: string;
  readonly bytes: Buffer;
}

/** What a tree may hold; somebody may have made it in order to hurt. */
export const treeLimits = { folders: 200, files: 20_000, depth: 8, name: 200, file: 256 << 20, total: 512 << 20 };

interface Entry {
  readonly path: string;
  readonly id: string;
  readonly size: number;
}

/**
 * Every file of a commit's tree, sorted by path: ordinary files under harmless names alone. Links, submodules and whatever is beyond the limits
 * are refused as a whole, before any content is read: GitFailure of kind tree. Every content is checked against its id.
 */
export async function readBoundedTree(git: Git, commit: string, limits = treeLimits): Promise<TreeFile[]> {
  const entries = await listTree(git, commit, limits);
  const contents = new Map<string, Buffer>();
  await readBlobs(git, entries, (id, content) => contents.set(id, content));
  return entries.map(({ path, id }) => ({ path, bytes: contents.get(id)! }));
}

/** Folder by folder, not `-r`: a tree of a few objects can unfold to more paths than there are atoms. */
async function listTree(git: Git, commit: string, limits: typeof treeLimits): Promise<Entry[]> {
  const files: Entry[] = [];
  const folders: { readonly path: string; readonly depth: number; readonly id: string }[] = [
    { path: "", depth: 1, id: `${commit}^{tree}` },
  ];
  let total = 0;
  for (const folder of folders) {
    const listing = await git.text(["ls-tree", "-z", "-l", "--full-tree", folder.id]);
    for (const row of listing.split("\0")) {
      if (row === "") continue;
      // `<mode> <type> <id> <size>\t<name>\0`, size padded with blanks, `-` for folders (git-ls-tree, 2026-11).
      const tab = row.indexOf("\t");
      const [mode = "", type = "", id = "", size = ""] = row.slice(0, tab).split(/ +/);
      const name = row.slice(tab + 1);
      const path = `${folder.path}${name}`;
      if (!isHarmless(name, limits)) throw refused(path, "has a name that is not one of state");
      if (type === "tree") {
        if (folders.length >= limits.folders || folder.depth >= limits.depth)
          throw refused(path, "lies too deep, or beside too many folders");
        folders.push({ path: `${path}/`, depth: folder.depth + 1, id });
        continue;
      }
      if (!mode.startsWith("100")) throw refused(path, mode === "120000" ? "is a symbolic link" : "is no ordinary file");
      total += Number(size);
      if (Number(size) > limits.file || total > limits.total || files.length >= limits.files)
        throw refused(path, "is too large, or one of too many files");
      files.push({ path, id, size: Number(size) });
    }
  }
  return files.sort((a, b) => compareText(a.path, b.path));
}

const isHarmless = (name: string, limits: typeof treeLimits): boolean =>
  name.length <= limits.name && /^[A-Za-z0-9._+-]+$/.test(name) && name !== "." && name !== ".." && name.toLowerCase() !== ".git";

const refused = (path: string, why: string): GitFailure =>
  new GitFailure("tree", `${JSON.stringify(path)} ${why}; somebody other than rollcall wrote it, and nothing of it is read`);
