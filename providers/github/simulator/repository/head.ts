/** Where pull requests stand: their branches are read from the Git repositories, and what follows from a push is drawn. */
import type { World } from "../world.ts";
import { stamp } from "../field.ts";
import type { Ref } from "./git.ts";
import { fetchRef, isAncestor, log, mergedInto, mergeTree, moveRef, refsOf, writeCommit } from "./git.ts";
import { webFlowPerson } from "../app.ts";
import { repositoryById } from "./permission.ts";
import type { Pull } from "./pull.ts";
import { noteUntold } from "./push.ts";
import type { Repository } from "./repository.ts";
import { demandsOf } from "./rule.ts";

const headRef = (p: Pull): string => `refs/pull/${p.number}/head`;
const testRef = (p: Pull): string => `refs/pull/${p.number}/merge`;

/** Both ends of a pull request; null where its Git repository has nothing. */
export interface Ends {
  readonly base: string;
  readonly head: string;
}

/** The ends now; those of a merged one as they were. */
export function endsOf(p: Pull, refs: ReadonlyMap<string, Ref>): Ends | null {
  if (p.merged) return { base: p.merged.base, head: p.merged.head };
  const head = refs.get(headRef(p))?.sha;
  return head === undefined ? null : { base: refs.get(`refs/heads/${p.base}`)?.sha ?? head, head };
}

/**
 * Brings the open pull requests of a repository up to its branches and those of its forks: `refs/pull/N/head` follows the branch, stale
 * approvals are dismissed where a rule says so, a deleted branch closes its pull request, and one whose commits came onto the base
 * branch by a push counts as merged. Returns whether the world changed.
 */
export function settle(w: World, r: Repository, now: Date): boolean {
  const open = r.pulls.filter((p) => p.state === "open");
  if (r.git === null || open.length === 0) return false;
  const known = new Map<string, ReadonlyMap<string, Ref>>();
  const refs = (dir: string): ReadonlyMap<string, Ref> => {
    const found = known.get(dir) ?? refsOf(dir);
    known.set(dir, found);
    return found;
  };
  const picture = (): string => JSON.stringify([open, w.repositories.map((x) => x.activity.length)]);
  const before = picture();
  const merged = new Map<string, ReadonlySet<string>>();
  for (const p of open) {
    const base = refs(r.git).get(`refs/heads/${p.base}`)?.sha;
    if (base === undefined) close(p, now);
    else {
      // How it stood before its first noted push nobody knows.
      if (r.activity.some((a) => a.ref === `refs/heads/${p.base}`)) noteUntold(w, r, p.base, base, now);
      if (!merged.has(base)) merged.set(base, mergedInto(r.git, base));
      follow(w, r, p, base, refs, merged.get(base)!, now);
    }
  }
  return picture() !== before;
}

function follow(
  w: World,
  r: Repository,
  p: Pull,
  base: string,
  refs: (dir: string) => ReadonlyMap<string, Ref>,
  merged: ReadonlySet<string>,
  now: Date,
): void {
  const dir = r.git!;
  const held = refs(dir).get(headRef(p))?.sha ?? null;
  const source = repositoryById(w, p.head.repository);
  // The fork is gone: the pull request stays, with the commits it had.
  const tip = source ? (source.git === null ? undefined : refs(source.git).get(`refs/heads/${p.head.branch}`)?.sha) : held;
  if (tip === undefined || tip === null) return close(p, now);
  if (source) noteUntold(w, source, p.head.branch, tip, now);
  if (tip !== held) {
    if (source === r) moveRef(dir, headRef(p), tip, held);
    else fetchRef(dir, source!.git!, `refs/heads/${p.head.branch}`, headRef(p));
    p.updatedAt = stamp(now);
    if (held !== null) dismissStale(w, r, p);
    // Nothing is left that the base branch lacks.
    if (held !== null && isAncestor(dir, tip, base)) close(p, now);
  } else if (merged.has(headRef(p))) mergedByPush(r, p, { base, head: tip }, now);
}

function close(p: Pull, now: Date): void {
  p.state = "closed";
  p.closedAt = stamp(now);
  p.updatedAt = p.closedAt;
}

function dismissStale(w: World, r: Repository, p: Pull): void {
  if (!demandsOf(w, r, p.base).some((d) => d.reviews?.dismissStale)) return;
  for (const review of p.reviews) if (review.state === "APPROVED") review.state = "DISMISSED";
}

/** GitHub calls it merged, by whoever pushed, in the commit of the base branch that brought it. */
function mergedByPush(r: Repository, p: Pull, { base, head }: Ends, now: Date): void {
  const line = log(r.git!, base, "--first-parent");
  const brought = line.findLast((c) => c.sha === head || isAncestor(r.git!, head, c.sha)) ?? line[0]!;
  const push = r.activity.findLast((a) => a.ref === `refs/heads/${p.base}`);
  close(p, now);
  p.merged = { at: stamp(now), by: push?.actor ?? null, commit: brought.sha, base: brought.parents[0] ?? base, head };
  p.closedBy = push?.actor ?? null;
}

/**
 * The merge commit that GitHub makes to find out whether there are conflicts, at `refs/pull/N/merge`; null where there are. It is made
 * anew when either branch has moved.
 */
export function testMerge(r: Repository, p: Pull, now: Date): string | null {
  const dir = r.git!;
  const refs = refsOf(dir);
  const ends = endsOf(p, refs);
  if (!ends || p.state !== "open") return null;
  const held = refs.get(testRef(p));
  if (held?.parents[0] === ends.base && held.parents[1] === ends.head) return held.sha;
  const tree = mergeTree(dir, ends.base, ends.head);
  const who = webFlowPerson(now);
  const message = `Merge ${ends.head} into ${ends.base}`;
  const made = tree === null ? null : writeCommit(dir, { parents: [ends.base, ends.head], tree, author: who, committer: who, message });
  if (made !== null || held) moveRef(dir, testRef(p), made, held?.sha ?? null);
  return made;
}
