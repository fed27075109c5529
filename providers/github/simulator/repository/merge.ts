/** Merging for real: new commits in the bare repository, as GitHub makes them. */
import { authorOf, personOf, webFlowPerson } from "../app.ts";
import { stamp } from "../field.ts";
import { Refusal } from "../refusal.ts";
import type { User, World } from "../world.ts";
import { takeId } from "../world.ts";
import type { Commit } from "./git.ts";
import { log, mergeBase, mergeTree, moveRef, readCommit, refsOf, writeCommit } from "./git.ts";
import { endsOf } from "./head.ts";
import { repositoryById } from "./permission.ts";
import type { Pull } from "./pull.ts";
import type { Repository } from "./repository.ts";

export type MergeMethod = "merge" | "squash" | "rebase";

export interface MergeWish {
  readonly method: MergeMethod;
  readonly title?: string;
  readonly message?: string;
  readonly queue?: true;
}

/** Carries a merge out and answers the commit it left on the base branch. 405 where the branches conflict. Rules were judged before. */
export function merge(w: World, r: Repository, p: Pull, by: User, wish: MergeWish, now: Date): string {
  const dir = r.git!;
  const ends = endsOf(p, refsOf(dir))!;
  const made =
    wish.method === "rebase" ? rebase(dir, ends, by, now) : oneCommit(w, p, dir, ends, { ...wish, method: wish.method }, by, now);
  moveRef(dir, `refs/heads/${p.base}`, made, ends.base);
  p.state = "closed";
  p.merged = { at: stamp(now), by: by.id, commit: made, ...ends };
  p.closedAt = p.merged.at;
  p.updatedAt = p.merged.at;
  p.closedBy = by.id;
  r.activity.push({
    id: takeId(w),
    ref: `refs/heads/${p.base}`,
    before: ends.base,
    after: made,
    actor: by.id,
    at: p.merged.at,
    type: wish.queue ? "merge_queue_merge" : "pr_merge",
  });
  if (r.deleteBranchOnMerge) deleteHead(w, r, p, by, now);
  return made;
}

function oneCommit(
  w: World,
  p: Pull,
  dir: string,
  ends: { base: string; head: string },
  wish: MergeWish & { readonly method: "merge" | "squash" },
  by: User,
  now: Date,
): string {
  const tree = mergeTree(dir, ends.base, ends.head);
  if (tree === null) throw conflict();
  const squash = wish.method === "squash";
  const title =
    wish.title ?? (squash ? `${p.title} (#${p.number})` : `Merge pull request #${p.number} from ${p.head.owner}/${p.head.branch}`);
  const body = wish.message ?? (squash ? squashed(log(dir, `${ends.base}..${ends.head}`, "--reverse")) : p.title);
  return writeCommit(dir, {
    tree,
    parents: squash ? [ends.base] : [ends.base, ends.head],
    message: body === "" ? title : `${title}\n\n${body}`,
    author: personOf(squash ? authorOf(w, p.author) : by, now),
    committer: webFlowPerson(now),
  });
}

/** The body of a single commit; of several, their messages. */
function squashed(commits: readonly Commit[]): string {
  if (commits.length === 1) return commits[0]!.message.split("\n").slice(1).join("\n").trim();
  return commits.map((c) => `* ${c.message}`).join("\n\n");
}

/** Every commit anew on top of the base, by its author, committed by whoever merges. */
function rebase(dir: string, ends: { base: string; head: string }, by: User, now: Date): string {
  const from = mergeBase(dir, ends.base, ends.head);
  const commits = log(dir, `${ends.base}..${ends.head}`, "--reverse", "--topo-order");
  if (from === null || commits.some((c) => c.parents.length !== 1)) throw new Refusal(405, "This branch can't be rebased");
  let top = ends.base;
  for (const c of commits) {
    // As if the commit's own parent had been followed by the new base: the merge's common ancestor is that parent then.
    const { tree: under } = readCommit(dir, top);
    const stand = writeCommit(dir, { tree: under, parents: c.parents, message: "", author: c.author, committer: c.committer });
    const tree = mergeTree(dir, stand, c.sha);
    if (tree === null) throw new Refusal(405, "This branch can't be rebased");
    top = writeCommit(dir, { tree, parents: [top], message: c.message, author: c.author, committer: personOf(by, now) });
  }
  return top;
}

function deleteHead(w: World, r: Repository, p: Pull, by: User, now: Date): void {
  const source = repositoryById(w, p.head.repository);
  const ref = `refs/heads/${p.head.branch}`;
  const held = refsOf(source?.git ?? null).get(ref)?.sha;
  if (source !== r || held === undefined) return;
  moveRef(r.git!, ref, null, held);
  r.activity.push({ id: takeId(w), ref, before: held, after: "0".repeat(40), actor: by.id, at: stamp(now), type: "branch_deletion" });
}

export const conflict = (): Refusal => new Refusal(405, "Pull Request is not mergeable");
