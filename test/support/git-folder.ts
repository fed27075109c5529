import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { commitAll, git } from "./git.ts";

/** A repository of its own in a temporary folder. */
export interface GitFolder {
  readonly root: string;
  git(...args: string[]): string;
  write(path: string, content: string | Uint8Array): void;
  remove(path: string): void;
  /** Writes, commits everything on whatever is checked out and answers the commit's id. */
  commit(files: Readonly<Record<string, string>>, message?: string): string;
  /** Commits a change on a branch that begins at `from`, and comes back to where it was. Answers the id. */
  branch(name: string, from: string, files: Readonly<Record<string, string>>): string;
  close(): void;
}

/** `init`: more options of `git init`. */
export function openGitFolder(...init: string[]): GitFolder {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "rollcall-git-")));
  git(root, "init", "--quiet", ...init);
  return folderAt(root);
}

/** A clone of it in another temporary folder; `file://`, so that --depth holds. */
export function cloneOf(origin: string, ...options: string[]): GitFolder {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "rollcall-clone-")));
  git(root, "clone", "--quiet", ...options, `file://${origin}`, root);
  return folderAt(root);
}

function folderAt(root: string): GitFolder {
  const folder: GitFolder = {
    root,
    git: (...args) => git(root, ...args),
    write(path, content) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    },
    remove: (path) => rmSync(join(root, path), { recursive: true }),
    commit(files, message) {
      for (const [path, text] of Object.entries(files)) folder.write(path, text);
      return commitAll(root, message);
    },
    branch(name, from, files) {
      const before = git(root, "rev-parse", "--abbrev-ref", "HEAD");
      git(root, "checkout", "--quiet", "-B", name, from);
      const id = folder.commit(files, name);
      git(root, "checkout", "--quiet", before);
      return id;
    },
    close: () => rmSync(root, { recursive: true, force: true }),
  };
  return folder;
}
