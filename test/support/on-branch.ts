/** A company whose state is on a branch of a bare remote, and further checkouts of the same repository. */
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { openStateBranch } from "../../src/io/git/state-branch.ts";
import { memoryDisk } from "../../src/io/state/memory-disk.ts";
import { openStateDirectory } from "../../src/io/state/state-directory.ts";
import { type AppSketch, type Company, type Files, openCompany } from "./company.ts";
import { commitAll, git } from "./git.ts";

const name = "rollcall-state";

export interface BranchCompany extends Company {
  /** Folder of the bare remote. */
  readonly remote: string;
  /** A fresh checkout of what the folder has now; its folder. */
  clone(): string;
  /** Subjects of the state branch's commits, oldest first; none where there is no branch. */
  subjects(): string[];
  /** A file of the state branch; null where it has none. */
  stateFile(path: string): string | null;
  /** Changes the state branch as a person would: a working copy, a commit, a push. */
  byHand(change: (folder: string) => Promise<void>, ...push: string[]): Promise<void>;
}

export const openBranchCompany = async (apps: Readonly<Record<string, AppSketch>>, files: Files): Promise<BranchCompany> =>
  putOnBranch(await openCompany(apps, files));

export async function putOnBranch(company: Company): Promise<BranchCompany> {
  const { dir } = company;
  const root = dirname(dir);
  const remote = join(root, "remote.git");
  await company.write({
    "rollcall.yaml": `organization: Acme\ndomains: [acme.example]\ntimezone: UTC\nstate: git:${name}\n`,
    ".gitignore": ".rollcall/\n",
  });
  git(root, "init", "--quiet", "--bare", "--initial-branch=main", remote);
  git(dir, "init", "--quiet", "--initial-branch=main");
  git(dir, "remote", "add", "origin", remote);
  let copies = 0;
  const exists = (): boolean => git(remote, "branch", "--list", name) !== "";
  return Object.assign(company, {
    remote,
    clone() {
      commitAll(dir);
      git(dir, "push", "--quiet", "--force", "origin", "main");
      const copy = join(root, `clone-${++copies}`);
      git(root, "clone", "--quiet", remote, copy);
      return copy;
    },
    subjects: () => (exists() ? git(remote, "log", "--reverse", "--format=%s", name).split("\n") : []),
    stateFile(path: string) {
      const there = exists() && git(remote, "ls-tree", "--name-only", name, "--", path) !== "";
      return there ? git(remote, "show", `${name}:${path}`) : null;
    },
    async byHand(change: (folder: string) => Promise<void>, ...push: string[]) {
      const copy = join(root, `by-hand-${++copies}`);
      git(root, "clone", "--quiet", "--branch", name, remote, copy);
      await change(copy);
      commitAll(copy, "by hand");
      git(copy, "push", "--quiet", ...push, "origin", name);
      await rm(copy, { recursive: true });
    },
    async state(app: string) {
      const branch = await openStateBranch(dir, { branch: name, env: {} });
      const head = await branch.head();
      const files = head === null ? [] : await branch.files(head);
      const disk = memoryDisk("/state", new Map(files.map((f) => [f.path, f.bytes])));
      const connector = /^connector: (\S+)$/m.exec(await company.files(`identities/apps/${app}.yaml`))![1]!;
      return (await openStateDirectory("/state", { now: () => company.now, base: "/state", fs: disk }).load(app, connector)).state;
    },
  });
}
