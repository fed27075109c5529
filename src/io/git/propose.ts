import { prefixOf } from "./changed-paths.ts";
import { type CommitRecord, listCommits } from "./commit-record.ts";
import { fetched } from "./fetch.ts";
import { GitFailure } from "./git-error.ts";
import { type Git, openGit } from "./open-git.ts";
import { pushTo, refAt } from "./push.ts";
import { checkRef } from "./ref-name.ts";
import { openRemote, type Remote, type RemoteOptions } from "./remote.ts";
import { resolveCommit, treeOf } from "./revision.ts";
import { type Signed, writeCommit, writeTree } from "./write-commit.ts";

export interface Proposal extends RemoteOptions, Signed {
  /** A commit. */
  readonly base: string;
  /** Without refs/heads/. */
  readonly branch: string;
  /** Texts by their paths from the rollcall root; null takes a file away. */
  readonly files: ReadonlyMap<string, string | null>;
}

export interface Proposed {
  readonly commit: string;
  /** nothing: the files are as they should be at the base, which `commit` then is. same: the branch says that already. Neither pushes anything. */
  readonly outcome: "made" | "moved" | "same" | "nothing";
}

/**
 * One commit upon `base` with changed files, as a branch of the remote. A branch that is there already is replaced where everything on it that the base
 * lacks was committed by the same address; else, and where somebody pushes meanwhile, it is left alone: GitFailure, kind moved. (The address
 * keeps people's work from being lost. It proves nothing.) No working tree, no index, no branch here is touched. About a dozen processes.
 */
export async function proposeFiles(dir: string, proposal: Proposal): Promise<Proposed> {
  const git = openGit(dir);
  const ref = `refs/heads/${proposal.branch}`;
  await checkRef(git, ref);
  const base = await resolveCommit(git, proposal.base);
  const [before, prefix] = [await treeOf(dir, base), await prefixOf(dir)];
  const files = new Map([...proposal.files].map(([path, text]) => [`${prefix}${path}`, text]));
  const tree = await writeTree(git, before, files);
  if (tree === before) return { commit: base, outcome: "nothing" };
  const remote = await openRemote(git, proposal, "push");
  const expected = await refAt(git, remote, ref);
  if (expected !== null) {
    const there = await foundThere(git, proposal, remote, base, expected);
    const [only] = there;
    if (
      only &&
      there.length === 1 &&
      only.tree === tree &&
      only.parents.join() === base &&
      only.message.trim() === proposal.message.trim()
    ) {
      return { commit: only.id, outcome: "same" };
    }
  }
  const commit = await writeCommit(git, tree, base, proposal);
  if ((await pushTo(git, remote, { ref, expected, commit })) === "lost") {
    throw overtaken(proposal.branch);
  }
  return { commit, outcome: expected === null ? "made" : "moved" };
}

/** What the branch has that the base has not, newest first. Throws where it is not all the proposer's own. */
async function foundThere(git: Git, { branch, author }: Proposal, remote: Remote, base: string, expected: string): Promise<CommitRecord[]> {
  const into = `refs/rollcall/proposal/${branch}`;
  if (!(await fetched(git, remote, `refs/heads/${branch}`, into)) || (await resolveCommit(git, into)) !== expected) throw overtaken(branch);
  const there = await listCommits(git, [expected, `^${base}`]);
  const foreign = there.find((c) => c.author.email !== author.email || c.committer.email !== author.email);
  if (foreign) {
    const who = JSON.stringify(`${foreign.committer.name} <${foreign.committer.email}>`);
    throw new GitFailure("moved", `${branch} holds a commit of somebody else, ${foreign.id.slice(0, 12)} of ${who}: it is left alone`);
  }
  return there;
}

const overtaken = (branch: string): GitFailure => new GitFailure("moved", `Somebody else has just pushed to ${branch}: it is left alone`);
