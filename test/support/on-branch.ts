/** A company whose state is on a branch of a bare remote, and further checkouts of the same repository. */
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type AppSketch, type Company, type Files, openCompany } from "./company.ts";
import { commitAll, git } from "./git.ts";

export const stateBranch = "rollcall-state";

export interface BranchCompany extends Company {
  /** Folder of the bare remote. */
  readonly remote: string;
  /** A fresh checkout; its folder. */
  clone(): string;
  /** Subjects of the state branch's commits, oldest first. */
  subjects(): string[];
  /** A file of the state branch; null where it has none. */
  stateFile(path: string): string | null;
  /** Rewrites the state branch by hand: commits the change of a working copy of it. */
  byHand(change: (folder: string) => Promise<void>, ...push: string[]): Promise<void>;
}

export async function openBranchCompany(
  apps: Readonly<Record<string, AppSketch>>,
  files: Files,
  surroundings: Readonly<Record<string, string>> = {},
): Promise<BranchCompany> {
  const settings = `organization: Acme\ndomains: [acme.example]\ntimezone: UTC\nstate: git:${stateBranch}\n`;
  const company = await openCompany(apps, { "rollcall.yaml": settings, ".gitignore": ".rollcall/\n", ...files }, surroundings);
  const root = dirname(company.dir);
  const remote = join(root, "remote.git");
  git(root, "init", "--quiet", "--bare", "--initial-branch=main", remote);
  git(company.dir, "init", "--quiet", "--initial-branch=main");
  commitAll(company.dir, "the company");
  git(company.dir, "remote", "add", "origin", remote);
  git(company.dir, "push", "--quiet", "origin", "main");
  let clones = 0;
  return Object.assign(company, {
    remote,
    clone() {
      const dir = join(root, `clone-${++clones}`);
      git(root, "clone", "--quiet", remote, dir);
      return dir;
    },
    subjects: () =>
      git(remote, "log", "--reverse", "--format=%s", stateBranch)
        .split("\n")
        .filter((l) => l !== ""),
    stateFile(path: string) {
      const there = git(remote, "ls-tree", "--name-only", stateBranch, "--", path) !== "";
      return there ? git(remote, "show", `${stateBranch}:${path}`) : null;
    },
    async byHand(change: (folder: string) => Promise<void>, ...push: string[]) {
      const dir = join(root, `by-hand-${++clones}`);
      git(root, "clone", "--quiet", "--branch", stateBranch, remote, dir);
      await change(dir);
      commitAll(dir, "by hand");
      git(dir, "push", "--quiet", ...push, "origin", stateBranch);
      await rm(dir, { recursive: true });
    },
  });
}
